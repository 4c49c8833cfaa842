"""Fields of blocks by the kind of value that Open edX reads into them.

One table serves the attributes of XML, whose text is decoded as JSON where the field takes the
result, and policy.json, whose values are JSON already (xblock/fields.py, `deserialize_field`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Literal, cast

from courseporter.formats.olx.package.dates import read_date

FieldKind = Literal[
    "text",
    "list",
    "dict",
    "date",
    "integer",
    "float",
    "span",
    "clock",
    "flag",
    "yaml list",
    "yaml dict",
]

_CLOCK = re.compile(r"\s*([01]?\d|2[0-3]):[0-5]?\d:([0-5]?\d|6[01])\s*")


_FLAGS = frozenset(("", "true", "false", "no", "off", "none", "null", "0", "n", "f"))


def _fields(kind: FieldKind, names: str) -> dict[str, FieldKind]:
    return dict.fromkeys(names.split(), kind)


# Fields that every block inherits (xmodule/modulestore/inheritance.py).
INHERITED: dict[str, FieldKind] = {
    **_fields("date", "start due"),
    **_fields("dict", "group_access video_bumper"),
    **_fields("float", "days_early_for_beta"),
    **_fields(
        "integer",
        "max_attempts relative_weeks_due default_time_limit_minutes hide_after_due_minutes",
    ),
    **_fields(
        "text",
        "display_name format rerandomize showanswer show_correctness xqa_key giturl"
        " course_edit_method static_asset_path matlab_api_key",
    ),
    **_fields("span", "graceperiod"),
    **_fields("flag", "graded visible_to_staff_only hide_from_toc in_entrance_exam"),
}
# Fields of the course (xmodule/course_block.py, CourseFields).
COURSE: dict[str, FieldKind] = {
    **INHERITED,
    **_fields("date", "end enrollment_start enrollment_end announcement"),
    **_fields("date", "certificate_available_date"),
    **_fields(
        "list",
        "advanced_modules lti_passports pdf_textbooks html_textbooks discussion_blackouts"
        " pre_requisite_courses learning_info course_wide_js course_wide_css textbooks tabs"
        " user_partitions",
    ),
    **_fields(
        "dict",
        "discussion_topics discussions_settings cohort_config video_upload_pipeline"
        " remote_gradebook cert_html_view_overrides certificates instructor_info"
        " other_course_settings grading_policy",
    ),
    **_fields("integer", "cosmetic_display_price max_student_enrollments_allowed"),
    **_fields("float", "entrance_exam_minimum_score_pct minimum_grade_credit"),
    **_fields("flag", "self_paced invitation_only mobile_available enable_proctored_exams"),
    **_fields(
        "text",
        "wiki_slug end_of_course_survey_url ccx_connector due_date_display_format"
        " enrollment_domain certificates_display_behavior course_image banner_image"
        " video_thumbnail_image cert_name_short cert_name_long css_class discussion_link"
        " display_organization display_coursenumber course_survey_name catalog_visibility"
        " entrance_exam_id social_sharing_url language proctoring_provider course_visibility"
        " video_sharing_options",
    ),
}
# Fields of single types of blocks that read their attributes as the course does.
_OWN: dict[str, dict[str, FieldKind]] = {
    "problem": {
        **_fields("float", "weight submission_wait_seconds"),
        **_fields("text", "markdown source_code"),
    },
    "video": {
        **_fields("list", "html5_sources"),
        **_fields("dict", "transcripts"),
        **_fields("clock", "start_time end_time saved_video_position"),
        **_fields("float", "speed global_speed"),
        **_fields("text", "sub track handout edx_video_id youtube_id_1_0 source"),
        **_fields("flag", "download_video download_track show_captions only_on_web"),
    },
    "drag-and-drop-v2": _fields("yaml dict", "data"),
    "lti_consumer": {
        **_fields("yaml list", "custom_parameters"),
        **_fields("float", "weight"),
        **_fields("flag", "has_score hide_launch accept_grades_past_due"),
    },
    "library_content": _fields("integer", "max_count"),
    "itembank": _fields("integer", "max_count"),
    "split_test": {
        **_fields("integer", "user_partition_id"),
        **_fields("dict", "group_id_to_child"),
    },
    "conditional": _fields("list", "sources_list show_tag_list"),
    "word_cloud": _fields("integer", "num_inputs num_top_words"),
    "lti": {
        **_fields("list", "custom_parameters"),
        **_fields("float", "weight"),
        **_fields("text", "lti_id launch_url"),
    },
    "sequential": {
        **_fields("integer", "exam_review_rules_minutes"),
        **_fields("flag", "hide_after_due is_practice_exam is_time_limited is_proctored_enabled"),
    },
}
_BY_TAG = {tag: INHERITED | own for tag, own in _OWN.items()}


def fields_of(tag: str) -> dict[str, FieldKind]:
    """The fields of a block whose values can be unreadable, by name."""
    if tag == "course":
        return COURSE
    return _BY_TAG.get(tag, INHERITED)


def reads_value(kind: FieldKind, value: object) -> bool:
    """Whether the platform reads the JSON value without an error."""
    return value is None or _READS[kind](value)


def reads_attribute(kind: FieldKind, text: str) -> bool:
    """Whether the platform reads the text of an attribute without an error."""
    if kind == "text":
        return True
    try:
        value = cast("object", json.loads(text))
    except ValueError:
        return _READS[kind](text)
    return reads_value(kind, value) or _READS[kind](text)


def _is_date(value: object) -> bool:
    if isinstance(value, str):
        return not value or read_date(value) != "unreadable"
    return isinstance(value, int) and not isinstance(value, bool)


def _is_integer(value: object) -> bool:
    if value == "":
        return True
    try:
        int(cast("str", value))
    except (TypeError, ValueError, OverflowError):
        return False
    return True


def _is_float(value: object) -> bool:
    if value == "":
        return True
    try:
        float(cast("str", value))
    except (TypeError, ValueError, OverflowError):
        return False
    return True


def _is_clock(value: object) -> bool:
    """HH:MM:SS, or seconds."""
    if isinstance(value, str):
        return not value or _CLOCK.fullmatch(value) is not None
    return isinstance(value, int | float)


def _is_flag(value: object) -> bool:
    """Other words than “true” are read as false without a complaint, as some are meant."""
    return not isinstance(value, str) or value.strip().lower() in _FLAGS


def _is_yaml(value: object, opens: str, mark: str, kind: type[object]) -> bool:
    """Blocks that aren't the platform's own read YAML, of which JSON is a part."""
    if isinstance(value, str):
        text = value.strip()
        return text.startswith(opens) or mark in text
    return isinstance(value, kind)


_READS: dict[FieldKind, Callable[[object], bool]] = {
    "text": lambda value: isinstance(value, str),
    "list": lambda value: isinstance(value, list),
    "dict": lambda value: isinstance(value, dict),
    "span": lambda value: isinstance(value, str),
    "date": _is_date,
    "integer": _is_integer,
    "float": _is_float,
    "clock": _is_clock,
    "flag": _is_flag,
    "yaml list": lambda value: _is_yaml(value, "[", "- ", list),
    "yaml dict": lambda value: _is_yaml(value, "{", ": ", dict),
}
