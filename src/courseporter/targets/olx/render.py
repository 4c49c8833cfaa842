"""From nodes in document order to members: leaves with their files, places with what they hold."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping

from msgspec.structs import replace

from courseporter.context import Context
from courseporter.formats.captions import MAX_CAPTIONS, webvtt
from courseporter.formats.html.html4 import without_html5
from courseporter.formats.names import OLX, OLX_STATIC, static_name, url_name
from courseporter.formats.olx import Leaf, Links, leaves
from courseporter.formats.olx.attributes import attribute_text, clean_title
from courseporter.formats.olx.links import track_name
from courseporter.model import Asset, Assignment, Block, Node, Package, Quiz
from courseporter.targets import Draft
from courseporter.targets.olx import cover
from courseporter.targets.olx.grading import GRADED_FORMAT, lesson_attributes
from courseporter.targets.olx.kept import Kept, as_text
from courseporter.targets.olx.outline import OutlineRows, fingerprint
from courseporter.targets.olx.pack import Packer
from courseporter.targets.olx.players import Players
from courseporter.targets.olx.policy import (
    course_members,
    cover_name,
    locked_members,
)

_TAGS = {"section": "chapter", "lesson": "sequential", "unit": "vertical"}
_HIDDEN = ' visible_to_staff_only="true"'
STEP = 500  # nodes between two reports of progress: some milliseconds


class _Place:
    """An open section, lesson or unit with the pointers to what is in it."""

    __slots__ = ("graded", "name", "node", "pointers")

    def __init__(self, node: Node) -> None:
        self.node = node
        self.name = url_name(node.key)
        self.pointers: list[str] = []
        self.graded = False


class Renderer:
    """Writes members while the nodes pass by; `rows` holds a fingerprint per outline row."""

    def __init__(
        self,
        packer: Packer,
        links: Links,
        players: Players,
        kept: Kept | None = None,
        *,
        gate: bool = False,
        graded_as: str = GRADED_FORMAT,
    ) -> None:
        """`kept`: what the course had in Open edX; `gate`: write pages without HTML 5 elements,
        which OLX validation refuses; `graded_as`: the type of graded lessons that have none.
        """
        self._graded_as = graded_as
        self._packer = packer
        self._kept = kept
        self._gate = gate
        self._links = links
        self._players = players
        self._open: list[_Place] = []
        self._outline = OutlineRows()
        self.chapters: list[str] = []
        self.rows = array("q")
        self.lessons = 0

    def take(self, node: Node) -> None:
        """Render one arranged node."""
        self.rows.extend(map(fingerprint, self._outline.of(node)))
        if node.kind == "block":
            self._block(node)
            return
        level = len(_TAGS) if node.kind == "unit" else (2 if node.kind == "lesson" else 1)
        while len(self._open) >= level:
            self._close()
        self._open.append(_Place(node))
        self.lessons += level == 2

    def finish(self) -> None:
        """Close what is open."""
        while self._open:
            self._close()

    def _block(self, node: Node) -> None:
        unit, block = self._open[-1], node.block
        if block is None:
            return
        if is_graded(block):
            self._open[-2].graded = True
        if isinstance(block, Package):
            self._play(block, clean_title(node.title))
        hide = node.hidden and not any(place.node.hidden for place in self._open)
        more = self._kept.attributes(node.key) if self._kept else ""
        more += _HIDDEN if hide else ""
        for leaf in leaves(node, self._links):
            shown = _with(leaf, more) if more else leaf
            for name, data in shown.files:
                page = self._gate and name.endswith(".html")
                self._packer.add(name, _plain_page(data) if page else data)
            unit.pointers.append("    " + shown.pointer.decode())

    def _attributes(self, place: _Place) -> str:
        """Attributes of a section, lesson or unit beside its name."""
        node = place.node
        if node.kind != "lesson":
            return self._kept.attributes(node.key) if self._kept else ""
        kept: Mapping[str, str] = self._kept.values(node.key) if self._kept else {}
        if node.settings is None and not place.graded:
            return as_text(kept)
        return as_text(
            lesson_attributes(kept, node.settings, graded=place.graded, default=self._graded_as)
        )

    def _play(self, block: Package, title: str) -> None:
        page = self._players.take(block, title)
        if page is not None:
            self._packer.add(f"static/{page[0]}", page[1])

    def _close(self) -> None:
        place = self._open.pop()
        node = place.node
        tag = _TAGS[node.kind]
        extra = (_HIDDEN if node.hidden else "") + self._attributes(place)
        title = attribute_text(clean_title(node.title))
        if node.kind == "unit" and place.pointers:  # an empty one would look like a bad pointer
            head = f'  <{tag} url_name="{place.name}" display_name="{title}"{extra}>'
            self._open[-1].pointers += (head, *place.pointers, f"  </{tag}>")
            return
        lines = (f'<{tag} display_name="{title}"{extra}>', *place.pointers, f"</{tag}>\n")
        self._packer.add(f"{tag}/{place.name}.xml", "\n".join(lines).encode())
        if self._open:
            self._open[-1].pointers.append(f'  <{tag} url_name="{place.name}"/>')
        else:
            self.chapters.append(place.name)


def _plain_page(data: bytes) -> bytes:
    return without_html5(data.decode()).encode()


def _with(leaf: Leaf, attributes: str) -> Leaf:
    """The leaf with more attributes in its definition: the file or the inline element."""
    old, new = f"<{leaf.tag} ".encode(), f"<{leaf.tag}{attributes} ".encode()
    own = f"{leaf.tag}/{leaf.url_name}.xml"
    if all(name != own for name, _ in leaf.files):
        return replace(leaf, pointer=leaf.pointer.replace(old, new, 1))
    files = (
        (name, data.replace(old, new, 1) if name == own else data) for name, data in leaf.files
    )
    return replace(leaf, files=tuple(files))


def is_graded(block: Block) -> bool:
    """Whether a learner can get points here; what was in Open edX has its lesson's own settings."""
    if isinstance(block, Quiz):
        return block.original is None and any(
            question.type != "survey" and question.points != 0 for question in block.questions
        )
    return isinstance(block, Assignment) and block.points != 0


