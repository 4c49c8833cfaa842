"""A draft and a context in memory, for tests of targets."""

from __future__ import annotations

import io
from hashlib import sha256
from pathlib import Path

from courseporter.context import Limits
from courseporter.errors import Canceled
from courseporter.model import Asset, Block, Course, Node, Option, Question, Quiz, Text

SMALL = 64 * 1024  # bytes: larger files must be opened


class MemoryDraft:
    """A draft from a course, nodes and files (path → bytes)."""

    def __init__(self, course=None, nodes=(), files=None):
        self.course = course or Course(key="demo", title="Demo")
        self._nodes = list(nodes)
        self.contents = {}
        self._assets = []
        for path, data in (files or {}).items():
            digest = sha256(data).hexdigest()
            self.contents[digest] = data
            self._assets.append(Asset(path=path, sha256=digest, size=len(data)))
        self._assets.sort(key=lambda asset: asset.path)

    def nodes(self, *, pages=True):
        return iter(self._nodes)

    def assets(self):
        return iter(self._assets)


class MemoryContext:
    """A context over a draft's files.  `stop_after`: cancel then; `ticks`: what was said."""

    def __init__(self, scratch: Path, draft: MemoryDraft, stop_after: int | None = None):
        self.scratch = scratch
        self.limits = Limits()
        self.ticks = []
        self._contents = draft.contents
        self._stop_after = stop_after

    def asset(self, path, stream):
        data = stream.read()
        self._contents[sha256(data).hexdigest()] = data
        return Asset(path=path, sha256=sha256(data).hexdigest(), size=len(data))

    def open_asset(self, digest):
        return io.BytesIO(self._contents[digest])

    def small_assets(self, wanted):
        found = {digest: self._contents.get(digest, b"") for digest in wanted}
        return {digest: data for digest, data in found.items() if 0 < len(data) <= SMALL}

    def tick(self, done, total, unit):
        self.ticks.append((done, total, unit))
        if self._stop_after is not None and len(self.ticks) > self._stop_after:
            raise Canceled


def section(key, title="Section", **more):
    return Node(key=key, kind="section", title=title, **more)


def lesson(key, parent, title="Lesson", **more):
    return Node(key=key, kind="lesson", title=title, parent=parent, **more)


def unit(key, parent, title="Unit", **more):
    return Node(key=key, kind="unit", title=title, parent=parent, **more)


def block(key, parent, content: Block, title="Page", **more):
    return Node(key=key, kind="block", title=title, parent=parent, block=content, **more)


def choice(key, text="Which?", right=0, **more):
    options = tuple(
        Option(text=t, correct=i == right) for i, t in enumerate(("One", "Two", "Three"))
    )
    return Question(key=key, type="single_choice", text=text, options=options, **more)


def small_course():
    """One section, one lesson, two units: a page and a quiz of two questions."""
    return [
        section("section:s1", "Start"),
        lesson("lesson:l1", "section:s1", "First lesson"),
        unit("unit:u1", "lesson:l1", "First lesson"),
        block(
            "block:b1",
            "unit:u1",
            Text(html='<p>Hello <img src="courseporter-asset:img/a%20b.png" alt="A cup"></p>'),
        ),
        unit("unit:u2", "lesson:l1", "Exercise"),
        block(
            "block:q",
            "unit:u2",
            Quiz(questions=(choice("question:1"), choice("question:2", right=1))),
            "Exercise",
        ),
    ]
