"""Title, description, language and keywords from a package's metadata, inline or in own files.

IEEE 1484.12.3 (LOM XML binding) and IMS Learning Resource Metadata 1.2.1 (SCORM 1.2): both are told
by local names.  SCORM's own element `location` names an external file.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from courseporter.errors import InputError
from courseporter.formats.archive import Archive
from courseporter.formats.xml import Element, local_name, parse_xml
from courseporter.sources.scorm.files import Files, ResolvedAddress
from courseporter.sources.scorm.manifest import XML_BASE, Manifest, children, join, text_of

LARGEST = 4 << 20  # bytes of an external metadata file
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")
_NO_LANGUAGE = {"none", "und", "xx", "zxx"}


class About(NamedTuple):
    """What metadata say of the whole course."""

    title: str | None = None
    description: str | None = None
    language: str | None = None
    keywords: tuple[str, ...] = ()


def read_about(manifest: Manifest, archive: Archive, files: Files, organization: int) -> About:
    """The metadata of the organization (by number in the manifest), completed by the package's."""
    found = About()
    for place in _places(manifest.root, organization):
        for metadata in children(place, "metadata"):
            for general in _generals(metadata, manifest, archive, files):
                found = _complete(found, _read_general(general))
    return found


def _places(root: Element, organization: int) -> list[Element]:
    organizations = [
        part for top in children(root, "organizations") for part in children(top, "organization")
    ]
    return [*organizations[organization : organization + 1], root]


def _generals(
    metadata: Element, manifest: Manifest, archive: Archive, files: Files
) -> list[Element]:
    """The `general` elements of inline and external metadata, in order."""
    found: list[Element] = []
    for element in metadata:
        kind = local_name(element)
        if kind in ("lom", "record"):
            found += children(element, "general")
        elif kind == "location":
            root = _external(text_of(element), manifest, archive, files)
            found += children(root, "general") if root is not None else []
    return found


def look_for_files(manifest: Manifest, files: Files) -> None:
    """Count the metadata files of the whole package, its items and resources as named in it."""
    for metadata in manifest.root.iter("{*}metadata"):
        for address in map(text_of, children(metadata, "location")):
            if address and _find(address, manifest, files).state not in ("exact", "repaired"):
                manifest.notes.add("metadata_unreadable", f"“{address}” is not in the package")


def _find(address: str, manifest: Manifest, files: Files) -> ResolvedAddress:
    return files.find(join(manifest.root.get(XML_BASE) or "", address), (address,))


def _external(address: str, manifest: Manifest, archive: Archive, files: Files) -> Element | None:
    place = _find(address, manifest, files)
    if place.state not in ("exact", "repaired"):
        return None
    path = manifest.folder + place.path
    try:
        return parse_xml(archive.read(archive.members[path], LARGEST), name=path).root
    except InputError as error:
        what = error.message.partition(". ")[0].rstrip(".")  # the course is imported all the same
        manifest.notes.add("metadata_unreadable", what)
        return None


def _read_general(general: Element) -> About:
    language = next(filter(None, map(_language, children(general, "language"))), None)
    titles = [_words(element, language) for element in children(general, "title")]
    descriptions = [_words(element, language) for element in children(general, "description")]
    keywords = [_words(element, language) for element in children(general, "keyword")]
    return About(
        next(filter(None, titles), None),
        next(filter(None, descriptions), None),
        language,
        tuple(dict.fromkeys(filter(None, keywords)))[:100],
    )


def _complete(one: About, other: About) -> About:
    return About(
        one.title or other.title,
        one.description or other.description,
        one.language or other.language,
        one.keywords or other.keywords,
    )


def _words(element: Element, language: str | None) -> str:
    """The text in the wanted language, or a kind of it (en, en-GB), else the first there is."""
    found: dict[str, str] = {}
    for below in element:
        if local_name(below) in ("langstring", "string"):
            tag = below.get("language") or below.get("{http://www.w3.org/XML/1998/namespace}lang")
            words = text_of(below)
            if words:
                found.setdefault((tag or "").lower(), words)
    if not found:
        return "" if len(element) else text_of(element)
    wanted = (language or "").lower()
    kin = [tag for tag in found if tag.partition("-")[0] == wanted.partition("-")[0]]
    return found[wanted if wanted in found else next(iter(kin or found))]


def _language(element: Element) -> str | None:
    tag = text_of(element).replace("_", "-")
    usable = _LANGUAGE.fullmatch(tag) and len(tag) <= 35 and not tag.lower().startswith("x-")
    return tag if usable and tag.lower() not in _NO_LANGUAGE else None
