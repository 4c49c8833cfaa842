"""One call, as data: what to send, what to accept, how often it may be sent."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from courseporter.net import bodies
from courseporter.net.bodies import FilePart, Progress, RawFile
from courseporter.net.pace import Rate

if TYPE_CHECKING:
    import httpx

Params = Mapping[str, str | int | bool | list[str]]
Headers = Mapping[str, str]
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True)
class Policy:
    """How patient a client is. Times in seconds, sizes in bytes.

    `total` is for a whole call with its retries; every `slowest` bytes of a body allow one second
    more. `silence` is the longest wait for a single byte, `patience` the longest wait between two
    attempts: a site that asks for more gets a TransientError with `retry_after` instead.
    """

    total: float = 90.0
    connect: float = 10.0
    silence: float = 30.0
    slowest: float = 16 << 10
    tries: int = 3
    patience: float = 10.0
    cap: int = 16 << 20
    rate: Rate | None = None


@dataclass(frozen=True)
class Call:
    """A request before it is built; each attempt builds it afresh."""

    method: str
    url: httpx.URL
    params: Params | None = None
    headers: Callable[[], Headers] = field(default=dict)
    json: object = None
    form: Mapping[str, str] | None = None
    files: Mapping[str, FilePart] | None = None
    body: RawFile | bytes | None = None
    accept: Collection[int] = ()
    repeat: bool | None = None
    cost: float = 1.0
    progress: Progress | None = None

    @property
    def repeatable(self) -> bool:
        """Whether it may be sent again when nobody knows if it was carried out."""
        return self.method in SAFE if self.repeat is None else self.repeat

    @property
    def size(self) -> int:
        """Bytes of the files it carries."""
        files = sum(part.size for part in (self.files or {}).values())
        return files + (self.body.size if isinstance(self.body, RawFile) else 0)

    def content(self, stack: ExitStack) -> dict[str, Any]:
        """The body as arguments for httpx; files are open until the stack closes."""
        if self.files is not None:
            files = bodies.multipart(self.files, self.progress, stack)
            return {"files": files, "data": dict(self.form or {})}
        if isinstance(self.body, RawFile):
            return {"content": bodies.stream(self.body, self.progress)}
        if self.body is not None:
            return {"content": self.body}
        if self.form is not None:
            return {"data": dict(self.form)}
        return {} if self.json is None else {"json": self.json}

    def own_headers(self) -> dict[str, str]:
        """The call's headers, and what a raw file needs."""
        headers = dict(self.headers())
        if isinstance(self.body, RawFile):
            headers |= {"Content-Length": str(self.body.size), "Content-Type": self.body.type}
        return headers
