"""The real window while a large import runs beside it: how late its thread is, how it stops a job.

python window.py FOLDER SMALL.zip LARGE.zip SECONDS
"""

from __future__ import annotations

import contextlib
import io
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QElapsedTimer, Qt, QTimer
from PySide6.QtGui import QGuiApplication

from courseporter import api
from courseporter.cli import run as command
from courseporter.gui import background
from courseporter.gui.app import Application

BEAT_MS = 10
PATIENCE = 60.0  # seconds for anything but the import itself


class Lateness:
    """A precise timer that notes how much later than wanted it comes, in milliseconds."""

    def __init__(self) -> None:
        self.late: list[float] = []
        self._clock = QElapsedTimer()
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(BEAT_MS)
        self._timer.timeout.connect(self._beat)

    def start(self) -> None:
        self._clock.start()
        self._timer.start()

    def stop(self) -> None:
        self._timer.stop()

    def _beat(self) -> None:
        self.late.append(max(0.0, self._clock.nsecsElapsed() / 1e6 - BEAT_MS))
        self._clock.restart()

    def part(self, share: float) -> float:
        ordered = sorted(self.late)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


class Bench:
    """An open app and what it is asked to do."""

    def __init__(self, app: Application) -> None:
        self.app = app

    @property
    def actor(self) -> api.Actor:
        assert self.app.actor is not None
        return self.app.actor

    def until(self, done: Callable[[], bool], patience: float = PATIENCE) -> float:
        """Let the window live until something is so; gives the milliseconds it took."""
        began = time.perf_counter()
        while not done():
            if time.perf_counter() - began > patience:
                raise TimeoutError
            self.app.processEvents()
            time.sleep(0.0005)
        return (time.perf_counter() - began) * 1000

    def live(self, done: Callable[[], bool], most: float) -> float:
        """As `until`, inside the event loop as in real life; ends after `most` seconds anyway."""
        began = time.perf_counter()
        look = QTimer()
        look.setInterval(200)
        look.timeout.connect(
            lambda: self.app.exit() if done() or time.perf_counter() - began > most else None
        )
        look.start()
        self.app.exec()
        return time.perf_counter() - began

    def state(self, job_id: str) -> str:
        return api.job(self.actor, job_id).state


def main() -> None:
    home, small, large = (Path(word) for word in sys.argv[1:4])
    seconds = float(sys.argv[4])
    with contextlib.redirect_stdout(io.StringIO()):
        command(["--home", str(home), "convert", str(small), "-o", str(home.parent / "s.tar.gz")])
    app = Application(home)
    bench = Bench(app)
    app.open()
    bench.until(lambda: app.actor is not None and app.supervisor is not None)
    window = app.window
    assert window is not None
    window.show_draft(api.drafts(bench.actor)[0].id)
    bench.until(lambda: background.idle() and window.course is not None)
    found = import_beside(bench, large, seconds) | stop_one(bench, large)
    app.finish()
    print(json.dumps(found | {"platform": QGuiApplication.platformName()}))


def import_beside(bench: Bench, large: Path, seconds: float) -> dict[str, float]:
    """The tree stays on top while a worker process reads the large file."""
    lateness = Lateness()
    job = api.prepare(bench.actor, large)
    bench.until(lambda: bench.state(job) == "running")
    lateness.start()
    took = bench.live(lambda: bench.state(job) not in ("pending", "running"), seconds)
    lateness.stop()
    return {
        "p50": lateness.part(0.5),
        "p99": lateness.part(0.99),
        "max": lateness.part(1.0),
        "beats": len(lateness.late),
        "seconds": took,
    }


def stop_one(bench: Bench, large: Path) -> dict[str, float]:
    """Stop an import as the button does: when the store knows, and when the worker has ended it."""
    actions = bench.app.window.actions_of_app if bench.app.window else None
    assert actions is not None
    job = api.prepare(bench.actor, large)
    bench.until(lambda: api.job(bench.actor, job).stage == "read")
    bench.until(lambda: (api.job(bench.actor, job).done or 0) > 0)
    began = time.perf_counter()
    actions.stop_job(job)
    bench.until(
        lambda: api.job(bench.actor, job).cancel_requested or bench.state(job) == "canceled"
    )
    seen = (time.perf_counter() - began) * 1000
    bench.until(lambda: bench.state(job) not in ("pending", "running"))
    stopped = (time.perf_counter() - began) * 1000
    assert bench.state(job) == "canceled", bench.state(job)
    return {"seen": seen, "stopped": stopped}


if __name__ == "__main__":
    main()
