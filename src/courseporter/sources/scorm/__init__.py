"""SCORM 1.2 and 2004 packages: the manifest's items become the course, the ZIP travels along."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import BinaryIO, ClassVar, cast

import msgspec

from courseporter.context import Context
from courseporter.errors import InputError, Phrase, Problem, _, ngettext
from courseporter.formats.archive import check_members, pack_folder
from courseporter.formats.scorm_player.choice import MODES
from courseporter.formats.scorm_player.inspection import Inspector
from courseporter.model import Asset, Package, PackageMode
from courseporter.sources import Chunk, CourseRef, Cursor, Source
from courseporter.sources.description import Choice, Sample
from courseporter.sources.place import Place
from courseporter.sources.scorm.items import Item
from courseporter.sources.scorm.layout import Laid
from courseporter.sources.scorm.locate import holds_manifest
from courseporter.sources.scorm.package import ScormPackage

CHUNK = 1000  # items: a commit costs as much as fifty of them


class ScormSource(Source):
    """A SCORM package in a ZIP file or a folder."""

    name: ClassVar[str] = "scorm"
    title: ClassVar[str] = "SCORM package (ZIP)"
    label: ClassVar[str] = "SCORM"
    extensions: ClassVar[tuple[str, ...]] = (".zip",)
    choices: ClassVar[tuple[Choice, ...]] = (
        Choice(
            name="scorm",
            label=_("How should SCORM lessons work?"),
            values=(
                ("play", _("Play in the course")),
                ("plugin", _("Use the SCORM XBlock")),
                ("download", _("Offer a download")),
            ),
            help=_("SCORM lessons: play in the course, use the SCORM XBlock, or offer a download."),
            option="--scorm",
        ),
    )
    not_imported: ClassVar[tuple[Phrase, ...]] = (
        _("Learners' results: a SCORM package contains none."),
        _("Tracking and grades: a SCORM lesson plays in the course but isn't graded."),
        _("Sequencing rules between lessons."),
    )
    sample: ClassVar[Sample | None] = Sample("sample_scorm", "Glazes in ten minutes.zip")
    cursor_version: ClassVar[int] = 2
    parts: ClassVar[Mapping[str, float]] = {"MB": 9, "lessons": 1}

    def accepts(self, place: Place) -> bool:
        """Whether a manifest lies where it belongs; false for what is no archive."""
        try:
            return holds_manifest(place.archive.members)
        except InputError:
            return False

    def courses(self, place: Place, ctx: Context) -> Iterator[CourseRef]:
        """One for each organization with items, the default one first."""
        package = ScormPackage(place.archive, ctx.limits)
        place.memo[self.name] = package
        for organization in package.organizations:
            if organization.items:
                yield CourseRef(
                    source=self.name,
                    version=package.version,
                    key=organization.key,
                    title=package.title_of(organization, place.path.stem),
                    lessons=_lessons(organization.items),
                )

    def ignored(self, place: Place, ctx: Context) -> tuple[Phrase, ...]:
        """What gets lost of this package: grades, and sequencing rules if it has any."""
        found: list[Phrase] = [
            _("Grades and completion of SCORM lessons, unless your site has the SCORM XBlock.")
        ]
        if rules := _parsed(place, ctx).sequencing_rules:
            found.append(
                ngettext(
                    "{count} item with sequencing rules: learners can open it in any order.",
                    "{count} items with sequencing rules: learners can open them in any order.",
                    rules,
                )
            )
        return tuple(found)

    def read(self, place: Place, ref: CourseRef, cursor: Cursor, ctx: Context) -> Iterator[Chunk]:
        """The organization `ref.key` in chunks of 1,000 items; items of the others are skipped.

        The first chunk carries the course and what is odd about the archive, the last one what
        was counted on the way.  The package is kept as an asset with the first lesson of it.
        """
        start = int(cursor["item"]) if cursor else 0
        package = _parsed(place, ctx)
        organization = package.choose(ref.key)
        course = package.course(organization, place.path.stem)
        rows, kept = package.lay(organization, _asset_name(place), _mode(place)), False
        done = 0
        for begin in range(0, package.count, CHUNK):
            batch = list(islice(rows, CHUNK))
            end = begin + len(batch)
            launches = _launches(batch)
            done += _lessons(organization.items[begin:end])
            if begin >= start:
                problems, facts = _opening(place, package, ctx) if begin == 0 else ((), None)
                if end == package.count:
                    problems += package.closing_problems()
                yield Chunk(
                    cursor={"item": end},
                    nodes=tuple(node for row in batch for node in row.nodes),
                    entries=tuple(row.entry for row in batch),
                    problems=problems,
                    assets=(_keep(place, ctx),) if launches and not kept else (),
                    course=course if begin == 0 else None,
                    done=done,
                    facts=facts,
                )
            kept = kept or launches


def _lessons(items: Iterable[Item]) -> int:
    return sum(item.is_lesson for item in items)


def _parsed(place: Place, ctx: Context) -> ScormPackage:
    """The package as `courses` left it, used once: reading adds to its notes."""
    left = place.memo.pop(ScormSource.name, None)
    return left if isinstance(left, ScormPackage) else ScormPackage(place.archive, ctx.limits)


def _mode(place: Place) -> PackageMode:
    """What happens to the lessons, as whoever imports chose."""
    mode = place.choices.get("scorm")
    return mode if mode in MODES else "play"


def _launches(batch: list[Laid]) -> bool:
    return any(isinstance(node.block, Package) for row in batch for node in row.nodes)


def _opening(
    place: Place, package: ScormPackage, ctx: Context
) -> tuple[tuple[Problem, ...], dict[str, object]]:
    """Every member is read once: an archive that lies is refused before anything is kept.

    Meanwhile its texts are looked at for what they would do when played.
    """
    inspector = Inspector(place.name)

    def tick(done: int, total: int) -> None:
        ctx.tick(done >> 20, total >> 20, "MB")

    odd = (*package.opening_problems(), *check_members(place.archive, tick, inspector.watch))
    findings = msgspec.to_builtins(inspector.findings())
    return (*odd, *inspector.problems()), {"scorm_findings": findings}


def _asset_name(place: Place) -> str:
    return place.name if place.path.is_file() else f"{place.name}.zip"


def _keep(place: Place, ctx: Context) -> Asset:
    """The whole package as one asset; a folder is packed first, the same way every time."""
    if place.path.is_file():
        with place.path.open("rb") as stream:
            return ctx.asset(_asset_name(place), stream)
    with tempfile.TemporaryFile(dir=ctx.scratch) as packed:
        file = cast(BinaryIO, packed)
        pack_folder(place.archive, file)
        file.seek(0)
        return ctx.asset(_asset_name(place), file)
