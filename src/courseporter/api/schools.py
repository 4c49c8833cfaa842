"""Schools: which courses a connection offers, what importing them costs, and the import itself."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec

from courseporter.api.actor import Actor
from courseporter.api.conversion_result import result_of, with_output
from courseporter.api.convert import published
from courseporter.api.imports import enqueue_import
from courseporter.api.inline import PATIENCE_SECONDS, QUEUE, Watch, run_to_end, through_cuts
from courseporter.api.preflight import key_of_request, release, require_destination, untouched
from courseporter.api.results import Result
from courseporter.api.values import View
from courseporter.connections import stored
from courseporter.errors import PorterError, SettingsError, TransientError, _
from courseporter.flows.material import Sites, Sketch
from courseporter.flows.places import place_of
from courseporter.formats.names import url_name
from courseporter.jobs.job import Job
from courseporter.settings import full_path
from courseporter.sources import CourseRef, Estimate, Source
from courseporter.sources.place import Place
from courseporter.sources.registry import detect
from courseporter.store.pace import StoredPace
from courseporter.targets import Destination, Order, Policy, registry
from courseporter.targets import registry as targets
from courseporter.workspace import drafts

MEDIA = ("link", "package", "folder")
MOST_MEGABYTES = 1_000_000


class SchoolCourse(View, frozen=True):
    """One course of a school; what the school doesn't tell is None."""

    id: str
    title: str
    published: bool | None = None
    sections: int | None = None
    lessons: int | None = None
    cover: str | None = None
    bundle: str | None = None


class CourseCost(View, frozen=True):
    """A course with its counts, and what importing it costs."""

    course: SchoolCourse
    estimate: Estimate


class Imported(msgspec.Struct, kw_only=True):
    """One imported course: its draft, and the job to acknowledge."""

    result: Result
    draft: str
    prepared: str


def courses(
    actor: Actor,
    connection: str,
    found: Callable[[SchoolCourse], None] = lambda _course: None,
    tick: Callable[[], None] | None = None,
) -> tuple[SchoolCourse, ...]:
    """Every course of the school, in its order.  Raises PorterError.

    Each is told to `found` as soon as it is known; `tick` may raise to end the call.
    """
    rows: list[SchoolCourse] = []
    with _school(actor, connection, tick) as (place, ctx):
        for ref in detect(place).courses(place, ctx):
            rows.append(_row(ref))
            found(rows[-1])
    return tuple(rows)


def course_costs(
    actor: Actor,
    connection: str,
    course_ids: Sequence[str],
    tick: Callable[[], None] | None = None,
) -> tuple[CourseCost, ...]:
    """These courses with their counts and what importing each costs.  Raises PorterError."""
    with _school(actor, connection, tick) as (place, ctx):
        return tuple(_cost(detect(place), place, key, ctx) for key in course_ids)


def school_cover(actor: Actor, connection: str, address: str) -> bytes:
    """The image of a course, from any host, which doesn't see the key.  Raises PorterError."""
    with _school(actor, connection) as (_place, ctx):
        return ctx.http("media").get(address).body


def school_not_imported(actor: Actor, connection: str) -> tuple[str, ...]:
    """What this connection can't import from its school, in plain sentences.  Asks nobody."""
    with _school(actor, connection) as (place, ctx):
        return tuple(map(str, detect(place).ignored(place, ctx)))


def estimate(actor: Actor, connection: str, course_ids: Sequence[str]) -> Estimate:
    """What importing these courses will cost (all of them when none is named).

    Reads their outlines, nothing else.  Raises PorterError.
    """
    with _school(actor, connection) as (place, ctx):
        source = detect(place)
        keys = course_ids or [ref.key for ref in source.courses(place, ctx)]
        costs = [_cost(source, place, key, ctx).estimate for key in keys]
    return sum_of(costs)


def _cost(source: Source, place: Place, key: str, ctx: Sketch) -> CourseCost:
    ref = source.course(place, key, ctx)
    if ref is None:
        raise _unknown(place, key)
    return CourseCost(
        course=_row(ref), estimate=source.estimate(place, ref, ctx) or Estimate(requests=0)
    )


def sum_of(costs: Sequence[Estimate]) -> Estimate:
    """What importing several courses one after the other costs."""
    points = [one.points for one in costs if one.points is not None]
    sizes = [one.bytes for one in costs if one.bytes is not None]
    return Estimate(
        requests=sum(one.requests for one in costs),
        points=sum(points) if points else None,
        seconds=round(sum(one.seconds for one in costs), 1),
        bytes=sum(sizes) if sizes else None,
    )


def prepare_courses(
    actor: Actor, connection: str, titles: Mapping[str, str], choices: Mapping[str, str]
) -> tuple[str, ...]:
    """Start reading courses of a school into drafts, one job for each; returns the jobs' ids.

    `titles` by the ids of courses.  `choices`: `media` and what belongs to it
    (docs/reference/sources).  Raises SettingsError.
    """
    connection_id, chosen = _asked_again(actor, connection), valid_choices(choices)
    return tuple(
        enqueue_import(actor, connection_id, (key,), chosen, title=title).id
        for key, title in titles.items()
    )


