"""Captions that a folder of the creator holds, matched to videos by name (`--captions-dir`)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from msgspec.structs import replace

from courseporter.context import Context
from courseporter.errors import InputError, _
from courseporter.formats.captions import MAX_CAPTIONS, subrip
from courseporter.formats.languages import caption_language, offered_language
from courseporter.model import Asset, Caption

ENDINGS = (".srt", ".vtt")


class CaptionFolder:
    """The caption files of a folder, by the stem of their videos."""

    def __init__(self, folder: str | None, ctx: Context, language: str = "en") -> None:
        self._ctx = ctx
        self._language = language
        self._files = _listed(Path(folder)) if folder else {}
        self.assets: list[Asset] = []
        self.videos = 0
        self.matched = 0

    def of(self, video: str) -> tuple[Caption, ...]:
        """Captions of the video with this file name: `name.srt`, `name.de.vtt`."""
        self.videos += 1
        stem = Path(video).stem.casefold()
        found = dict(self._read(stem)) if stem else {}
        self.matched += bool(found)
        return tuple(
            replace(one, language=offered_language(code, set(found) - {code}))
            for code, one in found.items()
        )

    def _read(self, stem: str) -> Iterator[tuple[str, Caption]]:
        for file in self._files.get(stem, ()):
            middle = file.stem[len(stem) + 1 :]
            language = caption_language(middle, self._language) or self._language
            data = subrip(_bytes(file))
            if data is None:
                continue  # nothing in it can be read
            mark = hashlib.sha256(data).hexdigest()[:8]
            asset = self._ctx.asset(f"captions/{stem}-{language}-{mark}.srt", BytesIO(data))
            self.assets.append(asset)
            yield language, Caption(language=language, path=asset.path)


def _listed(folder: Path) -> dict[str, list[Path]]:
    """Caption files by each stem that they may belong to."""
    found: dict[str, list[Path]] = {}
    try:
        files = sorted(one for one in folder.iterdir() if one.suffix.lower() in ENDINGS)
    except OSError as error:
        raise InputError(
            _("The captions folder “{name}” can't be read.", name=folder.name),
            _("Check the path."),
            str(folder),
            code="not_found",
        ) from error
    for file in files:
        stem = file.stem.casefold()
        found.setdefault(stem, []).append(file)
        if "." in stem:
            found.setdefault(stem.rpartition(".")[0], []).append(file)
    return found


def _bytes(file: Path) -> bytes:
    with file.open("rb") as stream:
        return stream.read(MAX_CAPTIONS)
