"""A course into the archive of a library: the plan, and components per CPU second.

python library.py FOLDER BLOCKS
"""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from courseporter import api
from courseporter.api import libraries
from courseporter.api.libraries import LibraryOptions
from fakes.material import simple_template


def peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure(work: Path, blocks: int) -> dict[str, float]:
    """Seconds of a plan into nothing and into what is there; CPU seconds, memory of an import."""
    work.mkdir(parents=True, exist_ok=True)
    course = simple_template(work / "course.zip", lessons=blocks // 2)  # a page and a question each
    actor = api.start(work / "home")
    try:
        draft = libraries.draft_for_library(actor, course)
        options = LibraryOptions(to=str(work / "library.zip"), level="component")
        first = seconds_of(lambda: libraries.plan_library(actor, draft, options))
        before, began = peak(), time.process_time()
        libraries.import_into_library(actor, draft, options)
        written = time.process_time() - began
        again = seconds_of(lambda: libraries.plan_library(actor, draft, options))
    finally:
        api.stop(actor)
    return {"plan": first, "again": again, "written": written, "grown": peak() - before}


def seconds_of(work: object) -> float:
    began = time.monotonic()
    work()
    return time.monotonic() - began


if __name__ == "__main__":
    print(json.dumps(measure(Path(sys.argv[1]), int(sys.argv[2]))))
