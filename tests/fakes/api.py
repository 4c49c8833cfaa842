"""A house of cards behind the same functions as courseporter.api: everything in memory, at once."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from courseporter.api.connections import ConnectionView
from courseporter.api.contents import Content
from courseporter.api.imports import targets as real_targets
from courseporter.api.values import (
    ChoiceInfo,
    CourseChoice,
    DraftRow,
    DraftView,
    EditView,
    ErrorView,
    ExportView,
    FieldError,
    Interrupted,
    JobRow,
    LogLine,
    NodeView,
    ProblemRow,
    ScormQuestion,
    Sniff,
    SourceInfo,
    Sums,
    TreeNode,
)
from courseporter.errors import SettingsError
from courseporter.model import Course, Node
from courseporter.settings import Preferences

NOW = 1_800_000_000_000


@dataclass
class Actor:
    """Who acts, and everything the fake house holds."""

    home: Path
    organisation: str = "personal"
    user: str = "me"
    role: str = "owner"
    settings: Preferences = field(default_factory=Preferences)
    rows: dict[str, JobRow] = field(default_factory=dict)
    logs: dict[str, list[LogLine]] = field(default_factory=dict)
    courses: dict[str, DraftRow] = field(default_factory=dict)
    nodes: dict[str | None, list[TreeNode]] = field(default_factory=dict)
    troubles: list[ProblemRow] = field(default_factory=list)
    question: ScormQuestion | None = None
    modes: dict[str, str] = field(default_factory=dict)  # of lessons, by key
    interrupted: Interrupted = field(default_factory=Interrupted)
    browser_opens: bool = True
    exports: dict[str, ExportView] = field(default_factory=dict)  # by draft
    links: tuple[ConnectionView, ...] = ()
    token: int = 0
    calls: list[tuple[str, tuple[object, ...]]] = field(default_factory=list)

    def note(self, name: str, *values: object) -> None:
        """Remember a call that changes something."""
        self.calls.append((name, values))
        self.token += 1


def job_row(number: int = 1, **fields: object) -> JobRow:
    """A running import, unless said otherwise."""
    values: dict[str, object] = {
        "id": f"job-{number}",
        "kind": "prepare",
        "title": f"Course {number}",
        "state": "running",
        "stage": "read",
        "rev": number,
        "done": 412,
        "total": 1000,
        "unit": "lessons",
        "percent": 41,
        "created_at": NOW - number * 60_000,
    }
    return JobRow(**{**values, **fields})


def draft_row(number: int = 1, **fields: object) -> DraftRow:
    """A course that is ready, unless said otherwise."""
    values: dict[str, object] = {
        "id": f"draft-{number}",
        "title": f"Course {number}",
        "source": "scorm",
        "version": "1.2",
        "state": "ready",
        "rev": number,
        "created_at": NOW,
        "updated_at": NOW - number * 60_000,
        "warnings": 0,
        "errors": 0,
        "problems": 0,
        "source_path": f"/courses/course-{number}.zip",
        "source_label": "SCORM 1.2",
    }
    return DraftRow(**{**values, **fields})


def put_job(actor: Actor, row: JobRow) -> None:
    """Add or replace a job, as a worker would."""
    actor.rows[row.id] = row
    actor.token += 1


def start(home=None):
    return Actor(Path(home or "."))


def stop(actor):
    actor.note("stop")


def connections(actor):
    return actor.links


def sources():
    return (SourceInfo(name="scorm", title="SCORM package (ZIP)", extensions=(".zip",)),)


def targets():
    return real_targets()


def sniff(actor, path):
    path = Path(path)
    if "broken" in path.name:
        error = ErrorView(
            code="manifest_missing",
            message="This package has no manifest (imsmanifest.xml), so it is not a SCORM course.",
            where=path.name,
            hint="If it holds CSV files, choose ‘CSV template'.",
        )
        return Sniff(path=str(path), name=path.name, size=12, error=error)
    return Sniff(
        path=str(path),
        name=path.name,
        size=48_000_000,
        source="scorm",
        version="1.2",
        label="SCORM 1.2",
        courses=(CourseChoice(key="c1", title=path.stem),),
        choices=(ChoiceInfo(name="scorm", label="SCORM lessons", values=(("play", "Play"),)),),
    )


def prepare(actor, path, *, source=None, course_keys=(), choices=None):
    number = len(actor.rows) + 1
    put_job(actor, job_row(number, title=Path(path).stem, state="pending", done=None, total=None))
    actor.note("prepare", str(path))
    return f"job-{number}"


def publish(actor, draft_id, out, *, overwrite=False):
    number = len(actor.rows) + 1
    put_job(actor, job_row(number, kind="publish", draft_id=draft_id, out_path=str(out)))
    return f"job-{number}"


def jobs(actor, states=(), limit=200, offset=0):
    rows = [row for row in actor.rows.values() if not states or row.state in states]
    rows.sort(key=lambda row: -row.created_at)
    return tuple(rows[offset : offset + limit])


def job(actor, job_id):
    if job_id not in actor.rows:
        raise SettingsError(f"No job is called {job_id}.", code="unknown_item")
    return actor.rows[job_id]


def job_counts(actor):
    counts: dict[str, int] = {}
    for row in actor.rows.values():
        paused = row.state == "pending" and row.waiting_for == "user"
        state = "paused" if paused else row.state
        counts[state] = counts.get(state, 0) + 1
    return counts


def job_log(actor, job_id, after=0, level=None, limit=500):
    lines = [line for line in actor.logs.get(job_id, []) if line.id > after]
    return tuple(line for line in lines if level is None or line.level == level)[:limit]


def cancel(actor, job_id):
    actor.note("cancel", job_id)
    put_job(actor, msgspec.structs.replace(actor.rows[job_id], cancel_requested=True))


def pause(actor, job_id):
    actor.note("pause", job_id)
    row = actor.rows[job_id]
    running = row.state == "running"
    asked = {"pause_requested": True} if running else {"waiting_for": "user"}
    put_job(actor, msgspec.structs.replace(row, **asked))


def retry(actor, job_id):
    actor.note("retry", job_id)
    put_job(actor, msgspec.structs.replace(actor.rows[job_id], state="pending", error=None))


def resume_all(actor):
    actor.note("resume_all")
    return 0


def resume(actor, job_id):
    actor.note("resume", job_id)


def resume_interrupted(actor):
    actor.note("resume_interrupted")
    return 2


def clear_finished(actor):
    ended = [key for key, row in actor.rows.items() if row.state not in ("pending", "running")]
    for key in ended:
        del actor.rows[key]
    actor.note("clear_finished")
    return len(ended)


def interrupted(actor):
    return actor.interrupted


def change_token(actor):
    return actor.token


def drafts(actor):
    return tuple(sorted(actor.courses.values(), key=lambda row: -row.updated_at))


def draft(actor, draft_id):
    row = actor.courses[draft_id]
    return DraftView(
        row=row,
        course=Course(key=row.id, title=row.title),
        org="School",
        number="C1",
        run="2026",
        counts={"section": 2, "lesson": 4} | ({"package": len(actor.modes)} if actor.modes else {}),
        sums=Sums(found=212, converted=205, converted_with_loss=4, skipped=2, failed=1),
        export=actor.exports.get(draft_id),
        source_label="SCORM 1.2",
    )


def cover(actor, draft_id):
    return None


def delete_draft(actor, draft_id):
    actor.note("delete_draft", draft_id)
    del actor.courses[draft_id]


def branches(actor, draft_id, parents):
    return {parent: tree(actor, draft_id, parent) for parent in parents}


def tree(actor, draft_id, parent=None):
    return tuple(actor.nodes.get(parent, ()))


def path(actor, draft_id, key):
    parents = {node.key: parent for parent, nodes in actor.nodes.items() for node in nodes}
    keys = [key]
    while parents.get(keys[0]) is not None:
        keys.insert(0, parents[keys[0]])
    return tuple(keys)


def find(actor, draft_id, text, *, only_problems=False, limit=200):
    nodes = [node for nodes in actor.nodes.values() for node in nodes]
    return tuple(
        node
        for node in nodes
        if text.casefold() in node.title.casefold() and (node.problems or not only_problems)
    )[:limit]


def node(actor, draft_id, key):
    found = next(node for nodes in actor.nodes.values() for node in nodes if node.key == key)
    return NodeView(
        key=key,
        parent=found.parent,
        kind=found.kind,
        type=found.type,
        title=found.title,
        hidden=found.hidden,
        path=(found.title,),
        result_html=f"<p>{found.title}</p>",
        source=(("…", found.title),),
        details=(("…", "×"),),
        scorm=((actor.modes[key], 1),) if key in actor.modes else (),
    )


def content(actor, draft_id, key):
    found = next(node for nodes in actor.nodes.values() for node in nodes if node.key == key)
    node = Node(key=key, kind=found.kind, title=found.title, parent=found.parent)
    return Content(node=node, pictures={})


def edit(actor, draft_id, operations, *, expect=None, label=None, check=True):
    actor.note("edit", draft_id, tuple(operations))
    return EditView(rev=actor.token, step="s")


def history(actor, draft_id):
    return ()


def undo_step(actor, draft_id, to=None):
    actor.note("undo", draft_id)
    return EditView(rev=actor.token, step="s", label="Rename")


def redo_step(actor, draft_id, to=None):
    actor.note("redo", draft_id)
    return EditView(rev=actor.token, step="s", label="Rename")


def problems(actor, draft_id):
    return tuple(actor.troubles)


def scorm_question(actor, draft_id):
    return actor.question


def answer_scorm(actor, draft_id, answer):
    actor.question = msgspec.structs.replace(actor.question, answer=answer)
    actor.note("answer_scorm", draft_id, answer)
    return 0


def scorm_modes(actor, draft_id, keys=None):
    found: dict[str, int] = {}
    for key, mode in actor.modes.items():
        if keys is None or key in keys:
            found[mode] = found.get(mode, 0) + 1
    return found


def choose_scorm(actor, draft_id, keys, mode):
    actor.note("choose_scorm", draft_id, keys, mode)
    changed = [key for key in keys if actor.modes.get(key, mode) != mode]
    actor.modes.update(dict.fromkeys(changed, mode))
    return len(changed)


def play(actor, draft_id, key):
    actor.note("play", draft_id, key)
    if key not in actor.modes:
        raise SettingsError("There is no SCORM lesson here.", code="unknown_item")
    return f"http://127.0.0.1:1/play-0/{key}.html"


def was_opened(actor, address):
    return actor.browser_opens


def stop_playing(actor):
    actor.note("stop_playing")


def fix(actor, draft_id, problem_id, *, all_alike=False, answer=None, seen=None, expect=None):
    actor.note("fix", draft_id, problem_id, all_alike)
    return 1


def problem_picture(actor, draft_id, problem_id):
    return None


def recheck(actor, draft_id):
    actor.note("recheck", draft_id)


def rename(actor, draft_id, key, title):
    actor.note("rename", draft_id, key, title)


def set_hidden(actor, draft_id, keys, *, hidden):
    actor.note("set_hidden", draft_id, tuple(keys), hidden)


def set_course(actor, draft_id, **fields):
    actor.note("set_course", draft_id, fields)


def validate_course(fields):
    if fields.get("org", "x"):
        return ()
    return (FieldError(field="org", message="Name the organisation."),)


def undo(actor, draft_id):
    actor.note("undo", draft_id)
    return "Renamed"


def report(actor, job_or_draft_id, out):
    actor.note("report", job_or_draft_id, str(out))


def write_template(out, *, name="csv"):
    Path(out).write_bytes(b"PK")


def sample(actor, name="csv"):
    return Path(f"{name} sample.zip")


def default_out(actor, draft_id):
    return actor.home / "course.tar.gz"


def read_settings(actor):
    return actor.settings


def write_settings(actor, settings):
    actor.settings = settings
    actor.note("write_settings", settings)
