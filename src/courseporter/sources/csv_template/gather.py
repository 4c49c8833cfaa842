"""The first pass: every row of every table is checked and put into its place, with flat memory.

A row that cannot stand alone goes aside with the cause, and so do the rows below it.  What is left
is sorted into the
tree by (place of the parent, position, line).
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any, NamedTuple, TypeVar, cast

from courseporter.context import Context
from courseporter.disk.spool import Spool
from courseporter.disk.spool import Table as Store
from courseporter.errors import Message, Phrase, Problem, _
from courseporter.errors.message import pack, unpack
from courseporter.formats.spelling import skeleton, unlike
from courseporter.formats.tabular import Ragged, Table
from courseporter.model import Entry, Outcome
from courseporter.sources.csv_template.families import Families
from courseporter.sources.csv_template.report import Report
from courseporter.sources.csv_template.schema import (
    FILE_NUMBER,
    KEY,
    OPTIONS,
    PARENT,
    POSITION,
    Level,
)
from courseporter.sources.csv_template.tables import table_problems
from courseporter.sources.csv_template.values import ENTER, LAST, UNREAD, parse_position

TICK = 5000  # rows between two signs of life
HASH_BUCKETS = 256
LONGEST_TITLE = 200  # of an entry in the ledger
FEW_POSITIONS = 100_000

RowType = TypeVar("RowType", bound=tuple[Any, ...])
Cause = tuple[Outcome, Phrase]
Check = Callable[[tuple[str, ...]], tuple[str, Message] | None]  # cells → column, what's wrong


class Index:
    """The external_ids of one table: where each row stands, or why it stands aside.

    `repeated`: those of good rows that came again.
    """

    def __init__(self) -> None:
        self.repeated: set[str] = set()
        self.places: dict[str, int] = {}
        self.lines = array("Q")
        self.aside: dict[str, Cause] = {}
        self._skeletons: dict[str, str] = {}

    def add(self, key: str, line: int) -> None:
        """A good row, in file order."""
        self.places[key] = len(self.lines)
        self.lines.append(line)

    def dismiss(self, key: str, cause: Cause) -> None:
        """A row that stands aside, with the cause for the rows below it."""
        self.aside.setdefault(key, cause)

    def line_of(self, key: str) -> int:
        """Where a good row stands, while its file is read."""
        return self.lines[self.places[key]]

    def alike(self, key: str) -> str | None:
        """The external_id that looks like this one but isn't the same, if there is one."""
        if not self._skeletons:
            self._skeletons = {skeleton(one): one for one in (*self.aside, *self.places)}
        return self._skeletons.get(skeleton(key))

    def rank(self, keys: Iterable[str]) -> None:
        """Replace the numbers in the file by those in the course; `keys` come in its order."""
        for rank, key in enumerate(keys):
            self.places[key] = rank


class Leaves(Index):
    """The external_ids of a table without children: a million of them take 8 bytes each."""

    def __init__(self) -> None:
        super().__init__()
        self._hashes = [array("q") for _ in range(HASH_BUCKETS)]

    def add(self, key: str, line: int) -> None:  # noqa: ARG002 - as above
        """A good row; whether its id is new shows in the end."""
        value = hash(key)
        self._hashes[value & 255].append(value)

    def dismiss(self, key: str, cause: Cause) -> None:
        """Nothing lies below these rows."""

    def suspects(self) -> set[int]:
        """Hashes that came more than once."""
        found: set[int] = set()
        for bucket in self._hashes:
            if len(set(bucket)) < len(bucket):
                seen: set[int] = set()
                found.update(value for value in bucket if value in seen or seen.add(value))
        return found


class Feed(NamedTuple):
    """One table on its way in: its ids, those of the table above, and what else makes a row fail.

    `orphan_check`: what to look for in rows that are not imported anyway, when that is more.
    """

    level: Level
    table: Table
    own: Index
    parents: Index
    check: Check | None = None
    orphan_check: Check | None = None


