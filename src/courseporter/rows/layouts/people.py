"""Learners: `enrollments.csv` of the CSV template."""

from __future__ import annotations

from courseporter.errors import _
from courseporter.rows import cells as c
from courseporter.rows.cells import CellError, Cells, Reading
from courseporter.rows.format import RowFormat
from courseporter.rows.row import Seed, dedupe_key


def enrollment(cells: Cells, reading: Reading) -> tuple[Seed, bytes]:
    """A learner and a course."""
    email = cells["email"].strip()
    name, at, domain = email.partition("@")
    if not (name and at and "." in domain) or any(one.isspace() for one in email):
        raise CellError("email_invalid", _("The email address isn't valid."), "email")
    course = cells.get("course_external_id", "").strip() or None
    when = cells.get("enrolled_at", "").strip()
    seed = c.seed_of(
        email=email,
        name=cells.get("name", "").strip() or None,
        course=course,
        date=c.date(cells, "enrolled_at", reading) if when or reading.date else None,
        role=cells.get("role", "").strip() or None,
    )
    return seed, dedupe_key(email.casefold(), course)


FORMATS = (
    RowFormat(
        "enrollments",
        _("Learners and their courses"),
        "enrollments",
        ("email",),
        ("name", "course_external_id", "enrolled_at", "role"),
        enrollment,
        title="email",
        date="enrolled_at",
    ),
)
