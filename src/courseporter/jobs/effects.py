"""Writes to a remote system, each of them once: a journal, and what is done after a doubt.

No client alone can write exactly once; it can when the remote system can be asked, or takes the
same request twice for one.  Before a request goes out its intent is committed, after the answer its
outcome.  An intent without outcome is in doubt: the request may have been lost, be done, or still
be at work.  So we wait until no request of ours can be at work any more, look, and only then send.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import BinaryIO, Literal, Protocol, TypeVar

import msgspec
from sqlalchemy import Connection, bindparam, delete, insert, select, update

from courseporter.errors import (
    AuthError,
    ConflictError,
    PorterError,
    RejectedError,
    TransientError,
    _,
)
from courseporter.jobs import lease as leases
from courseporter.jobs.run import Run
from courseporter.store.clock import now_ms
from courseporter.store.schema import effect as table

BATCH = 50  # two commits for this many writes
SURE_SECONDS = leases.LEASE_MS / 1000 / 2  # so long the lease is ours, and an intent is fresh


@dataclass(frozen=True)
class FileBody:
    """A body that is streamed: `open` gives its bytes from the start, as often as it is sent."""

    open: Callable[[], BinaryIO]
    size: int
    sha256: str

    @classmethod
    def of(cls, path: Path) -> FileBody:
        """A file on disk, hashed block by block."""
        with path.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        return cls(lambda: path.open("rb"), path.stat().st_size, sha256)


Body = TypeVar("Body", bytes, FileBody)
Body_contra = TypeVar("Body_contra", bytes, FileBody, contravariant=True)


class RemoteSystem(Protocol[Body_contra]):
    """What takes the writes.

    `repeatable`: the same key and body twice are one write there (overwriting, idempotency keys).
    `searchable`: `find` says whether a key is there.  `quarantine`: seconds for which a request
    may still be at work there after nobody waits for it.
    """

    repeatable: bool
    searchable: bool
    quarantine: float

    def find(self, key: str) -> str | None:
        """Return the remote system's name for what was written under this key; None if nothing."""
        ...

    def send(self, key: str, body: Body_contra) -> str:
        """Write, and give the remote system's own name for it.

        Raises RejectedError (refused: it does not exist), TransientError; with `not_done` in its
        metadata when it is certain that nothing was done, as after 429 or a refused connection.
        """
        ...


class Effect(msgspec.Struct, frozen=True):
    """One row of the journal.  What is still `intent` in a result stays in doubt: ask a person."""

    key: str
    state: Literal["intent", "done", "rejected"]
    tries: int
    at: int
    request_sha256: str
    target_ref: str | None = None
    response: dict[str, object] | None = None


def deliver(
    run: Run, bodies: Mapping[str, Body], remote: RemoteSystem[Body], *, doubts: int = 0
) -> dict[str, Effect]:
    """Write each body under its key, once, in whatever state an earlier run left the journal.

    Gives the journal's rows.  Snoozes the job while a doubt may not be looked into yet.  Raises
    what `send` raises, LeaseLost, Canceled, Paused, Stopped; what was done by then is recorded.
    `doubts` is how many writes one after the other may end in doubt without stopping the others.
    """
    rest, found = iter(bodies.items()), dict[str, Effect]()
    while batch := dict(islice(rest, BATCH)):
        _deliver(run, batch, remote, doubts)
        found |= journal(run, batch)
    return found


def deliver_each(
    run: Run, bodies: Iterable[tuple[str, Body]], remote: RemoteSystem[Body]
) -> Iterator[Effect]:
    """As `deliver`, for any number of writes: bodies are taken, and rows given, batch by batch.

    The time is linear in their number, and the memory that of one batch.
    """
    rest = iter(bodies)
    while batch := dict(islice(rest, BATCH)):
        _deliver(run, batch, remote, 0)
        known = journal(run, batch)
        yield from (known[key] for key in batch)


def journal(run: Run, keys: Collection[str] | None = None) -> dict[str, Effect]:
    """What is known of the job's writes, by key; of these keys alone when they are given."""
    columns = [table.c[name] for name in Effect.__struct_fields__]
    query = select(*columns).where(table.c.job_id == run.job.id)
    if keys is not None:
        query = query.where(table.c.key.in_(sorted(keys)))
    with run.store.read() as connection:
        rows = connection.execute(query).all()
    named = (dict(zip(Effect.__struct_fields__, row, strict=True)) for row in rows)
    return {effect.key: effect for effect in msgspec.convert(list(named), list[Effect])}


def _deliver(run: Run, bodies: dict[str, Body], remote: RemoteSystem[Body], limit: int) -> None:
    known = journal(run, bodies)
    doubts = [known[key] for key in bodies if key in known and known[key].state == "intent"]
    _same_bytes(run, bodies, doubts)
    unknown: set[str] = set()
    if doubts and not remote.repeatable:
        if remote.searchable:
            _wait(run, doubts, remote)
            _look(run, doubts, remote)
            known = journal(run, bodies)
        else:
            unknown = {doubt.key for doubt in doubts}
    due = [
        key
        for key in bodies
        if key not in unknown and (key not in known or known[key].state == "intent")
    ]
    if due:
        sure_until = _now() + SURE_SECONDS
        _intend(run, {key: bodies[key] for key in due}, known)
        _send(run, {key: bodies[key] for key in due}, remote, sure_until, limit)


def _same_bytes(run: Run, bodies: Mapping[str, Body], doubts: list[Effect]) -> None:
    """A request in doubt may be repeated only as it was."""
    for doubt in doubts:
        if doubt.request_sha256 != _hash(bodies[doubt.key]):
            raise ConflictError(
                _(
                    "“{key}” has changed since it was sent.",
                    key=doubt.key,
                ),
                _("Check whether it exists at the destination, then start a new job."),
                f"job {run.job.id}",
                code="idempotency_mismatch",
            )


