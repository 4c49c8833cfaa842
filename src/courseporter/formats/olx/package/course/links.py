"""Links to blocks of the course, and to other runs of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from courseporter.errors import Capped, Problem
from courseporter.formats.olx.package.index import Index
from courseporter.formats.olx.package.problems import problem
from courseporter.formats.olx.package.walk import Walk


def link_problems(index: Index, walk: Walk, values: Mapping[str, str]) -> Iterator[Problem]:
    """One problem per target that doesn't exist, with the first file that links to it."""
    listed = Capped()
    if not walk.is_cut_off():
        listed.add(
            problem("link_target_missing", detail=name, where=path)
            for name, path in index.references.blocks.items()
            if hash(name) not in walk.names and name != "course"
        )
    own = "+".join(values.get(name, "") for name in ("org", "course", "url_name"))
    listed.add(
        problem("link_other_run", detail=run, where=path)
        for run, path in index.references.runs.items()
        if run != own
    )
    yield from listed.problems()
