"""How fast and how lean a conversion is, beside the floor under it in the same rounds."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterator
from functools import partial
from itertools import pairwise
from pathlib import Path

from measure import Measured, Taken, convert, floor, interleaved, package

FIGURES_FOR = 10_000  # lessons
LESSONS_PER_SECOND = 1_800
STRETCH = 2_850
MAX_MEMORY = 150  # MB
MAX_EXPONENT = 1.05
MAX_PER_LESSON = 6  # KB
FIGURES_FOR_MEDIA = 300  # MB
MEDIA_PER_SECOND = 120  # MB
MAX_MEDIA_MEMORY = 100  # MB


def lessons(place: Path, sizes: tuple[int, ...], rounds: int) -> Iterator[Measured]:
    """CSV templates of several sizes."""
    paths = {size: package(place, "template", size) for size in sizes}
    programs = {f"convert {size}": partial(convert, path) for size, path in paths.items()}
    programs |= {f"floor {size}": partial(floor, path) for size, path in paths.items()}
    found = interleaved(rounds, programs)
    taken = {size: found[f"convert {size}"][0] for size in sizes}
    for size in sizes:
        yield from _size(size, taken[size], found[f"convert {size}"][1], found[f"floor {size}"])
    for smaller, larger in pairwise(sizes):
        yield from _growth(smaller, larger, taken)


def _size(
    size: int, took: Taken, cpu: list[float], below: tuple[Taken, list[float]]
) -> Iterator[Measured]:
    name = f"{size:,} lessons from CSV"
    figure = size == FIGURES_FOR
    speed = size / took.cpu
    ratio = statistics.median(mine / floor for mine, floor in zip(cpu, below[1], strict=True))
    wanted = f"≥ {LESSONS_PER_SECOND:,} (stretch {STRETCH:,})" if figure else ""
    held = speed >= LESSONS_PER_SECOND if figure else None
    yield Measured(f"{name}: per CPU second", f"{speed:,.0f} lessons", wanted, held)
    yield Measured(f"{name}: CPU, wall", f"{took.cpu:.2f} s, {took.wall:.2f} s")
    yield Measured(
        f"{name}: times inflate + gzip of the same bytes",
        f"{ratio:.1f} × {below[0].cpu:.2f} s",
    )
    yield Measured(
        f"{name}: memory at the peak",
        f"{took.memory:.0f} MB",
        f"≤ {MAX_MEMORY} MB" if figure else "",
        took.memory <= MAX_MEMORY if figure else None,
    )


def _growth(smaller: int, larger: int, taken: dict[int, Taken]) -> Iterator[Measured]:
    name = f"from {smaller:,} to {larger:,} lessons"
    figure = larger >= FIGURES_FOR
    less, more = taken[smaller], taken[larger]
    exponent = math.log(more.cpu / less.cpu) / math.log(larger / smaller)
    each = (more.memory - less.memory) * 1024 / (larger - smaller)
    yield Measured(
        f"{name}: exponent of CPU time",
        f"{exponent:.2f}",
        f"≤ {MAX_EXPONENT}" if figure else "",
        exponent <= MAX_EXPONENT if figure else None,
    )
    yield Measured(
        f"{name}: memory per further lesson",
        f"{each:.1f} KB",
        f"≤ {MAX_PER_LESSON} KB" if figure else "",
        each <= MAX_PER_LESSON if figure else None,
    )


def media(place: Path, megabytes: int, rounds: int) -> Iterator[Measured]:
    """A SCORM package of films."""
    path = package(place, "media", megabytes)
    found = interleaved(rounds, {"convert": partial(convert, path), "floor": partial(floor, path)})
    (took, cpu), (below, floors) = found["convert"], found["floor"]
    name = f"{megabytes} MB of media in SCORM"
    size, figure = path.stat().st_size / 1e6, megabytes >= FIGURES_FOR_MEDIA
    speed = size / took.cpu
    ratio = statistics.median(mine / floor for mine, floor in zip(cpu, floors, strict=True))
    yield Measured(
        f"{name}: per CPU second",
        f"{speed:.0f} MB",
        f"≥ {MEDIA_PER_SECOND} MB" if figure else "",
        speed >= MEDIA_PER_SECOND if figure else None,
    )
    yield Measured(f"{name}: CPU, wall", f"{took.cpu:.2f} s, {took.wall:.2f} s")
    yield Measured(
        f"{name}: times inflate + gzip of the same bytes", f"{ratio:.1f} × {below.cpu:.2f} s"
    )
    yield Measured(
        f"{name}: memory at the peak",
        f"{took.memory:.0f} MB",
        f"≤ {MAX_MEDIA_MEMORY} MB" if figure else "",
        took.memory <= MAX_MEDIA_MEMORY if figure else None,
    )
