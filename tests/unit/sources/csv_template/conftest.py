"""Reads small templates made in a test."""

from __future__ import annotations

from hashlib import sha256

import pytest
from msgspec.structs import replace

from courseporter.context import Limits
from courseporter.errors import Message
from courseporter.model import Asset, Quiz
from courseporter.sources.csv_template import CsvSource
from courseporter.sources.place import Place
from fakes.material import table, write_zip

COURSE = {"external_id": "c", "title": "Course"}
SECTION = {"external_id": "s", "course_external_id": "c", "title": "Section"}
LESSON = {"external_id": "l", "section_external_id": "s", "title": "Lesson", "type": "text"}
EXERCISE = {"external_id": "e", "lesson_external_id": "l", "title": "Exercise"}
QUESTION = {"external_id": "q", "exercise_external_id": "e", "type": "essay", "text": "Why?"}
OPTION = {"external_id": "o", "question_external_id": "q", "text": "Yes"}
PATTERNS = {
    "course": COURSE,
    "sections": SECTION,
    "lessons": LESSON,
    "exercises": EXERCISE,
    "questions": QUESTION,
    "options": OPTION,
}


class Keeper:
    """A context that keeps assets in memory and notes what is said about progress."""

    def __init__(self, scratch, limits=None):
        self.scratch = scratch
        self.limits = limits or Limits()
        self.contents = {}
        self.ticks = []

    def asset(self, path, stream):
        data = stream.read()
        self.contents[path] = data
        return Asset(path=path, sha256=sha256(data).hexdigest(), size=len(data))

    def tick(self, done, total, unit):
        self.ticks.append((done, total, unit))


def rendered(value):
    """The value with its messages as text, which is what tests compare."""
    names = value.__struct_fields__
    texts = {n: str(v) for n in names if isinstance(v := getattr(value, n), Message)}
    return replace(value, **texts)


class Outcome:
    """All chunks of one reading, and what is in them."""

    def __init__(self, chunks, keeper):
        self.chunks = chunks
        self.keeper = keeper
        self.course = chunks[0].course if chunks else None
        self.nodes = [node for chunk in chunks for node in chunk.nodes]
        self.entries = [rendered(entry) for chunk in chunks for entry in chunk.entries]
        self.problems = [rendered(problem) for chunk in chunks for problem in chunk.problems]
        self.assets = [asset for chunk in chunks for asset in chunk.assets]

    def keys(self, kind):
        return [node.key for node in self.nodes if node.kind == kind]

    def block(self, key):
        return next(node.block for node in self.nodes if node.key == key)

    def blocks(self, unit):
        return [(node.key.split(":")[0], node.block) for node in self.nodes if node.parent == unit]

    @property
    def questions(self):
        quizzes = [node.block for node in self.nodes if isinstance(node.block, Quiz)]
        return {question.key: question for quiz in quizzes for question in quiz.questions}

    def entry(self, kind, ref):
        return next(entry for entry in self.entries if (entry.kind, entry.ref) == (kind, ref))

    def codes(self):
        return sorted({problem.code for problem in self.problems})

    def problem(self, code):
        return next(problem for problem in self.problems if problem.code == code)


@pytest.fixture
def make(tmp_path):
    """Make a template: tables as rows (filled up from a pattern) or as text, files as bytes."""

    def build(files=None, name="t.zip", folder="", **tables):
        filled = {"course": [{}], "sections": [{}], "lessons": [{}], **tables}
        members = {}
        for stem, rows in filled.items():
            if rows is None:
                continue
            patterns = PATTERNS.get(stem, {})
            body = (
                rows if isinstance(rows, str | bytes) else table([patterns | row for row in rows])
            )
            members[f"{folder}{stem}.csv"] = body
        return write_zip(
            tmp_path / name, members | {folder + k: v for k, v in (files or {}).items()}
        )

    return build


@pytest.fixture
def courses_of(tmp_path):
    """The courses that a file offers."""

    def go(path):
        place = Place(path)
        try:
            return list(CsvSource().courses(place, Keeper(tmp_path)))
        finally:
            place.close()

    return go


@pytest.fixture
def read(tmp_path, make):
    """Make a template and read its first course; `path` reads a file that is there."""

    def go(path=None, cursor=None, limits=None, ref=None, **parts):
        source, keeper = CsvSource(), Keeper(tmp_path, limits)
        place = Place(path or make(**parts), keeper.limits)
        try:
            assert source.accepts(place)
            chosen = ref or next(iter(source.courses(place, keeper)))
            return Outcome(list(source.read(place, chosen, cursor, keeper)), keeper)
        finally:
            place.close()

    return go
