"""The manifest read into values: organizations, items, resources, sub-manifests.

IMS Content Packaging 1.1.2 (SCORM 1.2 CAM 2.3) to 1.1.4 (SCORM 2004 4th Edition CAM 3).  Elements
are told by their local names, so any prefix and any revision of a namespace will do; what bears a
name of ours in another vocabulary is an extension, and passed over.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import urljoin

from courseporter.errors import InputError, Problem, _
from courseporter.formats.archive import Archive, Member
from courseporter.formats.scorm_player.content_types import is_page
from courseporter.formats.xml import Element, local_name, parse_xml
from courseporter.sources.scorm.circles import circling
from courseporter.sources.scorm.items import Declared, Resource, Scope
from courseporter.sources.scorm.locate import find_manifest
from courseporter.sources.scorm.notes import Notes

_AS_SCORM = _("Export the course as SCORM, if your school offers that.")
_NOT_SHOWN = ("imsqti", "imsdt", "imswl", "imsbasiclti", "associatedcontent")
_OURS = frozenset(
    "manifest metadata organizations organization item title resources resource".split()
)
_OUR_SPACES = ("imscp", "imsproject.org")
XML_BASE = "{http://www.w3.org/XML/1998/namespace}base"


class Base(NamedTuple):
    """The base address of all levels above: `strict` follows RFC 3986, `lenient` adds the slash
    that authors forget after each level.
    """

    strict: str = ""
    lenient: str = ""

    def at(self, own: str | None) -> Base:
        """The base inside an element that has this `xml:base` of its own."""
        if not own:
            return self
        return Base(
            join(self.strict, own), join(self.lenient, own if own.endswith("/") else own + "/")
        )

    def addresses(self, href: str) -> tuple[str, tuple[str, ...]]:
        """The address of `href`, and those meant when a slash lacks or the base is in it too.

        Nothing else is tried: a file of that name outside the base is another lesson's.
        """
        if not self.strict or not href:
            return href, ()
        url = join(self.strict, href)
        lenient = (join(self.lenient, href), href)[: 1 + href.startswith(self.lenient)]
        return url, tuple(other for other in lenient if other != url)


class Manifest:
    """An outer manifest with everything below it, and the problems found on the way.

    `parts`: element and scope of the outer and every sub-manifest, in order; `manifests`: the same
    by identifier (the first of that name counts).  `files`: every declared file by its address
    without query, in order.
    """

    def __init__(self, archive: Archive, limit: int) -> None:
        self.member: Member = find_manifest(archive)
        self.name = self.member.path
        self.folder = self.name[: self.name.rfind("/") + 1]
        document = parse_xml(archive.read(self.member, limit), name=self.name)
        self.root = document.root
        self.problems: tuple[Problem, ...] = document.problems
        self.notes = Notes(self.name)
        self.files: dict[str, Declared] = {}
        self.parts: list[tuple[Element, Scope]] = []
        self.manifests: dict[str, tuple[Element, Scope]] = {}
        self.namespaces: set[str] = set()
        self._kinds: dict[str, str] = {}
        _refuse_foreign(self.root, self.name)
        self._read_manifests()
        self.outer: Scope = self.parts[0][1]
        self._refuse_questions()

    def _refuse_questions(self) -> None:
        """Raises InputError when there are resources and no browser shows any of them."""
        resources = [one for _, scope in self.parts for one in scope.resources.values()]
        if resources and not any(resource.web for resource in resources):
            raise InputError(
                _(
                    "“{name}” belongs to a package of questions (QTI) or of other parts without a "
                    "page, not to a SCORM course.",
                    name=self.name,
                ),
                _AS_SCORM,
                self.name,
                code="not_a_package",
            )

    def _read_manifests(self) -> None:
        todo = [(self.root, Base())]
        while todo:
            element, base = todo.pop()
            base = base.at(element.get(XML_BASE))
            scope = Scope((element.get("identifier") or "").strip(), {})
            for resources in children(element, "resources"):
                self._read_resources(resources, base.at(resources.get(XML_BASE)), scope)
            self.parts.append((element, scope))
            self.manifests.setdefault(scope.identifier, (element, scope))
            todo += [(below, base) for below in reversed(list(children(element, "manifest")))]

    def _read_resources(self, resources: Element, base: Base, scope: Scope) -> None:
        needs: list[tuple[str, str]] = []
        for element in children(resources, "resource"):
            own = base.at(element.get(XML_BASE))
            resource, href = self._read_resource(element, own)
            identifier = resource.identifier
            first = scope.resources.setdefault(identifier, resource) is resource
            if not first:
                self.notes.add("duplicate_identifier", f"resource “{identifier}”")
            files: list[str] = []
            for below in element:
                kind = self.kind(below.tag)
                if kind == "file":
                    strict = (below.get("href") or attribute(below, "href")).strip()
                    here = own.at(below.get(XML_BASE))
                    self._declare(here, strict, counts=first)
                    files.append(join(here.strict, strict))
                elif kind == "dependency":
                    needs.append((identifier, (below.get("identifierref") or "").strip()))
            self._declare(own, href, counts=first)
            pages = [] if href else list(filter(is_page, files))
            if len(pages) == 1:
                resource.only = pages[0]
        self._judge_dependencies(needs, scope)

    def _read_resource(self, element: Element, base: Base) -> tuple[Resource, str]:
        identifier, href, sco, web = "", "", False, True
        for name, value in element.items():
            kind = self.kind(name)
            if kind == "scormtype":
                sco = value.strip().lower() == "sco"
            elif kind == "href":
                href = value.strip()
            elif kind == "identifier":
                identifier = value.strip()
            elif kind == "type":
                web = not value.strip().lower().startswith(_NOT_SHOWN)
        url, others = base.addresses(href)
        return Resource(identifier, sco, web, url or None, others, element.sourceline or 0), href

    def kind(self, name: str) -> str:
        """The local name in small letters, looked up once for each name there is."""
        kind = self._kinds.get(name)
        if kind is None:
            kind = self._kinds[name] = name.rpartition("}")[2].lower()
            if kind == "scormtype":
                self.namespaces.add(name.rpartition("}")[0][1:])
        return kind

    def _declare(self, base: Base, href: str, *, counts: bool) -> None:
        url, others = base.addresses(href)
        path = url.partition("#")[0].partition("?")[0]
        if path and path not in self.files:
            self.files[path] = Declared(url, others, counts)

    def _judge_dependencies(self, needs: list[tuple[str, str]], scope: Scope) -> None:
        below: dict[str, list[str]] = {}
        for identifier, needed in needs:
            if needed in scope.resources:
                below.setdefault(identifier, []).append(needed)
            else:
                self.notes.add("dangling_dependency", f"“{identifier}” needs “{needed}”")
        for identifier in sorted(circling(below)):
            self.notes.add("dependency_cycle", f"resource “{identifier}”")


def children(element: Element, name: str) -> Iterator[Element]:
    """The elements right below with this local name, without extensions of that name."""
    return (below for below in element if name_below(below, element) == name)


def name_below(element: Element, above: Element) -> str:
    """The element's local name; empty for an extension that bears a name of content packaging."""
    space, _, name = element.tag.rpartition("}")
    if name in _OURS and space and space != above.tag.rpartition("}")[0]:
        return name if any(word in space for word in _OUR_SPACES) else ""
    return name


