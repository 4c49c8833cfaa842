"""XML read without trusting it: no entities, no network, no endless depth, announced repairs.

XML 1.0 (fifth edition): 2.8 (prolog), 4.1 (references), 4.3.3 and appendix F (encodings).
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Mapping, Sequence
from html.entities import html5
from typing import BinaryIO, NamedTuple, Protocol, cast

from lxml import etree

from courseporter.errors import InputError, Problem, _


class Element(Protocol):
    """What readers use of an element of lxml; its own types allow for bytes everywhere."""

    tag: str
    text: str | None
    tail: str | None
    sourceline: int | None
    nsmap: Mapping[str | None, str]

    def get(self, key: str) -> str | None:
        """The attribute's value."""
        ...

    def items(self) -> Sequence[tuple[str, str]]:
        """All attributes in document order."""
        ...

    def itertext(self) -> Iterator[str]:
        """All text in it, piece by piece."""
        ...

    def iter(self, *tags: str) -> Iterator[Element]:
        """It and everything below it, in document order; of these tags, when some are named."""
        ...

    def __iter__(self) -> Iterator[Element]: ...
    def __len__(self) -> int: ...


MOST_TAGS = 2_000_000  # of `<` and of `=`: about 500 MB as a tree
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_BARE = ((b"<\0\0\0", "utf-32-le"), (b"<\0", "utf-16-le"), (b"\0<", "utf-16-be"))
_DECLARED = re.compile(rb"""\s*<\?xml[^>]*?\sencoding\s*=\s*["']([A-Za-z0-9._:-]+)["']""")
_DECLARATION = re.compile(r"\s*<\?xml\s[^>]*\?>")
# Only real character sets: Python also calls `rot13` and `unicode_escape` an encoding.
_CHARSETS = re.compile(
    r"us-?ascii|utf-?8|utf-?16(-?[lb]e)?|utf-?32(-?[lb]e)?|ucs-?[24]|iso-?(ir-)?[\d-]+|latin-?\d+"
    r"|windows-\d+|cp-?\d+|ibm-?\d+|koi8-?[ru]|mac\w*|(x-)?s(hift_?)?jis|euc-?(jp|kr|cn|tw)"
    r"|gb-?(2312|k|18030)|big5(-hkscs)?|iso-2022-\w+|tis-?620|ks_c_5601-1987|hz-gb-2312"
)
_WIDER = {
    "shift_jis": "cp932",
    "sjis": "cp932",
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
    "iso-8859-9": "cp1254",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "us-ascii": "utf-8",
}
_DEFINITION = re.compile(r"<!(?:ENTITY|ATTLIST)")  # default attributes multiply like entities
_PROLOG = re.compile(r"(?:\s+|<!--.*?-->|<\?.*?\?>)", re.DOTALL)
_REPAIRABLE = re.compile(
    r"<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)|<\?.*?(?:\?>|\Z)"  # \Z: never look twice
    r"|&(?!(?:amp|lt|gt|quot|apos);)(#[0-9]+;|#x[0-9A-Fa-f]+;|[A-Za-z][A-Za-z0-9]*;)?"
    r"|[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]",
    re.DOTALL,
)
_QUIET = re.compile(
    r"<!--.*?(?:-->|\Z)|<[?!][^>]*(?:>|\Z)", re.DOTALL
)  # what stands before the root
_ROOT = re.compile(r"<[^\s/>]+")
_PREFIX = re.compile(r"(?:</?|\s)([A-Za-z_][\w.-]*):[\w.-]+(?=[\s/>=])")
_EXPLAINED = re.compile(r"\sxmlns:([\w.-]+)\s*=")
MOST_PREFIXES = 20
MOST_REPAIRS = 500_000
_CHARACTERS = ((0x20, 0xD7FF), (0xE000, 0xFFFD), (0x10000, 0x10FFFF))  # XML 1.0, 2.2
_HINT = "Mend the file, or export the package again."


class Document(NamedTuple):
    """A parsed file: its root, and what had to be repaired."""

    root: Element
    problems: tuple[Problem, ...]


