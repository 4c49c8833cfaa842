"""Every instant at which a process leaves a trace, and a death at the one of your choice.

A boundary is a commit of a transaction that may write, or a file that takes its final name.  The
program under test knows nothing of it: SQLAlchemy's and the system's own calls are wrapped, in a
process made for dying.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.engine.default import DefaultDialect


@dataclass
class Boundaries:
    """Counts from 1; `deadly` is the number to die at, 0 for none."""

    deadly: int = 0
    before: bool = False
    seen: list[str] = field(default_factory=list)

    def around(self, name: str, act: Callable[[], Any]) -> Any:
        """Do it, and die before or after when it is time."""
        self.seen.append(name)
        due = len(self.seen) == self.deadly
        if due and self.before:
            die()
        done = act()
        if due and not self.before:
            die()
        return done


def die() -> None:
    """As `kill -9` does it: nothing is flushed, nothing is cleaned up."""
    os.kill(os.getpid(), signal.SIGKILL)


def watch(bounds: Boundaries) -> None:
    """From now on, in this process."""
    commit, replace = DefaultDialect.do_commit, os.replace

    def do_commit(self: DefaultDialect, raw: Any) -> None:
        if reads_only(self.name, raw):
            commit(self, raw)
        else:
            bounds.around("commit", lambda: commit(self, raw))

    def rename(source: Any, target: Any, **words: Any) -> None:
        bounds.around("rename", lambda: replace(source, target, **words))

    DefaultDialect.do_commit = do_commit  # type: ignore[method-assign]
    os.replace = rename


def reads_only(dialect: str, raw: Any) -> bool:
    """Whether the transaction was one that may not write."""
    if dialect == "sqlite":
        return bool(raw.execute("PRAGMA query_only").fetchone()[0])
    return bool(raw.read_only)
