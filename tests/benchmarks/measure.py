"""Runs whole processes and says what they took: CPU seconds, wall seconds, memory at the peak."""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent
SOURCES = HERE.parents[1] / "src"


class Taken(NamedTuple):
    """What a process and its children took; memory in MB, that of the largest process."""

    cpu: float
    wall: float
    memory: float


class Measured(NamedTuple):
    """One line of the table.  `held`: whether the figure is kept, None when none belongs to it."""

    what: str
    found: str
    wanted: str = ""
    held: bool | None = None


def run(command: Sequence[str | Path], home: Path | None = None) -> Taken:
    """Run to the end.  Raises CalledProcessError with what the process said of its failure."""
    environment = {**os.environ, "PYTHONPATH": str(SOURCES)}
    if home is not None:
        environment["COURSEPORTER_HOME"] = str(home)
    with tempfile.TemporaryFile() as said:
        began = time.perf_counter()
        process = subprocess.Popen(
            [str(part) for part in command],
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=said,
        )
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            said.seek(0)
            raise subprocess.CalledProcessError(
                process.returncode, command, stderr=said.read().decode(errors="replace")
            )
    unit = 1 << 20 if sys.platform == "darwin" else 1 << 10
    return Taken(usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss / unit)


def ask(script: str, *arguments: str | Path, inside: Sequence[str] = ()) -> dict[str, float | str]:
    """Run one of the scripts beside this one; its last line is a JSON object."""
    command = [*inside, sys.executable, str(HERE / script), *map(str, arguments)]
    done = subprocess.run(
        command,
        env={**os.environ, "PYTHONPATH": str(SOURCES)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise subprocess.CalledProcessError(done.returncode, command, stderr=done.stderr)
    return json.loads(done.stdout.splitlines()[-1])


def convert(package: Path) -> Taken:
    """`courseporter convert` as a user starts it, with a data folder of its own."""
    with folder() as place:
        out = place / "out.tar.gz"
        command = [sys.executable, "-m", "courseporter", "convert", package, "-o", out, "--json"]
        return run(command, place / "home")


def floor(package: Path) -> Taken:
    """Inflate each member and write all of it as gzip: less than any conversion can do."""
    with folder() as place:
        return run([sys.executable, HERE / "floor.py", package, place / "out.gz"])


def interleaved(
    rounds: int, programs: dict[str, Callable[[], Taken]]
) -> dict[str, tuple[Taken, list[float]]]:
    """Medians of each program, and its CPU seconds round by round; they take turns.

    So whatever else the machine does meets all of them alike.
    """
    taken: dict[str, list[Taken]] = {name: [] for name in programs}
    for _ in range(rounds):
        for name, program in programs.items():
            taken[name].append(program())
    return {
        name: (Taken(*map(statistics.median, zip(*found, strict=True))), [one.cpu for one in found])
        for name, found in taken.items()
    }


@contextmanager
def folder() -> Iterator[Path]:
    """A temporary folder; COURSEPORTER_BENCH names where, else the system chooses."""
    place = Path(tempfile.mkdtemp(prefix="bench-", dir=os.environ.get("COURSEPORTER_BENCH")))
    try:
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)


def package(place: Path, kind: str, size: int) -> Path:
    """A package to measure with, made in a process of its own so that ours stays small."""
    path = place / f"{kind}-{size}.zip"
    run([sys.executable, HERE / "packages.py", kind, path, str(size)])
    return path
