"""A connection's check list: named steps in order, each with its latency and a hint."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Literal

import msgspec

from courseporter.errors import Message, Phrase, PorterError, _

State = Literal["ok", "failed", "skipped"]
Step = Callable[[], Phrase | None]


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """One step: what was found, how long it took, and what to do when it failed."""

    name: str
    state: State
    ms: int = 0
    message: Phrase = ""
    hint: Phrase | None = None


class CheckReport(msgspec.Struct, frozen=True, kw_only=True):
    """The outcome of a test. `can` says what this connection can read or do, by capability."""

    success: bool
    latency_ms: int
    message: Phrase
    lms_version: str | None = None
    api_version: str | None = None
    checks: tuple[Check, ...] = ()
    can: dict[str, bool] = {}
    exit_code: int = 0


class Checklist:
    """Collects the steps of one test. A kind calls `step` for each, in order.

    After a failed step the following ones are skipped, unless they say `anyway`.
    """

    def __init__(
        self,
        report: Callable[[Check], None] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.lms_version: str | None = None
        self.api_version: str | None = None
        self.can: dict[str, bool] = {}
        self._report = report
        self._clock = clock
        self._checks: list[Check] = []
        self._failure: PorterError | None = None

    def step(self, name: str, run: Step, *, anyway: bool = False, optional: bool = False) -> bool:
        """Run one step; returns whether it is ok.

        `run` returns a sentence about what it found, or None, and raises PorterError when it
        fails. A failed `optional` step doesn't fail the test, and what follows isn't skipped.
        """
        if self._failure is not None and not anyway:
            self._add(Check(name=name, state="skipped"))
            return False
        started = self._clock()
        try:
            found = run()
        except PorterError as error:
            ms = self._since(started)
            hint = error.texts["hint"]
            self._add(Check(name=name, state="failed", ms=ms, message=error.phrase, hint=hint))
            if not optional:
                self._failure = self._failure or error
            return False
        self._add(Check(name=name, state="ok", ms=self._since(started), message=found or ""))
        return True

    def skip(self, name: str, why: Message) -> None:
        """Note a step that isn't needed here."""
        self._add(Check(name=name, state="skipped", message=why))

    def result(self) -> CheckReport:
        """What came out. The latency is that of the fastest step that asked the site."""
        error = self._failure
        asked = [check.ms for check in self._checks if check.state == "ok" and check.ms]
        return CheckReport(
            success=error is None,
            latency_ms=min(asked, default=0),
            message=_("Everything works.") if error is None else error.phrase,
            lms_version=self.lms_version,
            api_version=self.api_version,
            checks=tuple(self._checks),
            can=self.can,
            exit_code=0 if error is None else error.exit_code,
        )

    def _add(self, check: Check) -> None:
        self._checks.append(check)
        if self._report is not None:
            self._report(check)

    def _since(self, started: float) -> int:
        return round((self._clock() - started) * 1000)
