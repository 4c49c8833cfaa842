"""The job that reads material into drafts: detect, read, check.  It asks nobody anything."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import cast

import msgspec
from sqlalchemy import Connection

from courseporter.errors import InputError, Problem, _, ngettext, shown
from courseporter.flows.checks import check_draft, target_of
from courseporter.flows.material import Material
from courseporter.flows.old_links import old_links
from courseporter.flows.places import place_of
from courseporter.jobs import queue
from courseporter.jobs.flow import Flow, Step
from courseporter.jobs.job import Job
from courseporter.jobs.run import Run
from courseporter.sources import Chunk, CourseRef, Cursor, Source
from courseporter.sources.place import Place
from courseporter.sources.registry import detect as find_source
from courseporter.sources.registry import named
from courseporter.store.assets import Stored
from courseporter.store.identity import new_id
from courseporter.targets import Checker
from courseporter.workspace import drafts, problems
from courseporter.workspace.saver import ChunkSaver

_PLACE = "place"
UPDATE_OF = drafts.UPDATE_OF


def detect(run: Run) -> None:
    """Find the source, choose the courses, make one draft for each."""
    place = _place(run)
    source = named(str(run.args["source"])) if run.args.get("source") else find_source(place)
    material = Material(run, keep=False)
    try:
        chosen, refs = _chosen(run, place, source, material)
    finally:
        material.close()

    made = [(new_id(), ref) for ref in chosen]
    other = [_others(refs, chosen[0])] if source.takes_all and len(refs) > len(chosen) else []

    def save(connection: Connection) -> None:
        for draft_id, ref in made:
            _make(connection, run, draft_id, ref, place)
        problems.add(connection, made[0][0], "read", other)

    run.save(
        None,
        save,
        final=True,
        draft_id=made[0][0],
        source_course_id=chosen[0].key,
        source_course_title=chosen[0].title,
    )


def _make(connection: Connection, run: Run, draft_id: str, ref: CourseRef, place: Place) -> None:
    drafts.create(
        connection,
        draft_id,
        org_id=run.job.org_id,
        created_by=run.job.created_by,
        job_id=run.job.id,
        source=ref.source,
        version=ref.version,
        key=ref.key,
        title=ref.title,
        address=place.address,
        connection_id=run.job.connection_id,
        options={
            "lessons": ref.lessons,
            "sha256": run.args["sha256"],
            **_choices(run),
            **_purpose(run),
        },
    )


def _purpose(run: Run) -> dict[str, str]:
    """The draft that is compared with this one, for a second import."""
    draft_id = run.args.get(UPDATE_OF)
    return {UPDATE_OF: str(draft_id)} if draft_id else {}


def _chosen(
    run: Run, place: Place, source: Source, material: Material
) -> tuple[list[CourseRef], list[CourseRef]]:
    """The courses to import, and all that the place offers.  Raises InputError for none."""
    keys = msgspec.convert(run.args.get("courses") or (), tuple[str, ...])
    if keys and place.kind == "connection":
        chosen = [_offered(source, place, key, material) for key in keys]
        return chosen, chosen
    refs = list(source.courses(place, material))
    if not refs:
        raise InputError(
            _("“{name}” contains no course.", name=place.name),
            _("Check that the file is complete."),
            place.name,
        )
    if keys:
        return [ref for ref in refs if ref.key in keys] or refs[:1], refs
    return (refs if run.args.get("all") and source.takes_all else refs[:1]), refs


def _offered(source: Source, place: Place, key: str, material: Material) -> CourseRef:
    found = source.course(place, key, material)
    if found is None:
        raise InputError(
            _("“{name}” has no course with the ID {id}.", name=place.name, id=key),
            _("List its courses with: courseporter courses {name}", name=place.name),
            place.name,
            code="unknown_item",
        )
    return found


def _others(refs: list[CourseRef], taken: CourseRef) -> Problem:
    others = ", ".join(f"“{ref.title}”" for ref in refs if ref.key != taken.key)
    return Problem(
        code="other_courses",
        severity="warning",
        message=_(
            "The file contains {count:,} courses. Imported: “{title}”; not imported: {others}.",
            count=len(refs),
            title=taken.title,
            others=others,
        ),
        hint=_("Import the file in the app to get a draft of each course."),
    )


def read(run: Run) -> None:
    """Read each course chunk by chunk; a chunk, its cursor and its ledger are one transaction."""
    begun_before = _PLACE not in run.memory
    place = _place(run)
    try:
        if begun_before:
            _need_same(run, place)
        made, at = _made(run), ReadCursor.of(run.cursor)
        for number in range(at.start([draft.id for draft in made]), len(made)):
            draft = made[number]
            run.plan(named(draft.source).parts, position=number, count=len(made), each="course")
            _read_course(run, place, draft, at if at.draft == draft.id else ReadCursor(draft.id))
    finally:
        place.close()
        del run.memory[_PLACE]


def _made(run: Run) -> list[drafts.DraftRecord]:
    """The drafts of this job that are still there.  Raises InputError when none is."""
    made = drafts.of_job(run.store, run.job.id)
    if not made:
        raise _deleted(run)
    return made


def _deleted(run: Run) -> InputError:
    name = str(run.job.source_course_title or Path(str(run.args.get("path") or "")).name)
    return InputError(
        _("The course of “{name}” was deleted before it was imported.", name=name),
        _("Import the file again, or retry the job to get only its other courses."),
        name,
        code="unknown_item",
    )


def _place(run: Run) -> Place:
    """The place of the job, opened once for the steps that look at it."""
    place = run.memory.get(_PLACE)
    if not isinstance(place, Place):
        place = run.memory[_PLACE] = place_of(
            run.store,
            run.job.org_id,
            path=str(run.args.get("path") or ""),
            connection_id=run.job.connection_id,
            choices=_choices(run),
        )
    return place


def _choices(run: Run) -> dict[str, str]:
    """What whoever imports chose for the source."""
    return msgspec.convert(run.args.get("choices") or {}, dict[str, str])


class ReadCursor(msgspec.Struct, frozen=True):
    """Where reading stands: in which draft, how many of its chunks are stored, the source's cursor.

    A draft has its id as its name: people may delete one while the job waits.
    """

    draft: str = ""
    chunks: int = 0
    source: Cursor = None
    version: int = 0  # of the source's cursors
    done: bool = False  # all of the draft is read

    @classmethod
    def of(cls, saved: Mapping[str, object] | None) -> ReadCursor:
        """From the job's checkpoint."""
        return msgspec.convert(dict(saved or {}), cls)

    def start(self, ids: list[str]) -> int:
        """The position of the next draft to read; ids sort as the drafts were made."""
        if self.draft in ids:
            return ids.index(self.draft) + self.done
        return bisect(ids, self.draft)

    def saved(self) -> dict[str, object]:
        """For the job's checkpoint."""
        return msgspec.structs.asdict(self)


