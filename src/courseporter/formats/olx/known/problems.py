"""Problems as questions: what our writer and Studio's editor write for the types that we have.

Nothing is checked here that writing the question again shows: see `known_block`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from lxml import etree
from msgspec.structs import replace

from courseporter.formats.olx.fragments import QUESTION_CLASS
from courseporter.formats.olx.known.canonical import entries_of, words_of
from courseporter.formats.olx.known.words import Unclear, Words
from courseporter.formats.olx.read import RESPONSES
from courseporter.model import Markup, Option, Question

_BOOLEANS = {("True", "False"), ("False", "True")}


class _Problem:
    """The parts of a problem with one question."""

    def __init__(self, problem: etree._Element, markup: Markup) -> None:
        self.words = Words(markup)
        self.before: list[etree._Element] = []
        self.solution: etree._Element | None = None
        self.hints: tuple[str, ...] = ()
        self.response: etree._Element | None = None
        for child in problem:
            self._take(child)
        inside = self.response.find("solution") if self.response is not None else None
        if inside is not None:
            self.solution = inside
        if (problem.text or "").strip() or any((one.tail or "").strip() for one in problem):
            raise Unclear

    def _take(self, child: etree._Element) -> None:
        if child.tag == "solution" and self.solution is None:
            self.solution = child
        elif child.tag == "demandhint":
            self.hints = tuple(self.words.inside(hint) for hint in child)
        elif self.response is not None:
            raise Unclear
        elif child.tag in RESPONSES or child.get("class") == QUESTION_CLASS:
            self.response = child
        else:
            self.before.append(child)

    def text(self) -> str:
        """The question: what is in front of the response, and what that begins with."""
        blocks = list(self.before)
        if self.response is not None:
            blocks += words_of(self.response)
        if len(blocks) == 1 and not blocks[0].attrib and blocks[0].tag in ("label", "p", "div"):
            return self.words.inside(blocks[0])
        return "".join(map(self._block, blocks))

    def _block(self, element: etree._Element) -> str:
        if element.tag != "label":
            return self.words.whole(element)
        return f"<p>{self.words.inside(element)}</p>"

    def explanation(self) -> str:
        """The words of the solution."""
        if self.solution is None:
            return ""
        [inside] = self.solution if len(self.solution) == 1 else [self.solution]
        if self.words.markup == "text" and len(inside) == 1 and inside[0].tag == "p":
            inside = inside[0]
        return self.words.inside(inside)


def questions_of(problem: etree._Element, key: str) -> Iterator[Question]:
    """What the problem may ask, the likeliest first: plain words, then HTML."""
    markups: tuple[Markup, ...] = ("text", "html")
    for markup in markups:
        try:
            parts = _Problem(problem, markup)
            if parts.response is None:
                return
            read = _READ.get(str(parts.response.tag))
            if read is None:
                return
            points, attempts = problem.get("weight"), problem.get("max_attempts")
            yield read(
                parts,
                parts.response,
                Question(
                    key=key, type="single_choice", text="", markup=markup, hints=parts.hints,
                    explanation=parts.explanation(),
                    points=float(points) if points else None,
                    attempts=int(attempts) if attempts else None,
                ),
            )  # fmt: skip
        except (Unclear, ValueError):
            continue


_Read = Callable[[_Problem, etree._Element, Question], Question]


def _one_choice(parts: _Problem, response: etree._Element, question: Question) -> Question:
    group = _only(response, "choicegroup")
    options = tuple(_option(parts, one, "choicehint") for one in group)
    pair = tuple(one.text for one in options)
    return replace(
        question,
        type="true_false" if pair in _BOOLEANS else "single_choice",
        text=parts.text(),
        options=options,
        shuffle=group.get("shuffle") == "true",
    )


def _many_choices(parts: _Problem, response: etree._Element, question: Question) -> Question:
    options = tuple(_option(parts, one, "choicehint") for one in _only(response, "checkboxgroup"))
    return replace(
        question,
        type="multiple_choice",
        text=parts.text(),
        options=options,
        partial_credit="partial_credit" in response.attrib,
    )


def _dropdown(parts: _Problem, response: etree._Element, question: Question) -> Question:
    entries = _only(response, "optioninput")
    options = tuple(_option(parts, one, "optionhint") for one in entries)
    listed = entries.get("options")
    if listed is not None and not options:
        options = tuple(
            Option(text=parts.words.of_text(entry), correct=entry == entries.get("correct"))
            for entry in entries_of(listed) or ()
        )
    return replace(question, type="dropdown", text=parts.text(), options=options)


def _short_text(parts: _Problem, response: etree._Element, question: Question) -> Question:
    pattern, case_sensitive = _kind(response)
    return replace(
        question,
        type="short_text",
        text=parts.text(),
        answers=_answers(response),
        pattern=pattern,
        case_sensitive=case_sensitive,
    )


def _numerical(parts: _Problem, response: etree._Element, question: Question) -> Question:
    tolerance = response.find("responseparam")
    return replace(
        question,
        type="numerical",
        text=parts.text(),
        answers=_answers(response),
        tolerance="" if tolerance is None else tolerance.get("default") or "",
    )


def _wrapped(parts: _Problem, wrapper: etree._Element, question: Question) -> Question:
    """Questions of ours that need several answers."""
    if wrapper.find("optionresponse") is not None:
        return _rows(parts, wrapper, question)
    flow = _only(wrapper, "div")
    lines = list(flow.iter("stringresponse"))
    kinds = {_kind(line) for line in lines}
    if len(kinds) != 1:
        raise Unclear
    [(pattern, case_sensitive)] = kinds
    return replace(
        question,
        type="fill_in",
        text=parts.words.inside(flow, gaps=True),
        gaps=tuple(_answers(line) for line in lines),
        pattern=pattern,
        case_sensitive=case_sensitive,
    )


def _rows(parts: _Problem, wrapper: etree._Element, question: Question) -> Question:
    text, *rows = wrapper
    pairs: list[tuple[str, str]] = []
    offered: list[str] = []
    for row in rows:
        label = row.find("label")
        entries = _only(row, "optioninput")
        offered = [parts.words.inside(one) for one in entries]
        [right] = [one for one in entries if one.get("correct") == "True"]
        left = "" if label is None else parts.words.inside(label)
        pairs.append((left, parts.words.inside(right)))
    asked = parts.words.inside(text)
    if [left for left, _ in pairs] == [f"{place}." for place in range(1, len(pairs) + 1)]:
        items = tuple(Option(text=right) for _, right in pairs)
        return replace(question, type="ordering", text=asked, options=items)
    rights = {right for _, right in pairs}
    options = [Option(text=left, match=right) for left, right in pairs]
    options += [Option(text="", match=one) for one in offered if one not in rights]
    return replace(question, type="matching", text=asked, options=tuple(options))


_READ: dict[str, _Read] = {
    "multiplechoiceresponse": _one_choice,
    "choiceresponse": _many_choices,
    "optionresponse": _dropdown,
    "stringresponse": _short_text,
    "numericalresponse": _numerical,
    "div": _wrapped,
}


def _option(parts: _Problem, one: etree._Element, hint: str) -> Option:
    found = one.find(hint)
    return Option(
        text=parts.words.inside(one, without=hint),
        correct=(one.get("correct") or "").lower() == "true",
        feedback="" if found is None else parts.words.inside(found),
    )


def _kind(response: etree._Element) -> tuple[bool, bool]:
    """Whether the answer is a pattern, and whether capitals count."""
    words = (response.get("type") or "").split()
    return "regexp" in words, "ci" not in words


def _answers(response: etree._Element) -> tuple[str, ...]:
    first = response.get("answer") or ""
    if "regexp" in (response.get("type") or "") and first.startswith("(?:") and first[-1] == ")":
        first = first[3:-1]
    more = (one.get("answer") or "" for one in response.findall("additional_answer"))
    return (first, *more)


def _only(parent: etree._Element, tag: str) -> etree._Element:
    """The one element of this tag.  Raises Unclear."""
    found = parent.findall(tag)
    if len(found) != 1:
        raise Unclear
    return found[0]
