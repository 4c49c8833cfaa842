"""Rules for a package as a whole: its settings, grading, tabs, links and files."""

from __future__ import annotations

from collections.abc import Iterator

from courseporter.errors import Problem
from courseporter.formats.olx.package.course.files import file_problems
from courseporter.formats.olx.package.course.grading import grading_problems
from courseporter.formats.olx.package.course.groups import needs_problems
from courseporter.formats.olx.package.course.links import link_problems
from courseporter.formats.olx.package.course.settings import (
    course_settings,
    identity_problems,
    policies_of,
    settings_problems,
)
from courseporter.formats.olx.package.course.tabs import tab_problems
from courseporter.formats.olx.package.index import Index
from courseporter.formats.olx.package.overrides import Settings
from courseporter.formats.olx.package.problems import problem
from courseporter.formats.olx.package.walk import Walk

__all__ = ["course_problems", "course_settings", "policies_of"]


def course_problems(index: Index, walk: Walk, policy: Settings) -> Iterator[Problem]:
    """Everything that concerns the package as a whole; `walk` has been walked."""
    course = walk.course()
    values = course.values
    settings: Settings = {**values, **course_settings(policy, values.get("url_name", ""))}
    yield from identity_problems(index, values)
    for fault in course.faults:
        yield problem(fault.code, "course", fault.detail, where=f"course/{values['url_name']}.xml")
    yield from settings_problems(index, values, policy)
    yield from grading_problems(index, walk.graded)
    yield from tab_problems(index, settings.get("tabs"))
    yield from needs_problems(walk.needs, settings)
    yield from link_problems(index, walk, values)
    yield from file_problems(index, walk, settings)
    unused = index.definitions() - walk.reached
    if unused > 0:
        yield problem("orphan_blocks", detail=str(unused), count=unused)
