"""Undo of a publish job: the course as it was before, or empty, is imported again."""

from __future__ import annotations

import shutil
from pathlib import Path

from courseporter.disk.staging import staged
from courseporter.errors import InputError, _
from courseporter.flows.material import limits_of, measured
from courseporter.flows.site import state as states
from courseporter.flows.site.state import State, load, save
from courseporter.formats.gzip_stream import GzipWriter
from courseporter.formats.tar import TarWriter
from courseporter.jobs import queue
from courseporter.jobs.run import Run
from courseporter.targets.openedx.details import Details
from courseporter.targets.openedx.expected import read_expected
from courseporter.targets.openedx.keep import course_files
from courseporter.targets.openedx.keys import CourseKey
from courseporter.targets.openedx.runs import START


def prepare_undo(run: Run) -> None:
    """Take what the publish job kept, or write an empty course."""
    state = load(run)
    with run.store.read() as connection:
        parent = queue.get(connection, str(run.args["job"]))
    earlier = states.load_from(parent)
    path = states.folder_of(run.store, run.job.id) / "package.tar.gz"
    if earlier.kept is not None:
        _take(Path(earlier.kept), path)
    else:
        title = earlier.before.title if earlier.before else earlier.title
        write_empty(path, state.course, title or earlier.title)
    with path.open("rb") as stream:
        stored = measured(stream)
    state.package, state.sha256, state.bytes = str(path), stored.sha256, stored.size
    state.title = read_expected(path, limits_of(run.store), run.tick).title
    state.existed, state.ours = True, earlier.created
    state.plan = [str(line) for line in undo_lines(earlier)]
    state.unkept = earlier.unkept
    save(run, state, final=True)


def _take(kept: Path, path: Path) -> None:
    if not kept.is_file():
        raise InputError(
            _("The copy of the earlier course no longer exists."),
            _("Restore the course from a Studio export, if you have one."),
            str(kept),
            code="not_found",
        )
    with kept.open("rb") as source, staged(path) as target:
        shutil.copyfileobj(source, target, 1 << 20)


def write_empty(path: Path, key: CourseKey, title: str) -> None:
    """A course without sections."""
    details = Details(title=title, settings={"start": START, "self_paced": True}, graders=[])
    with staged(path) as stream:
        packed = GzipWriter(stream)
        tar = TarWriter(packed)
        for name, data in course_files(key, None, details):
            tar.add(f"course/{name}".encode(), data)
        tar.close()
        packed.close()


def undo_lines(earlier: State) -> list[object]:
    """What undo does and what it can't, in words: said before and after."""
    lines: list[object] = []
    if earlier.kept is None:
        lines.append(_("Empty the course {key}.", key=earlier.key))
    else:
        lines.append(
            _(
                "Restore “{title}” as it was: {units} units.",
                title=earlier.before.title if earlier.before else earlier.title,
                units=earlier.kept_units,
            )
        )
    if earlier.created:
        lines.append(_("The course run stays: Open edX can't delete it."))
    lines.append(_("Files and pages that publishing added stay in Studio."))
    lines += [_("Can't be restored: {what}.", what=what) for what in earlier.unkept[:20]]
    return lines
