"""From the course down to its leaves: the order in which Studio's importer finds blocks, and what
it would lose.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from courseporter.errors import InputError
from courseporter.formats.olx_package.element_rules import name_faults
from courseporter.formats.olx_package.facts import NESTING, Facts, Fault
from courseporter.formats.olx_package.index import Index
from courseporter.model import Entry, Kind, OutlineRow

LEVELS = {"chapter": 1, "sequential": 2, "vertical": 3, "unit": 3}
KINDS: tuple[Kind, ...] = ("section", "lesson", "unit", "block")
MOST_DEPTH = 64
# A second pointer of this kind is renamed by the importer, and then its file is not found.
_ONCE = frozenset(("problem", "sequential", "video", "chapter", "poll_question", "vertical"))


class Found(msgspec.Struct, frozen=True, gc=False):
    """One thing found on the way: rows of the outline (implied ones first), ledger entries, faults.

    `entries` has the block itself and, for a pool, what lies in it; `name` is TAG/URL_NAME, `title`
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


class _Frame(msgspec.Struct):
    """A container on the way down."""

    key: str
    level: int
    hidden: bool
    children: Iterator[str | Facts]
    implied: str = ""  # key of the unit made for leaves that lie above the unit level


class Walk:
    """One pass over an indexed package.  Iterate it once; `reached` counts definition files that
    were used.
    """

    def __init__(self, index: Index, policy: dict[str, dict[str, object]] | None = None) -> None:
        self._index = index
        self._policy = policy or {}
        self._seen: set[int] = set()
        self._keys: dict[str, int] = {}
        self._above = ""  # the block that names the current one
        self.reached = 0
        self.graded: set[str] = set()

    def __iter__(self) -> Iterator[Found]:
        course = self.course()
        stack = [_Frame("", 0, course.hidden, iter(course.children))]
        names = [""]
        while stack:
            child = next(stack[-1].children, None)
            if child is None:
                stack.pop()
                names.pop()
                continue
            found, frame = self._child(child, stack[-1], names)
            yield found
            if frame is not None:
                if len(stack) >= MOST_DEPTH:
                    raise _refusal(
                        f"Blocks are nested deeper than {MOST_DEPTH} levels", frame.key, "too_deep"
                    )
                stack.append(frame)
                names.append(_name(child))

    def course(self) -> Facts:
        """The course element, its pointer followed."""
        index = self._index
        course = index.definition_at(index.root + "course.xml")
        if course.faults and not course.tag:
            raise _malformed(index.root + "course.xml", course)
        if not course.pointer:
            return course
        run = course.values.get("url_name", "")
        _safe(run, index.root + "course.xml")
        body = index.definition("course", run)
        if body is None:
            raise InputError(
                f"course.xml points to course/{run}.xml, which is not in the package.",
                "Export the course again.",
                f"course/{run}.xml",
                code="manifest_invalid",
            )
        if not body.tag:
            raise _malformed(f"{index.root}course/{run}.xml", body)
        body.values = course.values | body.values | {"url_name": run}
        return body

    def _child(
        self, child: str | Facts, parent: _Frame, names: list[str]
    ) -> tuple[Found, _Frame | None]:
        name = _name(child)
        tag = name.partition("/")[0]
        self._above = names[-1]
        if name in names and not name.endswith("/"):
            raise _refusal(f"The block {name} contains itself ({self._inside()})", self._inside())
        again = self._again(name)
        facts = self._resolved(child, tag, name)
        if facts is None or not facts.tag or (again and tag in _ONCE):
            return self._lost(name, parent, facts, again=again), None
        self._overrule(facts, name)
        faults = list(facts.faults)
        if self._index.rules and isinstance(child, str):
            faults += [Fault(*fault) for fault in name_faults(name[len(tag) + 1 :], tag)]
        if again:
            faults.append(Fault("url_name_duplicate", name))
        key = self._key(name, again=again)
        if facts.tag in LEVELS:
            return self._container(facts, name, key, parent, faults)
        return self._leaf(facts, name, key, parent, faults), None

    def _inside(self) -> str:
        return f"{self._above or 'course'}.xml"

    def _again(self, name: str) -> bool:
        mark = hash(name)
        if mark in self._seen and not name.endswith("/"):
            return True
        self._seen.add(mark)
        return False

    def _resolved(self, child: str | Facts, tag: str, name: str) -> Facts | None:
        """The definition behind a pointer; an inline block is its own."""
        if not isinstance(child, str):
            if child.bare and child.name and self._index.definition(tag, child.name) is not None:
                child.faults = [*child.faults, Fault("pointer_with_attributes", name)]
            return self._with_body(child, name)
        if ".." in name or "\\" in name or "//" in name:
            _safe(name[len(tag) + 1 :], self._inside())
        facts = self._index.definition(tag, name[len(tag) + 1 :])
        if facts is None:
            return Facts(tag, name, type="foreign") if tag in _PURE else None
        self.reached += 1
        return self._with_body(facts, name) if facts.tag else facts

    def _with_body(self, facts: Facts, name: str) -> Facts | None:
        if not facts.body:
            return facts
        if ".." in facts.body or facts.body.startswith(("/", "\\")):
            _safe(facts.body, f"{name}.xml")
        body = self._index.body(facts.body)
        if body is None:
            return Facts("", faults=[Fault("definition_missing", f"html/{facts.body}.html")])
        if any(fault.code == "not_utf8" for fault in body.faults):
            return Facts("", faults=body.faults)
        facts.type, facts.href = body.type, body.href
        if body.faults:
            facts.faults = [*facts.faults, *body.faults]
        return facts

    def _overrule(self, facts: Facts, name: str) -> None:
        """policy.json may overrule what the block says."""
        settings = self._policy.get(name)
        if settings:
            facts.title = str(settings.get("display_name", facts.title))
            facts.hidden = bool(settings.get("visible_to_staff_only", facts.hidden))
            if settings.get("graded"):
                facts.grading = str(settings.get("format", facts.grading))

    def _container(
        self, facts: Facts, name: str, key: str, parent: _Frame, faults: list[Fault]
    ) -> tuple[Found, _Frame]:
        level = LEVELS[facts.tag]
        hidden = facts.hidden or parent.hidden
        parent.implied = ""
        rows: tuple[OutlineRow, ...] = ()
        if level != parent.level + 1:
            faults.append(Fault("misplaced", facts.tag))
            rows = self._implied(key, parent.level, level, hidden=hidden)
        if facts.grading:
            self.graded.add(facts.grading)
        if not facts.children:
            faults.append(Fault(f"{KINDS[level - 1]}_empty", facts.title))
        row = OutlineRow(
            depth=level, kind=KINDS[level - 1], type=None, title=facts.title, key=key,
            hidden=hidden, href=None, questions=0,
        )  # fmt: skip
        entries = (_entry(facts.tag, name, row, facts.title),) if self._index.rules else ()
        found = Found(name, facts.title, (*rows, row), entries, tuple(faults))
        return found, _Frame(key, level, hidden, iter(facts.children))

    def _leaf(
        self, facts: Facts, name: str, key: str, parent: _Frame, faults: list[Fault]
    ) -> Found:
        rows: tuple[OutlineRow, ...] = ()
        if parent.level != 3 and not parent.implied:
            faults.append(Fault("misplaced", facts.tag))
            rows = self._implied(key, parent.level, 4, hidden=parent.hidden)
            parent.implied = key
        inner = self._inner(facts, [name]) if facts.children else []
        if facts.type == "quiz" and inner:
            facts.questions = sum(child.questions for child, _ in inner if child.tag not in NESTING)
        row = OutlineRow(
            depth=4, kind="block", type=facts.type, title=facts.title, key=key,
            hidden=facts.hidden or parent.hidden, href=facts.href, questions=facts.questions,
        )  # fmt: skip
        if not self._index.rules:
            return Found(name, facts.title, (*rows, row), (), ())
        entries = [_entry(child.tag, path, row, child.title, 1) for child, path in inner]
        faults += [fault for child, _ in inner for fault in child.faults]
        own = _entry(facts.tag, name, row, facts.title)
        return Found(name, facts.title, (*rows, row), (own, *entries), tuple(faults))

    def _inner(self, facts: Facts, above: list[str]) -> list[tuple[Facts, str]]:
        """Everything inside a block with children, which have no rows of their own."""
        inner: list[tuple[Facts, str]] = []
        for child in facts.children:
            name = _name(child)
            if (name in above and not name.endswith("/")) or len(above) > MOST_DEPTH:
                raise _refusal(f"The block {name} contains itself ({above[-1]}.xml)", name)
            found = self._resolved(child, name.partition("/")[0], name)
            if found is not None and found.tag:
                inner.append((found, name))
                inner += self._inner(found, [*above, name])
            else:
                code = "definition_missing" if found is None else found.faults[0].code
                facts.faults = [*facts.faults, Fault(code, f"{name}.xml")]
        return inner

    def _implied(self, key: str, above: int, level: int, *, hidden: bool) -> tuple[OutlineRow, ...]:
        """Rows for levels that the package leaves out, so that the outline has all four."""
        return tuple(
            OutlineRow(
                depth=missing,
                kind=KINDS[missing - 1],
                type=None,
                title="",
                key=f"{key}^{missing}",
                hidden=hidden,
                href=None,
                questions=0,
            )
            for missing in range(above + 1, level)
        )

    def _lost(self, name: str, parent: _Frame, facts: Facts | None, *, again: bool) -> Found:
        if again:
            fault = Fault("url_name_duplicate", name)
        elif facts is None:
            fault = Fault("definition_missing", f"{name}.xml")
        else:
            fault = facts.faults[0] if facts.faults else Fault("definition_malformed", name)
        entry = Entry(
            kind=name.partition("/")[0], depth=parent.level + 1, title=None, ref=name,
            outcome="failed", reason=REASONS.get(fault.code, fault.detail), hidden=parent.hidden,
        )  # fmt: skip
        return Found(name, name, (), (entry,), (fault,))

    def _key(self, name: str, *, again: bool) -> str:
        """The row's key: the block's name, numbered when it has none or comes again."""
        if not again and not name.endswith("/"):
            return name
        count = self._keys[name] = self._keys.get(name, 1 if again else 0) + 1
        return f"{name}#{count}"


