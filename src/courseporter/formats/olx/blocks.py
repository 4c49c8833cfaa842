"""A block of the draft as leaves of the package."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256

from courseporter.formats.names import url_name
from courseporter.formats.olx.assessment import assignment_xml
from courseporter.formats.olx.attributes import attribute_text, clean_title
from courseporter.formats.olx.foreign import OLX, is_kept, kept_leaf, kept_row
from courseporter.formats.olx.known import is_unchanged, with_original
from courseporter.formats.olx.leaf import (
    Leaf,
    OutlineLeaf,
    changed,
    file_leaf,
    html_leaf,
    inline_leaf,
)
from courseporter.formats.olx.links import Links
from courseporter.formats.olx.pages import (
    audio_page,
    foreign_page,
    link_page,
    note_page,
    package_page,
    resource_page,
    text_page,
)
from courseporter.formats.olx.quiz import quiz_leaves, quiz_rows
from courseporter.formats.olx.video import (
    file_alone,
    is_split,
    needs_page,
    plays,
    video_page,
    video_xml,
)
from courseporter.model import (
    Assignment,
    Audio,
    Block,
    Discussion,
    Foreign,
    Link,
    Node,
    Original,
    Package,
    Quiz,
    Resource,
    Text,
    Video,
)

_SILENT = "This video has no address that could be played."


def outline_of(node: Node) -> tuple[OutlineLeaf, ...]:
    """The rows of the outline that the block becomes, without rendering anything; one for one the
    leaves.
    """
    block = node.block
    if isinstance(block, Text):
        return (_text_row(node),)
    if isinstance(block, Quiz):
        return tuple(quiz_rows(node, block))
    return tuple(_rows(node, block)) if block is not None else ()


def leaves(node: Node, links: Links) -> tuple[Leaf, ...]:
    """The leaves that the block becomes, in order.  A node without a block has none."""
    block = node.block
    if isinstance(block, Quiz | Video) and block.original is not None:
        return tuple(_of_open_edx(node, block, block.original, links))
    return _new_leaves(node, block, links)


def _of_open_edx(
    node: Node, block: Quiz | Video, original: Original, links: Links
) -> Iterator[Leaf]:
    """The block as it was there; an edited one with the settings that it had."""
    if is_unchanged(block):
        [row] = outline_of(node)
        yield kept_leaf(row, Foreign(data=original.xml, format=OLX))
        return
    for leaf in _new_leaves(node, block, links):
        yield changed(leaf, lambda xml: with_original(xml, block))


def _new_leaves(node: Node, block: Block | None, links: Links) -> tuple[Leaf, ...]:
    if isinstance(block, Text):
        return (html_leaf(_text_row(node), text_page(block.html, links)),)
    if isinstance(block, Quiz):
        return tuple(quiz_leaves(node, block, links))
    if block is None:
        return ()
    rows = _rows(node, block)
    if isinstance(block, Video):
        parts = (block, file_alone(block))[: len(rows)]
        return tuple(_video(row, part, links) for row, part in zip(rows, parts, strict=True))
    *before, row = rows
    pages = [html_leaf(page, text_page(_words(block), links)) for page in before]
    return (*pages, _leaf(row, block, links))


def _text_row(node: Node) -> OutlineLeaf:
    return OutlineLeaf(node.key, "text", clean_title(node.title), None, 0)


def _rows(node: Node, block: Block) -> list[OutlineLeaf]:
    title = clean_title(node.title)
    if isinstance(block, Foreign) and is_kept(block):
        return [kept_row(node.key, title, block)]
    kind, href = str(block.__struct_config__.tag), None
    if isinstance(block, Video) and not plays(block):
        kind = "text"
    elif isinstance(block, Package):
        href = clean_title(block.href)
    elif isinstance(block, Link):
        href = block.url
    rows = [OutlineLeaf(node.key, kind, title, href, 0)]
    if isinstance(block, Discussion) and block.html.strip():
        rows.insert(0, OutlineLeaf(f"{node.key}/text", "text", title, None, 0))
    elif isinstance(block, Video) and is_split(block):
        rows.append(OutlineLeaf(f"{node.key}/file", kind, title, None, 0))
    return rows


def _words(block: Block) -> str:
    return block.html if isinstance(block, Discussion) else ""


def _video(row: OutlineLeaf, block: Video, links: Links) -> Leaf:
    if row.type == "text":
        return html_leaf(row, note_page(_SILENT))
    if needs_page(block, links):
        return html_leaf(row, video_page(block, links))
    return file_leaf(row, "video", video_xml(block, row.title, links))


def _leaf(row: OutlineLeaf, block: Block, links: Links) -> Leaf:
    if isinstance(block, Foreign) and is_kept(block):
        return kept_leaf(row, block)
    if isinstance(block, Assignment):
        return inline_leaf(row, "openassessment", assignment_xml(block, row.key, row.title, links))
    if isinstance(block, Discussion):
        return inline_leaf(row, "discussion", _discussion(row, block))
    if isinstance(block, Package) and block.mode == "plugin":
        return inline_leaf(row, "scorm", _scorm(row, block))
    return html_leaf(row, _page(row, block, links))


def _page(row: OutlineLeaf, block: Block, links: Links) -> str:
    match block:
        case Audio():
            return audio_page(block, links)
        case Resource():
            return resource_page(block, links)
        case Link():
            return link_page(block, row.title, links)
        case Package():
            return package_page(block, row.title, links)
        case Foreign():
            return foreign_page(block)
        case _:
            raise TypeError(block)


def _scorm(row: OutlineLeaf, block: Package) -> str:
    """The block of openedx-scorm-xblock before the upload, which sets what is not said here."""
    title, version = attribute_text(row.title), block.version
    start = attribute_text(clean_title(block.href))
    kind = "SCORM_2004" if version.startswith("2004") else "SCORM_12"
    return (
        f'<scorm url_name="{url_name(row.key)}" display_name="{title}" scorm_version="{kind}" '
        f'index_page_path="{start}" has_score="true" weight="1.0" '
        f'height="{block.height or 720}"/>'
    )


def _discussion(row: OutlineLeaf, block: Discussion) -> str:
    """Inline, as Studio writes it; the id is stable, so that a second import keeps the posts."""
    name = sha256(row.key.encode("utf-8", "surrogatepass")).hexdigest()[:32]
    title = attribute_text(row.title)
    target = attribute_text(clean_title(block.topic or row.title))
    return (
        f'<discussion url_name="{url_name(row.key)}" display_name="{title}" discussion_id="{name}" '
        f'discussion_category="{title}" discussion_target="{target}"/>'
    )
