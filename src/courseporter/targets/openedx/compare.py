"""Read-back: the course on the site against the package, block by block.

"Succeeded" doesn't mean complete: the importer drops what it can't read and says nothing.  Read
through the outline, never by asking for known ids: removed blocks still answer.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Sequence

import msgspec

from courseporter.errors import Message, _
from courseporter.targets.openedx import assets as files
from courseporter.targets.openedx.content import Block
from courseporter.targets.openedx.expected import Expected
from courseporter.targets.openedx.keys import CourseKey
from courseporter.targets.openedx.session import Session
from courseporter.targets.openedx.tree import Item, read_tree
from courseporter.targets.openedx.units import Units

MOST = 500  # differences told one by one
LEVELS = ("chapter", "sequential", "vertical")


class Difference(msgspec.Struct, frozen=True):
    """One thing that isn't as the package says: where, for people, and what."""

    where: str
    what: str


class Report(msgspec.Struct):
    """The outcome of a read-back.  `compared` counts blocks, `skipped` what nobody could see."""

    compared: int = 0
    differences: list[Difference] = []
    total: int = 0  # of differences, also those above `MOST`
    skipped: list[str] = []

    @property
    def equal(self) -> bool:
        """Whether everything that could be compared is as the package says."""
        return self.total == 0

    def add(self, where: Sequence[str], what: Message) -> None:
        """Note a difference."""
        self.total += 1
        if len(self.differences) < MOST:
            self.differences.append(Difference(" › ".join(where), str(what)))

    def as_json(self) -> dict[str, object]:
        """As the command line prints it."""
        return {
            "equal": self.equal,
            "compared": self.compared,
            "differences": [msgspec.to_builtins(one) for one in self.differences],
        }


Tick = Callable[[int, int], None]


class Comparison:
    """Compares one course; `tick` is told how many units of how many are read."""

    def __init__(self, session: Session, key: CourseKey, wanted: Expected, tick: Tick) -> None:
        self._session = session
        self._key = key
        self._wanted = wanted
        self._tick = tick
        self._units = Units(session)
        self._total = sum(block.type == "vertical" for block in wanted.root.walk())
        self._done = 0
        self.report = Report()

    def run(self) -> Report:
        """Read and compare everything.  Raises PorterError."""
        tree = read_tree(self._session, self._key)
        if tree is None:
            self.report.add((str(self._key),), _("the course is missing"))
            return self.report
        self._title(tree)
        self._level(self._wanted.root, tree, ())
        self._files()
        return self.report

    def _title(self, tree: Item) -> None:
        title = self._wanted.title
        if title and not _same_title(title, tree.display_name):
            self.report.add((title,), _("the title is “{found}”", found=tree.display_name))

    def _level(self, wanted: Block, found: Item, above: tuple[str, ...]) -> None:
        """The children of a course, section or lesson."""
        there = {child.name: child for child in found.children}
        _compare_order(
            self.report, [child.key for child in wanted.children if child.name], list(there), above
        )
        for child in wanted.children:
            where = (*above, child.title or child.name)
            self.report.compared += 1
            item = there.pop(child.key, None)
            if item is None:
                self._lost(child, where)
                continue
            self._same(child, item.display_name, where)
            if child.hidden != item.hidden:
                self.report.add(where, _hidden(child))
            if child.type in LEVELS[:2]:
                self._level(child, item, where)
            elif child.type == "vertical":
                self._unit(child, item, where)
        for item in there.values():
            self.report.add((*above, item.display_name), _("isn't in the package"))

    def _lost(self, block: Block, where: tuple[str, ...]) -> None:
        """A block that is missing, with all that was in it."""
        below = len(list(block.walk())) - 1
        self.report.compared += below
        if below:
            self.report.add(
                where, _("is missing, along with the {count} blocks in it", count=below)
            )
        else:
            self.report.add(where, _("is missing"))

    def _unit(self, wanted: Block, item: Item, where: tuple[str, ...]) -> None:
        self._done += 1
        self._tick(self._done, self._total)
        if not wanted.children:
            return  # nothing to compare, so nothing is asked
        blocks = self._units.blocks(item.id)
        if blocks is None:
            self.report.skipped.append(" › ".join(where))
            self.report.compared += len(list(wanted.walk())) - 1
            return
        self._blocks(wanted.children, blocks, where)

    def _blocks(
        self, wanted: Sequence[Block], found: Sequence[Block], above: tuple[str, ...]
    ) -> None:
        there = {block.key: block for block in found}
        named = [block.key for block in wanted if block.name]
        _compare_order(self.report, named, [block.key for block in found], above)
        unnamed = [block for block in found if block.key not in set(named)]
        for block in wanted:
            where = (*above, block.title or block.name or block.type)
            self.report.compared += 1
            same = there.pop(block.key, None) if block.name else _of_type(unnamed, block.type)
            if same is None:
                self._lost(block, where)
                continue
            there.pop(same.key, None)
            self._same(block, same.title, where)
            self._content(block, same, where)
            if block.children:
                self._blocks(block.children, same.children, where)
        for block in there.values():
            self.report.add((*above, block.title or block.name), _("isn't in the package"))

    def _same(self, block: Block, title: str | None, where: tuple[str, ...]) -> None:
        if block.title and title is not None and not _same_title(block.title, title):
            self.report.add(where, _("the title is “{found}”", found=title))

    def _content(self, block: Block, found: Block, where: tuple[str, ...]) -> None:
        if block.digest and found.digest and block.digest != found.digest:
            self.report.add(where, _("the content differs"))
        for name, ours, theirs in zip(
            ("weight", "max_attempts"), block.points, found.points, strict=False
        ):
            if ours is not None and theirs is not None and ours != theirs:
                self.report.add(where, _("{name} is {found}", name=name, found=theirs))

    def _files(self) -> None:
        """Every file of the package must be among those of the site."""
        if not self._wanted.assets:
            return
        listed = files.list_assets(self._session, self._key)
        if listed is None:
            self.report.skipped.append(str(_("files: this site doesn't list them")))
            return
        for name in sorted(self._wanted.assets - listed.keys()):
            self.report.add((f"static/{name}",), _("the file is missing"))


def _of_type(blocks: list[Block], kind: str) -> Block | None:
    """Blocks without a name of their own are matched by type, in order."""
    for at, block in enumerate(blocks):
        if block.type == kind:
            return blocks.pop(at)
    return None


def _same_title(wanted: str, found: str) -> bool:
    clean = " ".join(wanted.split())
    return clean in (" ".join(found.split()), " ".join(html.unescape(found).split()))


def _hidden(block: Block) -> Message:
    if block.hidden:
        return _("is shown to learners, but should be hidden")
    return _("is hidden from learners")


def _compare_order(
    report: Report, wanted: list[str], found: list[str], above: tuple[str, ...]
) -> None:
    known = set(found)
    ours = [key for key in wanted if key in known]
    mine = set(ours)
    theirs = [key for key in found if key in mine]
    if ours != theirs:
        report.add(above or ("",), _("the order differs"))
