"""What can go wrong on the way, on request: each fault names the calls that it hits and how often.

Kinds: `status` (answers with a status, headers and a body), `reset` (cuts the connection before
anything happens), `reset_in_body` (after `bytes` of the request body), `reset_after` (does what
was asked, then cuts), `lost` (does what was asked, then answers 500), `drip` (sends the answer byte
by byte, `seconds` apart), `cut` (promises more bytes than it sends), `call` (runs `do` first and
then answers as usual), `call_after` (does what was asked, runs `do`, and only then answers).
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass
class Fault:
    kind: str
    method: str = ""
    path: str = ""  # a regular expression, searched in path and query
    times: int = 1
    after: int = 0  # so many matching calls go well first
    status: int = 500
    headers: dict[str, str] = field(default_factory=dict)
    body: str = ""
    bytes: int = 0
    seconds: float = 0.05
    do: Callable[[], None] | None = None
    hits: int = 0

    def matches(self, method: str, target: str) -> bool:
        return self.method in ("", method) and re.search(self.path, target) is not None


class Faults:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._list: list[Fault] = []

    def add(self, fault: Fault) -> Fault:
        with self._lock:
            self._list.append(fault)
        return fault

    def clear(self) -> None:
        with self._lock:
            self._list.clear()

    def take(self, method: str, target: str) -> Fault | None:
        """The fault that hits this call, counted."""
        with self._lock:
            for fault in self._list:
                if not fault.matches(method, target):
                    continue
                if fault.after > 0:
                    fault.after -= 1
                    continue
                if fault.hits < fault.times:
                    fault.hits += 1
                    return fault
        return None
