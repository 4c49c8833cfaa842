"""What Open edX would silently spoil in one block: rules that look at one element of a package.

Each row is a silent breakage of Studio's importer, measured: it says "Succeeded" and the block is
gone or broken.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator

from lxml import etree

from courseporter.formats.olx_package.attributes import attributes_of

Found = tuple[str, str]
URL_NAME = re.compile(r"[\w.%-]+")
URL_NAME_LENGTH = 100
_DATES = ("start", "due", "end", "enrollment_start", "enrollment_end")
_DATE = re.compile(
    r'"?\d{4}-\d\d?-\d\d?([T ]\d\d?:\d\d(:\d\d(\.\d+)?)?)? ?(Z|UTC|[+-]\d\d:?\d\d)?"?|null|""|'
)
_INTEGERS = ("max_attempts", "max_count", "attempts", "rerandomize_seed")
_INTEGER = re.compile(r'"?\s*-?\d+\s*"?|null')
_NUMBERS = ("weight",)
_LISTS = (
    "html5_sources",
    "transcripts",
    "answers",
    "questions",
    "sources_list",
    "custom_parameters",
)
_DEFAULT_VIDEO = "3_yD_cEKoCk"
_RESPONSES = frozenset(
    (
        "annotationresponse choiceresponse choicetextresponse coderesponse customresponse"
        " externalresponse formularesponse imageresponse jsmeresponse matlabresponse"
        " multiplechoiceresponse numericalresponse optionresponse schematicresponse"
        " stringresponse symbolicresponse truefalseresponse"
    ).split()
)
_STOCK = frozenset(
    (
        "about annotatable chapter conditional course course_info discussion done"
        " drag-and-drop-v2 edx_sga google-calendar google-document html itembank library"
        " library_content library_sourced lti lti_consumer nonstaff_error openassessment pdf"
        " poll poll_question problem randomize recommender sequential split_test"
        " staffgradedxblock static_tab survey ubcpi unit vertical video videosequence"
        " word_cloud wrapper"
    ).split()
)


def element_faults(element: etree._Element) -> Iterator[Found]:
    """Problem code and detail of everything wrong with the element itself; children have their own
    turn.
    """
    tag = element.tag
    yield from name_faults(element.get("url_name"), tag)
    yield from _values(element)
    if tag not in _STOCK:
        yield "unknown_block", tag
    special = _SPECIAL.get(tag)
    if special is not None:
        yield from special(element)


def name_faults(name: str | None, tag: str) -> Iterator[Found]:
    """What Open edX would make of a url_name."""
    if name is None or tag == "course":
        return
    if not URL_NAME.fullmatch(name):
        yield "url_name_invalid", name
    elif not name.isascii() or len(name) > URL_NAME_LENGTH:
        yield "url_name_unusual", name


def _values(element: etree._Element) -> Iterator[Found]:
    for key, value in attributes_of(element).items():
        rule = _VALUES.get(key)
        if rule is not None and value and not rule[1](value):
            yield rule[0], f"{key}={value[:60]}"


def _is_date(text: str) -> bool:
    return _DATE.fullmatch(text) is not None


def _is_integer(text: str) -> bool:
    return _INTEGER.fullmatch(text) is not None


def _is_number(text: str) -> bool:
    try:
        float(text.strip('"'))
    except ValueError:
        return text == "null"
    return True


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


# What the fields of these names take: problem code, test of the attribute's text.
_VALUES: dict[str, tuple[str, Callable[[str], bool]]] = {
    **dict.fromkeys(_DATES, ("date_unreadable", _is_date)),
    **dict.fromkeys(_INTEGERS, ("attribute_unreadable", _is_integer)),
    **dict.fromkeys(_NUMBERS, ("attribute_unreadable", _is_number)),
    **dict.fromkeys(_LISTS, ("attribute_unreadable", _is_json)),
}


def _video(element: etree._Element) -> Iterator[Found]:
    attributes = attributes_of(element)
    given = any(
        attributes.get(key)
        for key in ("youtube_id_1_0", "youtube", "edx_video_id", "html5_sources", "source")
    )
    if attributes.get("youtube_id_1_0") == _DEFAULT_VIDEO:
        yield "video_default", ""
    elif not given and element.find("source") is None and element.find("video_asset") is None:
        yield "video_without_source", ""
    elif "youtube_id_1_0" not in attributes and "youtube" not in attributes:
        yield "video_default", ""


def _problem(element: etree._Element) -> Iterator[Found]:
    responses = 0
    for item in element.iter(etree.Element):
        tag = item.tag
        if not tag.endswith("response"):
            continue
        responses += 1
        if tag not in _RESPONSES:
            yield "response_unknown", tag
        check = _RESPONSE_RULES.get(tag)
        if check is not None:
            yield from check(item)


def _choices(response: etree._Element) -> Iterator[Found]:
    choices = list(response.iter("choice"))
    if not choices:
        yield "question_without_choices", ""
    elif response.tag == "multiplechoiceresponse" and not any(
        choice.get("correct", "").lower() == "true" for choice in choices
    ):
        yield "question_without_answer", ""


def _options(response: etree._Element) -> Iterator[Found]:
    for field in response.iter("optioninput"):
        options = list(field.iter("option"))
        if not options and not field.get("options"):
            yield "question_without_choices", ""
        elif (
            options
            and not field.get("correct")
            and not any(o.get("correct", "").lower() == "true" for o in options)
        ):
            yield "question_without_answer", ""


_PLAIN_NUMBER = re.compile(r"[-+]?[\d., \u00a0]+")
_DOT_NUMBER = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)")


def _number(response: etree._Element) -> Iterator[Found]:
    answer = (response.get("answer") or "").strip()
    if not answer:
        yield "question_answer_empty", ""
    elif _PLAIN_NUMBER.fullmatch(answer) and not _DOT_NUMBER.fullmatch(answer):
        yield "question_answer_not_a_number", answer


def _string(response: etree._Element) -> Iterator[Found]:
    if not (response.get("answer") or "").strip():
        yield "question_answer_empty", ""


Rule = Callable[[etree._Element], Iterator[Found]]
_RESPONSE_RULES: dict[str, Rule] = {
    "multiplechoiceresponse": _choices,
    "choiceresponse": _choices,
    "optionresponse": _options,
    "numericalresponse": _number,
    "stringresponse": _string,
}
_SPECIAL: dict[str, Rule] = {"video": _video, "problem": _problem}
