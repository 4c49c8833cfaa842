"""The target `openedx`: seed 001's adapter interface (section 11) over the modules of this room.

The desktop app and the commands publish through `flows/site`, which adds undo, enrolments and the
effect journal; this class offers the same site to whoever speaks the interface of targets.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import ClassVar

from courseporter.context import Context, Limits
from courseporter.errors import LISTED, ConflictError, Problem, SettingsError, TransientError, _
from courseporter.model import Course, OutlineRow
from courseporter.net import FilePart
from courseporter.targets import (
    Ability,
    ConnectionTest,
    CourseStatus,
    Cursor,
    Destination,
    Draft,
    FieldError,
    Order,
    Policy,
    ReadBack,
    Receipt,
    Setting,
    Target,
)
from courseporter.targets.olx import OlxTarget
from courseporter.targets.openedx import imports, runs, waiting
from courseporter.targets.openedx.compare import Comparison
from courseporter.targets.openedx.expected import Expected, read_expected
from courseporter.targets.openedx.keys import CourseKey, parse_key
from courseporter.targets.openedx.session import Session
from courseporter.targets.openedx.status import read_status

Open = Callable[[str, Context], Session]  # by the id of a connection
Test = Callable[[str, Context], ConnectionTest]
Pause = Callable[[float], None]


class OpenEdxTarget(Target):
    """Courses in Studio.  `open_session` opens a connection, `tester` runs its check list, `pause`
    waits between two questions about an import.
    """

    name: ClassVar[str] = "openedx"
    title: ClassVar[str] = "Open edX (Studio)"
    can: ClassVar[frozenset[Ability]] = frozenset(("find", "test", "read_back"))
    settings: ClassVar[tuple[Setting, ...]] = OlxTarget.settings

    def __init__(self, open_session: Open, tester: Test, pause: Pause) -> None:
        self._open = open_session
        self._tester = tester
        self._pause = pause
        self._olx = OlxTarget()

    def outline(self, draft: Draft) -> Iterator[OutlineRow]:
        """The course as it will be written, depth first, streamed."""
        return self._olx.outline(draft)

    def check(self, draft: Draft, limit: int = LISTED) -> Iterable[Problem]:
        """What is wrong with the draft, before anything is written."""
        return self._olx.check(draft, limit)

    def identity(self, course: Course) -> Mapping[str, str]:
        """Organization, number, and run."""
        return self._olx.identity(course)

    def validate(self, values: Mapping[str, str | bool]) -> tuple[FieldError, ...]:
        """What is wrong with these settings."""
        return self._olx.validate(values)

    def require(self, to: Destination, policy: Policy) -> None:
        """The connection and a course key must be named."""
        del policy
        if not to.connection or not to.key:
            raise SettingsError(
                _("Choose a connection and a course key."),
                _("Add a connection to an Open edX site first."),
            )
        parse_key(to.key)

    def find(self, to: Destination, ctx: Context) -> CourseStatus:
        """What the site has under this key."""
        with self._open(to.connection or "", ctx) as session:
            found = read_status(session, parse_key(to.key or ""))
        return CourseStatus(
            exists=found.exists,
            published=found.published,
            last_modified=found.last_modified,
            enrollment_count=found.enrollment_count,
            lms_url=found.lms_url,
            studio_url=found.studio_url,
        )

    def test(self, connection: str, ctx: Context) -> ConnectionTest:
        """Run the check list of a connection."""
        return self._tester(connection, ctx)

    def read_back(self, path: Path, limits: Limits, *, strict: bool = False) -> ReadBack:
        """Read the package that is uploaded."""
        return self._olx.read_back(path, limits, strict=strict)

    def write(self, draft: Draft, order: Order, cursor: Cursor, ctx: Context) -> Iterator[Receipt]:
        """Receipts `package`, `run`, `upload` and `read_back`.

        After a crash between an upload and its receipt, the task is found by the file's name.
        """
        key = parse_key(order.to.key or "")
        path = ctx.scratch / f"openedx-{order.job}.tar.gz"
        done = dict(cursor or {})
        with self._open(order.to.connection or "", ctx) as session:
            if not path.is_file():
                target = OlxTarget(run=(key.org, key.number, key.run))
                target.package(draft, path, ctx)
            expected = read_expected(path, ctx.limits)
            if "run" not in done:
                self._arrive(session, key, expected, order)
                done["run"] = str(key)
                yield Receipt(key="run", ref=str(key), cursor=dict(done))
            if "task" not in done:
                done["task"] = self._upload(session, key, path, order, ctx)
                facts = {"task_id": done["task"]}
                yield Receipt(key="upload", ref=str(key), cursor=dict(done), facts=facts)
            self._follow(session, key, str(done["task"]), _file_name(order))
            yield self._compare(session, key, expected, done, ctx)
        path.unlink(missing_ok=True)

    def _arrive(self, session: Session, key: CourseKey, expected: Expected, order: Order) -> None:
        found = runs.look_up(session, key)
        if found is None:
            request = runs.creation(key, expected.title, order.job)
            runs.create(session, key, request, order.job)
        elif order.policy is not Policy.OVERWRITE and not runs.created_by(found, order.job):
            raise ConflictError(
                _("{key} already exists.", key=str(key)),
                _("Publish to another run, or allow overwriting."),
                str(key),
            )

    def _upload(
        self, session: Session, key: CourseKey, path: Path, order: Order, ctx: Context
    ) -> str:
        name = _file_name(order)
        if imports.find(session, key, name) is not None:
            return ""  # an earlier try arrived: it is followed by its name

        def progress(sent: int, total: int | None) -> None:
            ctx.tick(sent >> 20, None if total is None else total >> 20, "MB sent")

        return imports.upload(session, key, FilePart.of(path, name), progress)

    def _follow(self, session: Session, key: CourseKey, task_id: str, name: str) -> None:
        interval, waited, polls = session.site.poll_interval / 1000, 0.0, 0
        while True:
            state = _state(session, key, task_id, name)
            if state is not None and state.phase == "succeeded":
                return
            if state is not None and state.phase == "failed":
                raise imports.failure(session, key, name)
            if waited > session.site.import_timeout:
                raise waiting.import_too_long(
                    session.site.import_timeout, state.name if state else ""
                )
            seconds = waiting.pause(polls, interval)
            self._pause(seconds)
            waited, polls = waited + seconds, polls + 1

    def _compare(
        self,
        session: Session,
        key: CourseKey,
        expected: Expected,
        done: dict[str, object],
        ctx: Context,
    ) -> Receipt:
        def tick(read: int, total: int) -> None:
            ctx.tick(read, total, "units compared")

        report = Comparison(session, key, expected, tick).run()
        facts: dict[str, object] = {
            "course_url": session.site.lms_page(key),
            "studio_url": session.site.studio_page(key),
            "task_id": done["task"],
            "read_back": report.as_json(),
        }
        state = "done" if report.equal else "failed"
        return Receipt(key="read_back", state=state, ref=str(key), cursor=done, facts=facts)


def _state(session: Session, key: CourseKey, task_id: str, name: str) -> imports.State | None:
    try:
        if task_id:
            return imports.poll(session, key, task_id, name)
        task = imports.find(session, key, name)
        return imports.state_of(task.state) if task else None
    except TransientError:
        return None


def _file_name(order: Order) -> str:
    return f"courseporter-{order.job}.tar.gz"
