"""What the publish card says about a running job."""

from __future__ import annotations

from courseporter.api.values import ErrorView, JobRow
from courseporter.errors import _

STAGES = {
    "check": _("Checking"),
    "package": _("Writing the package"),
    "look_up": _("Looking up the course"),
    "plan": _("Planning"),
    "create": _("Creating the course run"),
    "keep": _("Saving a copy of the current course"),
    "upload": _("Uploading"),
    "processing": _("Waiting for the import"),
    "read_back": _("Reading the course back"),
}


def progress_of(job: JobRow, status: str) -> str:
    """What a running job is doing."""
    stage = str(STAGES.get(job.stage, _("Starting")))
    return " · ".join(part for part in (stage, status) if part)


def error_words(error: ErrorView) -> str:
    """What stopped the job, and what to do."""
    return f"{error.message} {error.hint or ''}".strip()
