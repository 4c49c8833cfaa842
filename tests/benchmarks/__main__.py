"""Measures CoursePorter and prints one table, with the figure to hold beside each.

python tests/benchmarks [--quick] [--rounds N] [--package PACKAGE.zip ...]
                        [--only lessons,media,window,jobs,effects,rows,start,publish,library]
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import conversion
from measure import Measured, ask, folder, package

PARTS = ("lessons", "media", "window", "jobs", "effects", "rows", "start", "publish", "library")
SIZES, QUICK_SIZES = (1_000, 10_000, 20_000), (200, 1_000)
MEGABYTES, QUICK_MEGABYTES = 300, 40
JOBS, QUICK_JOBS = 100_000, 10_000
WRITES, QUICK_WRITES = 100_000, 5_000
LESSONS, QUICK_LESSONS = 400, 40  # of a published course
UPLOAD_GROWS = 40  # MB
BLOCKS, QUICK_BLOCKS = 2_000, 200  # of a course that becomes a library
PLAN_SECONDS, COMPONENTS = 5, 1_000  # components per CPU second
MORE_CALLS = 20  # of a read-back, beside one for each block
ROWS, QUICK_ROWS = 1_000_000, 20_000
ROWS_EACH, ROWS_SHARE = 50_000, 6  # a CPU second, and of the floor
ROWS_MEMORY, ROWS_BYTES, ROWS_PAGE = 80, 350, 10  # MB, bytes a row, ms
LINEAR = 1.2  # the second half of the writes to the first
LATE_P99 = 16  # ms
SECONDS = 60  # that the window is watched at most
CANCEL_SEEN, CANCEL_DONE = 100, 1000  # ms
LIST_OPENS = 100  # ms


def main() -> int:
    options = arguments()
    held = True
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, load {load()}\n")
    with folder() as place:
        for part in PARTS:
            if part in options.only.split(","):
                held = show(measured(part, place, options)) and held
    print(f"\nload at the end {load()}" + ("" if held else "; not every figure is held"))
    return 0


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench ARGS=…", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small sizes, one round")
    parser.add_argument("--rounds", type=int, help="rounds of each measurement (5)")
    parser.add_argument("--package", type=Path, action="append", help="SCORM packages for start")
    parser.add_argument("--only", default=",".join(PARTS), help="parts, with commas")
    options = parser.parse_args()
    options.rounds = options.rounds or (1 if options.quick else 5)
    return options


def measured(part: str, place: Path, options: argparse.Namespace) -> Iterator[Measured]:
    quick = options.quick
    if part == "lessons":
        return conversion.lessons(place, QUICK_SIZES if quick else SIZES, options.rounds)
    if part == "media":
        return conversion.media(place, QUICK_MEGABYTES if quick else MEGABYTES, options.rounds)
    if part == "window":
        return window(place, *(QUICK_SIZES[:2] if quick else SIZES[:2]))
    if part == "start":
        return start(place, options.package, options.rounds)
    if part == "publish":
        return publish(
            place, QUICK_MEGABYTES if quick else MEGABYTES, QUICK_LESSONS if quick else LESSONS
        )
    other = {
        "rows": (rows, ROWS, QUICK_ROWS),
        "jobs": (jobs, JOBS, QUICK_JOBS),
        "effects": (effects, WRITES, QUICK_WRITES),
        "library": (library, BLOCKS, QUICK_BLOCKS),
    }
    measure, usual, few = other[part]
    return measure(place, few if quick else usual)


def show(lines: Iterator[Measured]) -> bool:
    held = True
    for line in lines:
        mark = {True: "held", False: "NOT HELD", None: ""}[line.held]
        print(f"{line.what:<62} {line.found:>18}  {line.wanted:<24} {mark}".rstrip(), flush=True)
        held = held and line.held is not False
    return held


def load() -> str:
    """How busy the machine is, one minute's average."""
    return f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"


def window(place: Path, small: int, large: int) -> Iterator[Measured]:
    paths = [package(place, "template", size) for size in (small, large)]
    inside: tuple[str, ...] = ()
    if sys.platform == "linux" and shutil.which("xvfb-run"):
        os.environ["QT_QPA_PLATFORM"] = "xcb"
        inside = ("xvfb-run", "-a", "-s", "-screen 0 1280x800x24")
    else:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    found = ask("window.py", place / "window" / "home", *paths, str(SECONDS), inside=inside)
    late = {name: float(found[name]) for name in ("p50", "p99", "max", "seen", "stopped")}
    name = f"window ({found['platform']}) while {large:,} lessons are read"
    yield Measured(f"{name}: late p50, max", f"{late['p50']:.1f} ms, {late['max']:.1f} ms")
    yield Measured(
        f"{name}: late p99", f"{late['p99']:.1f} ms", f"≤ {LATE_P99} ms", late["p99"] <= LATE_P99
    )
    yield Measured(f"{name}: watched", f"{float(found['seconds']):.1f} s, {found['beats']:,} beats")
    yield Measured(
        "a stopped import: seen", f"{late['seen']:.0f} ms", f"< {CANCEL_SEEN} ms",
        late["seen"] < CANCEL_SEEN,
    )  # fmt: skip
    yield Measured(
        "a stopped import: ended", f"{late['stopped']:.0f} ms", f"< {CANCEL_DONE} ms",
        late["stopped"] < CANCEL_DONE,
    )  # fmt: skip


