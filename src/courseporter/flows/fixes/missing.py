"""Files that a course refers to but doesn't have, and putting a person's files in their place."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from html import unescape
from pathlib import Path
from typing import Final
from urllib.parse import quote, unquote

from msgspec.structs import replace

from courseporter.formats.html import rewrite_references
from courseporter.formats.names import static_name
from courseporter.formats.node_html import each_html, html_of
from courseporter.model import (
    ASSET_SCHEME,
    Audio,
    Block,
    Node,
    Package,
    Resource,
    Text,
    Video,
)

_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:")  # one letter is a drive
_ELSEWHERE: Final = ("#", "?", "%%", "{", "//")
_FILE: Final = re.compile(r"[^/\\?#]\.[A-Za-z0-9]{1,5}(?:[?#].*)?$")
# What an import leaves in place of a lesson whose only file is missing.
_NOTE: Final = re.compile(r"<p><em>[^<“]*“([^”<]+)”[^<]*</em></p>")
VIDEOS: Final = (".mp4", ".webm", ".m4v", ".mov")
SOUNDS: Final = (".mp3", ".m4a", ".ogg", ".oga", ".wav", ".aac", ".flac")


def missing_names(node: Node, assets: set[str]) -> list[str]:
    """What the item names that the course doesn't have, as it is written."""
    if (name := noted(node)) is not None:
        return [name]
    found: dict[str, None] = {}

    def look(reference: str) -> None:
        if is_missing(reference, assets):
            found[reference] = None

    for html in html_of(node):
        rewrite_references(html, look)
    for reference in _references(node.block):
        look(reference)
    return list(found)


def is_missing(reference: str, assets: set[str]) -> bool:
    """Whether an address in a page is that of a file that the course should have."""
    if reference.startswith(ASSET_SCHEME):
        return path_of(reference) not in assets
    low = reference.lower()
    if low.startswith(_ELSEWHERE) or (low.startswith("/") and not low.startswith("/static/")):
        return False
    if low.startswith("file:"):
        return True
    return not _SCHEME.match(reference) and _FILE.search(reference) is not None


def path_of(reference: str) -> str:
    """The path of the file that a reference of ours names."""
    return unquote(re.split("[?#]", reference[len(ASSET_SCHEME) :], maxsplit=1)[0])


def places(found: Mapping[str, Path], assets: set[str]) -> dict[str, str]:
    """For each name the path that its file gets in the course; the same file gets one path."""
    made: dict[str, str] = {}
    taken: dict[str, Path] = {}
    for name, file in found.items():
        path = _kept(name)
        if path is None:
            path = f"media/{static_name(file.name)}"
            if path in assets or taken.get(path, file) != file:
                mark = hashlib.sha256(str(file).encode("utf-8", "surrogatepass")).hexdigest()[:8]
                path = f"media/{mark}-{static_name(file.name)}"
        taken[path] = file
        made[name] = path
    return made


def with_files(node: Node, paths: Mapping[str, str]) -> Node:
    """The item with its names led to the files at these paths of the course."""
    if (name := noted(node)) is not None:
        return replace(node, block=_block(paths[name])) if name in paths else node

    def resolve(reference: str) -> str | None:
        path = paths.get(reference)
        if path is None or _kept(reference) is not None:
            return None
        return ASSET_SCHEME + quote(path, safe="/")

    return each_html(node, lambda html: rewrite_references(html, resolve))


def noted(node: Node) -> str | None:
    """The file that is missing where a whole lesson is missing with it."""
    block = node.block
    if not node.key.startswith("note:") or not isinstance(block, Text):
        return None
    found = _NOTE.fullmatch(block.html)
    return unescape(found[1]) if found else None


def _kept(name: str) -> str | None:
    """The path that a reference of ours, or a block, already gives its file."""
    if name.startswith(ASSET_SCHEME):
        return path_of(name)
    return None


def _block(path: str) -> Block:
    ending = "." + path.rpartition(".")[2].lower()
    if ending in VIDEOS:
        return Video(file=path)
    return Audio(file=path) if ending in SOUNDS else Resource(file=path)


def _references(block: Block | None) -> Iterator[str]:
    if isinstance(block, Resource | Package | Audio | Video) and block.file:
        yield ASSET_SCHEME + quote(block.file, safe="/")
    if isinstance(block, Video):
        yield from (ASSET_SCHEME + quote(one.path, safe="/") for one in block.captions)


def asked(names: Iterable[str]) -> dict[str, str]:
    """For each name the one that a person's file should have."""
    return {name: path_of(name) if name.startswith(ASSET_SCHEME) else name for name in names}
