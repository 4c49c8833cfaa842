"""What jobs do: prepare reads material into a draft, publish writes a draft to a target."""

from courseporter.flows.import_library import IMPORT_LIBRARY, UNDO_LIBRARY
from courseporter.flows.import_rows import IMPORT_ROWS, UNDO_ROWS
from courseporter.flows.prepare import PREPARE
from courseporter.flows.publish import PUBLISH
from courseporter.flows.site import PUBLISH_COURSE, UNDO_PUBLISH
from courseporter.jobs.flow import Flow

FLOWS: dict[str, Flow] = {
    flow.kind: flow
    for flow in (
        PREPARE,
        PUBLISH,
        PUBLISH_COURSE,
        UNDO_PUBLISH,
        IMPORT_ROWS,
        UNDO_ROWS,
        IMPORT_LIBRARY,
        UNDO_LIBRARY,
    )
}

__all__ = [
    "FLOWS",
    "IMPORT_LIBRARY",
    "IMPORT_ROWS",
    "PREPARE",
    "PUBLISH",
    "PUBLISH_COURSE",
    "UNDO_LIBRARY",
    "UNDO_PUBLISH",
    "UNDO_ROWS",
]