def import_course(
    actor: Actor,
    connection: str,
    course_id: str,
    choices: Mapping[str, str],
    *,
    out: Path | None = None,
    force: bool = False,
    watch: Watch = lambda _job: None,
) -> Imported:
    """Read a course into a draft and, with `out`, write it as a package, in this process.

    The same call after a crash resumes.  Raises PorterError, Canceled.
    """
    began = time.monotonic()
    connection_id = _asked_again(actor, connection)
    choices = valid_choices(choices)

    order = None if out is None else _order(full_path(out), force=force)

    def attempt() -> Imported:
        if order is not None:
            require_destination(actor, registry.writing(order.to.file), order.to, order.policy)
        job = _prepared(actor, connection_id, course_id, choices, watch)
        draft = drafts.of_job(actor.store, job.id)[0].id
        if order is None:
            result = msgspec.structs.replace(result_of(actor, draft), draft=draft)
            return Imported(result=result, draft=draft, prepared=job.id)
        written = published(actor, draft, registry.writing(order.to.file), order, watch)
        result = with_output(result_of(actor, draft), written, order.to.file)
        return Imported(result=result, draft=draft, prepared=job.id)

    imported = through_cuts(attempt)
    imported.result.seconds = time.monotonic() - began
    return imported


def acknowledge_import(actor: Actor, imported: Imported) -> None:
    """The result has reached the user: the same command from now on imports again."""
    release(actor, imported.prepared)
    if imported.result.job is not None:
        release(actor, imported.result.job)


def package_name(course_id: str) -> str:
    """The name of a course's package in a folder of several."""
    return f"{url_name(f'course-{course_id}')}{targets.named(None).suffix}"


def valid_choices(choices: Mapping[str, str]) -> dict[str, str]:
    """The choices without empty ones.  Raises SettingsError naming the option."""
    given = {name: value for name, value in choices.items() if value}
    mode = given.get("media", "link")
    if mode not in MEDIA:
        raise SettingsError(
            _("“{mode}” isn't a valid way to keep media.", mode=mode),
            _("Choose link, package, or folder."),
            "--media",
            code="usage",
        )
    if mode == "folder" and not Path(given.get("media_dir", "")).is_dir():
        raise SettingsError(
            _("Choose a folder for media."),
            _("Create the folder, then name it with --media-dir."),
            "--media-dir",
            code="usage",
        )
    limit = given.get("media_budget", "1")
    if not (limit.isascii() and limit.isdigit() and 0 < int(limit) <= MOST_MEGABYTES):
        raise SettingsError(
            _("“{limit}” isn't a valid size limit for downloads.", limit=limit),
            _("Enter whole megabytes, from 1 to {most}.", most=MOST_MEGABYTES),
            "--media-limit",
            code="usage",
        )
    return given


def _prepared(
    actor: Actor, connection_id: str, course_id: str, choices: Mapping[str, str], watch: Watch
) -> Job:
    options = msgspec.json.encode(dict(choices), order="sorted").decode()
    key = key_of_request("import", connection_id, course_id, options)
    while True:
        job = enqueue_import(actor, connection_id, (course_id,), choices, key=key, queue_name=QUEUE)
        if job.status == "completed" and not untouched(actor, job):
            release(actor, job.id)
            continue
        if job.status == "completed":
            return job
        try:
            return run_to_end(actor, job, watch)
        except PorterError as error:
            raise (_to_be_resumed(error) if error.code == "rate_limited" else error) from None


def _to_be_resumed(error: PorterError) -> PorterError:
    """The same error, with what the user can do about it."""
    return TransientError(
        error.phrase,
        _("What has been read is saved. Run the same command again to continue."),
        error.where,
        code=error.code,
        metadata=error.metadata,
    )


@contextmanager
def _school(
    actor: Actor, connection: str, tick: Callable[[], None] | None = None
) -> Generator[tuple[Place, Sketch]]:
    connection_id = _asked_again(actor, connection)
    place = place_of(actor.store, actor.organisation, connection_id=connection_id)
    sites = Sites(actor.store, actor.organisation, connection_id, tick=tick)
    try:
        yield place, Sketch(actor.store, sites)
    finally:
        sites.close()


def _order(path: Path, *, force: bool) -> Order:
    policy = Policy.OVERWRITE if force else Policy.SKIP
    return Order(to=Destination(path=str(path)), policy=policy, settings={})


def _asked_again(actor: Actor, connection: str) -> str:
    """Return the connection's id; what a used-up quota blocks for hours is tried once more."""
    with actor.store.read() as reading:
        record = stored.find(reading, actor.organisation, connection)
    StoredPace(actor.store).end_long_pauses(f"{record.kind}:{record.id}", PATIENCE_SECONDS)
    return record.id


def _row(ref: CourseRef) -> SchoolCourse:
    return SchoolCourse(
        id=ref.key,
        title=ref.title,
        published=ref.published,
        sections=ref.sections,
        lessons=ref.lessons,
        cover=ref.cover,
        bundle=ref.bundle,
    )


def _unknown(place: Place, key: str) -> SettingsError:
    return SettingsError(
        _("“{name}” has no course with the ID {id}.", name=place.name, id=key),
        _("List its courses with: courseporter courses {name}", name=place.name),
        place.name,
        code="unknown_item",
    )