def _read_course(run: Run, place: Place, draft: drafts.DraftRecord, at: ReadCursor) -> None:
    source, ref = named(draft.source), _ref(draft)
    material = Material(run, keep=bool(run.args.get("keep", True)))
    if at.chunks:
        at = _resumed(run, draft, at, source.cursor_version)
    saver, checker = ChunkSaver(run.store, draft.id), target_of(draft).checker()
    whole = not at.chunks and checker is not None
    try:
        for chunk in source.read(place, ref, at.source, material):
            at = ReadCursor(draft.id, at.chunks + 1, chunk.cursor, source.cursor_version)
            stored = material.take()
            _save_chunk(run, saver, chunk, stored, at, ref)
            if whole and checker is not None:
                checker.know(stored)
                checker.take(chunk.nodes)
    finally:
        material.close()
    if whole:
        run.memory[draft.id] = checker
    run.save(ReadCursor(draft.id, done=True).saved())


def _need_same(run: Run, place: Place) -> None:
    """What was detected is read: a file that was replaced meanwhile is another one."""
    place.require()
    if place.fingerprint(lambda _bytes: run.tick()) != run.args["sha256"]:
        raise InputError(
            _("“{name}” has changed since its import began.", name=place.name),
            _("Import it again, or put the original file back and try again."),
            place.address,
        )


