"""What the simulated web services of the tests share: a clock, a limit, faults, a journal."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Self

from fakes.web import Reply, Request, Web

GATEWAY_PAGE = b"<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>"


class Clock:
    """Seconds since the start; moved by hand when `real` is false."""

    def __init__(self, *, real: bool = True) -> None:
        self.real = real
        self.offset = 0.0
        self._began = time.monotonic()

    def __call__(self) -> float:
        return (time.monotonic() - self._began if self.real else 0.0) + self.offset

    def advance(self, seconds: float) -> None:
        self.offset += seconds


@dataclass
class Limit:
    """At most `calls` in each window of `seconds`; what is beyond counts as a violation."""

    calls: int
    seconds: float = 60.0
    started: float = 0.0
    used: int = 0

    def take(self, now: float) -> bool:
        if now >= self.started + self.seconds:
            self.started, self.used = now, 0
        self.used += 1
        return self.used <= self.calls

    def left(self) -> int:
        return max(0, self.calls - self.used)

    def resets_in(self, now: float) -> float:
        return max(0.0, self.started + self.seconds - now)


@dataclass
class Fault:
    """Answers `reply` to the requests from number `after` on whose path matches, `times` times."""

    path: str
    reply: Reply
    times: int = 1
    after: int = 0


@dataclass
class Service:
    """One site on 127.0.0.1.  `answer` gives JSON values or whole replies.

    `asked` lists every request as "METHOD /path?query"; `refused` those beyond the limit.
    """

    answer: Callable[[Request], Reply | Any]
    limit: Limit | None = None
    clock: Clock = field(default_factory=Clock)
    faults: list[Fault] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    limit_headers: Callable[[Limit, float], dict[str, str]] | None = None

    def __post_init__(self) -> None:
        self._lock = threading.Lock()
        self.web = Web(self._reply)
        self.url = self.web.url

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.web.close()

    def fail(self, path: str, reply: Reply, times: int = 1, after: int = 0) -> None:
        self.faults.append(Fault(path, reply, times, after))

    def _reply(self, request: Request) -> Reply:
        with self._lock:
            self.asked.append(f"{request.method} {request.target}")
            headers: dict[str, str] = {}
            if self.limit is not None:
                now = self.clock()
                allowed = self.limit.take(now)
                if self.limit_headers:
                    headers = self.limit_headers(self.limit, now)
                if not allowed:
                    self.refused.append(request.target)
                    return too_many(headers)
            fault = self._fault(request)
        if fault is not None:
            return fault
        reply = self.answer(request)
        if not isinstance(reply, Reply):
            reply = found(reply)
        reply.headers = {**headers, **reply.headers}
        return reply

    def _fault(self, request: Request) -> Reply | None:
        for fault in self.faults:
            if fault.times > 0 and re.search(fault.path, request.target):
                if fault.after > 0:
                    fault.after -= 1
                    return None
                fault.times -= 1
                return fault.reply
        return None


def found(value: object, status: int = 200) -> Reply:
    return Reply(status, json.dumps(value, ensure_ascii=False).encode())


def too_many(headers: dict[str, str]) -> Reply:
    body = json.dumps({"message": "API rate limit exceeded"}).encode()
    return Reply(429, body, dict(headers))


def gateway(status: int = 502) -> Reply:
    return Reply(status, GATEWAY_PAGE, {"Content-Type": "text/html"})


def truncated(value: object) -> Reply:
    """Half of an answer, whole by its own count: the JSON does not end."""
    body = json.dumps(value).encode()
    return Reply(200, body[: len(body) // 2])