def start(place: Path, packages: list[Path] | None, rounds: int) -> Iterator[Measured]:
    sys.path.insert(0, str(Path(__file__).parents[1]))
    from lesson_start import starts

    return starts(place / "start", packages, rounds)


def jobs(place: Path, number: int) -> Iterator[Measured]:
    found = ask("job_store.py", place / "jobs", str(number))
    first, later, claim = (float(found[name]) for name in ("first", "later", "claim"))
    yield Measured(
        f"list of {number:,} jobs: first opening", f"{first:.0f} ms", f"< {LIST_OPENS} ms",
        first < LIST_OPENS,
    )  # fmt: skip
    yield Measured(f"list of {number:,} jobs: opened again", f"{later:.1f} ms")
    yield Measured(f"a job claimed among {number:,}", f"{claim:.1f} ms")


def effects(place: Path, number: int) -> Iterator[Measured]:
    found = ask("effects.py", place / "effects", str(number))
    first, second = float(found["first_cpu"]), float(found["second_cpu"])
    yield Measured(
        f"{number:,} writes of one job: second half to first", f"{second / first:.2f}",
        f"≤ {LINEAR}", second / first <= LINEAR,
    )  # fmt: skip
    each = (first + second) / number * 1e6
    yield Measured("one write: journal", f"{each:.0f} µs CPU", "")
    yield Measured(f"{number:,} writes: memory grows by", f"{float(found['grown']):.1f} MB")


def rows(place: Path, number: int) -> Iterator[Measured]:
    home = place / "rows"
    home.mkdir(parents=True)
    floor = float(ask("rows.py", home, str(number), "floor")["per_second"])
    found = ask("rows.py", home, str(number), "import")
    each, memory, size = (float(found[name]) for name in ("per_second", "peak", "bytes"))
    name = f"import of {number:,} rows"
    yield Measured(f"{name}: a CPU second", f"{each:,.0f}", f"≥ {ROWS_EACH:,}", each >= ROWS_EACH)
    yield Measured(
        f"{name}: csv and sqlite3 alone are faster by", f"{floor / each:.1f}",
        f"≤ {ROWS_SHARE}", floor / each <= ROWS_SHARE,
    )  # fmt: skip
    yield Measured(
        f"{name}: memory", f"{memory:.0f} MB", f"≤ {ROWS_MEMORY} MB", memory <= ROWS_MEMORY
    )
    yield Measured(f"{name}: a row", f"{size:.0f} bytes", f"≤ {ROWS_BYTES}", size <= ROWS_BYTES)
    for what, taken in ask("rows.py", home, str(number), "look").items():
        ms = float(taken)
        yield Measured(f"{name}: {what}", f"{ms:.1f} ms", f"< {ROWS_PAGE} ms", ms < ROWS_PAGE)


def publish(place: Path, megabytes: int, lessons: int) -> Iterator[Measured]:
    found = ask("publish.py", place / "publish", str(megabytes), str(lessons))
    grown = float(found["large"]) - float(found["small"])
    yield Measured(
        f"publishing {megabytes} MB: memory above a small course", f"{grown:.1f} MB",
        f"≤ {UPLOAD_GROWS} MB", grown <= UPLOAD_GROWS,
    )  # fmt: skip
    blocks, calls = int(found["blocks"]), int(found["calls"])
    yield Measured(
        f"read-back of {blocks:,} blocks: requests", f"{calls:,}", f"≤ {blocks + MORE_CALLS:,}",
        calls <= blocks + MORE_CALLS,
    )  # fmt: skip


def library(place: Path, blocks: int) -> Iterator[Measured]:
    found = ask("library.py", place / "library", str(blocks))
    for name, key in (("nothing", "plan"), ("what is there", "again")):
        seconds = float(found[key])
        yield Measured(
            f"library, {blocks:,} blocks: plan into {name}", f"{seconds:.2f} s",
            f"≤ {PLAN_SECONDS} s", seconds <= PLAN_SECONDS,
        )  # fmt: skip
    rate = blocks / float(found["written"])
    yield Measured(
        f"library, {blocks:,} blocks: written", f"{rate:,.0f} per CPU s", f"≥ {COMPONENTS:,}",
        rate >= COMPONENTS,
    )  # fmt: skip
    yield Measured(
        f"library, {blocks:,} blocks: memory grows by", f"{float(found['grown']):.1f} MB"
    )


if __name__ == "__main__":
    sys.exit(main())
