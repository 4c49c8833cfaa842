"""Settings of a course beside its blocks: title, dates, pacing, pages about it, grading."""

from __future__ import annotations

import msgspec

from courseporter.errors import PorterError
from courseporter.targets.openedx.keys import CourseKey
from courseporter.targets.openedx.runs import Run
from courseporter.targets.openedx.session import Session

# Settings that authors change under “Advanced settings” and that an import would reset.
ADVANCED = (
    "advanced_modules",
    "allow_anonymous",
    "allow_proctoring_opt_out",
    "catalog_visibility",
    "certificates_display_behavior",
    "course_visibility",
    "days_early_for_beta",
    "discussion_blackouts",
    "discussion_topics",
    "display_coursenumber",
    "display_organization",
    "due_date_display_format",
    "enable_timed_exams",
    "hide_progress_tab",
    "info_sidebar_name",
    "invitation_only",
    "lti_passports",
    "max_attempts",
    "max_student_enrollments_allowed",
    "mobile_available",
    "rerandomize",
    "show_calculator",
    "show_reset_button",
    "showanswer",
    "teams_configuration",
)


class Details(msgspec.Struct, kw_only=True):
    """What was read; `complete` is false when the site didn't give all of it."""

    title: str = ""
    settings: dict[str, object] = {}
    about: dict[str, str] = {}
    graders: list[dict[str, object]] | None = None
    cutoffs: dict[str, object] | None = None
    complete: bool = True


class _About(msgspec.Struct):
    title: str | None = None
    overview: str | None = None
    short_description: str | None = None
    language: str | None = None
    course_image_name: str | None = None
    self_paced: bool | None = None
    start_date: str | None = None
    end_date: str | None = None
    enrollment_start: str | None = None
    enrollment_end: str | None = None


class _Grader(msgspec.Struct):
    type: str = ""
    short_label: str | None = None
    min_count: float = 1
    drop_count: float = 0
    weight: float = 0


class _Policy(msgspec.Struct):
    graders: list[_Grader] = []
    grade_cutoffs: dict[str, object] = {}


class _Grading(msgspec.Struct):
    course_details: _Policy = msgspec.field(default_factory=_Policy)


class _Setting(msgspec.Struct):
    value: object = None


def read_details(session: Session, key: CourseKey, run: Run) -> Details:
    """Read what can be read; a part that the site refuses is skipped."""
    details = Details(title=run.title)
    details.settings = {
        "start": run.schedule.start,
        "end": run.schedule.end,
        "enrollment_start": run.schedule.enrollment_start,
        "enrollment_end": run.schedule.enrollment_end,
    }
    if run.pacing_type is not None:
        details.settings["self_paced"] = run.pacing_type == "self_paced"
    for read in (_advanced, _about, _grading):
        try:
            read(session, key, details)
        except PorterError as error:
            if error.code not in ("remote_missing", "permission_error", "response_invalid"):
                details.complete = False
                continue
            details.complete = details.complete and read is _advanced
    details.settings = {
        name: value for name, value in details.settings.items() if value not in (None, "")
    }
    return details


def _about(session: Session, key: CourseKey, details: Details) -> None:
    found = session.studio.get(f"/api/contentstore/v1/course_details/{key}").decode(_About)
    details.title = details.title or found.title or ""
    details.about = {
        name: text
        for name, text in (
            ("overview", found.overview),
            ("short_description", found.short_description),
        )
        if text
    }
    given = {
        "language": found.language,
        "course_image": found.course_image_name,
        "self_paced": found.self_paced,
        "start": found.start_date,
        "end": found.end_date,
        "enrollment_start": found.enrollment_start,
        "enrollment_end": found.enrollment_end,
    }
    details.settings |= {name: value for name, value in given.items() if value not in (None, "")}


def _grading(session: Session, key: CourseKey, details: Details) -> None:
    found = session.studio.get(f"/api/contentstore/v1/course_grading/{key}").decode(_Grading)
    policy = found.course_details
    details.graders = [
        {
            "type": one.type,
            "short_label": one.short_label or "",
            "min_count": int(one.min_count),
            "drop_count": int(one.drop_count),
            "weight": one.weight / 100,
        }
        for one in policy.graders
    ]
    details.cutoffs = policy.grade_cutoffs


def _advanced(session: Session, key: CourseKey, details: Details) -> None:
    answer = session.studio.get(f"/api/contentstore/v0/advanced_settings/{key}")
    found = answer.decode(dict[str, _Setting])
    details.settings |= {
        name: found[name].value
        for name in ADVANCED
        if name in found and found[name].value is not None
    }
