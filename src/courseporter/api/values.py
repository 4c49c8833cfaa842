"""What faces show: frozen values read from the store, no rules and no connections."""

from __future__ import annotations

from typing import Literal

import msgspec

from courseporter.errors import PorterError, Severity
from courseporter.model import Course, Kind, Outcome, PackageMode


class View(msgspec.Struct, frozen=True, kw_only=True):
    """Base of all values here."""


class ChoiceInfo(View, frozen=True):
    """Something to choose before an import: `values` are (value, words), the default one first."""

    name: str
    label: str
    values: tuple[tuple[str, str], ...]
    help: str = ""
    option: str | None = None


class SourceInfo(View, frozen=True):
    """An installed source: name in commands, title for people, the file endings it reads."""

    name: str
    title: str
    extensions: tuple[str, ...]
    label: str = ""
    choices: tuple[ChoiceInfo, ...] = ()
    not_imported: tuple[str, ...] = ()
    has_template: bool = False
    has_sample: bool = False


class SettingInfo(View, frozen=True):
    """A field to fill in before writing.

    `of` "course": kept with the draft; "export": for one job.  `option`: the command's.
    """

    name: str
    label: str
    kind: str  # text | date | language | choice | flag
    of: str
    help: str = ""
    option: str | None = None
    group: str = ""
    required: bool = False
    limit: int | None = None
    choices: tuple[tuple[str, str], ...] = ()
    default: str | bool | None = None


class TargetInfo(View, frozen=True):
    """An installed target; `suffix` of the files it writes, "" for a service.

    `settings`: what a person fills in before writing; fields and options are made from them.
    """

    name: str
    title: str
    suffix: str = ""
    settings: tuple[SettingInfo, ...] = ()


class ErrorView(View, frozen=True):
    """An error as every face shows it: what happened, where, what now."""

    code: str
    message: str
    where: str | None = None
    hint: str | None = None
    retryable: bool = False

    @classmethod
    def of(cls, error: PorterError) -> ErrorView:
        """The error, rendered in the language of this context."""
        return msgspec.convert(error.as_json(), cls)


class CourseChoice(View, frozen=True):
    """One course that a file offers; `lessons` when they could be counted beforehand."""

    key: str
    title: str
    lessons: int | None = None


class Sniff(View, frozen=True):
    """What a dropped file is, before anything is imported.  `label` reads "SCORM 1.2" or "CSV
    template"; `rows` names the row format of a table that is sent row by row.
    """

    path: str
    name: str
    size: int
    source: str | None = None
    version: str | None = None
    label: str = ""
    courses: tuple[CourseChoice, ...] = ()
    files: tuple[tuple[str, int | None], ...] = ()  # rows per table; None: not counted yet
    not_carried: tuple[str, ...] = ()  # what isn't imported, in plain sentences
    choices: tuple[ChoiceInfo, ...] = ()
    rows: str = ""
    error: ErrorView | None = None


class Sums(View, frozen=True):
    """The ledger in figures; they always add up: found = the other four."""

    found: int = 0
    converted: int = 0
    converted_with_loss: int = 0
    skipped: int = 0
    failed: int = 0


class JobRow(View, frozen=True):
    """One job.  Times are epoch milliseconds, progress counts `unit`s ("lessons", "MB")."""

    id: str
    kind: str  # prepare | publish
    title: str
    state: str  # pending | running | completed | failed | canceled
    stage: str
    rev: int
    done: int | None = None
    total: int | None = None
    unit: str = ""
    percent: int = 0
    waiting_for: str | None = None
    run_after: int | None = None
    cancel_requested: bool = False
    pause_requested: bool = False
    created_at: int = 0
    started_at: int | None = None
    finished_at: int | None = None
    draft_id: str | None = None
    courses: int = 1  # how many an import made; `sums` are of the first, which is `draft_id`
    source_path: str | None = None
    out_path: str | None = None
    out_bytes: int | None = None
    problems: int = 0  # of any severity, in what it made or wrote
    attempt: int = 0
    sums: Sums | None = None
    error: ErrorView | None = None


class Interrupted(View, frozen=True):
    """Jobs that a crash interrupted and that still wait.

    Workers resume them by themselves, except those that are `stranded`: a command ran them.
    """

    jobs: int = 0
    stranded: int = 0


class LogLine(View, frozen=True):
    """One line of a job's log."""

    id: int
    at: int
    level: str
    code: str
    message: str


class ExportView(View, frozen=True):
    """The last package written from a draft; `at` in epoch milliseconds.

    `exists`: the file is still there; `changed`: the draft has been edited since.
    """

    path: str
    bytes: int
    at: int
    exists: bool = True
    changed: bool = False


