"""Random operations: numbers become operations on whatever the course holds at that moment."""

from __future__ import annotations

from courseporter.errors import ConflictError, InputError
from courseporter.model import Quiz
from courseporter.workspace.edits import ops, removal
from courseporter.workspace.edits.order import siblings
from fakes.editing import edit, nodes_of

TITLES = ("Clay", "Töpfern & <b>mehr</b>", "x" * 300, "“Quotes”", "日本", " ", "a\nb", "")
TEXTS = ("", "<p>One</p>", "<p>un<b>closed", "a & b < c", '<a href="courseporter-lesson:a1">x</a>')
KINDS = ("section", "lesson", "unit", "block")
ABOVE = {"section": None, "lesson": "section", "unit": "lesson", "block": "unit"}
OPTIONS = [{"text": "Yes", "correct": True}, {"text": "No"}]
BLOCKS = (
    {"type": "text", "html": "<p>New</p>"},
    {"type": "video", "youtube": "dQw4w9WgXcQ"},
    {"type": "video", "sources": ["https://a.example/v.mp4"]},
    {"type": "quiz", "questions": [{"type": "single_choice", "text": "?", "options": OPTIONS}]},
    {"type": "quiz", "questions": [{"type": "short_text", "text": "?", "answers": ["a"]}] * 2},
    {"type": "assignment", "html": "<p>Do</p>", "points": 5},
    {"type": "resource", "file": "a.pdf"},
    {"type": "resource", "file": "missing.pdf"},
    {"type": "link", "url": "https://a.example/"},
    {"type": "discussion", "topic": "T"},
)
TYPES = (
    "single_choice", "multiple_choice", "true_false", "dropdown", "short_text", "numerical",
    "essay", "matching", "ordering", "fill_in", "survey",
)  # fmt: skip
COURSES = (
    {"title": "Other"},
    {"about": "<p>x</p>", "language": "de"},
    {"start": "2031-01-01", "end": "2031-02-01"},
    {"grading": {"types": [{"name": "Exam", "weight": 100}], "pass_mark": 60}},
    {"grading": None, "keywords": ["a", "b"]},
    {"title": ""},
)
LESSONS = (
    {"due": "2031-01-05"},
    {"graded": True, "format": "Homework"},
    {"graded": False},
    {"format": "Exam"},
    {"due": None, "graded": None, "format": None},
)


class Chooser:
    """Chooses by numbers, again and again from their start."""

    def __init__(self, numbers):
        self._numbers, self._at = numbers or (0,), 0

    def one(self, values):
        """One of the values, None of none."""
        values = list(values)
        self._at += 1
        return (
            values[self._numbers[self._at % len(self._numbers)] % len(values)] if values else None
        )

    def some(self, values):
        """Up to three different ones."""
        return tuple(dict.fromkeys(self.one(values) for _ in range(1 + self.one(range(3)))))


def operation(store, draft, kind, numbers):
    """One operation of this kind for the course as it is; None when it has nothing for it."""
    nodes, choose = nodes_of(store, draft), Chooser(numbers)
    one = choose.one(nodes)
    makers = {
        "rename": lambda: ops.Rename(key=one.key, title=choose.one(TITLES)),
        "describe": lambda: ops.Describe(key=one.key, description=choose.one(TEXTS)),
        "hide": lambda: ops.Hide(keys=_keys(choose.some(nodes)), hidden=choose.one((True, False))),
        "move": lambda: _move(choose, nodes),
        "remove": lambda: ops.Remove(keys=_keys(choose.some(nodes))),
        "duplicate": lambda: ops.Duplicate(key=one.key),
        "split": lambda: ops.Split(key=one.key, at=_key(choose.one(_below(nodes, one.key)))),
        "merge": lambda: ops.Merge(keys=_keys(choose.some(_of(nodes, one.kind)))),
        "set_text": lambda: ops.SetText(key=one.key, html=choose.one(TEXTS)),
        "set_block": lambda: ops.SetBlock(
            key=_key(choose.one(_of(nodes, "block"))), block=choose.one(BLOCKS)
        ),
        "retype": lambda: _retype(choose, nodes),
        "set_lesson": lambda: ops.SetLesson(
            key=_key(choose.one(_of(nodes, "lesson"))), values=choose.one(LESSONS)
        ),
    }
    if kind == "restore":
        return _restore(store, draft, choose)
    if kind == "insert":
        return _insert(choose, nodes)
    if kind == "set_course":
        return ops.SetCourse(values=choose.one(COURSES))
    if kind == "put_file":
        return ops.PutFile(path=choose.one(("a.pdf", "b/c.png", "../x")), file="")
    return makers[kind]() if nodes else None


EVERY = (
    "rename", "describe", "hide", "move", "insert", "remove", "restore", "duplicate", "split",
    "merge", "set_text", "set_block", "retype", "set_course", "set_lesson", "put_file",
)  # fmt: skip


def perform(store, draft, kind, numbers, actor="anna"):
    """Perform a random operation; whether it was possible."""
    one = operation(store, draft, kind, numbers)
    if one is None:
        return False
    data = bytes(n % 256 for n in numbers) or b"-"
    files = {one.path: data} if isinstance(one, ops.PutFile) else None
    try:
        return edit(store, draft, one, actor=actor, files=files).step is not None
    except (InputError, ConflictError):
        return False


def _move(choose, nodes):
    found = choose.one(nodes)
    chosen = choose.some(_of(nodes, found.kind))
    parent = choose.one(_of(nodes, ABOVE[found.kind])) if ABOVE[found.kind] else None
    before = choose.one((*_below(nodes, _key(parent)), None))
    return ops.Move(keys=_keys(chosen), parent=_key(parent), before=_key(before))


def _insert(choose, nodes):
    kind = choose.one(KINDS)
    parent = choose.one(_of(nodes, ABOVE[kind])) if ABOVE[kind] else None
    before = choose.one((*_below(nodes, _key(parent)), None))
    block = choose.one(BLOCKS) if kind == "block" else None
    children = ()
    if kind == "lesson":
        page = ops.NewNode(kind="block", title="P", block=choose.one(BLOCKS))
        children = (ops.NewNode(kind="unit", title="U", children=(page,)),)
    new = ops.NewNode(kind=kind, title=choose.one(TITLES), block=block, children=children)
    return ops.Insert(parent=_key(parent), before=_key(before), node=new)


def _retype(choose, nodes):
    quiz = choose.one(one for one in nodes if isinstance(one.block, Quiz))
    question = choose.one(quiz.block.questions) if quiz else None
    if question is None:
        return None
    return ops.Retype(key=quiz.key, question=question.key, type=choose.one(TYPES))


def _restore(store, draft, choose):
    nodes = nodes_of(store, draft)
    with store.read() as connection:
        gone = [
            one.key
            for parent in (None, *(one.key for one in nodes))
            for one in siblings(connection, draft, parent)
            if one.removed
        ]
        roots = removal.roots(connection, draft, gone)
    key = choose.one(sorted(set(roots.values())))
    return None if key is None else ops.Restore(keys=(key,))


def _of(nodes, kind):
    return [one for one in nodes if one.kind == kind]


def _below(nodes, key):
    return [one for one in nodes if one.parent == key]


def _key(one):
    return None if one is None else one.key


def _keys(found):
    return tuple(one.key for one in found)
