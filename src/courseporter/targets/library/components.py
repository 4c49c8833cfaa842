"""Blocks of the draft as components: one for each leaf that our OLX would have, inline and alone.

A quiz gives one component per question, because reuse is the point of a library; its instructions
come before them as a text.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from html import unescape
from typing import BinaryIO
from urllib.parse import unquote

from msgspec.structs import replace

from courseporter.errors import Phrase, _
from courseporter.formats.captions import MAX_CAPTIONS, webvtt
from courseporter.formats.names import static_name
from courseporter.formats.olx import Leaf, Links, attribute_text, leaves
from courseporter.formats.olx.links import track_name
from courseporter.model import Asset, Node, Package, Quiz
from courseporter.targets.library.entities import (
    Component,
    File,
    Unsupported,
    library_title,
)
from courseporter.targets.library.keys import Keys

LARGEST_FILE = 50_000_000  # bytes; the site refuses a package with a larger one
# What a library takes when nobody was asked (LIBRARY_ENABLED_BLOCKS of cms/envs/common.py).
ENABLED = frozenset(
    "problem video html drag-and-drop-v2 openassessment done edx_sga freetextresponse "
    "google-calendar google-document invideoquiz lti lti_consumer pdf poll survey "
    "word_cloud".split()
)
_STATIC = re.compile(r"""["'(=\s]/static/([^"'?#)\s<>\]]+)""")
_TOML = re.compile(r"""/static/[^"'?#)\s<>\]]+\.toml(?=["'?#)\s<>\]])""", re.IGNORECASE)
_TRACK = re.compile(r"""<transcript [^>]*src="([^":]+)"[^>]*/>""")
_TRANSCRIPTS = re.compile(r"""\stranscripts=("[^"]*"|'[^']*')""")
_SRT = re.compile(r'"([^"]+\.srt)"')
_SUBTITLES = re.compile(r"""<transcript [^>]*src="([^":]+)\"""")
_JUMP = re.compile(
    r"""\shref\s*=\s*(?:"/jump_to_id/[^"]*"|'/jump_to_id/[^']*'|&quot;/jump_to_id/.*?&quot;)"""
)
_URL_NAME = re.compile(rb'^(\s*<[\w-]+[^>]*?) url_name="[^"]*"')


class Components:
    """Renders blocks; `assets` are all files of the draft, `opened` reads one of them."""

    def __init__(
        self,
        language: str | None,
        assets: Mapping[str, Asset],
        opened: Callable[[str], BinaryIO],
        enabled: frozenset[str] | None = None,
        keys: Keys | None = None,
    ) -> None:
        self._language = language
        self._assets = {static_name(path): asset for path, asset in assets.items()}
        self._tracks = {track_name(path): asset for path, asset in assets.items()}
        self._opened = opened
        self._enabled = ENABLED if enabled is None else enabled
        self._keys = keys or Keys()

    def of(self, node: Node) -> Iterator[Component | Unsupported]:
        """What the block of this node becomes, in order."""
        block, losses = node.block, list[Phrase]()
        if isinstance(block, Quiz) and block.pick is not None:
            block = replace(block, pick=None)
            losses.append(
                _(
                    "Libraries have no question pools, so each question of this pool is imported "
                    "by itself."
                )
            )
        elif isinstance(block, Package) and block.mode != "download":
            block = replace(block, mode="download")
            losses.append(
                _("SCORM lessons don't play in libraries, so it's offered as a download.")
            )
        for leaf in leaves(replace(node, block=block), Links(self._language)):
            yield self._component(leaf, losses)

    def _component(self, leaf: Leaf, losses: list[Phrase]) -> Component | Unsupported:
        if leaf.tag not in self._enabled:
            reason = _("Libraries don't support blocks of the type “{type}”.", type=leaf.tag)
            return Unsupported(leaf.key, leaf.title, leaf.tag, reason)
        olx, cut = _without_lesson_links(_inline(leaf))
        lost = [*losses, _("Links to other lessons became plain text.")] if cut else list(losses)
        olx, missing = self._without_missing(olx)
        lost += [_("“{name}” is missing from the course.", name=name) for name in missing]
        olx = _TOML.sub(r"\g<0>.txt", olx)
        try:
            files = tuple(self._files(olx))
        except _TooLargeError as error:
            reason = _("“{name}” is over 50 MB, the limit for libraries.", name=str(error))
            return Unsupported(leaf.key, leaf.title, leaf.tag, reason)
        return Component(
            key=self._keys.component(leaf.tag, leaf.key),
            source_key=leaf.key,
            title=library_title(leaf.title),
            block_type=leaf.tag,
            olx=olx.encode(),
            files=files,
            losses=tuple(lost),
        )

    def _without_missing(self, olx: str) -> tuple[str, list[str]]:
        """The block without addresses of files that the course doesn't have; their names.

        A file name stays readable; a restore would keep an address that leads nowhere.
        """
        missing: list[str] = []

        def unlinked(match: re.Match[str]) -> str:
            name = unquote(unescape(match[1]))
            if name in self._assets or name in self._tracks:
                return match[0]
            missing.append(name)
            return match[0].replace(f"/static/{match[1]}", match[1])

        def removed(match: re.Match[str]) -> str:
            if match[1] in self._assets or match[1] in self._tracks:
                return match[0]
            missing.append(match[1])
            return ""

        plain = _TRACK.sub(removed, _STATIC.sub(unlinked, olx))
        return plain, list(dict.fromkeys(missing))

    def _files(self, olx: str) -> Iterator[File]:
        """The files that this block refers to, each once, sorted.

        One whose name ends in .toml gets another name: a restore would read it as an item.
        """
        found = {unquote(unescape(name)) for name in _STATIC.findall(olx)}
        found.update(_SUBTITLES.findall(olx))
        for listed in _TRANSCRIPTS.findall(olx):
            found.update(_SRT.findall(unescape(listed)))
        for name in sorted(found):
            stored = name.removesuffix(".txt") if name.lower().endswith(".toml.txt") else name
            if asset := self._assets.get(name) or self._assets.get(stored):
                if asset.size > LARGEST_FILE:
                    raise _TooLargeError(name)
                yield File(f"static/{name}", asset.sha256, asset.size)
            elif asset := self._tracks.get(name):
                with self._opened(asset.sha256) as stream:
                    data = webvtt(stream.read(MAX_CAPTIONS))
                yield File(f"static/{name}", hashlib.sha256(data).hexdigest(), len(data), data)


class _TooLargeError(Exception):
    pass


def _inline(leaf: Leaf) -> str:
    """The definition as one element: a page's body is in it as CDATA."""
    if leaf.tag == "html":
        body = leaf.files[0][1].decode().replace("]]>", "]]]]><![CDATA[>")
        title = attribute_text(library_title(leaf.title))
        return f'<html display_name="{title}" editor="raw"><![CDATA[{body}]]></html>'
    data = leaf.files[0][1] if leaf.files else leaf.pointer
    return _URL_NAME.sub(rb"\1", data).decode().strip()


def _without_lesson_links(olx: str) -> tuple[str, int]:
    """Links between lessons lead nowhere in a library; their words stay."""
    return _JUMP.subn("", olx)
