"""A long table as an import of rows, beside the floor: csv and sqlite3 alone.

python rows.py FOLDER ROWS [floor|import|look]
"""

from __future__ import annotations

import csv
import json
import random
import resource
import sqlite3
import sys
import time
from pathlib import Path

CHUNK = 500
HEADER = "Date,Name,Year,Letterboxd URI,Rating,Rewatch,Tags,Watched Date"
WORDS = "the red night city of glass last summer a man who fell to earth river Amélie".split()


def table(path: Path, rows: int) -> None:
    """A diary, in the order of its days."""
    chance = random.Random(7)
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(HEADER + "\n")
        for number in range(rows):
            day = number * 5000 // rows
            name = " ".join(chance.choices(WORDS, k=chance.randint(1, 5))).title()
            date = time.strftime("%Y-%m-%d", time.gmtime(1_200_000_000 + day * 86_400))
            year = chance.randint(1920, 2024)
            file.write(f'{date},"{name} {number}",{year},https://boxd.it/{number:x},4,,,{date}\n')


def floor(folder: Path) -> dict[str, float]:
    """Rows per CPU second of csv.reader and executemany of (number, text)."""
    began = time.process_time()
    base = sqlite3.connect(folder / "floor.sqlite")
    base.executescript("PRAGMA journal_mode = TRUNCATE; PRAGMA synchronous = FULL;")
    base.execute("CREATE TABLE line (number INTEGER PRIMARY KEY, cells TEXT)")
    with (folder / "diary.csv").open(encoding="utf-8", newline="") as file:
        reader, number = csv.reader(file), 0
        chunk: list[tuple[int, str]] = []
        for cells in reader:
            number += 1
            chunk.append((number, "\t".join(cells)))
            if len(chunk) == CHUNK:
                with base:
                    base.executemany("INSERT INTO line VALUES (?, ?)", chunk)
                chunk.clear()
    base.close()
    return {"per_second": number / (time.process_time() - began)}


def ingest(folder: Path) -> dict[str, float]:
    """Rows per CPU second of a whole import without a target, and megabytes at the peak."""
    from courseporter import api
    from courseporter.api import rows
    from courseporter.api.rows import RowOptions
    from courseporter.api.workers import collect_seldom
    from courseporter.store import open_store

    collect_seldom()  # as the command does
    with open_store(folder / "home") as store:
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        began = time.process_time()
        done = rows.import_rows(api.Actor(store, "bench"), folder / "diary.csv", RowOptions())
        taken = time.process_time() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    size = sum(path.stat().st_size for path in (folder / "home").glob("*.sqlite*"))
    return {
        "per_second": done.total / taken,
        "peak": peak / 1024,
        "before": before / 1024,
        "bytes": size / done.total,
        "rows": done.total,
    }


def look(folder: Path) -> dict[str, float]:
    """Milliseconds until pages are there."""
    from courseporter import api
    from courseporter.api import rows
    from courseporter.store import open_store

    with open_store(folder / "home") as store:
        actor = api.Actor(store, "bench")
        (job,) = api.jobs(actor)
        total = rows.rows_of(actor, job.id, limit=1).total
        asked = {
            "first_page": {},
            "last_page": {"after": total - 100},
            "pending": {"status": "pending"},
            "none_failed": {"status": "failed"},
            "none_held": {"status": "held", "after": total // 2},
        }
        return {name: _fastest(actor, job.id, words) for name, words in asked.items()}


def _fastest(actor, job_id: str, words) -> float:
    from courseporter.api import rows

    times = []
    for _ in range(7):
        began = time.perf_counter()
        rows.rows_of(actor, job_id, limit=100, **words)
        times.append((time.perf_counter() - began) * 1000)
    return sorted(times)[len(times) // 2]


if __name__ == "__main__":
    place, count, what = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    if not (place / "diary.csv").exists():
        table(place / "diary.csv", count)
    print(json.dumps({"floor": floor, "import": ingest, "look": look}[what](place)))
