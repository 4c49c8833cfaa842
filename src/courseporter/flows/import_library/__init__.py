"""Importing a course into a content library, and taking it back."""

from courseporter.flows.import_library import plan, undo, write
from courseporter.jobs.flow import Flow, Step

IMPORT_LIBRARY = Flow(
    "import_library",
    1,
    (
        Step("check", plan.check, 0.05),
        Step("plan", plan.plan, 0.3),
        Step("write", write.write, 0.55),
        Step("verify", write.verify, 0.05),
        Step("report", write.report, 0.05),
    ),
)

UNDO_LIBRARY = Flow(
    "undo_library",
    1,
    (
        Step("check", undo.check, 0.1),
        Step("plan", undo.plan, 0.3),
        Step("write", undo.write, 0.5),
        Step("report", undo.report, 0.1),
    ),
)

__all__ = ["IMPORT_LIBRARY", "UNDO_LIBRARY"]
