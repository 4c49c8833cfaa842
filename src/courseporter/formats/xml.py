"""Safe XML parsing: no entities, no network, limited depth, and repairs that are reported.

XML 1.0 (fifth edition): 2.8 (prolog), 4.1 (references), 4.3.3 and appendix F (encodings).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import BinaryIO, NamedTuple, Protocol, cast

from lxml import etree

from courseporter.errors import InputError, Message, Problem, _, joined
from courseporter.formats.xml_encoding import decode
from courseporter.formats.xml_repair import declare_prefixes, invalid, repair


class Element(Protocol):
    """The part of an lxml element that readers use; lxml's own types allow bytes everywhere."""

    tag: str
    text: str | None
    tail: str | None
    sourceline: int | None
    nsmap: Mapping[str | None, str]

    def get(self, key: str) -> str | None:
        """Return the attribute's value."""
        ...

    def items(self) -> Sequence[tuple[str, str]]:
        """Return all attributes in document order."""
        ...

    def itertext(self) -> Iterator[str]:
        """Iterate over all text in the element."""
        ...

    def iter(self, *tags: str) -> Iterator[Element]:
        """Iterate over the element and its descendants in document order, filtered by tags."""
        ...

    def __iter__(self) -> Iterator[Element]: ...
    def __len__(self) -> int: ...


MAX_LISTED = 20  # repairs that the message names
MAX_TAGS = 2_000_000  # of `<` and of `=`: about 500 MB as a tree
_DECLARATION = re.compile(r"\s*<\?xml\s[^>]*\?>")
_DEFINITION = re.compile(r"<!(?:ENTITY|ATTLIST)")  # default attributes multiply like entities
_PROLOG = re.compile(r"(?:\s+|<!--.*?-->|<\?.*?\?>)", re.DOTALL)


class Document(NamedTuple):
    """A parsed file: its root element and what was repaired."""

    root: Element
    problems: tuple[Problem, ...]


def parse_xml(data: bytes, *, name: str) -> Document:
    """Return the tree of an XML file, without comments and instructions; messages use `name`.

    Raises InputError: `manifest_unsafe` for entities, `too_deep`, `too_large`,
    `encoding_error`, `manifest_invalid` (with the line) for what is not well-formed.
    """
    repairs: list[Message] = []
    if not data.strip(b"\0 \t\r\n"):
        raise invalid(_("“{name}” is empty.", name=name), name)
    if data.count(b"<") > MAX_TAGS or data.count(b"=") > MAX_TAGS:
        raise InputError(
            _("“{name}” contains too many elements.", name=name),
            where=name,
            code="too_large",
        )
    text, problems = decode(data, name, repairs)
    del data
    text = _without_declaration(text, name, repairs)
    if _refuse_entities(text, name):
        # A document type that is not read may define any entity: none may reach the parser.
        text, changes = repair(text, name)
        repairs.extend(changes)
    root = _parse(text, name, repairs)
    if repairs:
        problems.append(
            Problem(
                code="xml_repaired",
                severity="warning",
                message=_(
                    "“{name}” wasn't well-formed XML and was fixed: {repairs}.",
                    name=name,
                    repairs=joined(repairs[:MAX_LISTED]),
                ),
                where=name,
                hint=_("Check the titles; a character may be missing."),
            )
        )
    return Document(root, tuple(problems))


def local_name(element: Element) -> str:
    """Return the element's name without its namespace."""
    return element.tag.rpartition("}")[2]


# ---------------------------------------------------------------------------------- well-formed


def _without_declaration(text: str, name: str, repairs: list[Message]) -> str:
    """Return the text without its XML declaration; line breaks stay, to keep line numbers."""
    text = text.removeprefix("\ufeff")
    match = _DECLARATION.match(text)
    if match is None:
        if not text.lstrip().startswith("<"):
            raise invalid(_("“{name}” is not XML.", name=name), name, 1)
        return text
    if not text[match.end() :].strip():
        raise invalid(_("“{name}” is empty: it has no root element.", name=name), name, 1)
    if not match[0].startswith("<"):
        repairs.append(_("empty lines before its start were skipped"))
    return "\n" * match[0].count("\n") + text[match.end() :]


def _refuse_entities(text: str, name: str) -> bool:
    """Whether there is a document type.  Raises InputError when it declares an entity."""
    position = 0
    while match := _PROLOG.match(text, position):
        position = match.end()
    if not text.startswith("<!DOCTYPE", position):
        return False
    if match := _DEFINITION.search(text, position):
        line = text.count("\n", 0, match.start()) + 1
        raise InputError(
            _(
                "“{name}” declares XML entities on line {line} ({match}). They could read files "
                "on this computer or fill its memory, so nothing was imported.",
                name=name,
                line=line,
                match=match[0],
            ),
            _("Remove these declarations, or get the package from a source you trust."),
            f"{name} line {line}",
            code="manifest_unsafe",
        )
    return True


def _parse(text: str, name: str, repairs: list[Message]) -> Element:
    try:
        return _tree(text)
    except etree.XMLSyntaxError as error:
        _refuse_depth(error, name)
        repaired, changes = repair(text, name)
        repaired, declared = declare_prefixes(repaired)
        changes += declared
        if not changes:
            raise _malformed(error, name) from None
    try:
        root = _tree(repaired)
    except etree.XMLSyntaxError as error:
        raise _malformed(error, name) from None
    repairs.extend(changes)
    return root


def _tree(text: str) -> Element:
    # huge_tree lifts libxml2's limits of 256 levels and 10 MB of text; ours are above.
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=True,
        remove_comments=True,
        remove_pis=True,
    )
    return cast(Element, etree.fromstring(text.encode("utf-8", "replace"), parser))


def iter_elements(stream: BinaryIO, *names: str) -> Iterator[Element]:
    """Iterate over the elements of these names while reading, each dropped after its turn.

    For parts of any size that are well-formed or need no repair.  Raises LxmlError.
    """
    found = etree.iterparse(
        stream,
        tag=[f"{{*}}{name}" for name in names],
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        recover=True,
        remove_comments=True,
        remove_pis=True,
    )
    for _event, element in found:
        yield cast(Element, element)
        element.clear()
        above = element.getparent()
        while above is not None and above[0] is not element:
            del above[0]


# ------------------------------------------------------------------------------------- refusals


def _refuse_depth(error: etree.XMLSyntaxError, name: str) -> None:
    if "depth" in str(error.msg).lower():
        raise InputError(
            _("The elements of “{name}” are nested too deeply for a course.", name=name),
            _("Fix the file, or export the package again."),
            name,
            code="too_deep",
        ) from None


def _malformed(error: etree.XMLSyntaxError, name: str) -> InputError:
    _refuse_depth(error, name)
    line = error.lineno or 1
    detail = str(error.msg).partition(", line")[0].rstrip(".")
    detail = detail if len(detail) <= 160 else detail[:159] + "…"
    message = _(
        "“{name}” is not well-formed XML at line {line}: {detail}.",
        name=name,
        line=line,
        detail=detail,
    )
    return invalid(message, name, line)
