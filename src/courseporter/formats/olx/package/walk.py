"""From the course down to its leaves, in the order in which Studio's importer meets the blocks, and
what it would lose on the way.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from courseporter.errors import InputError, _
from courseporter.formats.olx.package.facts import NESTING, Facts, Fault
from courseporter.formats.olx.package.index import Index
from courseporter.formats.olx.package.ledger import entry_of, failed_entry
from courseporter.formats.olx.package.overrides import Settings, override
from courseporter.formats.olx.package.refusals import (
    contains_itself,
    malformed,
    require_safe_name,
    too_deep,
)
from courseporter.formats.olx.package.rules import LOSES, name_faults
from courseporter.model import Entry, Kind, OutlineRow

LEVELS = {"chapter": 1, "sequential": 2, "vertical": 3, "unit": 3}
KINDS: tuple[Kind, ...] = ("section", "lesson", "unit", "block")
MAX_DEPTH = 64
# The importer renames the second pointer of this kind, and then does not find its file.
_ONCE = frozenset(("problem", "sequential", "video", "chapter", "poll_question", "vertical"))
# These go with a child that is lost; the others lose the child alone.
_POOLS = frozenset(("itembank", "library_content", "problem-builder", "step-builder"))
# Blocks that never read a file: a pointer is the block with its defaults.
_PURE = frozenset(
    (
        "done drag-and-drop-v2 edx_sga google-calendar google-document lti_consumer"
        " openassessment pdf poll recommender staffgradedxblock survey ubcpi"
    ).split()
)


class WalkedBlock(msgspec.Struct, frozen=True, gc=False):
    """One block found on the way: rows of the outline (implied ones first), ledger entries, faults.

    `entries` has the block itself and, for a pool, its children; `name` is TAG/URL_NAME, `title`
    for people.  An index without rules gives neither entries nor faults.
    """

    name: str
    title: str
    rows: tuple[OutlineRow, ...]
    entries: tuple[Entry, ...]
    faults: tuple[Fault, ...]

    @property
    def key(self) -> str | None:
        """The outline key to jump to."""
        return self.rows[-1].key if self.rows else None


class Need(msgspec.Struct, frozen=True, gc=False):
    """What a block needs from the course: a file, a language, a passport, a group."""

    kind: str
    value: str
    name: str
    title: str


class _Frame(msgspec.Struct):
    """A container on the way down; `lost` is the code of what loses everything in it."""

    name: str
    key: str
    level: int
    hidden: bool
    children: Iterator[str | Facts]
    implied: str = ""  # key of the unit made for leaves that lie above the unit level
    lost: str = ""


class _Inner(msgspec.Struct):
    """A block inside a pool; `lost` is the fault that loses it."""

    facts: Facts
    name: str
    depth: int
    lost: Fault | None = None


class Walk:
    """One pass over an indexed package.  Iterate it once; afterwards `reached` counts the files of
    blocks that were used, `graded` has the formats of graded lessons, `needs` what blocks need from
    the course, `names` a hash of each url_name.
    """

    def __init__(self, index: Index, policy: Settings | None = None) -> None:
        self._index = index
        self._policy = policy or {}
        self._seen: set[int] = set()
        self._keys: dict[str, int] = {}
        self._stack: list[_Frame] = []
        self.reached = 0
        self.graded: set[str] = set()
        self.names: set[int] = set()
        self.needs: list[Need] = []

    def __iter__(self) -> Iterator[WalkedBlock]:
        course = self.course()
        lost = "course_not_followed" if self._index.rules and self.is_cut_off() else ""
        self._stack.append(_Frame("", "", 0, course.hidden, iter(course.children), lost=lost))
        while self._stack:
            child = next(self._stack[-1].children, None)
            if child is None:
                self._stack.pop()
                continue
            found, frame = self._child(child, self._stack[-1])
            yield found
            if frame is not None:
                if len(self._stack) >= MAX_DEPTH:
                    raise too_deep(frame.key, MAX_DEPTH)
                self._stack.append(frame)

    def course(self) -> Facts:
        """The course element, its pointer followed."""
        index = self._index
        course = index.definition_at(index.root + "course.xml")
        if course.faults and not course.tag:
            raise malformed(index.root + "course.xml", course)
        if not course.pointer and not self.is_cut_off():
            return course
        run = course.values.get("url_name", "")
        require_safe_name(run, index.root + "course.xml")
        body = index.definition("course", run)
        if body is None:
            raise InputError(
                _("course.xml points to course/{run}.xml, which is missing.", run=run),
                _("Export the course again."),
                f"course/{run}.xml",
                code="manifest_invalid",
            )
        if not body.tag:
            raise malformed(f"{index.root}course/{run}.xml", body)
        if not course.pointer:
            return Facts("course", children=body.children, values=course.values)
        body.values = course.values | body.values | {"url_name": run}
        return body

    def is_cut_off(self) -> bool:
        """Whether course.xml should lead to the course and does not: it lacks `org` or has more
        than three attributes.
        """
        course = self._index.definition_at(self._index.root + "course.xml")
        if course.pointer or course.children:
            return False
        run = course.values.get("url_name", "")
        return bool(run) and self._index.definition("course", run) is not None

    # ---- one block

    def _child(self, child: str | Facts, parent: _Frame) -> tuple[WalkedBlock, _Frame | None]:
        name = _name(child)
        if name in (frame.name for frame in self._stack) and not name.endswith("/"):
            raise contains_itself(name, self._inside())
        again = self._again(name)
        facts, fault = self._read(child, name, again=again)
        fault = Fault(parent.lost) if parent.lost else fault
        if fault is not None:
            return self._lost(name, parent, facts, fault)
        if again:
            facts.faults = [*facts.faults, Fault("url_name_duplicate", name)]
        key = self._key(name, again=again)
        if facts.tag in LEVELS:
            return self._container(facts, name, key, parent)
        return self._leaf(facts, name, key, parent)

    def _inside(self) -> str:
        return f"{self._stack[-1].name or 'course'}.xml"

    def _again(self, name: str) -> bool:
        mark = hash(name)
        if mark in self._seen and not name.endswith("/"):
            return True
        self._seen.add(mark)
        return False

    def _read(self, child: str | Facts, name: str, *, again: bool) -> tuple[Facts, Fault | None]:
        """The block with everything that is wrong with it, and the fault that loses it."""
        tag = name.partition("/")[0]
        facts = self._resolved(child, tag, name)
        pointer = isinstance(child, str) or child.pointer
        if facts is None or not facts.tag:
            first = Fault("definition_missing", f"{name}.xml")
            if facts is not None:
                first = facts.faults[0] if facts.faults else Fault("definition_malformed", name)
            return Facts(tag, title=name), first
        if again and pointer and tag in _ONCE:
            return facts, Fault("url_name_duplicate", name)
        if self._index.rules and pointer:
            facts.faults += [Fault(*one) for one in name_faults(name[len(tag) + 1 :], tag)]
        override(facts, self._policy.get(name))
        return facts, next((one for one in facts.faults if one.code in LOSES), None)

    def _resolved(self, child: str | Facts, tag: str, name: str) -> Facts | None:
        """The definition behind a pointer; an inline block is its own."""
        url_name = name[len(tag) + 1 :]
        if isinstance(child, Facts) and not child.pointer:
            if child.bare and child.name and self._index.definition(tag, url_name) is not None:
                child.faults = [*child.faults, Fault("pointer_with_attributes", name)]
            return self._with_body(child, name)
        if ".." in name or "\\" in name or "//" in name:
            require_safe_name(url_name, self._inside())
        facts = self._index.definition(tag, url_name)
        before = [] if isinstance(child, str) else child.faults[:1]
        if tag in _PURE and self._index.rules:
            faults = [] if facts is None else [Fault("pointer_ignored", name)]
            self.reached += facts is not None
            return Facts(
                tag, url_name, type=_PURE_TYPES.get(tag, "foreign"), faults=faults + before
            )
        if facts is None:
            pure = tag in _PURE or tag == "discussion"
            return Facts(tag, url_name, type=_PURE_TYPES.get(tag, "foreign")) if pure else None
        self.reached += 1
        if not facts.tag:
            return facts
        if facts.pointer:
            facts.faults = [*facts.faults, Fault("pointer_in_file", name)]
        facts.faults = [*before, *facts.faults]
        return self._with_body(facts, name)

    def _with_body(self, facts: Facts, name: str) -> Facts | None:
        if not facts.body:
            return facts
        if ".." in facts.body or facts.body.startswith(("/", "\\")):
            require_safe_name(facts.body, f"{name}.xml")
        body = self._index.body(facts.body)
        if body is None:
            return Facts("", faults=[Fault("definition_missing", f"html/{facts.body}.html")])
        if any(fault.code == "not_utf8" for fault in body.faults):
            return Facts("", faults=body.faults)
        facts.type, facts.href = body.type, body.href
        if body.faults:
            facts.faults = [*facts.faults, *body.faults]
        return facts

    # ---- what happens to it

    def _container(
        self, facts: Facts, name: str, key: str, parent: _Frame
    ) -> tuple[WalkedBlock, _Frame]:
        level = LEVELS[facts.tag]
        hidden = facts.hidden or parent.hidden
        parent.implied = ""
        rows: tuple[OutlineRow, ...] = ()
        faults = list(facts.faults)
        if level != parent.level + 1:
            faults.append(Fault("misplaced", facts.tag))
            rows = _implied(key, parent.level, level, hidden=hidden)
        if facts.grading:
            self.graded.add(facts.grading)
        if not facts.children:
            faults.append(Fault(f"{KINDS[level - 1]}_empty", facts.title))
        self._remember(facts, name)
        row = OutlineRow(
            depth=level, kind=KINDS[level - 1], type=None, title=facts.title, key=key,
            hidden=hidden, href=None, questions=0,
        )  # fmt: skip
        entries = (entry_of(facts, name, row),) if self._index.rules else ()
        found = WalkedBlock(name, facts.title, (*rows, row), entries, tuple(faults))
        return found, _Frame(name, key, level, hidden, iter(facts.children))

    def _leaf(
        self, facts: Facts, name: str, key: str, parent: _Frame
    ) -> tuple[WalkedBlock, _Frame | None]:
        inner = self._inner(facts, [name]) if facts.children else []
        lost = next((one for one in inner if one.lost is not None and one.depth == 1), None)
        if lost is not None and facts.tag in _POOLS and self._index.rules:
            return self._lost(name, parent, facts, Fault("pool_broken", lost.name), inner)
        rows: tuple[OutlineRow, ...] = ()
        faults = list(facts.faults)
        if parent.level != 3 and not parent.implied:
            faults.append(Fault("misplaced", facts.tag))
            rows = _implied(key, parent.level, 4, hidden=parent.hidden)
            parent.implied = key
        if facts.type == "quiz" and inner:
            kept = (one.facts for one in inner if one.lost is None)
            facts.questions = sum(one.questions for one in kept if one.tag not in NESTING)
        row = OutlineRow(
            depth=4, kind="block", type=facts.type, title=facts.title, key=key,
            hidden=facts.hidden or parent.hidden, href=facts.href, questions=facts.questions,
        )  # fmt: skip
        if not self._index.rules:
            return WalkedBlock(name, facts.title, (*rows, row), (), ()), None
        self._remember(facts, name)
        entries = [entry_of(facts, name, row)]
        for one in inner:
            entries.append(
                entry_of(one.facts, one.name, row, one.depth)
                if one.lost is None
                else failed_entry(one.name, 4 + one.depth, one.lost, hidden=row.hidden)
            )
            faults += _faults_of(one)
        return WalkedBlock(name, facts.title, (*rows, row), tuple(entries), tuple(faults)), None

    def _lost(
        self,
        name: str,
        parent: _Frame,
        facts: Facts,
        fault: Fault,
        inner: list[_Inner] | None = None,
    ) -> tuple[WalkedBlock, _Frame | None]:
        """A block that the import loses, with everything in it: failed, and not in the outline."""
        tag = name.partition("/")[0]
        faults = [] if parent.lost else [fault]
        depth = parent.level + 1
        entries = [failed_entry(name, depth, fault, hidden=parent.hidden)]
        if tag in LEVELS:
            frame = _Frame(
                name, "", depth, parent.hidden, iter(facts.children), lost="container_lost"
            )
            return WalkedBlock(name, facts.title or name, (), tuple(entries), tuple(faults)), frame
        if inner is None and facts.children:
            inner = self._inner(facts, [name])
        for one in inner or ():
            reason = one.lost or Fault("container_lost")
            entries.append(failed_entry(one.name, depth + one.depth, reason, hidden=parent.hidden))
            faults += [] if parent.lost else _faults_of(one)
        return WalkedBlock(name, facts.title or name, (), tuple(entries), tuple(faults)), None

    def _inner(self, facts: Facts, above: list[str], *, lost: bool = False) -> list[_Inner]:
        """Everything inside a block with children, which have no rows of their own."""
        inner: list[_Inner] = []
        for child in facts.children:
            name = _name(child)
            if (name in above and not name.endswith("/")) or len(above) > MAX_DEPTH:
                raise contains_itself(name, f"{above[-1]}.xml")
            again = self._again(name)
            found, fault = self._read(child, name, again=again)
            fault = Fault("container_lost") if lost else fault
            if fault is None and again:
                found.faults = [*found.faults, Fault("url_name_duplicate", name)]
            one = _Inner(found, name, len(above), fault)
            inner.append(one)
            below = self._inner(found, [*above, name], lost=fault is not None)
            gone = next((each for each in below if each.lost and each.depth == one.depth + 1), None)
            if fault is None and gone is not None and found.tag in _POOLS:
                one.lost = Fault("pool_broken", gone.name)
            elif fault is None:
                self._remember(found, name)
            inner += below
        return inner

    def _remember(self, facts: Facts, name: str) -> None:
        self.names.add(hash(name.partition("/")[2]))
        if facts.needs:
            title = facts.title or name
            self.needs += [Need(kind, value, name, title) for kind, value in facts.needs]

    def _key(self, name: str, *, again: bool) -> str:
        """The row's key: the block's name, numbered when it has none or comes again."""
        if not again and not name.endswith("/"):
            return name
        count = self._keys[name] = self._keys.get(name, 1 if again else 0) + 1
        return f"{name}#{count}"


_PURE_TYPES = {
    "discussion": "discussion",
    "openassessment": "assignment",
    "poll": "quiz",
    "survey": "quiz",
}


def _faults_of(one: _Inner) -> list[Fault]:
    if one.lost is None:
        return one.facts.faults
    return [] if one.lost.code == "container_lost" else [one.lost]


def _implied(key: str, above: int, level: int, *, hidden: bool) -> tuple[OutlineRow, ...]:
    """Rows for levels that the package skips, so that the outline has all four."""
    return tuple(
        OutlineRow(
            depth=missing, kind=KINDS[missing - 1], type=None, title="", key=f"{key}^{missing}",
            hidden=hidden, href=None, questions=0,
        )
        for missing in range(above + 1, level)
    )  # fmt: skip


def _name(child: str | Facts) -> str:
    return child if isinstance(child, str) else f"{child.tag}/{child.name}"