def _entry(tag: str, name: str, row: OutlineRow, title: str, deeper: int = 0) -> Entry:
    return Entry(
        kind=tag, depth=row.depth + deeper, title=title, ref=name, outcome="converted",
        hidden=row.hidden, to=(row.key,),
    )  # fmt: skip


REASONS = {
    "url_name_duplicate": "Another block has the same name; Open edX keeps only one.",
    "definition_missing": "Its file is not in the package.",
    "definition_malformed": "Its file is not well-formed XML.",
    "not_utf8": "Its file is not UTF-8.",
}
# Blocks that need no file: a bare pointer is the block with its defaults.
_PURE = frozenset(
    (
        "discussion done drag-and-drop-v2 edx_sga google-calendar google-document lti_consumer"
        " openassessment pdf poll recommender staffgradedxblock survey ubcpi"
    ).split()
)


def _name(child: str | Facts) -> str:
    return child if isinstance(child, str) else f"{child.tag}/{child.name}"


def _safe(name: str, where: str) -> None:
    """Refuse names that would lead out of the package."""
    plain = name.replace("\\", "/") if "\\" in name else name
    if plain.startswith("/") or (".." in plain and ".." in plain.split("/")):
        raise InputError(
            f"The name {name} in {where} leads out of the package.",
            "A sound course has no such names. Export it again.",
            where,
            code="unsafe_path",
        )


def _malformed(path: str, facts: Facts) -> InputError:
    detail = facts.faults[0].detail if facts.faults else ""
    return InputError(
        f"{path} is not well-formed XML: {detail}",
        "Export the course again.",
        path,
        code="manifest_invalid",
    )


def _refusal(what: str, where: str, code: str = "manifest_invalid") -> InputError:
    return InputError(
        f"{what}.", "A sound course has no such blocks. Export it again.", where, code=code
    )
