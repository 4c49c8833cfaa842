"""The kinds of job there are.  Each is loaded when its first job is run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Final

from courseporter.jobs.flow import Flow

MODULES: Final = {  # kind of job: where its Flow is, under its kind in capitals
    "prepare": "courseporter.flows.prepare",
    "publish": "courseporter.flows.publish",
    "publish_course": "courseporter.flows.site",
    "undo_publish": "courseporter.flows.site",
    "import_rows": "courseporter.flows.import_rows",
    "undo_rows": "courseporter.flows.import_rows",
    "import_library": "courseporter.flows.import_library",
    "undo_library": "courseporter.flows.import_library",
}


class Flows(Mapping[str, Flow]):
    """Flows by their kind."""

    def __getitem__(self, kind: str) -> Flow:
        flow: Flow = getattr(import_module(MODULES[kind]), kind.upper())
        return flow

    def __iter__(self) -> Iterator[str]:
        return iter(MODULES)

    def __len__(self) -> int:
        return len(MODULES)


FLOWS: Final = Flows()