def parse_xml(data: bytes, *, name: str) -> Document:
    """The tree of an XML file; `name` stands in messages.  No comments, no instructions in it.

    Raises InputError: `manifest_unsafe` for entities, `too_deep`, `too_large`,
    `encoding_error`, `manifest_invalid` (with the line) for what is not well-formed.
    """
    repairs: list[str] = []
    if not data.strip(b"\0 \t\r\n"):
        raise _invalid(name, "is empty", None)
    if data.count(b"<") > MOST_TAGS or data.count(b"=") > MOST_TAGS:
        raise InputError(
            _("“{name}” contains too many elements.", name=name),
            where=name,
            code="too_large",
        )
    text, problems = _decode(data, name, repairs)
    del data
    text = _without_declaration(text, name, repairs)
    if _refuse_entities(text, name):
        # A document type that is not read may define any entity: none may reach the parser.
        text, changes = _mend(text, name)
        repairs.extend(changes)
    root = _parse(text, name, repairs)
    if repairs:
        problems.append(
            Problem(
                code="xml_repaired",
                severity="warning",
                message=_(
                    "“{name}” isn't well-formed XML and was repaired: {repairs}.",
                    name=name,
                    repairs="; ".join(repairs),
                ),
                where=name,
                hint=_("Check the titles; a character may be missing."),
            )
        )
    return Document(root, tuple(problems))


def local_name(element: Element) -> str:
    """The element's name without its namespace."""
    return element.tag.rpartition("}")[2]


# ------------------------------------------------------------------------------------ encoding


def _decode(data: bytes, name: str, repairs: list[str]) -> tuple[str, list[Problem]]:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            data = data[len(mark) :]
            if data.startswith(mark):
                data = data[len(mark) :]
                repairs.append("a second byte order mark was removed")
            return _decode_as(data, encoding, name)
    for start, encoding in _BARE:
        if data.startswith(start):
            return _decode_as(data, encoding, name)
    match = _DECLARED.match(data[:1024])
    declared = match[1].decode("ascii").lower() if match else "utf-8"
    if not _CHARSETS.fullmatch(declared):
        raise _no_encoding(name, f"names the encoding “{declared}”, which nobody knows")
    wide = declared.startswith(("utf-16", "utf16", "utf-32", "utf32", "ucs", "iso-10646"))
    encoding = _WIDER.get(declared, declared)
    if wide or _is_utf_8_after_all(data, encoding):
        text, problems = _decode_as(data, "utf-8", name)
        return text, [*problems, _announce(name, f"says {declared.upper()} but is UTF-8")]
    return _decode_as(data, encoding, name)


def _is_utf_8_after_all(data: bytes, encoding: str) -> bool:
    """Whether the letters beyond ASCII are UTF-8 although the declaration says otherwise.

    No text with one byte for each letter looks like UTF-8 by accident; one with two bytes for some
    may, so it is believed where it can be read.
    """
    if data.isascii():
        return False
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    try:
        return len(data.decode(encoding)) == len(data)
    except UnicodeDecodeError:
        return True
    except LookupError:
        return False


def _decode_as(data: bytes, encoding: str, name: str) -> tuple[str, list[Problem]]:
    try:
        return data.decode(encoding), []
    except LookupError:
        raise _no_encoding(name, f"names the encoding “{encoding}”, which nobody knows") from None
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        if codecs.lookup(encoding).name != "utf-8":
            raise _no_encoding(name, f"is not {encoding.upper()} in line {line}") from None
        return _decode_mixed(data, name, line)


def _decode_mixed(data: bytes, name: str, line: int) -> tuple[str, list[Problem]]:
    """UTF-8 with bytes of Windows-1252 in it: hand editing on an old system."""
    try:
        text = data.decode("utf-8", "courseporter-cp1252")
    except UnicodeDecodeError:
        raise _no_encoding(name, f"is not UTF-8 in line {line}") from None
    return text, [_announce(name, f"is not UTF-8 in line {line} (read as Windows-1252)")]


def _old_bytes(error: UnicodeError) -> tuple[str, int]:
    """Error handler: what UTF-8 cannot tell is one byte of Windows-1252."""
    assert isinstance(error, UnicodeDecodeError)
    return error.object[error.start : error.start + 1].decode("cp1252"), error.start + 1


codecs.register_error("courseporter-cp1252", _old_bytes)


def _announce(name: str, what: str) -> Problem:
    return Problem(
        code="xml_encoding_repaired",
        severity="warning",
        message=_("“{name}” {what}.", name=name, what=what),
        where=name,
        hint=_("Check accented letters; they may be wrong."),
    )


def _no_encoding(name: str, what: str) -> InputError:
    return InputError(
        _("“{name}” {what}.", name=name, what=what),
        _("Save the file as UTF-8."),
        name,
        code="encoding_error",
    )


# ---------------------------------------------------------------------------------- well-formed


