"""Publishing to an Open edX site, and taking it back: jobs that survive a crash at any point.

Each step ends with a commit; what it learned is in the job's metadata.  The stages `upload` and
`processing` are those from which the state of seed 001, section 6, is derived.
"""

from courseporter.flows.site import arrive, confirm, prepare, send, undo
from courseporter.jobs.flow import Flow, Step

PUBLISH_COURSE = Flow(
    "publish_course",
    1,
    (
        Step("check", prepare.check, 0.01),
        Step("package", prepare.package, 0.2),
        Step("look_up", prepare.look_up, 0.02),
        Step("plan", arrive.plan, 0.01),
        Step("create", arrive.create, 0.02),
        Step("keep", arrive.keep, 0.1),
        Step("upload", send.upload, 0.25),
        Step("processing", send.follow, 0.2),
        Step("read_back", confirm.read_back, 0.2),
    ),
)
UNDO_PUBLISH = Flow(
    "undo_publish",
    1,
    (
        Step("package", undo.prepare_undo, 0.1),
        Step("upload", send.upload, 0.3),
        Step("processing", send.follow, 0.3),
        Step("read_back", confirm.read_back, 0.3),
    ),
)

__all__ = ["PUBLISH_COURSE", "UNDO_PUBLISH"]
