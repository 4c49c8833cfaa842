"""Organizations read into lists of items in manifest order, sub-manifests laid out in place.

IMS Content Packaging 1.1.4, sections 2.3 to 2.5; no recursion, so depth costs no stack.
"""

from __future__ import annotations

from functools import cached_property

from courseporter.errors import InputError, _
from courseporter.formats.xml import Element
from courseporter.sources.scorm import rules
from courseporter.sources.scorm.circles import reaching_circles
from courseporter.sources.scorm.files import decoded
from courseporter.sources.scorm.items import DEFAULTS, Item, Organization, Resource, Scope
from courseporter.sources.scorm.launch_settings import (
    KINDS,
    read_launch_settings,
    shared_sequencing,
)
from courseporter.sources.scorm.manifest import Manifest, children, name_below, text_of

DEEPEST = 1000  # items in items; a course shows four levels, so deeper ones are folded
MAX_ITEMS = 200_000
LONGEST_TITLE = 4000
CUT_TITLE = 1000


class Organizations:
    """All organizations, the default one first, those of sub-manifests behind the outer ones.

    Of a sub-manifest that an item leads to, one way is in that item's place instead.
    """

    def __init__(self, manifest: Manifest) -> None:
        self._manifest = manifest
        self._notes = manifest.notes
        self._circles = _circles(manifest)
        self._tags: dict[str, str] = {}
        self._shared = shared_sequencing(manifest.root)
        self._count = 0
        self._reached = {manifest.outer.identifier}  # manifests that an item leads to
        self._keys: set[str] = set()
        self.all: list[Organization] = []
        elements = _organizations_below(manifest.root)
        for element in elements:
            self._read(element, manifest.outer)
        if not elements and (built := self._from_resources()).items:
            self.all.append(built)
        self._read_unreached()
        manifest.namespaces.update(tag[1:].partition("}")[0] for tag in self._tags if "}" in tag)
        self._put_default_first(elements)

    def _read_unreached(self) -> None:
        """Ways through sub-manifests that no item takes, lest their lessons vanish.

        Those that no item names come first: they may lead to the others.
        """
        named = {_ref_of(item) for item in self._manifest.root.iter("{*}item")}
        parts = sorted(self._manifest.parts[1:], key=lambda part: part[1].identifier in named)
        for element, scope in parts:
            meant = self._manifest.manifests[scope.identifier][0] is element
            taken = _default_below(element) if meant and scope.identifier in self._reached else None
            for organization in _organizations_below(element):
                if organization is not taken and _holds_items(organization):
                    self._read(organization, scope)

    def _put_default_first(self, elements: list[Element]) -> None:
        named = next(children(self._manifest.root, "organizations"), None)
        default = named.get("default") if named is not None else None
        wanted = next(
            (n for n, part in enumerate(elements) if part.get("identifier") == default), None
        )
        filled = [n for n, organization in enumerate(self.all) if organization.items]
        if not filled:
            raise self._empty()
        chosen = wanted if default and wanted in filled else filled[0]
        if default and chosen != wanted and elements:
            self._notes.add("default_organization_unknown", f"“{default}”")
        self.all.insert(0, self.all.pop(chosen))

    def _read(self, element: Element, scope: Scope) -> None:
        number = len(self.all)
        key = element.get("identifier") or f"organization-{number + 1}"
        if key in self._keys:
            key = f"{key}~{number + 1}"
        self._keys.add(key)
        title = text_of(next(children(element, "title"), None))
        if any(rules.is_rule(child, self._shared) for child in children(element, "sequencing")):
            self._notes.add("sequencing_not_carried", f"“{title or key}”")
        items = self._read_items(element, scope)
        self.all.append(Organization(number, key, self._cut(title), items))

    def _read_items(self, organization: Element, scope: Scope) -> list[Item]:
        items: list[Item] = []
        todo = [(below, 1, scope) for below in reversed(list(children(organization, "item")))]
        while todo:
            element, depth, scope = todo.pop()
            if depth > DEEPEST:
                raise self._too_deep(element, depth)
            item, below = self._read_item(element, depth, scope)
            items.append(item)
            self._count += 1
            if self._count > MAX_ITEMS:
                raise self._too_many()
            todo += [(child, depth + 1, inner) for child, inner in reversed(below)]
        return items

    def _read_item(
        self, element: Element, depth: int, scope: Scope
    ) -> tuple[Item, list[tuple[Element, Scope]]]:
        title: str | None = None
        telling: list[Element] = []
        ruled = False
        below: list[tuple[Element, Scope]] = []
        for child in element:
            kind = self._tags.get(child.tag) or self._kind(child, element)
            if kind == "item":
                below.append((child, scope))
            elif kind == "title" and title is None:
                title = self._cut(text_of(child))
            if kind in KINDS:
                telling.append(child)
            if kind in rules.KINDS:
                ruled = ruled or rules.is_rule(child, self._shared)
        attributes = {self._manifest.kind(name): value for name, value in element.items()}
        item = Item(
            identifier=attributes.get("identifier", "").strip(),
            title=title,
            depth=depth,
            hidden=attributes.get("isvisible", "").strip().lower() in ("false", "0"),
            ref=attributes.get("identifierref", "").strip(),
            parameters=attributes.get("parameters", ""),
            scope=scope,
            line=element.sourceline or 0,
            settings=read_launch_settings(telling, self._shared) if telling else DEFAULTS,
        )
        if ruled:
            self._notes.add("sequencing_not_carried", f"“{title or item.identifier}”")
        if item.ref and item.ref not in scope.resources:
            below += self._enter(item)
        item.parent = bool(below)
        return item, below

    def _kind(self, child: Element, element: Element) -> str:
        """The child's name in small letters, looked up once for each name there is."""
        return self._tags.setdefault(child.tag, name_below(child, element).lower())

    def _enter(self, item: Item) -> list[tuple[Element, Scope]]:
        """The items of the sub-manifest that the item refers to; or its resource, moved in."""
        inner = self._manifest.manifests.get(item.ref)
        if inner is None:
            item.scope = self._homes.get(item.ref, item.scope)
            return []
        if item.ref in self._circles:
            item.fault = _("The sub-manifest “{ref}” contains itself.", ref=item.ref)
            self._notes.add("submanifest_cycle", f"“{item.title or item.identifier}”")
            self._reached |= self._circles
            return []
        self._reached.add(item.ref)
        item.ref = ""
        element, scope = inner
        return [(child, scope) for child in _items_below(element)]

    @cached_property
    def _homes(self) -> dict[str, Scope]:
        """Where each resource lies, sub-manifests included (1.1.4, 2.5.1 lets items use them)."""
        homes: dict[str, Scope] = {}
        for _element, scope in self._manifest.parts:
            for identifier in scope.resources:
                homes.setdefault(identifier, scope)
        return homes

    def _from_resources(self) -> Organization:
        """A list of what can be launched, for a package that names no order."""
        outer = self._manifest.outer
        usable = [resource for resource in outer.resources.values() if _opens(resource)]
        scos = [resource for resource in usable if resource.sco]
        chosen = scos or [one for one in usable if _is_page(_opens(one))] or usable
        for resource in chosen[:MAX_ITEMS]:
            self._notes.add("organization_built", f"“{resource.identifier}”")
        items = [_as_item(resource, outer) for resource in chosen[:MAX_ITEMS]]
        return Organization(0, "resources", "", items)

    def _cut(self, title: str) -> str:
        if len(title) <= LONGEST_TITLE:
            return title
        self._notes.add("title_cut", f"“{title[:40]}…”")
        return title[: CUT_TITLE - 1] + "…"

    def _empty(self) -> InputError:
        name = self._manifest.name
        return InputError(
            _("“{name}” contains no lessons: none of its organizations has items.", name=name),
            _("Export the package again from your authoring tool."),
            f"{name} <organizations>",
            code="manifest_invalid",
        )

    def _too_deep(self, element: Element, depth: int) -> InputError:
        name = self._manifest.name
        return InputError(
            _(
                "Items in “{name}” are nested more than {depth:,} levels deep.",
                name=name,
                depth=depth - 1,
            ),
            _("Export the package again with fewer levels."),
            f"{name} line {element.sourceline or 1}",
            code="too_deep",
        )

    def _too_many(self) -> InputError:
        name = self._manifest.name
        return InputError(
            _("“{name}” contains more than {limit:,} items.", name=name, limit=MAX_ITEMS),
            _("Split the course."),
            name,
            code="too_large",
        )


