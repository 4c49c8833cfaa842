"""The job that writes a draft to a target: check, then write receipt by receipt."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping

import msgspec
from sqlalchemy import Connection

from courseporter.errors import InputError, _
from courseporter.flows.material import Material
from courseporter.jobs.flow import Flow, Step
from courseporter.jobs.job import Json
from courseporter.jobs.run import Run
from courseporter.targets import Destination, Order, Policy, Receipt, Target
from courseporter.targets.registry import named
from courseporter.workspace import drafts, exports, problems, receipts
from courseporter.workspace.stored import StoredDraft

_COLUMNS = {"course_url": "course_url", "studio_url": "studio_url", "task_id": "remote_task_id"}


class Writing(Material):
    """A `Context` that knows how many lessons there are to write, so that progress has an end."""

    def __init__(self, run: Run, lessons: int) -> None:
        super().__init__(run)
        self._lessons = lessons

    def tick(self, done: int, total: int | None, unit: str) -> None:
        """Report progress of this job."""
        super().tick(done, self._lessons if total is None and unit == "lessons" else total, unit)


def order_input(order: Order, draft_id: str, target: Target) -> dict[str, object]:
    """A publish job's input; `order_of` reads it again."""
    to = order.to
    return {
        "draft": draft_id,
        "target": target.name,
        "out": to.path,
        "connection": to.connection,
        "key": to.key,
        "overwrite": order.policy is Policy.OVERWRITE,
        "policy": order.policy.value,
        "course": dict(order.settings),
    }


def order_of(run: Run) -> Order:
    """The job's order."""
    args = run.args
    policy = args.get("policy") or ("overwrite" if args.get("overwrite") else "skip")
    return Order(
        to=destination_of(args),
        job=run.job.id,
        attempt=run.lease.fence,
        policy=Policy(str(policy)),
        settings=msgspec.convert(args.get("course") or {}, dict[str, str | bool]),
    )


def destination_of(args: Json) -> Destination:
    """Where a publish job with this input writes."""
    names = {"path": "out", "connection": "connection", "key": "key"}
    given = {name: args.get(key) for name, key in names.items()}
    return msgspec.convert(given, Destination)


def _target(run: Run) -> Target:
    name = run.args.get("target")
    return named(str(name) if name else None)


def check(run: Run) -> None:
    """Stop before any work when the draft isn't ready or the destination can't be written."""
    draft = drafts.get(run.store, str(run.args["draft"]))
    if draft.state not in ("ready", "exported"):
        raise InputError(
            _("“{title}” is still being imported.", title=draft.title),
            _("Wait for the import to finish."),
            code="course_not_ready",
        )
    order = order_of(run)
    _target(run).require(order.to, order.policy)
    run.save({"to": order.to.where})


def write(run: Run) -> None:
    """Ask the target for one receipt after the other; each is saved together with its cursor."""
    target, order = _target(run), order_of(run)
    draft_id = str(run.args["draft"])
    if run.cursor is None:  # before anything of the draft is read
        with run.store.write() as connection:
            exports.begin(connection, draft_id, run.job.id)
    counts, megabytes = _work(run)
    run.plan(target.parts(counts, megabytes))
    draft = StoredDraft(run.store, draft_id, _course_settings(target, order))
    ctx = Writing(run, counts.get("lesson", 0))
    last: Receipt | None = None
    stream = target.write(draft, order, run.cursor, ctx)
    for receipt in stream:
        last = receipt
        _save(run, stream, receipt, target)
    with run.store.read() as connection:
        counted = problems.counts(connection, draft_id)
    facts = dict(last.facts) if last is not None else {}
    run.finish(summary={**facts, "problems": counted})


def _course_settings(target: Target, order: Order) -> dict[str, str | bool]:
    """The settings of the course that came with this job: they hold for this export alone."""
    names = {one.name for one in target.settings if one.of == "course"}
    return {name: value for name, value in order.settings.items() if name in names}


def _save(run: Run, stream: Iterator[Receipt], receipt: Receipt, target: Target) -> None:
    """One transaction: the receipt, the cursor behind it, the links of the job."""
    job = run.job
    writer = receipts.Writer(job.org_id, job.id, job.draft_id, job.connection_id, target.name)

    def write(connection: Connection) -> None:
        receipts.add(connection, writer, _row(receipt))
        if receipt.state == "done" and receipt.ref is not None:
            exports.keep(connection, str(run.args["draft"]), run.job.id, receipt.ref, receipt.facts)

    if receipt.message is not None:
        run.log("info", "package_written", receipt.message)
    cursor = None if receipt.cursor is None else dict(receipt.cursor)
    try:
        run.save(
            cursor,
            write,
            done=receipt.done,
            total=receipt.total,
            unit=receipt.unit,
            final=False,
            **_columns(receipt),
        )
    except BaseException as error:
        if isinstance(stream, Generator):
            stream.throw(error)
        raise


def _row(receipt: Receipt) -> receipts.Written:
    return receipts.Written(
        key=receipt.key, state=receipt.state, ref=receipt.ref, facts=dict(receipt.facts)
    )


def _columns(receipt: Receipt) -> dict[str, object]:
    """The job's own columns that this receipt fills."""
    facts = receipt.facts
    return {column: facts[name] for name, column in _COLUMNS.items() if facts.get(name)}


def _work(run: Run) -> tuple[Mapping[str, int], float]:
    """What there is to write: nodes and blocks by kind, and megabytes of files."""
    draft_id = str(run.args["draft"])
    with run.store.read() as connection:
        return drafts.counts(connection, draft_id), drafts.weight(connection, draft_id) / 1e6


PUBLISH = Flow("publish", 1, (Step("check", check, 0.01), Step("write", write)))
