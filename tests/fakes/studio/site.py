"""What the site knows: clients, users, runs, tokens, imports.  One lock guards all of it."""

from __future__ import annotations

import base64
import json
import secrets
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from . import gate
from .faults import Faults
from .importer import Block, Course, ImportFailed, read_course
from .libraries import Library

STATES = ("In Progress", "Unpacking", "Verifying", "Updating")
DEFAULT_START = "2030-01-01T00:00:00Z"
ENDED = ("Succeeded", "Failed", "Canceled")


@dataclass
class Client:
    secret: str
    user: str
    staff: bool = True


@dataclass
class Run:
    key: str
    title: str
    schedule: dict[str, str | None]
    pacing: str = "instructor_paced"
    team: list[dict[str, str]] = field(default_factory=list)
    image: str = "images_course_image.jpg"
    course: Course | None = None
    assets: dict[str, bytes] = field(default_factory=dict)
    pages: dict[str, bytes] = field(default_factory=dict)
    about: dict[str, str] = field(default_factory=dict)
    former: dict[str, Block] = field(default_factory=dict)  # blocks of earlier packages
    enrolled: list[str] = field(default_factory=list)
    imports: int = 0

    def block(self, name: str) -> tuple[Block, bool] | None:
        """A block by type/name, and whether the course still has it."""
        if self.course is not None:
            for block in self.course.root.walk():
                if f"{block.type}/{block.name}" == name:
                    return block, True
        former = self.former.get(name)
        return None if former is None else (former, False)


@dataclass
class Task:
    id: str
    uuid: str
    key: str
    filename: str
    user: str
    states: list[str]
    course: Course | None = None
    failure: ImportFailed | None = None
    at: int = 0
    began: float = 0.0
    created: str = ""
    artifact: str = ""

    @property
    def state(self) -> str:
        return self.states[self.at]

    @property
    def ended(self) -> bool:
        return self.state in ENDED


def now() -> str:
    return datetime.now(UTC).isoformat().replace("+00:00", "Z")


