"""Where a school's media will live: at their old address, in the package, or in a folder.

The old links die with the old plan, and many expire within hours, so each file is downloaded right
after the lesson that names it was read.  Downloads resume by range and are compared with the size
that the school says (PRODUCT.md section 5, TEACHABLE.md 5.8).
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path, PurePosixPath
from typing import NamedTuple
from urllib.parse import quote, unquote, urlsplit

from courseporter.context import Context
from courseporter.disk.staging import staged
from courseporter.errors import Message, PorterError, Problem, _, ngettext
from courseporter.formats.media import direct_address, expires, is_page, youtube
from courseporter.formats.names import static_name
from courseporter.model import ASSET_SCHEME, Asset, Caption, Entry
from courseporter.sources.school.captions import CaptionFolder
from courseporter.sources.school.downloads import Downloads, Wanted
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
        self._limited = bool(choices.get("media_budget"))
        self._expected = 0  # bytes that the queue will download
        self._downloads = Downloads(ctx)
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
        if self.mode == "link" or _is_player(address):
            return self._kept(address)
        file_name = f"{key}-{static_name(name or _name_in(address))}"
        try:
            return self._fresh(self._wanted(address, file_name, size), file_name, renew)
        except PorterError as error:
            if error.code in ENDS:
                raise
            loss = _("“{name}” couldn't be downloaded: {why}", name=file_name, why=error.message)
            kept = self._kept(address)
            return Placed(address=kept.address, loss=loss)

    def expect(self, address: str, name: str, key: str, size: int | None = None) -> None:
        """`place` will be asked for this medium soon: begin to download it in the background.

        With a size limit, files whose size nobody knows wait for their turn, so that the same
        files are skipped whatever comes first.
        """
        known = address in self._moved or address.partition("?")[0] in self._moved
        if self.mode == "link" or not address or known or _is_player(address):
            return
        if name and self.originals.find(name, size or None):
            return
        over = self._expected + (size or 0) > self._left
        if over or (self._limited and not size):
            return
        self._expected += size or 0
        file_name = f"{key}-{static_name(name or _name_in(address))}"
        self._downloads.expect(self._wanted(address, file_name, size), self._left)

    def saved(self) -> None:
        """The chunk with what `take` gave is saved."""
        self._downloads.saved()
        self._expected = 0

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

    def _wanted(self, address: str, name: str, size: int | None) -> Wanted:
        folder = self.mode == "folder"
        path = self._folder / name if folder else self._downloads.scratch(address, name)
        return Wanted(address, path, size or None)

    def _fresh(self, wanted: Wanted, name: str, renew: Callable[[], str] | None) -> Placed:
        try:
            return self._downloaded(wanted, name)
        except PorterError as error:
            if renew is None or error.code not in REFUSED:
                raise
            again = renew()
            if not again or again == wanted.address:
                raise
            return self._downloaded(wanted._replace(address=again), name)

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

    def _downloaded(self, wanted: Wanted, name: str) -> Placed:
        if self.mode == "folder":
            return self._fetch(wanted, name) or self._at_host(wanted.path)
        stored = self._downloads.stored(wanted.path)
        if stored is None:
            if (left_out := self._fetch(wanted, name)) is not None:
                return left_out
            stored = wanted.path.open("rb")
        with stored:
            asset = self._ctx.asset(f"media/{name}", stored)
        self._downloads.keep(wanted.path, asset.sha256, asset.size)
        self._assets.append(asset)
        return Placed(file=asset.path)

    def _fetch(self, wanted: Wanted, name: str) -> Placed | None:
        """Have the file; the result says where it stays when it is too large."""
        if wanted.size is not None and wanted.size > self._left:
            loss = _("“{name}” would exceed the size limit for downloads.", name=name)
            return Placed(address=self._kept(wanted.address).address, loss=loss)
        self._left -= self._downloads.fetch(wanted, self._left)
        return None


def copy_file(file: Path, path: Path) -> None:
    """Copy a file; it appears only when it is whole."""
    with file.open("rb") as stream, staged(path) as out:
        shutil.copyfileobj(stream, out, MEGABYTE)


def _is_player(address: str) -> bool:
    """Whether a page with a video is there, not its file."""
    return youtube(address) is not None or is_page(direct_address(address))


def without_parameters(address: str) -> str:
    """The address as it may be shown: its parameters can be a key to the file."""
    return address.partition("?")[0]


def asset_reference(path: str) -> str:
    """How draft HTML names an asset."""
    return ASSET_SCHEME + quote(path, safe="/")


def _name_in(address: str) -> str:
    return PurePosixPath(unquote(urlsplit(address).path)).name or "file"
