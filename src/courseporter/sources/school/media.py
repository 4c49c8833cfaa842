"""Where a school's media will live: at their old address, in the package, or in a folder.

The old links die with the old plan, and many expire within hours, so each file is downloaded right
after the lesson that names it was read.  Downloads resume by range and are compared with the size
that the school says (PRODUCT.md section 5, TEACHABLE.md 5.8).
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path, PurePosixPath
from typing import NamedTuple
from urllib.parse import quote, unquote, urlsplit

from courseporter.context import Context
from courseporter.disk.staging import staged
from courseporter.errors import Message, PorterError, Problem, _, ngettext
from courseporter.formats.media import expires
from courseporter.formats.names import static_name
from courseporter.model import ASSET_SCHEME, Asset, Caption, Entry
from courseporter.sources.school.captions import CaptionFolder
from courseporter.sources.school.originals import Originals

MEGABYTE = 1 << 20
LARGEST = 20 * 1024 * MEGABYTE
ENDS = ("canceled", "disk_full")  # the import can't continue
REFUSED = ("invalid_credentials", "permission_error", "remote_missing", "rejected")


class Placed(NamedTuple):
    """Where a medium is for learners: an asset of the draft, or an address.

    `loss`: why it is still at its old address although it should have moved.
    """

    file: str | None = None
    address: str | None = None
    loss: Message | None = None


class Media:
    """Places one medium after another, as the choices of the import say.

    `media`: link, package or folder; `media_dir`, `media_base`: the folder for the creator's own
    host and the address it will have there; `media_budget`: megabytes that may be downloaded;
    `media_map`: old address → new address; `media_files`: a folder with the creator's originals,
    which are put into the package instead of being downloaded.
    """

    def __init__(
        self,
        ctx: Context,
        choices: Mapping[str, str],
        moved: Mapping[str, str] | None = None,
    ) -> None:
        self.mode = choices.get("media") or "link"
        self._ctx = ctx
        self._folder = Path(choices.get("media_dir") or "")
        self._base = (choices.get("media_base") or "").rstrip("/")
        self._left = int(choices.get("media_budget") or LARGEST // MEGABYTE) * MEGABYTE
        self._moved = moved or {}
        self.originals = Originals(choices.get("media_files"))
        self.captions = CaptionFolder(choices.get("captions_dir"), ctx)
        self._expiring: list[str] = []  # without their parameters
        self._assets: list[Asset] = []

    def place(
        self,
        address: str,
        name: str,
        key: str,
        size: int | None = None,
        renew: Callable[[], str] | None = None,
    ) -> Placed:
        """Where this medium is; `key` is the source's own id, which makes its name unique.

        `renew` asks the school for the address again: it may have expired since it was read.
        """
        known = self._moved.get(address) or self._moved.get(address.partition("?")[0])
        if known:
            return Placed(address=known)
        if (own := self.original(name, key, size)) is not None:
            return own
        if self.mode == "link":
            return self._kept(address)
        file_name = f"{key}-{static_name(name or _name_in(address))}"
        try:
            return self._fresh(address, file_name, size or None, renew)
        except PorterError as error:
            if error.code in ENDS:
                raise
            loss = _("“{name}” couldn't be downloaded: {why}", name=file_name, why=error.message)
            kept = self._kept(address)
            return Placed(address=kept.address, loss=loss)

    def original(self, name: str, key: str, size: int | None) -> Placed | None:
        """The creator's own file of this name and size; None when there is none."""
        file = self.originals.find(name, size or None) if name else None
        if file is None:
            return None
        file_name = f"{key}-{static_name(name)}"
        if self.mode == "folder":
            path = self._folder / file_name
            if not path.exists():
                copy_file(file, path)
            return self._at_host(path)
        with file.open("rb") as stream:
            asset = self._ctx.asset(f"media/{file_name}", stream)
        self._assets.append(asset)
        return Placed(file=asset.path)

    def _at_host(self, path: Path) -> Placed:
        base = self._base
        return Placed(address=f"{base}/{quote(path.name)}" if base else path.as_uri())

    def _fresh(
        self, address: str, name: str, size: int | None, renew: Callable[[], str] | None
    ) -> Placed:
        try:
            return self._downloaded(address, name, size)
        except PorterError as error:
            if renew is None or error.code not in REFUSED:
                raise
            again = renew()
            if not again or again == address:
                raise
            return self._downloaded(again, name, size)

    def take(self) -> tuple[Asset, ...]:
        """The assets since the last call, to be saved with their chunk."""
        taken = (*self._assets, *self.captions.assets)
        self._assets, self.captions.assets = [], []
        return taken

    def problems(self) -> tuple[Problem, ...]:
        """What to tell about the addresses since the last call."""
        expiring, self._expiring = self._expiring, []
        if not expiring:
            return ()
        return (
            Problem(
                code="media_link_expires",
                severity="warning",
                message=ngettext(
                    "{count} file stays at an address that expires: {name}.",
                    "{count} files stay at addresses that expire, such as {name}.",
                    len(expiring),
                    name=expiring[0],
                ),
                hint=_("Import again and put media into the package or into a folder."),
                count=len(expiring),
            ),
        )

    def captions_of(
        self, video: str, ref: str, key: str
    ) -> tuple[tuple[Entry, ...], tuple[Caption, ...]]:
        """Captions of the creator's folder for the video with this file name, and their entries.

        `ref` is the school's id of the video, `key` its block's key.
        """
        found = self.captions.of(video)
        entries = (
            Entry(
                kind="caption",
                depth=4,
                title=one.language,
                ref=f"{ref}:{one.language}",
                outcome="converted",
                to=(key,),
            )
            for one in found
        )
        return tuple(entries), found

    def warn_if_expiring(self, address: str) -> None:
        """Say with the next chunk that this address stays in the course, if it expires."""
        if expires(address):
            self._expiring.append(without_parameters(address))

    def _kept(self, address: str) -> Placed:
        self.warn_if_expiring(address)
        return Placed(address=address)

    def _downloaded(self, address: str, name: str, size: int | None) -> Placed:
        if size is not None and size > self._left:
            loss = _("“{name}” would exceed the size limit for downloads.", name=name)
            return Placed(address=self._kept(address).address, loss=loss)
        if self.mode == "folder":
            path = self._folder / name
            self._fetch(address, path, size)
            return self._at_host(path)
        path = self._ctx.scratch / f"media-{hashlib.sha256(name.encode()).hexdigest()[:24]}"
        self._fetch(address, path, size)
        with path.open("rb") as stream:
            asset = self._ctx.asset(f"media/{name}", stream)
        path.unlink(missing_ok=True)
        self._assets.append(asset)
        return Placed(file=asset.path)

    def _fetch(self, address: str, path: Path, size: int | None) -> None:
        if not path.exists():
            self._ctx.http("media").download(address, path, cap=self._left, size=size)
        self._left -= path.stat().st_size


def copy_file(file: Path, path: Path) -> None:
    """Copy a file; it appears only when it is whole."""
    with file.open("rb") as stream, staged(path) as out:
        shutil.copyfileobj(stream, out, MEGABYTE)


def without_parameters(address: str) -> str:
    """The address as it may be shown: its parameters can be a key to the file."""
    return address.partition("?")[0]


def asset_reference(path: str) -> str:
    """How draft HTML names an asset."""
    return ASSET_SCHEME + quote(path, safe="/")


def _name_in(address: str) -> str:
    return PurePosixPath(unquote(urlsplit(address).path)).name or "file"
