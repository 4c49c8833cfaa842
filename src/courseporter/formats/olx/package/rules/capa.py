"""Problems that learners cannot see or answer: what Capa makes of each response in them.

xmodule/capa/responsetypes.py and capa_problem.py; most of it fails only when a learner opens the
problem or submits an answer.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from lxml import etree

from courseporter.formats.olx.package.rules.capa_script import Script, is_python, read_script
from courseporter.formats.olx.package.rules.expressions import is_expression, names_in

Violation = tuple[str, str]
_LINES = ("textline",)
_FORMULAS = ("textline", "formulaequationinput")


class _Response(NamedTuple):
    """The input fields that a response takes, whether it takes exactly one, and the attributes
    that it cannot do without.
    """

    inputs: tuple[str, ...]
    single: bool = False
    required: tuple[str, ...] = ()


_CUSTOM = (
    "textline textbox crystallography chemicalequationinput vsepr_input drag_and_drop_input"
    " designprotein2dinput editageneinput annotationinput jsinput formulaequationinput"
)
RESPONSES: dict[str, _Response] = {
    "annotationresponse": _Response(("annotationinput",), single=True),
    "choiceresponse": _Response(("checkboxgroup", "radiogroup"), single=True),
    "choicetextresponse": _Response(
        ("choicetextgroup", "radiotextgroup", "checkboxtextgroup"), single=True
    ),
    "coderesponse": _Response(("textbox", "filesubmission", "matlabinput"), single=True),
    "customresponse": _Response(tuple(_CUSTOM.split())),
    "externalresponse": _Response(("textline", "textbox")),
    "formularesponse": _Response(_FORMULAS, single=True, required=("answer", "samples")),
    "imageresponse": _Response(("imageinput",)),
    "multiplechoiceresponse": _Response(("choicegroup",), single=True),
    "numericalresponse": _Response(_FORMULAS, single=True, required=("answer",)),
    "optionresponse": _Response(("optioninput",)),
    "schematicresponse": _Response(("schematic",)),
    "stringresponse": _Response(_LINES, single=True, required=("answer",)),
    "symbolicresponse": _Response(tuple(_CUSTOM.split()), single=True),
    "truefalseresponse": _Response(("choicegroup",), single=True),
}
_INPUTS = frozenset(name for response in RESPONSES.values() for name in response.inputs)
_WRAPPERS = frozenset(("compoundresponse",))
_PARTIAL: dict[str, tuple[tuple[str, ...], bool]] = {  # accepted words, whether only one of them
    "choiceresponse": (("edc", "halves"), True),
    "multiplechoiceresponse": (("points",), True),
    "numericalresponse": (("list", "close"), False),
}
_VARIABLE = re.compile(r"\$([A-Za-z_]\w*)")


def problem_faults(element: etree._Element) -> Iterator[Violation]:
    """Every response that cannot be shown or graded, and scripts that do not run."""
    script = read_script(element)
    if script.error:
        yield "question_script_error", script.error
    for item in element.iter(etree.Element):
        tag = item.tag
        if not tag.endswith("response") or tag in _WRAPPERS:
            continue
        response = RESPONSES.get(tag)
        if response is None:
            yield "response_unknown", tag
            continue
        yield from _response(item, response, script)


def _response(item: etree._Element, response: _Response, script: Script) -> Iterator[Violation]:
    tag = item.tag
    inputs = [field for field in item.iter(etree.Element) if field.tag in _INPUTS]
    wrong = next((field.tag for field in inputs if field.tag not in response.inputs), None)
    if wrong:
        yield "question_input_wrong", f"<{wrong}> in <{tag}>"
    elif not inputs:
        yield "question_without_input", tag
    elif response.single and len(inputs) > 1:
        yield "question_input_wrong", f"{len(inputs)} × <{inputs[0].tag}> in <{tag}>"
    for name in response.required:
        if not (item.get(name) or "").strip():
            yield "question_answer_empty", name
            return
    yield from _partial(item)
    check = _CHECKS.get(tag)
    if check is not None:
        yield from check(item, script)


def _partial(item: etree._Element) -> Iterator[Violation]:
    written = item.get("partial_credit")
    accepted = _PARTIAL.get(item.tag)
    if written is None or accepted is None or written.strip().lower() == "false":
        return
    words = [word.strip().lower() for word in written.split(",")]
    names, single = accepted
    unnamed = "list" in words and not any(one.get("partial_answers") for one in item)
    if unnamed or any(word not in names for word in words) or (single and len(words) > 1):
        yield "question_partial_credit_invalid", written


# ---- choices


def _choices(item: etree._Element, _script: Script) -> Iterator[Violation]:
    choices = list(item.iter("choice"))
    if not choices:
        yield "question_without_choices", ""
    elif any(choice.get("correct") is None for choice in choices) or (
        item.tag == "multiplechoiceresponse" and not any(map(_is_right, choices))
    ):
        yield "question_without_answer", ""


def _is_right(choice: etree._Element) -> bool:
    correct = choice.get("correct") or ""
    return correct.lower() == "true" or correct.startswith("$")


def _options(item: etree._Element, _script: Script) -> Iterator[Violation]:
    for field in item.iter("optioninput"):
        options = list(field.iter("option"))
        written = field.get("options")
        if not options and not written:
            yield "question_without_choices", ""
        elif options and not field.get("correct") and not any(map(_is_right, options)):
            yield "question_without_answer", ""
        elif not options and written is not None:
            yield from _written_options(written, field.get("correct") or "")


def _written_options(written: str, correct: str) -> Iterator[Violation]:
    """options="('Up','Down')" correct="Up"."""
    names = re.findall(r"'((?:[^'\\]|\\.)*)'", written)
    if not correct:
        yield "question_without_answer", ""
    elif not names or "$" in correct + written or "'" in correct:
        return  # not to be told without running the script
    elif correct not in (name.replace("\\'", "'") for name in names):
        yield "question_without_answer", correct


# ---- numbers

_NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
_IS_NUMBER = re.compile(_NUMBER)


def _number(item: etree._Element, script: Script) -> Iterator[Violation]:
    answer = (item.get("answer") or "").strip()
    others = [one.get("answer") or "" for one in item.findall("additional_answer")]
    if answer[0] in "[(" and answer[-1] in "])" and "," in answer:
        yield from _range(answer, script)
    else:
        yield from _value(answer, script)
        yield from _tolerance(item, script)
    for other in others:
        yield from _value(other, script)


def _range(answer: str, script: Script) -> Iterator[Violation]:
    ends = [end.strip() for end in answer[1:-1].split(",")]
    if len(ends) != 2:
        yield "question_answer_not_a_number", answer[:60]
        return
    for end in ends:
        found = list(_value(end, script))
        if found:
            yield from found
            return
    if all(map(_IS_NUMBER.fullmatch, ends)):
        low, high = float(ends[0]), float(ends[1])
        if low > high or (low == high and answer[0] + answer[-1] != "[]"):
            yield "question_range_reversed", answer


def _value(text: str, script: Script) -> Iterator[Violation]:
    """A number or an expression that Capa can work out."""
    text = text.strip()
    if not text:
        yield "question_answer_empty", ""
        return
    unknown = script.unknown(_VARIABLE.findall(text))
    if unknown:
        yield "question_variable_unknown", f"${unknown}"
    elif "$" not in text and not is_expression(text):
        yield "question_answer_not_a_number", text[:60]


def _tolerance(item: etree._Element, script: Script) -> Iterator[Violation]:
    for parameter in item.iter("responseparam"):
        if parameter.get("type") != "tolerance":
            continue
        text = (parameter.get("default") or "").strip()
        unknown = script.unknown(_VARIABLE.findall(text))
        if unknown:
            yield "question_variable_unknown", f"${unknown}"
            continue
        bare = text.removesuffix("%").strip()
        if "$" not in bare and (bare.startswith("-") or not _IS_NUMBER.fullmatch(bare)):
            yield "question_tolerance_invalid", text[:60]


def _formula(item: etree._Element, script: Script) -> Iterator[Violation]:
    samples = item.get("samples") or ""
    unknown = script.unknown(_VARIABLE.findall(f"{item.get('answer')} {samples}"))
    if unknown:
        yield "question_variable_unknown", f"${unknown}"
    elif "$" not in samples and not _SAMPLES.fullmatch(re.sub(r"\s", "", samples)):
        yield "question_samples_invalid", samples[:60]
    elif "$" not in samples + (answer := item.get("answer") or ""):
        given = frozenset(name.strip() for name in samples.partition("@")[0].split(","))
        strange = [name for name in names_in(answer) if name not in given]
        folded = {name.casefold() for name in given}
        if strange and not (_folds(item) and strange[0].casefold() in folded):
            yield "question_variable_unknown", strange[0]
    yield from _tolerance(item, script)


def _folds(item: etree._Element) -> bool:
    return "cs" not in (item.get("type") or "").lower().split(",")


_LIST = rf"{_NUMBER}(?:,{_NUMBER})*"
_SAMPLES = re.compile(rf"[^@:#]+@{_LIST}:{_LIST}#0*[1-9]\d*")


# ---- graded by a script, pictures


def _custom(item: etree._Element, script: Script) -> Iterator[Violation]:
    function = (item.get("cfn") or "").strip()
    known = script.names
    if function and "$" not in function and known is not None and function not in known:
        yield "question_function_missing", function
    for answer in item.iter("answer"):
        if not answer.get("src") and (error := is_python((answer.text or "").strip("\n"))):
            yield "question_script_error", error


def _picture(item: etree._Element, _script: Script) -> Iterator[Violation]:
    for field in item.iter("imageinput"):
        areas, regions = field.get("rectangle") or "", field.get("regions") or ""
        if "$" in areas + regions:
            continue
        wrong = [area for area in areas.split(";") if not _AREA.fullmatch(area.strip())]
        if (areas and wrong) or not (areas or regions):
            yield "question_area_invalid", (wrong or [""])[0][:60]


_CORNER = r"\(\s*\d+\s*,\s*\d+\s*\)"
_AREA = re.compile(rf"[\[(]?{_CORNER}\s*-\s*{_CORNER}[\])]?")


# ---- texts


def _string(item: etree._Element, script: Script) -> Iterator[Violation]:
    answers = [item.get("answer") or ""]
    answers += [one.get("answer") or (one.text or "") for one in item.findall("additional_answer")]
    kinds = (item.get("type") or "").lower().split(" ")
    if "regexp" not in kinds or "_or_" in answers[0].lower():
        return
    pattern = "|".join(answer.strip() for answer in answers)
    if "$" in pattern and script.names:
        return
    try:
        re.compile(f"^{pattern}$")
    except (re.error, OverflowError, RecursionError) as error:
        yield "question_pattern_invalid", f"{pattern[:60]} ({error})"


Check = Callable[[etree._Element, Script], Iterator[Violation]]
_CHECKS: dict[str, Check] = {
    "choiceresponse": _choices,
    "customresponse": _custom,
    "formularesponse": _formula,
    "imageresponse": _picture,
    "multiplechoiceresponse": _choices,
    "numericalresponse": _number,
    "optionresponse": _options,
    "schematicresponse": _custom,
    "stringresponse": _string,
    "truefalseresponse": _choices,
}