def _resumed(run: Run, draft: drafts.DraftRecord, at: ReadCursor, version: int) -> ReadCursor:
    """Where to continue; the start, with an empty draft, when another version wrote the cursor."""
    if at.version == version:
        run.log("info", "resumed", _("Resumed after chunk {number}.", number=at.chunks))
        return at
    fresh = ReadCursor(draft.id)
    message = _("Another version of CoursePorter started this; reading from the beginning.")
    run.log("warning", "started_over", message)
    run.save(fresh.saved(), lambda connection: drafts.empty(connection, draft.id))
    return fresh


def _save_chunk(
    run: Run,
    saver: ChunkSaver,
    chunk: Chunk,
    stored: dict[str, Stored],
    at: ReadCursor,
    ref: CourseRef,
) -> None:

    def write(connection: Connection) -> None:
        if not drafts.hold(connection, at.draft):
            raise _deleted(run)
        saver.save(connection, chunk, stored)
        queue.log_lines(connection, _troubles(run.job.id, chunk))

    run.save(
        at.saved(),
        write,
        done=chunk.done,
        total=chunk.total or ref.lessons,
        unit="lessons",
    )
    saved = ngettext(
        "Part {part}: saved {count} item.",
        "Part {part}: saved {count} items.",
        len(chunk.nodes),
        part=at.chunks,
    )
    run.log("info", "chunk_stored", saved)


def _troubles(job_id: str, chunk: Chunk) -> list[dict[str, object]]:
    """What the job's log tells of a chunk: all that failed, every single one, and all warnings."""
    failed = [
        queue.log_row(
            job_id,
            "error",
            "item_failed",
            _(
                "{kind} “{name}”: {reason}",
                kind=one.kind,
                name=one.ref or one.title,
                reason=one.reason,
            ),
            {},
        )
        for one in chunk.entries
        if one.outcome == "failed"
    ]
    warnings = [
        queue.log_row(job_id, "warning", one.code, one.message, {"where": shown(one.where)})
        for one in chunk.problems
        if one.severity == "warning"
    ]
    return failed + warnings


def _ref(draft: drafts.DraftRecord) -> CourseRef:
    lessons = draft.options.get("lessons")
    return CourseRef(
        source=draft.source,
        version=draft.source_version,
        key=draft.key,
        title=draft.title,
        lessons=lessons if isinstance(lessons, int) else None,
    )


def check(run: Run) -> None:
    """Check every draft against the target and say that it is ready."""
    made = _made(run)
    for draft in made:
        found = tuple(_check(run, draft))
        run.save({"draft": draft.id}, partial(_save_check, draft_id=draft.id, found=found))
    run.finish(summary=drafts.summary(run.store, made))


def _check(run: Run, draft: drafts.DraftRecord) -> Iterable[Problem]:
    """What is wrong with a draft: known already when this process has read the whole of it."""
    checker = cast("Checker | None", run.memory.pop(draft.id, None))
    if checker is not None and not checker.misses_files:
        return (*checker.problems(draft.course), *old_links(run.store, draft))
    return check_draft(run.store, draft)


def _save_check(connection: Connection, draft_id: str, found: tuple[Problem, ...]) -> None:
    problems.replace(connection, draft_id, "check", found)
    drafts.set_state(connection, draft_id, "ready")


def restart(connection: Connection, job: Job) -> None:
    """Remove what an older version had read, before reading starts over."""
    for draft_id in drafts.ids_of_job(connection, job.id):
        drafts.remove(connection, draft_id)


PREPARE = Flow(
    "prepare",
    2,
    (Step("detect", detect, 0.05), Step("read", read), Step("check", check, 0.05)),
    restart,
)
