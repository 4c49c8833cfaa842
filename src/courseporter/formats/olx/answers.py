"""Questions answered by typing: short text, gaps, numbers."""

from __future__ import annotations

import re
from math import inf, isfinite

from courseporter.formats.html.text import drop_control
from courseporter.formats.html.xml import space_attribute
from courseporter.formats.olx.attributes import escape_words
from courseporter.formats.olx.fragments import QUESTION_CLASS, fragment, question_text
from courseporter.formats.olx.links import Links
from courseporter.model import Question

_NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
_IS_NUMBER = re.compile(_NUMBER)
_INTERVAL = re.compile(rf"([\[(])\s*({_NUMBER})\s*,\s*({_NUMBER})\s*([\])])")
_TOLERANCE = re.compile(rf"({_NUMBER})\s*(%?)")
_GAP = re.compile(r"(<[^>]*>)|_{3,}")
_PARAGRAPH = re.compile(r"<(/?)p(?=[ >])")
# Names that capa replaces behind a dollar sign, in texts and in answers (capa/util.py,
# contextualize_text).
_NAMES = "seed|anonymous_student_id|script_code|python_path|extra_files"
VARIABLE = re.compile(rf"\$(?={_NAMES})")
_SPLITTER = re.compile(r"_(?=or_)", re.IGNORECASE)
_FLAGS = re.compile(r"\(\?([imsx]+)\)")


def short_text(question: Question, links: Links) -> str:
    """A line to type into."""
    before, text = question_text(question, links)
    return before + _line(question, question.answers, text, size=20)


def fill_in(question: Question, links: Links) -> str:
    """Lines inside the flowing text, one per gap."""
    xml = fragment(question.text, question.markup, links)
    # A response is drawn as a block, which must not be in a paragraph.
    xml = _PARAGRAPH.sub(r"<\1div", xml)
    lines = iter([_line(question, answers, "", size=10) for answers in question.gaps])

    def filled(match: re.Match[str]) -> str:
        return match[1] or next(lines)

    flowing = _GAP.sub(filled, xml)
    flowing += "".join(lines)
    return f'<div class="{QUESTION_CLASS}"><div{space_attribute(flowing)}>{flowing}</div></div>'


def count_gaps(text: str) -> int:
    """How many gaps (`___`) the text shows."""
    return sum(match[1] is None for match in _GAP.finditer(text)) if "___" in text else 0


def numerical(question: Question, links: Links) -> str:
    """A number with a tolerance, or an interval; further answers must be met exactly."""
    before, text = question_text(question, links)
    answer, *others = (number_form(answer) or "" for answer in question.answers)
    tolerance = tolerance_form(question.tolerance)
    parameter = f'<responseparam type="tolerance" default="{tolerance}"/>' if tolerance else ""
    also = "".join(f'<additional_answer answer="{other}"/>' for other in others)
    return (
        f'{before}<numericalresponse answer="{answer}">{text}{also}{parameter}'
        "<formulaequationinput/></numericalresponse>"
    )


def number_form(answer: str) -> str | None:
    """A number or interval as capa reads it, None for anything else."""
    answer = answer.strip()
    if _IS_NUMBER.fullmatch(answer):
        return answer if isfinite(float(answer)) else None
    found = _INTERVAL.fullmatch(answer)
    if not found or not -inf < float(found[2]) <= float(found[3]) < inf:
        return None
    if float(found[2]) == float(found[3]) and found[1] + found[4] != "[]":
        return None
    return f"{found[1]}{found[2]},{found[3]}{found[4]}"


def tolerance_form(tolerance: str) -> str | None:
    """A tolerance as capa reads it ("0.01", "5%"), "" for none, None for anything else."""
    if not tolerance.strip():
        return ""
    found = _TOLERANCE.fullmatch(tolerance.strip())
    return f"{found[1]}{found[2]}" if found and 0 <= float(found[1]) < inf else None


def accepted(answers: tuple[str, ...]) -> list[str]:
    """The answers that count: trimmed as capa trims them, empty ones skipped."""
    return [answer for answer in (drop_control(answer).strip() for answer in answers) if answer]


def pattern(question: Question, answers: list[str]) -> str | None:
    """One regular expression for all answers, None when one of them is none.

    Capa puts `^` and `$` around the whole, and splits at `_or_` (stringresponse).
    """
    parts = [_pattern(answer) if question.pattern else _literal(answer) for answer in answers]
    whole = parts[0] if len(parts) == 1 and "|" not in parts[0] else f"(?:{'|'.join(parts)})"
    try:
        re.compile(f"^{whole}$")
    except (re.error, OverflowError, RecursionError):
        return None
    return None if "_or_" in whole.lower() else whole


def _line(question: Question, answers: tuple[str, ...], text: str, size: int) -> str:
    kept = accepted(answers)
    inline = "" if text or size == 20 else ' inline="1"'
    if question.pattern or not _plain_works(kept):
        kind = "regexp" if question.case_sensitive else "ci regexp"
        kept = [pattern(question, kept) or ""]
    else:
        kind = "" if question.case_sensitive else "ci"
        kept.sort(key=_splits)  # capa looks for `_or_` in the first one only
    attribute = f' type="{kind}"' if kind else ""
    also = "".join(f'<additional_answer answer="{escape_words(a)}"/>' for a in kept[1:])
    return (
        f'<stringresponse answer="{escape_words(kept[0])}"{attribute}{inline}>{text}{also}'
        f'<textline size="{size}"{inline}/></stringresponse>'
    )


def _plain_works(answers: list[str]) -> bool:
    return not all(map(_splits, answers)) and not any(map(VARIABLE.search, answers))


def _splits(answer: str) -> bool:
    return "_or_" in answer.lower()


def _literal(answer: str) -> str:
    """The answer as a pattern, without `_or_` and without a dollar sign before a letter."""
    escaped = re.escape(answer).replace("\\ ", " ").replace("\\$", "[$]")
    return _SPLITTER.sub("[_]", escaped)


def _pattern(answer: str) -> str:
    found = _FLAGS.match(answer)
    if found:  # capa puts `^` in front, and flags must come first
        answer = f"(?{found[1]}:{answer[found.end() :]})"
    return re.sub(r"(?<!\\)_(?=[oO][rR]_)", r"\\x5f", answer)


def show_dollars(xml: str) -> str:
    """XML in whose texts capa finds none of its own variables."""
    if "$" not in xml or not VARIABLE.search(xml):
        return xml
    whole = re.compile(rf"(<[^>]*>)|\$({_NAMES})")
    return whole.sub(lambda match: match[1] or f"$<span>{match[2]}</span>", xml)