def _without_declaration(text: str, name: str, repairs: list[str]) -> str:
    """The text without XML declaration; its lines stay, so that numbers of lines stay true."""
    text = text.removeprefix("\ufeff")
    match = _DECLARATION.match(text)
    if match is None:
        if not text.lstrip().startswith("<"):
            raise _invalid(name, "is not XML", 1)
        return text
    if not text[match.end() :].strip():
        raise _invalid(name, "is empty: it has no root element", 1)
    if not match[0].startswith("<"):
        repairs.append("empty lines before its start were skipped")
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
                "“{name}” declares XML entities in line {line} ({match}). They could read "
                "files on this computer or fill its memory, so nothing was imported.",
                name=name,
                line=line,
                match=match[0],
            ),
            _("Remove these declarations, or get the package from a source you trust."),
            f"{name} line {line}",
            code="manifest_unsafe",
        )
    return True


def _parse(text: str, name: str, repairs: list[str]) -> Element:
    try:
        return _tree(text)
    except etree.XMLSyntaxError as error:
        _refuse_depth(error, name)
        mended, changes = _mend(text, name)
        mended, declared = _declare_prefixes(mended)
        changes += declared
        if not changes:
            raise _malformed(error, name) from None
    try:
        root = _tree(mended)
    except etree.XMLSyntaxError as error:
        raise _malformed(error, name) from None
    repairs.extend(changes)
    return root


def _declare_prefixes(text: str) -> tuple[str, list[str]]:
    """Prefixes that no `xmlns:` explains get one at the root; readers tell names without them."""
    start = _ROOT.search(_QUIET.sub(lambda quiet: " " * len(quiet[0]), text))
    known = {*_EXPLAINED.findall(text), "xml", "xmlns"}
    lost = [prefix for prefix in dict.fromkeys(_PREFIX.findall(text)) if prefix not in known]
    if start is None or not 0 < len(lost) <= MOST_PREFIXES:
        return text, []
    said = "".join(f' xmlns:{prefix}="urn:undeclared:{prefix}"' for prefix in lost)
    done = [f"the prefix “{prefix}” was never declared" for prefix in lost]
    return text[: start.end()] + said + text[start.end() :], done


def _tree(text: str) -> Element:
    # huge_tree lifts libxml2's limits of 256 levels and 10 MB of text; ours stand above.
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
    """The elements of these names while the document is read, each forgotten after its turn.

    For parts of any size that are well-formed or not worth a repair.  Raises LxmlError.
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


def _mend(text: str, name: str) -> tuple[str, list[str]]:
    """Fix ampersands, unknown entities and control characters; also return what was done, in words.

    Raises InputError when there is no end of them: each costs time and memory.
    """
    done: dict[str, None] = {}
    left = iter(range(MOST_REPAIRS))

    def mend(match: re.Match[str]) -> str:
        found = match[0]
        if found.startswith("<"):
            return found
        if next(left, None) is None:
            raise _invalid(name, f"needs more than {MOST_REPAIRS:,} repairs to be XML", None)
        if not found.startswith("&"):
            done["control characters were removed"] = None
            return ""
        if found == "&":
            done["“&” was read as “&amp;”"] = None
            return "&amp;"
        return _mend_reference(found, done)

    return _REPAIRABLE.sub(mend, text), list(done)


def _mend_reference(found: str, done: dict[str, None]) -> str:
    """A reference that is none of XML's own five."""
    if not found.startswith("&#"):
        letter = html5.get(found[1:])
        done[f"“{found}” was read as {'its letter' if letter else 'text'}"] = None
        plain = letter if letter and letter not in "<&" else None
        return plain or "&amp;" + found[1:]
    digits, radix = (found[3:-1], 16) if found[2] == "x" else (found[2:-1], 10)
    code = int(digits, radix) if len(digits) < 10 else 0
    if code in (9, 10, 13) or any(low <= code <= high for low, high in _CHARACTERS):
        return found
    done["control characters were removed"] = None
    return ""


# ------------------------------------------------------------------------------------- refusals


def _refuse_depth(error: etree.XMLSyntaxError, name: str) -> None:
    if "depth" in str(error.msg).lower():
        raise InputError(
            _("The elements of “{name}” are nested too deeply for a course.", name=name),
            _HINT,
            name,
            code="too_deep",
        ) from None


def _malformed(error: etree.XMLSyntaxError, name: str) -> InputError:
    _refuse_depth(error, name)
    line = error.lineno or 1
    detail = str(error.msg).partition(", line")[0].rstrip(".")
    detail = detail if len(detail) <= 160 else detail[:159] + "…"
    return _invalid(name, f"is not well-formed XML at line {line}: {detail}", line)


def _invalid(name: str, what: str, line: int | None) -> InputError:
    where = f"{name} line {line}" if line else name
    return InputError(
        _("“{name}” {what}.", name=name, what=what), _HINT, where, code="manifest_invalid"
    )