class Site:
    """`pace`: "polls" (every poll sees the next state), "eager" (the upload answers when all is
    done) or seconds between states.  `never`: imports stop before their last state.
    """

    def __init__(self, folder: Path, pace: str | float = "polls") -> None:
        self.lock = threading.RLock()
        self.folder = folder
        self.pace = pace
        self.never = False
        self.early_row = False
        self.gate = 0
        self.token_seconds = 3600
        self.token_rate: int | None = None
        self.clock_ahead = 0.0
        self.olx_export = True
        self.listing = True  # whether assets can be listed
        self.clients = {
            "staff-client": Client("staff-secret", "publisher"),
            "member-client": Client("member-secret", "coauthor", staff=False),
            "outsider-client": Client("outsider-secret", "outsider", staff=False),
        }
        self.runs: dict[str, Run] = {}
        self.libraries: dict[str, Library] = {}
        self.tokens: dict[str, tuple[str, float]] = {}
        self.tasks: list[Task] = []
        self.overlaps: list[str] = []
        self.calls: list[tuple[str, str, int]] = []
        self.bodies: list[tuple[str, dict[str, str]]] = []
        self.faults = Faults()
        self.clock: Callable[[], float] = time.monotonic
        self._token_times: list[float] = []

    # --- who ---------------------------------------------------------------------------------

    def staff(self, user: str) -> bool:
        return any(client.staff for client in self.clients.values() if client.user == user)

    def may_write(self, user: str, run: Run | None) -> bool:
        if self.staff(user):
            return True
        return run is not None and any(member["user"] == user for member in run.team)

    def new_token(self, user: str, *, jwt: bool) -> tuple[str, int]:
        seconds = self.token_seconds if jwt else 36000
        token = _jwt(user, seconds) if jwt else secrets.token_hex(16)
        self.tokens[token] = (user, self.clock() + seconds)
        return token, seconds

    def token_refused(self) -> bool:
        if self.token_rate is None:
            return False
        recent = [at for at in self._token_times if at > self.clock() - 60]
        self._token_times = [*recent, self.clock()]
        return len(recent) >= self.token_rate

    def user_of(self, token: str) -> str | None:
        user, until = self.tokens.get(token, ("", 0.0))
        return user if until > self.clock() else None

    def revoke_tokens(self) -> None:
        with self.lock:
            self.tokens.clear()

    # --- runs --------------------------------------------------------------------------------

    def find(self, key: str) -> Run | None:
        return self.runs.get(key)

    def taken(self, key: str) -> bool:
        return key.lower() in {known.lower() for known in self.runs}

    def create(self, org: str, number: str, run: str, **given) -> Run:
        key = f"course-v1:{org}+{number}+{run}"
        schedule = {"start": DEFAULT_START, "end": None} | {
            "enrollment_start": None,
            "enrollment_end": None,
        }
        made = Run(key, given.pop("title", number), schedule | given.pop("schedule", {}), **given)
        self.runs[key] = made
        return made

    # --- imports -----------------------------------------------------------------------------

    def begin_import(self, key: str, filename: str, user: str, package: Path) -> Task:
        with self.lock:
            if any(task.key == key and not task.ended for task in self.tasks):
                self.overlaps.append(key)
            task = Task(str(uuid.uuid4()), str(uuid.uuid4()), key, filename, user, [])
            task.created = now()
            self._judge(task, package)
            last = "Failed" if task.failure else "Succeeded"
            steps = STATES[: 2 + task.failure.steps] if task.failure else STATES
            task.states = ["Pending" if self.early_row else "", *steps, last]
            task.began = self.clock()
            self.tasks.insert(0, task)
            if self.pace == "eager":
                self._move(task, len(task.states) - 1)
            return task

    def _judge(self, task: Task, package: Path) -> None:
        if task.key not in self.runs:
            text = "An Unknown error occurred during the unpacking step."
            task.failure, task.artifact = ImportFailed(text, 0), str(uuid.uuid4())
            return
        try:
            if self.gate:
                gate.check(package, self.gate)
            task.course = read_course(package)
        except ImportFailed as failure:
            task.failure = failure
            task.artifact = str(uuid.uuid4())

    def poll(self, task: Task) -> str:
        """The state now; "" while the task has no row yet."""
        with self.lock:
            seen = task.state
            self._catch_up(task)
            return task.state if isinstance(self.pace, float) else seen

    def settle(self) -> None:
        """Let the site's own worker end every import, whether or not somebody polls."""
        with self.lock:
            for task in self.tasks:
                self._move(task, len(task.states) - 1)

    def _catch_up(self, task: Task) -> None:
        last = len(task.states) - (2 if self.never else 1)
        if isinstance(self.pace, float):
            self._move(task, min(last, int((self.clock() - task.began) / self.pace)))
        else:
            self._move(task, min(last, task.at + 1))

    def _move(self, task: Task, at: int) -> None:
        ended = task.ended
        task.at = max(task.at, at)
        if task.ended and not ended and task.course is not None:
            self._apply(self.runs[task.key], task.course)

    def _apply(self, run: Run, course: Course) -> None:
        """Blocks are replaced, settings reset, files and pages stay."""
        if run.course is not None:
            run.former |= {f"{old.type}/{old.name}": old for old in run.course.root.walk()}
        said = course.settings
        run.course, run.title = course, course.root.title
        run.schedule = {
            "start": str(said.get("start") or DEFAULT_START).strip('"'),
            "end": said.get("end"),
            "enrollment_start": said.get("enrollment_start"),
            "enrollment_end": said.get("enrollment_end"),
        }
        paced = str(said.get("self_paced", "")).lower() == "true"
        run.pacing = "self_paced" if paced else "instructor_paced"
        run.image = str(said.get("course_image") or "images_course_image.jpg")
        run.assets |= course.assets
        run.pages |= course.tabs
        run.about |= course.about
        run.imports += 1


def _jwt(user: str, seconds: int) -> str:
    def part(value: dict[str, object]) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

    body = {
        "preferred_username": user,
        "exp": int(time.time()) + seconds,
        "n": secrets.token_hex(4),
    }
    return f"{part({'alg': 'HS256'})}.{part(body)}.{secrets.token_urlsafe(24)}"
