"""The tables of the CSV template: file names, columns, who belongs to whom."""

from __future__ import annotations

from typing import NamedTuple

from courseporter.formats.tabular import Columns


class Level(NamedTuple):
    """One table.

    `kind` and `depth` are those of its rows in the ledger, `title` is the column that names a row
    there, `parent` the stem of the table above.
    """

    stem: str
    kind: str
    depth: int
    title: str
    columns: Columns
    parent: str = ""

    @property
    def file(self) -> str:
        """The file's name in the template."""
        return f"{self.stem}.csv"

    def at(self, column: str) -> int:
        """Return the place of a column among the cells of a row."""
        return (*self.columns.required, *self.columns.optional).index(column)


_TEXTS = frozenset(
    "title subtitle description content instructions text explanation hint feedback match".split()
)


def _columns(
    required: tuple[str, ...], optional: tuple[str, ...] = (), dates: tuple[str, ...] = ()
) -> Columns:
    texts = tuple(name for name in (*required, *optional) if name in _TEXTS)
    return Columns(required, optional, dates, texts)


COURSE = Level(
    "course",
    "course",
    0,
    "title",
    _columns(
        ("external_id", "title"),
        (
            "description",
            "language",
            "subtitle",
            "cover",
            "org",
            "number",
            "run",
            "start",
            "end",
            "enrollment_start",
            "enrollment_end",
        ),
        dates=("start", "end", "enrollment_start", "enrollment_end"),
    ),
)
SECTIONS = Level(
    "sections",
    "section",
    1,
    "title",
    _columns(("external_id", "course_external_id", "title"), ("description", "position")),
    "course",
)
LESSONS = Level(
    "lessons",
    "lesson",
    2,
    "title",
    _columns(
        ("external_id", "section_external_id", "title", "type"),
        ("content", "video_url", "file", "captions", "hidden", "position"),
    ),
    "sections",
)
EXERCISES = Level(
    "exercises",
    "exercise",
    3,
    "title",
    _columns(
        ("external_id", "lesson_external_id", "title"),
        ("instructions", "points", "max_attempts", "position"),
    ),
    "lessons",
)
QUESTIONS = Level(
    "questions",
    "question",
    4,
    "text",
    _columns(
        ("external_id", "exercise_external_id", "type", "text"),
        ("points", "explanation", "hint", "answer", "tolerance", "position"),
    ),
    "exercises",
)
OPTIONS = Level(
    "options",
    "option",
    5,
    "text",
    _columns(
        ("external_id", "question_external_id", "text"),
        ("is_correct", "feedback", "match", "position"),
    ),
    "questions",
)
ENROLLMENTS = Level(
    "enrollments",
    "enrollment",
    0,
    "name",
    _columns(("email",), ("name", "course_external_id", "enrolled_at", "role"), ("enrolled_at",)),
)
LEVELS = (COURSE, SECTIONS, LESSONS, EXERCISES, QUESTIONS, OPTIONS, ENROLLMENTS)
# In every table of the tree, the first, second and last cell.
KEY, PARENT, POSITION = 0, 1, -1
REQUIRED_FILES = (COURSE, SECTIONS, LESSONS)
FILE_NUMBER = {level.stem: number for number, level in enumerate(LEVELS)}

LESSON_TYPES = ("text", "video", "audio", "pdf", "file", "link", "assignment")
QUESTION_TYPES = (
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
)


class LessonRow(NamedTuple):
    """One row of lessons.csv: place of its section, position, line, then the cells as written."""

    parent: int
    position: float
    line: int
    key: str
    title: str
    type: str
    content: str
    video_url: str
    file: str
    captions: str
    hidden: str


class ExerciseRow(NamedTuple):
    """One row of exercises.csv."""

    parent: int
    position: float
    line: int
    key: str
    title: str
    instructions: str
    points: str
    max_attempts: str


class QuestionRow(NamedTuple):
    """One row of questions.csv."""

    parent: int
    position: float
    line: int
    key: str
    type: str
    text: str
    points: str
    explanation: str
    hint: str
    answer: str
    tolerance: str


class OptionRow(NamedTuple):
    """One row of options.csv."""

    parent: int
    position: float
    line: int
    key: str
    text: str
    is_correct: str
    feedback: str
    match: str


class SectionRow(NamedTuple):
    """One row of sections.csv."""

    parent: int
    position: float
    line: int
    key: str
    title: str
    description: str


def canonical(word: str) -> str:
    """A type as people write it ("Single Choice", "true-false") in the template's spelling."""
    return "_".join(word.strip().casefold().replace("-", " ").replace("_", " ").split())
