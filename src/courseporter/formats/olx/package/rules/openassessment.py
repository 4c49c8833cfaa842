"""Open response assessments: what the block refuses when it is imported.

edx-ora2, openassessment/xblock/utils/xml.py (`parse_from_xml`) and validation.py: a block that they
refuse is lost.
"""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from courseporter.formats.olx.package.dates import read_date

Violation = tuple[str, str]
_STEPS = ("student-training", "peer-assessment", "self-assessment", "staff-assessment")
_FEEDBACK = ("optional", "disabled", "required")


class _Refused(Exception):  # noqa: N818 - what the block does
    """The block would not be imported."""


def assessment_faults(element: etree._Element) -> Iterator[Violation]:
    """The first reason for which the block is refused."""
    if not len(element) and set(element.attrib) <= {"url_name", "display_name"}:
        return  # the block with its defaults
    try:
        _part(element, "title")
        _rubric(_part(element, "rubric"))
        _prompts(element)
        _steps(_part(element, "assessments"))
        _root(element)
    except _Refused as reason:
        yield "openassessment_invalid", str(reason)


def _part(element: etree._Element, name: str) -> etree._Element:
    found = element.find(name)
    if found is None:
        raise _Refused(f"<{element.tag}> without <{name}>")
    return found


def _root(element: etree._Element) -> None:
    for name in ("submission_start", "submission_due"):
        _date(element, name)
    _whole(element, "leaderboard_show")
    if not 0 <= int(element.get("leaderboard_show") or 0) <= 100:
        raise _Refused(f'leaderboard_show="{element.get("leaderboard_show")}"')


def _prompts(element: etree._Element) -> None:
    prompts = element.find("prompts")
    if prompts is not None:
        for prompt in prompts.findall("prompt"):
            _part(prompt, "description")


def _rubric(rubric: etree._Element) -> None:
    criteria = rubric.findall("criterion")
    if not criteria:
        raise _Refused("<rubric> without <criterion>")
    for criterion in criteria:
        _part(criterion, "name")
        _part(criterion, "prompt")
        feedback = criterion.get("feedback", "disabled")
        if feedback not in _FEEDBACK:
            raise _Refused(f'feedback="{feedback}"')
        names = [_option(option) for option in criterion.findall("option")]
        if len(names) != len(set(names)):
            raise _Refused("two options of one criterion share a name")
        if not names and feedback != "required":
            raise _Refused("<criterion> without <option>")


def _option(option: etree._Element) -> str:
    if option.get("points") is None:
        raise _Refused("<option> without points")
    _whole(option, "points")
    _part(option, "explanation")
    return _part(option, "name").text or ""


def _steps(assessments: etree._Element) -> None:
    steps = assessments.findall("assessment")
    names = [step.get("name") or "" for step in steps]
    if not set(names) - {"student-training"}:
        raise _Refused("<assessments> without an assessment by peers, staff or the learner")
    for name in names:
        if name not in _STEPS:
            raise _Refused(f'<assessment name="{name}">')
    if len(names) != len(set(names)):
        raise _Refused("two assessments of one kind")
    if "staff-assessment" in names[:-1]:
        raise _Refused("staff-assessment is not the last assessment")
    if "student-training" in names and "peer-assessment" not in names[names.index(_STEPS[0]) :]:
        raise _Refused("student-training without peer-assessment after it")
    for step in steps:
        _step(step, alone=len(steps) == 1)


def _step(step: etree._Element, *, alone: bool) -> None:
    name = step.get("name")
    for date in ("start", "due"):
        _date(step, date)
    if "required" in step.attrib and name != "staff-assessment":
        raise _Refused(f'required on <assessment name="{name}">')
    if name == "peer-assessment":
        _peers(step)
    elif name == "student-training":
        _training(step)
    elif name == "staff-assessment" and alone and step.get("required") not in ("True", "true"):
        raise _Refused('the only assessment is by staff and not required="True"')


def _peers(step: etree._Element) -> None:
    for name in ("must_grade", "must_be_graded_by"):
        _whole(step, name)
        if int(step.get(name) or 0) < 1:
            raise _Refused(f"peer-assessment without {name}")
    if int(step.get("must_grade") or 0) < int(step.get("must_be_graded_by") or 0):
        raise _Refused("must_grade is less than must_be_graded_by")


def _training(step: etree._Element) -> None:
    examples = step.findall("example")
    if not examples:
        raise _Refused("student-training without <example>")
    for example in examples:
        if len(example.findall("answer")) != 1:
            raise _Refused("<example> without one <answer>")
        for select in example.findall("select"):
            if select.get("criterion") is None or select.get("option") is None:
                raise _Refused("<select> without criterion and option")


def _date(element: etree._Element, name: str) -> None:
    text = element.get(name)
    if text and read_date(text) == "unreadable":
        raise _Refused(f'{name}="{text[:60]}"')


def _whole(element: etree._Element, name: str) -> None:
    text = element.get(name)
    if text is None:
        return
    try:
        int(text)
    except ValueError as error:
        raise _Refused(f'{name}="{text[:60]}"') from error
