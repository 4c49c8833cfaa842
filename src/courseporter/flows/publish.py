"""The job that writes a draft to a target: check, write (render, pack, read back), deliver."""

from __future__ import annotations

import glob
import hashlib
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import msgspec

from courseporter.errors import ConflictError, InputError, StoreAway
from courseporter.flows.material import Material, measured
from courseporter.jobs.flow import Flow, Step
from courseporter.jobs.job import Json
from courseporter.jobs.run import Run
from courseporter.targets.olx import OlxTarget
from courseporter.workspace import drafts, problems
from courseporter.workspace.stored import StoredDraft

_LONGEST = 180  # bytes of a name that still has room for more behind it


class Writing(Material):
    """A `Context` that knows how many lessons there are to write, so that progress has an end."""

    def __init__(self, run: Run, lessons: int) -> None:
        super().__init__(run)
        self._lessons = lessons

    def tick(self, done: int, total: int | None, unit: str) -> None:
        """Report progress of this job."""
        super().tick(done, self._lessons if total is None and unit == "lessons" else total, unit)


def check(run: Run) -> None:
    """Stop before any work when the draft is gone, not ready, or the output may not be replaced."""
    draft = drafts.get(run.store, str(run.args["draft"]))
    if draft.state not in ("ready", "exported"):
        raise InputError(
            f"“{draft.title}” is still being prepared.",
            "Wait for its import.",
            code="course_not_ready",
        )
    out = Path(str(run.args["out"]))
    if not run.args.get("overwrite"):
        _refuse_existing(out)
    run.save({"out": str(out)})


def _refuse_existing(out: Path) -> None:
    if out.exists():
        raise ConflictError(
            f"“{out.name}” exists already.",
            "Choose another name, or allow it to be replaced (--force).",
            str(out),
        )


def write(run: Run) -> None:
    """Write and verify the package beside its place, then move it there.

    The checkpoint between the two is its size, its hash and the name it has until it is moved.
    """
    out = Path(str(run.args["out"]))
    written = run.cursor or _write_package(run, out)
    staging = _staging(run, out, written)
    if not staging.exists() and not _is_there(out, str(written["sha256"])):
        written = _write_package(run, out)  # somebody tidied up after a crash
        staging = _staging(run, out, written)
    _deliver(run, staging, out, str(written["sha256"]))
    run.log("info", "package_written", f"Wrote {out}, read it back and compared it.")
    run.save(
        dict(written),
        lambda connection: drafts.set_exported(connection, str(run.args["draft"]), str(out)),
    )
    facts = {name: written[name] for name in ("sha256", "bytes")}
    with run.store.read() as connection:
        told = problems.counts(connection, str(run.args["draft"]))
    run.finish(summary={"path": str(out), **facts, "problems": told})


def _staging(run: Run, out: Path, written: Json) -> Path:
    return out.with_name(str(written.get("staging") or _prefix(out, run.job.id)))


def _write_package(run: Run, out: Path) -> dict[str, object]:
    """A worker that hung and wakes may still write: each lease has a name of its own."""
    prefix = _prefix(out, run.job.id)
    for left in out.parent.glob(f"{glob.escape(prefix)}*"):
        left.unlink(missing_ok=True)
    staging = out.with_name(f"{prefix}.{run.lease.fence}")
    draft = StoredDraft(run.store, str(run.args["draft"]), course_changes(run))
    counts, megabytes = _work(run)
    run.plan(parts(counts, megabytes))
    try:
        done = OlxTarget().write(draft, staging, Writing(run, counts.get("lesson", 0)))
        written: dict[str, object] = {"sha256": done.sha256, "bytes": done.bytes}
        written["staging"] = staging.name
        run.save(written)
    except StoreAway:  # it may be saved: the next attempt takes the package, or removes it
        raise
    except BaseException:
        with suppress(OSError):  # the disk may be read-only, which is what is to be told
            staging.unlink()
        raise
    return written


def _work(run: Run) -> tuple[dict[str, int], float]:
    """What there is to write: places and blocks by kind, and megabytes of files."""
    draft_id = str(run.args["draft"])
    with run.store.read() as connection:
        return drafts.counts(connection, draft_id), drafts.weight(connection, draft_id) / 1e6


def parts(counts: Mapping[str, int], megabytes: float) -> dict[str, float]:
    """The units in which writing counts, with milliseconds of work as they were measured."""
    lessons = counts.get("lesson", 0)
    return {
        "lessons": 0.16 * lessons,
        "MB packed": 3.4 * megabytes if counts.get("package") else 0.0,
        "MB": 3.3 * megabytes,
        "MB checked": 1.1 * megabytes + 0.02 * lessons,
        "rows compared": 0.03 * lessons,
    }


def _deliver(run: Run, staging: Path, out: Path, sha256: str) -> None:
    """Move the verified package to its place; after a crash, look first whether it is there."""
    if staging.exists():
        if not run.args.get("overwrite"):
            _refuse_existing(out)
        os.replace(staging, out)  # noqa: PTH105 - the one atomic step, by its system name
        _sync_folder(out.parent)
    elif not _is_there(out, sha256):
        raise InputError(
            f"The package for “{out.name}” vanished before it could be moved.",
            "Start the export again.",
            str(out),
        )


def course_changes(run: Run) -> dict[str, str | bool]:
    """The settings of the course that came with this export (org, number, run, for SCORM)."""
    return msgspec.convert(run.args.get("course") or {}, dict[str, str | bool])


def _prefix(out: Path, job: str) -> str:
    name = out.name if len(os.fsencode(out.name)) <= _LONGEST else _hash(out.name)
    return f".{name}.{_hash(job)[:8]}"


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _is_there(out: Path, sha256: str) -> bool:
    if not out.is_file():
        return False
    with out.open("rb") as stream:
        return measured(stream).sha256 == sha256


def _sync_folder(folder: Path) -> None:
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


PUBLISH = Flow("publish", 1, (Step("check", check, 0.01), Step("write", write)))
