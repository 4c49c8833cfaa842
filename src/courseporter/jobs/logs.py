"""Log records that belong to a job: a copy goes into its log, cleaned of secrets."""

from __future__ import annotations

import logging
from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Protocol

from courseporter.errors import Phrase
from courseporter.jobs.job import Level
from courseporter.logs import redact


class Logging(Protocol):
    """Whoever keeps log lines of a job."""

    def log(self, level: Level, code: str, message: Phrase, **meta: object) -> None:
        """Keep the line."""
        ...


_run: ContextVar[Logging | None] = ContextVar("run", default=None)


class _Copy(logging.Handler):
    """Copies records of the thread that runs a job."""

    def emit(self, record: logging.LogRecord) -> None:
        run = _run.get()
        if run is None:
            return
        level: Level = "error" if record.levelno >= logging.ERROR else "info"
        if level == "info" and record.levelno >= logging.WARNING:
            level = "warning"
        run.log(level, "log", redact(record.getMessage()), logger=record.name)


@contextmanager
def copied_to(run: Logging) -> Generator[None]:
    """Copy what CoursePorter logs in this thread, from INFO up, into the log of the run's job."""
    logger, handler = logging.getLogger("courseporter"), _Copy(logging.INFO)
    token = _run.set(run)
    logger.addHandler(handler)
    try:
        yield
    finally:
        logger.removeHandler(handler)
        _run.reset(token)
