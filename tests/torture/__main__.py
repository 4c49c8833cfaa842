"""The long edition: every torture at length, then its figures as one table.

`--short` runs the edition of `make test`; other arguments go to pytest.  Whatever hangs or is
interrupted, it ends, and prints what there is.
"""

from __future__ import annotations

import json
import os
import platform
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

HERE = Path(__file__).parent
HEAD = ("fault", "times", "seen", "violations", "seed", "seconds")
BOUND = 3 * 3600  # seconds for all of it; what hangs for ten minutes ends long before
FAREWELL = 10  # seconds to say where it stands
HUNG = 124  # as timeout(1) says it
# What is said of a hang must be heard: `toil` takes the stream before pytest captures it.
INSIDE = "import sys, torture.toil, pytest; sys.exit(pytest.main(sys.argv[1:]))"


def main(words: list[str]) -> int:
    """Run and print."""
    began = time.monotonic()
    short = "--short" in words
    rest = [word for word in words if word != "--short"]
    with TemporaryDirectory() as folder:
        figures = Path(folder) / "figures.jsonl"
        code = bounded([*rest, str(HERE)], environment(figures, short=short), BOUND)
        lines = figures.read_text("utf-8").splitlines() if figures.exists() else []
    show([json.loads(line) for line in lines], time.monotonic() - began)
    if code:
        print(f"Not all went well, or not all was run: exit code {code}.")
    return code


def environment(figures: Path, *, short: bool) -> dict[str, str]:
    """Ours, and what the tortures ask for."""
    path = os.pathsep.join((str(HERE.parent), os.environ.get("PYTHONPATH", "")))
    ours = {**os.environ, "PYTHONPATH": path, "COURSEPORTER_TORTURE_FIGURES": str(figures)}
    return ours if short else {**ours, "COURSEPORTER_TORTURE": "1"}


def bounded(words: list[str], environ: dict[str, str], bound: float) -> int:
    """Pytest in a process of its own, with all that it starts; its exit code."""
    command = [sys.executable, "-c", INSIDE, "-p", "no:randomly", *words]
    process = subprocess.Popen(command, env=environ, start_new_session=True)
    try:
        return process.wait(bound)
    except (subprocess.TimeoutExpired, KeyboardInterrupt):
        process.send_signal(signal.SIGABRT)  # faulthandler says where every thread stands
        with suppress(subprocess.TimeoutExpired):
            process.wait(FAREWELL)
        return HUNG
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def show(rows: list[dict[str, object]], seconds: float) -> None:
    """The table, and its sum."""
    print()
    print(f"| {' | '.join(HEAD)} |")
    print(f"| {' | '.join('---' for _ in HEAD)} |")
    for row in rows:
        cells = ("" if row[name] is None else f"{row[name]}" for name in HEAD)
        print(f"| {' | '.join(cells)} |")
    print()
    print(
        f"{sum(int(str(row['times'])) for row in rows):,} faults, "
        f"{sum(int(str(row['violations'])) for row in rows)} "
        f"violations, {seconds:.0f} s · Python {platform.python_version()}, "
        f"SQLite {sqlite3.sqlite_version}, {os.cpu_count()} cores, {platform.system()}"
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