class DraftRow(View, frozen=True):
    """A course in the store, for cards and lists."""

    id: str
    title: str
    source: str
    version: str | None
    state: str  # preparing | ready | exported | failed
    rev: int
    created_at: int
    updated_at: int
    warnings: int
    errors: int
    problems: int  # these two and infos
    source_path: str  # of a school: the name of its connection
    last_export: str | None = None
    changed_since_export: bool = False
    cover: str | None = None  # path of an asset: `api.cover` reads it
    job_id: str | None = None
    source_label: str = ""  # of source and version
    is_school: bool = False  # read over a connection, not from a file


class DraftView(View, frozen=True):
    """Everything about one draft but its tree."""

    row: DraftRow
    course: Course
    org: str  # as they will be written, defaults filled in
    number: str
    run: str
    counts: dict[str, int]
    sums: Sums
    undo_label: str | None = None
    export: ExportView | None = None
    source_label: str = ""
    not_carried: tuple[str, ...] = ()


class TreeNode(View, frozen=True):
    """One row of the course tree; `children` tells how many rows hang below it."""

    key: str
    parent: str | None
    kind: Kind
    type: str | None
    title: str
    hidden: bool
    children: int
    questions: int = 0
    problems: int = 0
    severity: Severity | None = None


class TreeRow(View, frozen=True):
    """An item as `drafts tree` lists it: a row of the outline, with the key of its parent.

    `hidden`: from learners, also because of an item above it.
    """

    depth: int
    kind: Kind
    type: str | None
    title: str
    key: str
    parent: str | None
    hidden: bool
    href: str | None
    questions: int


class UpdateDiff(View, frozen=True):
    """A field of a node as it is here and in the source; None where there is no such node."""

    key: str
    field: str
    here: str | None
    source: str | None


class UpdateItem(View, frozen=True, rename={"class_": "class"}):
    """An item of the source that isn't the same: `class` is new, changed, gone or edited (here).

    `ref`: its id in the source.  `differs`: the source has changed it since the last import.
    """

    ref: str
    title: str
    class_: str
    key: str
    kind: str
    differs: bool
    diff: tuple[UpdateDiff, ...] = ()  # of a dry run


class UpdateView(View, frozen=True):
    """What a second import found, and the step that brought it over (None: nothing changed)."""

    new: int
    changed: int
    gone: int
    same: int
    edited: int
    items: tuple[UpdateItem, ...]
    step: str | None
    rev: int


class EditView(View, frozen=True):
    """A step that was made, undone or redone: the draft's revision after it, its id (None when
    nothing changed), the keys of new items, what it cost, and its label.
    """

    rev: int
    step: str | None
    keys: tuple[str, ...] = ()
    messages: tuple[str, ...] = ()
    label: str | None = None


class HistoryRow(View, frozen=True):
    """One change of a draft; `at` in epoch ms, `number` counts from 1."""

    step: str
    number: int
    at: int
    actor: str | None
    action: str
    label: str
    undone: bool


class NodeView(View, frozen=True):
    """One place of the course in three looks: result (clean HTML), source and details (label,
    value).
    """

    key: str
    parent: str | None
    kind: Kind
    type: str | None
    title: str
    hidden: bool
    path: tuple[str, ...]
    result_html: str
    source: tuple[tuple[str, str], ...]
    details: tuple[tuple[str, str], ...]
    outcome: Outcome | None = None
    reason: str | None = None
    scorm: tuple[tuple[PackageMode, int], ...] = ()  # SCORM lessons here and below, by what becomes


class ScormFinding(View, frozen=True):
    """Something a package does when played: a host it loads from, or a call it makes.

    `count` places in `files` (the first ones); `serious`: programs from elsewhere, or a call that
    reaches beyond the lesson.
    """

    words: str
    count: int
    files: tuple[str, ...]
    serious: bool


class ScormQuestion(View, frozen=True):
    """Whether a package may play in the course: how many lessons would, what it does, the answer.

    `unread` names texts that were too large to be looked at; `cut`: there was more than was looked
    at.
    """

    package: str
    play: int
    plugin: int
    download: int
    hosts: tuple[ScormFinding, ...] = ()
    calls: tuple[ScormFinding, ...] = ()
    unread: tuple[str, ...] = ()
    cut: bool = False
    answer: Literal["play", "download"] | None = None

    @property
    def is_open(self) -> bool:
        """Whether lessons would play and nobody has allowed it yet."""
        return self.play > 0 and self.answer != "play"


class ProblemRow(View, frozen=True):
    """One problem of a draft; `fix` is the id of an automatic repair and `fix_label` the words on
    its button.
    """

    id: int
    code: str
    severity: Severity
    message: str
    where: str | None
    hint: str | None
    count: int
    key: str | None
    fix: str | None = None
    fix_label: str | None = None
    alike: int = 1  # problems with the same code and fix
    same: int = 1  # those of the same picture
    asks: str = ""  # text | files | captions | editor: what the fix needs


class FieldError(View, frozen=True):
    """An invalid setting: its name and a sentence."""

    field: str
    message: str