def attribute(element: Element, name: str) -> str:
    """An attribute by local name in any letter case; empty when there is none."""
    for key, value in element.items():
        if key.rpartition("}")[2].lower() == name:
            return value
    return ""


def text_of(element: Element | None) -> str:
    """All text in the element, white space made single blanks."""
    return "" if element is None else " ".join("".join(element.itertext()).split())


def schema_text(root: Element, name: str) -> str:
    """`schema` or `schemaversion` of a manifest's metadata; empty when there is none."""
    for metadata in children(root, "metadata"):
        for element in children(metadata, name):
            return text_of(element)
    return ""


def join(base: str, reference: str | None) -> str:
    """`reference` seen from `base` (RFC 3986, section 5)."""
    if not reference or not base:
        return reference or base
    try:
        return urljoin(base, reference)
    except ValueError:  # such as http://[
        return reference


def _refuse_foreign(root: Element, name: str) -> None:
    """Raises InputError for what is no SCORM manifest at all."""
    kind = local_name(root)
    if kind != "manifest":
        raise InputError(
            _(
                "“{name}” isn't a manifest: its first element is <{kind}> instead of <manifest>.",
                name=name,
                kind=kind,
            ),
            _("Export the package again from your authoring tool."),
            f"{name} line {root.sourceline or 1}",
            code="manifest_invalid",
        )
    schema = schema_text(root, "schema")
    if "imsccv1p" in root.tag or "cartridge" in schema.lower():
        raise InputError(
            _("“{name}” belongs to a Common Cartridge, not to a SCORM course.", name=name),
            _AS_SCORM,
            name,
            code="not_a_package",
        )
