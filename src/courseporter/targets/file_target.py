"""Targets that write one file: staged beside its place, verified, then moved there in one step."""

from __future__ import annotations

import glob
import hashlib
import os
from abc import abstractmethod
from collections.abc import Generator, Iterator, Mapping
from contextlib import suppress
from pathlib import Path

import msgspec

from courseporter.context import Context
from courseporter.disk.staging import refuse_existing, sync_folder
from courseporter.errors import InputError, PorterError, StoreAway, _
from courseporter.targets import Cursor, Destination, Draft, Order, Policy, Receipt, Target

_Facts = Mapping[str, object]
_LONGEST = 180  # bytes of a name that still has room for more behind it


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """A finished, verified file: size in bytes, SHA-256 in hex."""

    path: str
    bytes: int
    sha256: str


class FileTarget(Target):
    """Implements `write` for a format: subclasses write the file itself."""

    @abstractmethod
    def package(self, draft: Draft, out: Path, ctx: Context) -> Written:
        """Write the file `out` and verify it.

        Raises RejectedError when the read-back is not what the draft says; `out` doesn't exist
        then.
        """

    def require(self, to: Destination, policy: Policy) -> None:
        """The folder must exist, the name end in the target's suffix, the file be new unless it
        may be replaced.
        """
        out, example = to.file, f"course{self.suffix}"
        if out.is_dir() or not out.parent.is_dir():
            folder = _("“{path}” is a folder.", path=str(out))
            missing = _("“{path}” is in a folder that doesn't exist.", path=str(out))
            raise PorterError(
                folder if out.is_dir() else missing,
                _("Enter a file name in an existing folder, such as {name}.", name=example),
                str(out),
                code="usage",
            )
        if not out.name.endswith(self.suffix):
            raise PorterError(
                _("“{name}” must end in {suffix}.", name=out.name, suffix=self.suffix),
                _("Choose a name such as {name}.", name=example),
                str(out),
                code="usage",
            )
        if policy is not Policy.OVERWRITE:
            refuse_existing(out)

    def write(self, draft: Draft, order: Order, cursor: Cursor, ctx: Context) -> Iterator[Receipt]:
        """Two receipts: the staged package with size, hash and temporary name, and the delivered
        one.
        """
        out = order.to.file
        staged = cursor or (yield from self._stage(draft, order, ctx))
        staging = out.with_name(str(staged["staging"]))
        if not staging.exists() and not _is_delivered(out, str(staged["sha256"])):
            staged = yield from self._stage(draft, order, ctx)  # somebody tidied up after a crash
            staging = out.with_name(str(staged["staging"]))
        _deliver(staging, order, str(staged["sha256"]))
        facts = {name: staged[name] for name in ("sha256", "bytes")}
        yield Receipt(
            key="package",
            ref=str(out),
            cursor=staged,
            facts={"path": str(out), **facts},
            message=_("Wrote {path} and verified it.", path=str(out)),
        )

    def _stage(self, draft: Draft, order: Order, ctx: Context) -> Generator[Receipt, None, _Facts]:
        """Write the temporary file; gives the cursor behind it."""
        out, prefix = order.to.file, _prefix(order)
        for left in out.parent.glob(f"{glob.escape(prefix)}*"):
            left.unlink(missing_ok=True)
        # A worker that hung and wakes may still write: each attempt has a name of its own.
        staging = out.with_name(f"{prefix}.{order.attempt}")
        try:
            done = self.package(draft, staging, ctx)
            facts: _Facts = {"sha256": done.sha256, "bytes": done.bytes, "staging": staging.name}
            yield Receipt(key="package", state="staged", cursor=facts)
        except StoreAway:  # it may be saved: the next attempt takes the package, or removes it
            raise
        except BaseException:
            with suppress(OSError):  # the disk may be read-only, which is what is to be told
                staging.unlink()
            raise
        return facts


def _deliver(staging: Path, order: Order, sha256: str) -> None:
    """Move the verified file to its place; after a crash, look first whether it is there."""
    out = order.to.file
    if staging.exists():
        if order.policy is not Policy.OVERWRITE:
            refuse_existing(out)
        os.replace(staging, out)  # noqa: PTH105 - the one atomic step, by its system name
        sync_folder(out.parent)
    elif not _is_delivered(out, sha256):
        raise InputError(
            _(
                "The temporary file for “{name}” was deleted before the export finished.",
                name=out.name,
            ),
            _("Export again."),
            str(out),
        )


def _prefix(order: Order) -> str:
    name = order.to.file.name
    short = name if len(os.fsencode(name)) <= _LONGEST else _hash(name)
    return f".{short}.{_hash(order.job)[:8]}"


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _is_delivered(out: Path, sha256: str) -> bool:
    if not out.is_file():
        return False
    with out.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest() == sha256