class Gatherer:
    """Reads tables into the spool.  `aside` holds the entries of rows that are not imported."""

    def __init__(self, ctx: Context, spool: Spool, report: Report) -> None:
        self._ctx = ctx
        self._spool = spool
        self._report = report
        self._aside = spool.table(
            "aside", "file", "line", "depth", "kind", "title", "ref", "outcome", "reason"
        )
        self._rows = 0
        self._positions: dict[str, float] = {"": LAST}
        self.problems: list[Problem] = []

    def gather(self, feed: Feed, row: type[RowType]) -> Families[RowType]:
        """Read one table into families; `row` is a row as it will come out."""
        families = Families(self._spool, feed.level.stem, row)
        families.extend(self._good(feed))
        self.note_table(feed.table)
        if not isinstance(feed.own, Leaves):
            feed.own.rank(one[3] for _, rows in families.walk() for one in rows)
        elif suspects := feed.own.suspects():
            return self._without_twins(feed.level, families, suspects, row)
        return families

    def gather_wide(self, feed: Feed) -> Store:
        """Read a table whose rows are too large to be kept in families: one by one, as columns."""
        rest = [f"{name}_" for name in feed.table.columns[2:] if name != "position"]
        names = ("parent", "position", "line", "external_id", *rest)
        store = self._spool.table(feed.level.stem, *names, wide=True)
        store.extend(self._good(feed))
        self.note_table(feed.table)
        in_order = store.rows("external_id", by=("parent", "position"))
        feed.own.rank(cast("str", key) for (key,) in in_order)
        return store

    def note_table(self, table: Table) -> None:
        """Problems of a table as a whole, after its rows were read."""
        self.problems += table_problems(table)

    def fail(
        self, level: Level, line: int, cells: tuple[str, ...], column: str, why: Message
    ) -> Phrase:
        """Set a row aside and report why.  Returns the cause for the rows below it."""
        where = self._report.at(level.stem, line, column)
        reason = _("{where}: {why}", where=where, why=why)
        hint = _("Fix the row and import again. Everything else is imported.")
        self._report.tell("row_failed", "error", reason, where=where, hint=hint)
        self.put_aside(level, line, cells, "failed", reason)
        return reason

    def fail_twin(self, level: Level, line: int, cells: tuple[str, ...], first: int) -> None:
        """Set a row aside whose external_id is already used in row `first`."""
        row = self._report.row(first)
        why = _("“{key}” is already used in {row}.", key=cells[KEY].strip(), row=row)
        self.fail(level, line, cells, "external_id", why)

    def put_aside(
        self, level: Level, line: int, cells: tuple[str, ...], outcome: Outcome, reason: Phrase
    ) -> None:
        """Keep the entry of a row that is not imported."""
        self._aside.add(
            FILE_NUMBER[level.stem],
            line,
            level.depth,
            level.kind,
            cells[level.at(level.title)][:LONGEST_TITLE],
            cells[KEY].strip(),
            outcome,
            pack(reason),
        )

    def ragged(self, level: Level, index: Index, row: Ragged) -> None:
        """A row with the wrong number of fields: nobody knows which cell is which."""
        why = _(
            "the row has {found} fields instead of {expected}.",
            found=row.found,
            expected=row.expected,
        )
        reason = self.fail(level, row.line, row.cells, "", why)
        key = row.cells[KEY].strip()
        if key and key not in index.places:
            index.dismiss(key, ("failed", reason))

    def aside(self, start: int = 0) -> Iterator[Entry]:
        """The entries of all rows that are not imported.

        By file and line, from number `start` on.
        """
        rows = self._aside.rows(
            "depth", "kind", "title", "ref", "outcome", "reason", by=("file", "line")
        )
        for number, (depth, kind, title, ref, outcome, reason) in enumerate(rows):
            if number >= start:
                yield Entry(
                    kind=cast("str", kind),
                    depth=cast("int", depth),
                    title=cast("str", title),
                    ref=cast("str", ref) or None,
                    outcome=cast("Outcome", outcome),
                    reason=unpack(cast("str", reason)),
                )

    def _good(self, feed: Feed) -> Iterator[tuple[str | int | float, ...]]:
        """The rows that can stand, ready for the spool."""
        level, table, index, parents, check, _ = feed
        positions, places, own, aside = self._positions, parents.places, index.places, index.aside
        add, tick_at = index.add, TICK
        for line, cells in table.rows(partial(self.ragged, level, index)):
            if line > tick_at:
                tick_at = line + TICK
                self._tick(TICK)
            key = cells[KEY].strip()
            parent = places.get(cells[PARENT].strip())
            if parent is None or not key or key in own or key in aside:
                self._set_aside(feed, line, cells)
                continue
            if check and (fault := check(cells)):
                index.dismiss(key, ("failed", self.fail(level, line, cells, *fault)))
                continue
            position = positions.get(cells[POSITION])
            if position is None:
                place = f"{level.kind}:{key}"
                if isinstance(index, Leaves):  # an option stands where its question does
                    place = f"question:{cells[PARENT].strip()}"
                position = self._position(level, line, cells[POSITION], place)
            add(key, line)
            yield (parent, position, line, key, *cells[PARENT + 1 : POSITION])

    def _tick(self, rows: int) -> None:
        self._rows += rows
        self._ctx.tick(self._rows, None, "rows")

    def _position(self, level: Level, line: int, text: str, place: str) -> float:
        if text.isdecimal() and text.isascii():
            return self._known(text, float(text)) if len(text) < 4 else float(text)
        number = parse_position(text)
        if number is None and text.strip():
            where = self._report.at(level.stem, line, "position")
            message = _(
                "{where}: “{text}” is not a number; the row is placed last.",
                where=where,
                text=text[:80],
            )
            self._report.tell(
                "row_value", "warning", message, where=where, hint=ENTER["position"], key=place
            )
            return UNREAD if level is OPTIONS else LAST
        return self._known(text, LAST if number is None else number)

    def _known(self, text: str, position: float) -> float:
        """Keep the position of a text that may come again and again."""
        if len(self._positions) < FEW_POSITIONS:
            self._positions[text] = position
        return position

    def _set_aside(self, feed: Feed, line: int, cells: tuple[str, ...]) -> None:
        """A row without an id, with one that was there before, or without a parent."""
        level, index, parents = feed.level, feed.own, feed.parents
        key, above = cells[KEY].strip(), cells[PARENT].strip()
        if not key:
            self.fail(level, line, cells, "external_id", _("the external_id is empty."))
        elif key in index.places:
            index.repeated.add(key)
            self.fail_twin(level, line, cells, index.line_of(key))
        elif key in index.aside:
            table = self._report.table(level.stem)
            why = _("“{key}” is already used in {table}.", key=key, table=table)
            self.fail(level, line, cells, "external_id", why)
        elif above in parents.aside:
            cause = parents.aside[above]
            index.dismiss(key, cause)
            self._follow(feed, line, cells, cause)
        else:
            why = self._no_parent(feed, above)
            column = level.columns.required[1]
            index.dismiss(key, ("failed", self.fail(level, line, cells, column, why)))

    def _no_parent(self, feed: Feed, above: str) -> Message:
        """Why a row has no parent; a name that looks the same is shown with what differs."""
        if not above:
            return _("the cell is empty.")
        table = self._report.table(feed.level.parent)
        alike = feed.parents.alike(above)
        if alike is None:
            return _("“{key}” doesn't exist in {table}.", key=above, table=table)
        here, there = unlike(above, alike), unlike(alike, above)
        if here and there:
            differs = _("{here} here, {there} there", here=here, there=there)
        elif here or there:
            one = _("only here: {signs}", signs=here)
            differs = one if here else _("only there: {signs}", signs=there)
        else:
            differs = _("the same characters in another number or order")
        return _(
            "“{key}” doesn't exist in {table}, but “{alike}” looks like it ({differs}).",
            key=above,
            table=table,
            alike=alike,
            differs=differs,
        )

    def _follow(self, feed: Feed, line: int, cells: tuple[str, ...], cause: Cause) -> None:
        """Set a row aside whose parent is; problems of the row itself are reported, too."""
        level, (outcome, root) = feed.level, cause
        if outcome == "failed":
            where = self._report.at(level.stem, line)
            parent = level.columns.required[1].removesuffix("_external_id")
            root = _(
                "{where}: its {parent} “{key}” isn't imported ({root})",
                where=where,
                parent=parent,
                key=cells[PARENT].strip(),
                root=root,
            )
            self._report.tell("row_orphaned", "error", root, where=where)
            check = feed.orphan_check or feed.check
            if check and (fault := check(cells)):
                column, why = fault
                place = self._report.at(level.stem, line, column)
                message = _("{where}: {why}", where=place, why=why)
                self._report.tell("row_failed", "error", message, where=place)
        self.put_aside(level, line, cells, outcome, root)

    def _without_twins(
        self, level: Level, families: Families[RowType], suspects: set[int], row: type[RowType]
    ) -> Families[RowType]:
        """The same families, but of rows with the same id only the first of the file."""
        first: dict[str, int] = {}
        for _parent, rows in families.walk():
            for _above, _position, line, key, *_cells in rows:
                if hash(key) in suspects:
                    first[key] = min(line, first.get(key, line))
        twins: list[tuple[int, str, str]] = []
        kept = Families(self._spool, f"{level.stem}_kept", row)
        for _parent, rows in families.walk():
            twins += [(r[2], r[3], r[4]) for r in rows if first.get(r[3], r[2]) != r[2]]
            kept.extend(r for r in rows if first.get(r[3], r[2]) == r[2])
        for line, key, title in sorted(twins):
            self.fail_twin(level, line, (key, "", title), first[key])
        return kept
