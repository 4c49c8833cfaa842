"""Problems that a draft would have on Open edX, found in one pass over its nodes, quick enough to
run after every edit.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from urllib.parse import unquote

from courseporter.errors import LISTED, Capped, InputError, Problem, _
from courseporter.formats.names import OLX, static_name, url_name
from courseporter.formats.olx.attributes import MAX_TITLE, MAX_WRITTEN_TITLE
from courseporter.formats.olx.package.html_rules import html_faults, safe_address
from courseporter.formats.olx.package.problems import problem
from courseporter.model import (
    ASSET_SCHEME,
    LESSON_SCHEME,
    Assignment,
    Audio,
    Block,
    Course,
    Discussion,
    Kind,
    Link,
    Node,
    Package,
    Quiz,
    Resource,
    Text,
    Video,
)
from courseporter.targets import Draft
from courseporter.targets.olx.arrange import LEVEL
from courseporter.targets.olx.content_check import (
    clashing_titles,
    page_problems,
    repeated_questions,
    video_problems,
)
from courseporter.targets.olx.course_check import course_problems
from courseporter.targets.olx.question_check import quiz_problems

_NAMES: dict[Kind, str] = {
    "section": "section",
    "lesson": "lesson",
    "unit": "unit",
    "block": "block",
}
_REFERENCE = re.compile(r"courseporter-(asset|lesson):([^\"'()<>\s,?#]*)")
_FIXES = {
    "script_in_page": "strip_scripts",
    "relative_reference": "find_files",
    "local_reference": "find_files",
    "html_too_large": "open_item",
    "unsafe_link": "open_item",
    "unquoted_reference": "open_item",
}


def check(draft: Draft, limit: int = LISTED) -> list[Problem]:
    """Every rule of docs/reference/problems-olx.md that a draft can break, at most `limit` of one
    code one by one.
    """
    checker = Checker(limit)
    checker.know(asset.path for asset in draft.assets())
    checker.take(draft.nodes())
    return checker.problems(draft.course)


class Checker:
    """One pass, in as many parts as the nodes come in; containers are found to be empty when they
    end.

    A file must be known before the node that refers to it; otherwise it counts as missing.
    """

    def __init__(self, limit: int = LISTED) -> None:
        self._assets: set[str] = set()
        self._keys: set[int] = set()
        self._names: set[int] = set()
        self._links: list[tuple[str, str, str]] = []
        self._open: list[Node] = []
        self._filled: Counter[str] = Counter()
        self._sections = 0
        self._formats: dict[str, tuple[str, str]] = {}  # → title and key of the first such lesson
        self._titles: dict[str, list[tuple[str, str, str]]] = {"": []}  # of siblings, by parent
        self._found = Capped(limit)
        self.misses_files = False

    def know(self, paths: Iterable[str]) -> None:
        """These files are part of the draft."""
        for path in paths:
            if path not in self._assets:
                self._assets.add(path)
                self._require_own_name(static_name(path), path)

    def take(self, nodes: Iterable[Node]) -> None:
        """Look at the next nodes in document order."""
        for node in nodes:
            self._sections += node.kind == "section"
            self._found.add(self._node(node))

    def problems(self, course: Course) -> list[Problem]:
        """What was found, after the last node."""
        self._found.add(self._close(1))
        self._found.add(clashing_titles(self._titles[""]))
        if not self._sections:
            self._found.add((problem("course_empty"),))
        self._found.add(
            problem("lesson_link_missing", title, target, key=key, fix="open_item")
            for target, title, key in self._links
            if hash(target) not in self._keys
        )
        self._found.add(self._grading(course))
        return [*course_problems(course, self._assets), *self._found.problems()]

    def _require_own_name(self, name: str, key: str) -> None:
        """Names end in short hashes; whoever makes two of them equal is refused here, not only when
        the package is written.
        """
        mark = hash(name)
        if mark in self._names:
            raise InputError(
                _("Two items in the course would get the same name: {name}.", name=name),
                _("Rename the item {key} in the source and import it again.", key=key[:200]),
                key[:200],
                code="duplicate_entry",
            )
        self._names.add(mark)

    def _node(self, node: Node) -> Iterator[Problem]:
        if not node.key.startswith(OLX):  # Open edX has a name space per type of block
            self._require_own_name(url_name(node.key) + "/", node.key)
        level = LEVEL[node.kind]
        if len(self._open) >= level:
            yield from self._close(level)
        parent = self._open[-1].key if self._open else None
        if node.parent != parent or len(self._open) != level - 1:
            yield problem("misplaced", node.title, node.kind, key=node.key)
        if parent is not None:
            self._filled[parent] += 1
        if len(node.title) > MAX_TITLE and not self._repeats(node):
            code = "title_cut" if len(node.title) > MAX_WRITTEN_TITLE else "title_too_long"
            length = f"{len(node.title):,}"
            yield problem(code, node.title, length, key=node.key, fix="shorten_title")
        if level < 4:
            yield from self._place(node)
        elif node.block is not None:
            yield from self._block(node, node.block)

    def _repeats(self, node: Node) -> bool:
        """Whether an item only repeats the title above it, where its problem is reported."""
        above = self._open[-1] if self._open else None
        if above is None or node.title != above.title:
            return False
        return node.kind in ("unit", "block") or node.key.startswith(f"{above.key}/")

    def _place(self, node: Node) -> Iterator[Problem]:
        repeats = self._repeats(node)
        self._keys.add(hash(node.key))
        self._open.append(node)
        if node.kind in ("section", "lesson"):
            above = node.parent or ""
            self._titles.setdefault(above, []).append((node.kind, node.title, node.key))
        if node.settings is not None and node.settings.format:
            self._formats.setdefault(node.settings.format, (node.title, node.key))
        if not node.title.strip() and not repeats:
            yield problem("title_empty", detail=_NAMES[node.kind], key=node.key, fix="name_place")
        if node.description:
            yield from self._html(node, node.description)

    def _grading(self, course: Course) -> Iterator[Problem]:
        """Lessons that are graded as something that the grading policy doesn't have."""
        known = {one.name for one in course.grading.types} if course.grading else None
        for name, (title, key) in self._formats.items():
            if known is not None and name not in known:
                yield problem("grading_format", title, name, key=key, fix="open_item")

    def _close(self, level: int) -> Iterator[Problem]:
        while len(self._open) >= level:
            node = self._open.pop()
            yield from clashing_titles(self._titles.pop(node.key, ()))
            if not self._filled.pop(node.key, 0):
                code = f"{node.kind}_empty"
                yield problem(code, node.title, key=node.key, fix="remove_empty")

    def _block(self, node: Node, block: Block) -> Iterator[Problem]:
        if isinstance(block, Text | Assignment | Discussion):
            yield from self._html(node, block.html)
        elif isinstance(block, Quiz):
            yield from quiz_problems(node, block)
            yield from repeated_questions(node, block)
            for html in quiz_html(block):
                yield from self._html(node, html)
        elif isinstance(block, Video):
            yield from self._video(node, block)
        elif isinstance(block, Resource | Link):
            yield from self._html(node, block.html)
        if isinstance(block, Link) and not safe_address(block.url):
            yield problem("unsafe_link", node.title, block.url[:120], key=node.key, fix="open_item")
        if isinstance(block, Resource | Package | Audio) and block.file:
            yield from self._asset(node, block.file)

    def _video(self, node: Node, block: Video) -> Iterator[Problem]:
        if not (block.youtube or block.file or block.sources):
            yield problem("video_without_source", node.title, key=node.key, fix="open_item")
        for address in block.sources:
            if not safe_address(address):
                yield problem(
                    "unsafe_link", node.title, address[:120], key=node.key, fix="open_item"
                )
        if block.file:
            yield from self._asset(node, block.file)
        for caption in block.captions:
            yield from self._asset(node, caption.path)
        yield from video_problems(node, block)

    def _asset(self, node: Node, path: str) -> Iterator[Problem]:
        if path not in self._assets:
            self.misses_files = True
            yield problem("asset_missing", node.title, path, key=node.key, fix="find_files")

    def _html(self, node: Node, html: str) -> Iterator[Problem]:
        for code, detail in html_faults(html):
            yield problem(code, node.title, detail, key=node.key, fix=_FIXES.get(code))
        yield from page_problems(node, html)
        if ASSET_SCHEME not in html and LESSON_SCHEME not in html:
            return
        for scheme, written in _REFERENCE.findall(html):
            target = unquote(written) if "%" in written else written
            if scheme == "lesson":
                self._links.append((target, node.title, node.key))
            else:
                yield from self._asset(node, target)


def quiz_html(quiz: Quiz) -> Iterable[str]:
    """The texts of a quiz that are HTML."""
    if quiz.instructions and quiz.instructions_markup == "html":
        yield quiz.instructions
    for question in quiz.questions:
        if question.markup == "html":
            yield question.text
            yield from (option.text for option in question.options if "<" in option.text)
            if question.explanation:
                yield question.explanation
