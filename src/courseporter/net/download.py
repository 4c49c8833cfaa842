"""A file streamed to disk: resumed where it broke off, whole or not there at all."""

from __future__ import annotations

import hashlib
import re
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import httpx
import msgspec

from courseporter.errors import RejectedError, TransientError, _, refused_output
from courseporter.net import exchange, failures
from courseporter.net.address import without_query
from courseporter.net.bodies import Progress
from courseporter.net.call import Policy
from courseporter.net.watch import Watch

BLOCK = 1 << 20
_RANGE = re.compile(r"bytes (\d+)-\d+/(\d+|\*)")


@dataclass(frozen=True)
class Download:
    """A finished download."""

    path: Path
    size: int
    sha256: str
    type: str
    etag: str | None


class _Known(msgspec.Struct):
    """What identifies a half-finished file: an ETag or a date (RFC 9110, section 13.1.5)."""

    validator: str


class Sink:
    """Where the bytes go: a `.part` file next to the target, with a note of what it is part of."""

    def __init__(
        self,
        path: Path,
        cap: int,
        progress: Progress | None,
        *,
        size: int | None = None,
        sha256: str | None = None,
    ) -> None:
        self._path = path
        self._cap = cap
        self._progress = progress
        self._size = size
        self._sha256 = sha256
        self._part = path.with_name(f"{path.name}.part")
        self._note = path.with_name(f"{path.name}.part.json")

    def headers(self) -> dict[str, str]:
        """Headers of the next attempt: the rest, if the file is still the same (If-Range)."""
        plain = {"Accept": "*/*", "Accept-Encoding": "identity"}
        known, have = self._known(), self._have()
        if known is None or have == 0:
            return plain
        return {**plain, "Range": f"bytes={have}-", "If-Range": known.validator}

    def take(self, response: httpx.Response, watch: Watch, policy: Policy) -> Download:
        """Write the body; returns when the file is whole. Raises PorterError."""
        if response.status_code == 416 and not self._complete(response):
            self._forget()
            raise TransientError(
                _("The file at {host} has changed.", host=response.url.host),
                _("The download will start over."),
                without_query(response.url),
                code="network_error",
            )
        try:
            if response.status_code != 416:
                self._write(response, watch, policy)
            return self._finish(response)
        except OSError as error:
            raise refused_output(error, self._path) from error

    def _write(self, response: httpx.Response, watch: Watch, policy: Policy) -> None:
        start = _start(response) if response.status_code == 206 else 0
        if start != self._have():
            start = 0 if response.status_code != 206 else self._mismatch(response)
        total = _total(response, start)
        if total is not None and total > self._cap:
            raise failures.too_large(response.url, self._cap)
        if start == 0:
            self._remember(response)
        done = start
        with self._part.open("ab" if start else "wb") as file:
            for block in exchange.read(response, watch, policy):
                done += len(block)
                if done > self._cap:
                    raise failures.too_large(response.url, self._cap)
                file.write(block)
                if self._progress is not None:
                    self._progress(done, total)

    def _mismatch(self, response: httpx.Response) -> int:
        self._forget()
        raise TransientError(
            _("{host} sent the wrong part of the file.", host=response.url.host),
            _("The download will start over."),
            without_query(response.url),
            code="network_error",
        )

    def _finish(self, response: httpx.Response) -> Download:
        size, sha256 = _measure(self._part)
        if (self._size is not None and size != self._size) or (
            self._sha256 is not None and sha256 != self._sha256
        ):
            self._forget()
            raise RejectedError(
                _("{host} sent a different file than expected.", host=response.url.host),
                _("Download it again. If it happens again, the file has changed at its source."),
                without_query(response.url),
                code="response_invalid",
            )
        self._part.replace(self._path)
        self._forget()
        kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
        return Download(self._path, size, sha256, kind, response.headers.get("etag"))

    def _complete(self, response: httpx.Response) -> bool:
        total = response.headers.get("content-range", "").removeprefix("bytes */")
        return self._have() > 0 and total == str(self._have())

    def _have(self) -> int:
        try:
            return self._part.stat().st_size
        except OSError:
            return 0

    def _known(self) -> _Known | None:
        try:
            return msgspec.json.decode(self._note.read_bytes(), type=_Known)
        except (OSError, msgspec.DecodeError):
            return None

    def _remember(self, response: httpx.Response) -> None:
        """Note the strong validator; without one the file can't be continued."""
        etag = response.headers.get("etag", "")
        validator = etag if etag.startswith('"') else response.headers.get("last-modified", "")
        self._forget()
        if validator:
            self._note.write_bytes(msgspec.json.encode(_Known(validator)))

    def _forget(self) -> None:
        for path in (self._part, self._note):
            with suppress(FileNotFoundError):
                path.unlink()


def _start(response: httpx.Response) -> int:
    match = _RANGE.fullmatch(response.headers.get("content-range", ""))
    return int(match[1]) if match else -1


def _total(response: httpx.Response, start: int) -> int | None:
    length = response.headers.get("content-length", "")
    return start + int(length) if length.isascii() and length.isdigit() else None


def _measure(path: Path) -> tuple[int, str]:
    digest = hashlib.sha256()
    size = 0
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            digest.update(block)
            size += len(block)
    return size, digest.hexdigest()
