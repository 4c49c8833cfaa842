"""Repairs of XML that isn't well-formed: ampersands, entities, control characters, prefixes.

XML 1.0 (fifth edition): 2.2 (characters) and 4.1 (references).
"""

from __future__ import annotations

import re
from html.entities import html5

from courseporter.errors import InputError, Message, _

_REPAIRABLE = re.compile(
    r"<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)|<\?.*?(?:\?>|\Z)"  # \Z: never look twice
    r"|&(?!(?:amp|lt|gt|quot|apos);)(#[0-9]+;|#x[0-9A-Fa-f]+;|[A-Za-z][A-Za-z0-9]*;)?"
    r"|[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]",
    re.DOTALL,
)
_QUIET = re.compile(r"<!--.*?(?:-->|\Z)|<[?!][^>]*(?:>|\Z)", re.DOTALL)  # the part before the root
_ROOT = re.compile(r"<[^\s/>]+")
_PREFIX = re.compile(r"(?:</?|\s)([A-Za-z_][\w.-]*):[\w.-]+(?=[\s/>=])")
_EXPLAINED = re.compile(r"\sxmlns:([\w.-]+)\s*=")
MAX_PREFIXES = 20
MAX_REPAIRS = 500_000
_CHARACTERS = ((0x20, 0xD7FF), (0xE000, 0xFFFD), (0x10000, 0x10FFFF))  # XML 1.0, 2.2
_CONTROL = _("control characters were removed")
_AMPERSAND = _("“&” was read as “&amp;”")


def repair(text: str, name: str) -> tuple[str, list[Message]]:
    """Fix ampersands, unknown entities and control characters; also return what was done.

    Raises InputError if there are too many of them: each costs time and memory.
    """
    done: dict[str, Message] = {}
    left = iter(range(MAX_REPAIRS))

    def replace(match: re.Match[str]) -> str:
        found = match[0]
        if found.startswith("<"):
            return found
        if next(left, None) is None:
            message = _(
                "“{name}” would need more than {count:,} fixes.", name=name, count=MAX_REPAIRS
            )
            raise invalid(message, name)
        if not found.startswith("&"):
            done[""] = _CONTROL
            return ""
        if found == "&":
            done["&"] = _AMPERSAND
            return "&amp;"
        return _repair_reference(found, done)

    return _REPAIRABLE.sub(replace, text), list(done.values())


def _repair_reference(found: str, done: dict[str, Message]) -> str:
    """Return a valid replacement for a reference that isn't one of XML's own five."""
    if not found.startswith("&#"):
        letter = html5.get(found[1:])
        if found not in done:
            done[found] = (
                _("“{reference}” was read as its character", reference=found)
                if letter
                else _("“{reference}” was read as text", reference=found)
            )
        plain = letter if letter and letter not in "<&" else None
        return plain or "&amp;" + found[1:]
    digits, radix = (found[3:-1], 16) if found[2] == "x" else (found[2:-1], 10)
    code = int(digits, radix) if len(digits) < 10 else 0
    if code in (9, 10, 13) or any(low <= code <= high for low, high in _CHARACTERS):
        return found
    done[""] = _CONTROL
    return ""


def declare_prefixes(text: str) -> tuple[str, list[Message]]:
    """Declare missing prefixes at the root element; also return what was done."""
    start = _ROOT.search(_QUIET.sub(lambda quiet: " " * len(quiet[0]), text))
    known = {*_EXPLAINED.findall(text), "xml", "xmlns"}
    lost = [prefix for prefix in dict.fromkeys(_PREFIX.findall(text)) if prefix not in known]
    if start is None or not 0 < len(lost) <= MAX_PREFIXES:
        return text, []
    declarations = "".join(f' xmlns:{prefix}="urn:undeclared:{prefix}"' for prefix in lost)
    done = [_("the prefix “{prefix}” was declared", prefix=prefix) for prefix in lost]
    return text[: start.end()] + declarations + text[start.end() :], done


def invalid(message: Message, name: str, line: int | None = None) -> InputError:
    """Return the error for a file that is not well-formed."""
    where = f"{name} line {line}" if line else name
    hint = _("Fix the file, or export the package again.")
    return InputError(message, hint, where, code="manifest_invalid")
