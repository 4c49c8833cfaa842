"""What jobs do: prepare reads material into a draft, publish writes a draft to a target."""

from courseporter.flows.prepare import PREPARE
from courseporter.flows.publish import PUBLISH
from courseporter.flows.site import PUBLISH_COURSE, UNDO_PUBLISH
from courseporter.jobs.flow import Flow

FLOWS: dict[str, Flow] = {
    flow.kind: flow for flow in (PREPARE, PUBLISH, PUBLISH_COURSE, UNDO_PUBLISH)
}

__all__ = ["FLOWS", "PREPARE", "PUBLISH", "PUBLISH_COURSE", "UNDO_PUBLISH"]
