"""A draft as the archive of a new library."""

from __future__ import annotations

from collections.abc import Collection as Chosen
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from courseporter.context import Context
from courseporter.disk.staging import staged
from courseporter.formats.names import url_name
from courseporter.model import Asset, Course
from courseporter.targets import Draft
from courseporter.targets.library.archive import Archive
from courseporter.targets.library.components import Components
from courseporter.targets.library.decompose import Decomposition
from courseporter.targets.library.entities import (
    Component,
    Container,
    Level,
    Unsupported,
    library_title,
)
from courseporter.targets.olx.arrange import arrange
from courseporter.targets.olx.identity import course_identity

STEP = 100  # entities between two reports of progress


class Exported(NamedTuple):
    """What was written."""

    counts: Mapping[str, int]
    unsupported: tuple[Unsupported, ...]


def export(
    draft: Draft, level: Level, out: Path, ctx: Context, only: Chosen[str] | None = None
) -> Exported:
    """Write the draft as a new library; `out` appears when it's whole.  Raises PorterError."""
    assets: dict[str, Asset] = {asset.path: asset for asset in draft.assets()}
    components = Components(draft.course.language, assets, ctx.open_asset)
    parts = Decomposition(level, components, only)
    counts: dict[str, int] = {}
    unsupported: list[Unsupported] = []
    with Archive(ctx.scratch, ctx.open_asset) as archive:
        for number, part in enumerate(parts.take(arrange(draft.nodes()))):
            if isinstance(part, Component):
                archive.add_component(part)
            elif isinstance(part, Container):
                archive.add_container(part)
            else:
                unsupported.append(part)
                continue
            kind = part.kind if isinstance(part, Container) else "component"
            counts[kind] = counts.get(kind, 0) + 1
            if not number % STEP:
                ctx.tick(number, None, "items")
        archive.add_collection(parts.collection(draft.course))
        archive.add_package(*library_of(draft.course))
        with staged(out) as stream:
            archive.write(stream, lambda: ctx.tick(0, None, "items"))
    return Exported(counts, tuple(unsupported))


def library_of(course: Course) -> tuple[str, str, str]:
    """Key, title and description of a library that doesn't exist yet."""
    org, number, _run = course_identity(course)
    slug = url_name(number.lower()).strip("-_") or "course"
    return f"lib:{org}:{slug}", library_title(course.title), ""