def render(nodes: Iterable[Node], renderer: Renderer, ctx: Context) -> None:
    """Write all leaves and containers, and report how many lessons are done."""
    for count, node in enumerate(nodes):
        renderer.take(node)
        if not count % STEP:
            ctx.tick(renderer.lessons, None, "lessons")
    renderer.finish()
    ctx.tick(renderer.lessons, renderer.lessons, "lessons")


def add_around(
    draft: Draft,
    renderer: Renderer,
    packer: Packer,
    links: Links,
    players: Players,
    kept: Kept | None = None,
) -> None:
    """The files of the course itself, the cover, the players' files, the assets."""
    course, has_cover, expected = draft.course, False, 0
    for asset in draft.assets():
        has_cover = has_cover or asset.path == course.cover
        expected += asset.size
    packer.expect(expected)
    modules = ("scorm",) if players.plugin else ()
    image = cover_name(course, has_cover)
    for name, data in course_members(course, renderer.chapters, image, links, modules, kept):
        if not (kept and packer.has(name)):
            packer.add(name, data)
    if course.scorm_locked and players.names:
        packer.add(*locked_members(players.names))
    if not has_cover and not kept:
        packer.add(f"static/{cover.NAME}", cover.PNG)
    for file in players.files():
        packer.add_file(f"static/{file.name}", file.sha256, file.size, file.open)
    _add_assets(draft, packer, links, players)


def _add_assets(draft: Draft, packer: Packer, links: Links, players: Players) -> None:
    for asset in draft.assets():
        if asset.path in links.tracks:
            _add_track(asset, packer)
        if asset.path.startswith(OLX) and not asset.path.startswith(OLX_STATIC):
            continue  # written with the files of the course
        if players.travels(asset, links.archives):
            packer.add_file(f"static/{static_name(asset.path)}", asset.sha256, asset.size)


def _add_track(asset: Asset, packer: Packer) -> None:
    """Captions of a video file, as browsers show them."""
    name = f"static/{track_name(asset.path)}"
    with packer.open_asset(name, asset) as stream:
        packer.add(name, webvtt(stream.read(MAX_CAPTIONS)))