def _wait(run: Run, doubts: list[Effect], remote: RemoteSystem[Body]) -> None:
    """Let go of the job until no earlier request can be at work any more."""
    with run.store.read() as connection:
        now = connection.execute(select(now_ms())).scalar_one()
    # a request goes out within SURE_SECONDS after its intent
    quarantine = remote.quarantine + SURE_SECONDS
    left = quarantine_left(max(doubt.at for doubt in doubts), now, quarantine)
    if left > 0:
        run.snooze(left, "remote")


def quarantine_left(at: int, now: int, quarantine: float) -> float:
    """Seconds until a request of that time has surely ended; a clock set back adds nothing."""
    return min(quarantine, at / 1000 + quarantine - now / 1000)


def _look(run: Run, doubts: list[Effect], remote: RemoteSystem[Body]) -> None:
    found = {doubt.key: remote.find(doubt.key) for doubt in doubts}
    _record(run, {key: ("done", ref) for key, ref in found.items() if ref is not None})


def _intend(run: Run, bodies: Mapping[str, Body], known: Mapping[str, Effect]) -> None:
    def write(connection: Connection) -> None:
        fresh = [
            {"key": key, "request_sha256": _hash(body)}
            for key, body in bodies.items()
            if key not in known
        ]
        again = [{"this": key, "tries": known[key].tries + 1} for key in bodies if key in known]
        common = {"state": "intent", "fence": run.lease.fence, "at": now_ms()}
        if fresh:
            made = insert(table).values(job_id=run.job.id, tries=1, **common)
            connection.execute(made, fresh)
        if again:
            mine = (table.c.job_id == run.job.id) & (table.c.key == bindparam("this"))
            change = update(table).where(mine).values(tries=bindparam("tries"), **common)
            connection.execute(change, again)

    run.tick()  # whoever stops a job stops it here, before anything goes out
    with run.store.write() as connection:
        leases.heartbeat(connection, run.lease)
        write(connection)


_Outcomes = dict[str, tuple[str, str | None]]


def _send(
    run: Run, bodies: Mapping[str, Body], remote: RemoteSystem[Body], sure_until: float, limit: int
) -> None:
    outcomes: _Outcomes = {}
    untouched = set(bodies)  # nothing was sent for these, or surely nothing was done
    doubtful, allowed = list[str](), limit
    try:
        for key, body in bodies.items():
            run.tick()
            if _now() > sure_until:  # it took long, or the computer slept: is the lease still ours?
                sure_until = _now() + SURE_SECONDS
                _refresh(run, untouched)
            untouched.discard(key)
            try:
                outcomes[key] = _outcome(key, body, remote)
                limit = len(doubtful) + allowed
            except PorterError as error:
                if error.metadata.get("not_done") or isinstance(error, AuthError):
                    untouched.add(key)
                elif isinstance(error, TransientError) and len(doubtful) < limit:
                    doubtful.append(key)
                    continue
                raise
    finally:
        _record(run, outcomes, untouched, doubtful)


def _refresh(run: Run, keys: Collection[str]) -> None:
    """Make sure of the lease, and let the intents that are still to be sent be of now."""
    mine = table.c.job_id == run.job.id
    with run.store.write() as connection:
        leases.heartbeat(connection, run.lease)
        late = update(table).where(mine, table.c.key.in_(sorted(keys)))
        connection.execute(late.values(at=now_ms()))


def _outcome(key: str, body: Body, remote: RemoteSystem[Body]) -> tuple[str, str | None]:
    try:
        return "done", remote.send(key, body)
    except RejectedError as error:
        return "rejected", error.message


def _record(
    run: Run,
    outcomes: _Outcomes,
    untouched: Collection[str] = (),
    doubtful: Collection[str] = (),
) -> None:
    """Commit what is certain now, also when the job is about to stop."""
    if not outcomes and not untouched and not doubtful:
        return
    mine = table.c.job_id == run.job.id
    with run.store.write() as connection:
        leases.heartbeat(connection, run.lease)
        if outcomes:
            this = mine & (table.c.key == bindparam("this"))
            change = (
                update(table)
                .where(this)
                .values(
                    state=bindparam("state"),
                    at=now_ms(),
                    target_ref=bindparam("target_ref"),
                    response=bindparam("response"),
                )
            )
            connection.execute(change, [_row(key, *what) for key, what in outcomes.items()])
        if untouched:
            connection.execute(delete(table).where(mine, table.c.key.in_(sorted(untouched))))
        if doubtful:  # their requests have gone out: none of them can still be about to
            gone = now_ms() - round(SURE_SECONDS * 1000)
            late = update(table).where(mine, table.c.key.in_(sorted(doubtful)))
            connection.execute(late.values(at=gone))


def _row(key: str, state: str, answer: str | None) -> dict[str, object]:
    done = state == "done"
    return {
        "this": key,
        "state": state,
        "target_ref": answer if done else None,
        "response": None if done else {"message": answer},
    }


def _hash(body: bytes | FileBody) -> str:
    return body.sha256 if isinstance(body, FileBody) else hashlib.sha256(body).hexdigest()


def _now() -> float:
    """Seconds that continue while the computer sleeps, where it has such a clock."""
    if hasattr(time, "CLOCK_BOOTTIME"):
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    return time.monotonic()


def conclude(run: Run, key: str, state: Literal["done", "rejected"], answer: str) -> None:
    """Record what looking brought to light about a write that was in doubt.

    `answer` is the remote system's name for what was written, or why it never was.
    """
    _record(run, {key: (state, answer)})