def _organizations_below(manifest: Element) -> list[Element]:
    """The manifest's organizations; behind them what holds items in their place."""
    around = list(children(manifest, "organizations"))
    found = [part for each in around for part in children(each, "organization")]
    return found + [each for each in around if _holds_items(each)]


def _holds_items(element: Element) -> bool:
    return next(children(element, "item"), None) is not None


def _default_below(manifest: Element) -> Element | None:
    """The default organization of a sub-manifest, or its first one."""
    found = _organizations_below(manifest)
    around = next(children(manifest, "organizations"), None)
    default = around.get("default") if around is not None else None
    named = [part for part in found if default and part.get("identifier") == default]
    return next(iter(named or found), None)


def _items_below(manifest: Element) -> list[Element]:
    """The items of a sub-manifest that an item refers to."""
    organization = _default_below(manifest)
    return [] if organization is None else list(children(organization, "item"))


def _ref_of(item: Element) -> str:
    return (item.get("identifierref") or "").strip()


def _circles(manifest: Manifest) -> set[str]:
    """Identifiers of manifests that contain themselves, or one that does."""
    below: dict[str, list[str]] = {}
    if len(manifest.manifests) == 1:
        return set(manifest.manifests)  # an item that refers to the outer manifest
    for identifier, (element, scope) in manifest.manifests.items():
        todo = _items_below(element)
        while todo:
            item = todo.pop()
            ref = _ref_of(item)
            if ref in manifest.manifests and ref not in scope.resources:
                below.setdefault(identifier, []).append(ref)
            todo += children(item, "item")
    return reaching_circles(below) | {manifest.outer.identifier}


def _opens(resource: Resource) -> str:
    """The address of what the resource shows; empty when it shows nothing."""
    return (resource.url or resource.only or "") if resource.web else ""


def _is_page(url: str) -> bool:
    path = url.partition("#")[0].partition("?")[0].lower()
    return path.endswith((".html", ".htm", ".xhtml"))


def _as_item(resource: Resource, scope: Scope) -> Item:
    return Item(
        identifier=resource.identifier,
        title=_title_of(resource),
        depth=1,
        hidden=False,
        ref=resource.identifier,
        parameters="",
        scope=scope,
        line=resource.line,
    )


def _title_of(resource: Resource) -> str:
    """The file's name in words."""
    path = decoded(_opens(resource).partition("#")[0].partition("?")[0])
    stem = path.rpartition("/")[2].rpartition(".")[0]
    return stem.replace("_", " ").replace("-", " ").strip() or resource.identifier
