"""The course as CoursePorter thinks of it: frozen values, no rules.

Course > Section > Lesson > Unit > Block; a Quiz holds Questions, a Question its Options.  The tree
travels as `Node` values in document order, each naming its parent, so that a course of any size is
a stream. Texts are HTML fragments unless a field says otherwise.  Inside HTML,
`courseporter-asset:PATH` (percent-encoded, always in a quoted attribute) names an asset of the
draft and `courseporter-lesson:KEY` another lesson; targets rewrite both.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from courseporter.errors import Phrase

Kind = Literal["section", "lesson", "unit", "block"]
Outcome = Literal["converted", "converted_with_loss", "skipped", "failed"]
Markup = Literal["text", "html"]
PackageMode = Literal["play", "plugin", "download"]
QuestionType = Literal[
    "single_choice",
    "multiple_choice",
    "true_false",
    "dropdown",
    "short_text",
    "numerical",
    "essay",
    "matching",
    "ordering",
    "fill_in",
    "survey",
]

ASSET_SCHEME = "courseporter-asset:"
LESSON_SCHEME = "courseporter-lesson:"


class Value(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """Base of all values here: hashable, defaults omitted from JSON.

    Frozen values cannot form a circle, so the garbage collector need not look at them.
    """


class Asset(Value, frozen=True):
    """One file of the draft: its path in the source, and where its bytes lie (SHA-256, size in
    bytes).
    """

    path: str
    sha256: str
    size: int


class GradedWork(Value, frozen=True):
    """One assignment type of the grading policy.

    `weight`: percent of the grade.  `drop`: that many of the lowest scores don't count.  `count`:
    at least that many lessons are expected; None: as many as there are.
    """

    name: str
    weight: float
    short: str = ""
    drop: int = 0
    count: int | None = None


class Grading(Value, frozen=True):
    """How a course is graded; the weights add up to 100, `pass_mark` is in percent."""

    types: tuple[GradedWork, ...]
    pass_mark: float = 50.0


class Course(Value, frozen=True):
    """What is above the tree.  Dates are ISO 8601 (`2031-02-03` or with a time and `Z`); org,
    number, run are ASCII.  `scorm_locked`: only enrolled learners get the files of lessons that
    play; `scorm_download`: learners who can't play a lesson can download its package.
    `native_player`: video files use Open edX's own player, which plays them in this run only.
    `olx_gate`: pages are written so that a site with OLX validation accepts them.
    """

    key: str
    title: str
    description: str | None = None
    subtitle: str | None = None
    language: str | None = None
    keywords: tuple[str, ...] = ()
    cover: str | None = None  # path of an asset
    org: str | None = None
    number: str | None = None
    run: str | None = None
    start: str | None = None
    end: str | None = None
    enrollment_start: str | None = None
    enrollment_end: str | None = None
    scorm_locked: bool = False
    scorm_download: bool = False
    native_player: bool = False
    olx_gate: bool = False
    grading: Grading | None = None


class Option(Value, frozen=True):
    """One choice, pair or item.  `match` is the right side of a matching pair; plain text or HTML
    as its question says.
    """

    text: str
    correct: bool = False
    feedback: str = ""
    match: str = ""


class Question(Value, frozen=True):
    """One question.

    `text`, `explanation`, `hints`, `instructions` and the options are plain text or HTML as
    `markup` says. short_text: `answers` are accepted (`pattern`: as regular expressions).
    numerical: `answers[0]` is a number with `tolerance` ("0.01" or "5%"), or an interval
    "[10,20)"; further `answers` are numbers to be met exactly.  fill_in: gaps are `___` in
    `text`, `gaps` holds the accepted answers gap by gap.
    ordering: `options` in the right order.  survey: options without a right one.
    """

    key: str
    type: QuestionType
    text: str
    title: str = ""
    markup: Markup = "text"
    options: tuple[Option, ...] = ()
    answers: tuple[str, ...] = ()
    gaps: tuple[tuple[str, ...], ...] = ()
    tolerance: str = ""
    pattern: bool = False
    case_sensitive: bool = False
    points: float | None = None
    attempts: int | None = None
    explanation: str = ""
    hints: tuple[str, ...] = ()
    partial_credit: bool = False
    shuffle: bool = False


class Caption(Value, frozen=True):
    """Captions of a video: language code and path of the asset (.srt or .vtt)."""

    language: str
    path: str


class Original(Value, frozen=True):
    """What a block was in Open edX: its XML, and a hash of what the model made of it.

    As long as the block still has this hash, the XML is written as it is.
    """

    xml: str
    fingerprint: str


class Text(Value, frozen=True, tag="text"):
    """A page of HTML, faithful to the source."""

    html: str


class Video(Value, frozen=True, tag="video"):
    """A video: a YouTube id, addresses, or an asset of the package.

    `start` and `end`: the part to play, in whole seconds.
    """

    youtube: str | None = None
    sources: tuple[str, ...] = ()
    file: str | None = None
    captions: tuple[Caption, ...] = ()
    start: int | None = None
    end: int | None = None
    original: Original | None = None


class Audio(Value, frozen=True, tag="audio"):
    """A recording: an asset or an address."""

    file: str | None = None
    url: str | None = None


class Quiz(Value, frozen=True, tag="quiz"):
    """Questions that belong together.  `pick`: that many are drawn at random for each learner."""

    questions: tuple[Question, ...]
    instructions: str = ""
    instructions_markup: Markup = "html"
    attempts: int | None = None
    points: float | None = None
    shuffle: bool = False
    pick: int | None = None
    original: Original | None = None


class Assignment(Value, frozen=True, tag="assignment"):
    """Work to hand in, graded by a person."""

    html: str
    points: float | None = None


class Resource(Value, frozen=True, tag="resource"):
    """A file for the learner (PDF, sheet, archive): path of the asset."""

    file: str
    html: str = ""


class Link(Value, frozen=True, tag="link"):
    """An address outside the course (http, https, mailto)."""

    url: str
    html: str = ""


class Discussion(Value, frozen=True, tag="discussion"):
    """A place to talk, with its topic."""

    topic: str = ""
    html: str = ""


class Package(Value, frozen=True, tag="package"):
    """A launchable lesson of a package (SCORM): the whole package is the asset `file`, `href` its
    launch address.

    `identity` is the package's own stable name (empty: it cannot be played), `item` the lesson's
    in it, `number` its place among the lessons that can be launched, from 0.  What the lesson is
    told: `mastery` (1.2: masteryscore 0 to 100, 2004: the scaled passing score), `threshold` (2004:
    progress that completes it, 0 to 1), `launch_data`, `max_time`, `time_action` as written.
    `height` of its frame in pixels, when known.
    """

    file: str
    href: str
    version: str = ""
    mode: PackageMode = "play"
    identity: str = ""
    item: str = ""
    number: int = 0
    mastery: float | None = None
    threshold: float | None = None
    launch_data: str = ""
    max_time: str = ""
    time_action: str = ""
    height: int | None = None


class Foreign(Value, frozen=True, tag="foreign"):
    """What we do not understand, verbatim, so that a round trip loses nothing.

    `format` "olx": `data` is the XML of one block of Open edX, which an OLX package gets as it is.
    """

    data: str
    note: str = ""
    format: str = ""


Block = Text | Video | Audio | Quiz | Assignment | Resource | Link | Discussion | Package | Foreign


class LessonSettings(Value, frozen=True):
    """When a lesson opens and is due (ISO 8601), and whether and as what it is graded.

    None: as the source says, or as its blocks demand.  `format`: an assignment type by name.
    """

    start: str | None = None
    due: str | None = None
    graded: bool | None = None
    format: str | None = None


class Node(Value, frozen=True):
    """One place of the tree.  `parent` is the key of the node above (None for a section); a block
    carries its `block`, a lesson may have `settings`.
    """

    key: str
    kind: Kind
    title: str
    parent: str | None = None
    hidden: bool = False
    description: str = ""
    block: Block | None = None
    settings: LessonSettings | None = None


class Entry(Value, frozen=True, omit_defaults=False):
    """One thing found in the source and what happened to it; `to` holds node keys.

    The ledger is the sum of all entries.  Nothing is omitted from its JSON: it is what faces print.
    """

    kind: str
    depth: int
    title: str | None
    ref: str | None
    outcome: Outcome
    href: str | None = None
    hidden: bool = False
    reason: Phrase | None = None
    to: tuple[str, ...] = ()


class OutlineRow(Value, frozen=True, omit_defaults=False):
    """One row of the course as it will be written, depth first (docs/reference/cli.md): 1 section …
    4 block.
    """

    depth: int
    kind: Kind
    type: str | None
    title: str
    key: str
    hidden: bool
    href: str | None
    questions: int
