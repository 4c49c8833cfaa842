"""The long edition: every torture at length, then its figures as one table."""

from __future__ import annotations

import json
import os
import platform
import sqlite3
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

import torture.toil  # before pytest captures: what is said of a hang must be heard

assert torture.toil.LOUD
HERE = Path(__file__).parent
HEAD = ("fault", "times", "seen", "violations", "seed", "seconds")


def main() -> int:
    """Run and print; arguments go to pytest."""
    began = time.monotonic()
    with TemporaryDirectory() as folder:
        figures = Path(folder) / "figures.jsonl"
        os.environ["COURSEPORTER_TORTURE"] = "1"
        os.environ["COURSEPORTER_TORTURE_FIGURES"] = str(figures)
        code = pytest.main(["-p", "no:randomly", str(HERE), *sys.argv[1:]])
        lines = figures.read_text("utf-8").splitlines() if figures.exists() else []
    rows = [json.loads(line) for line in lines]
    print()
    print(f"| {' | '.join(HEAD)} |")
    print(f"| {' | '.join('---' for _ in HEAD)} |")
    for row in rows:
        cells = ("" if row[name] is None else f"{row[name]}" for name in HEAD)
        print(f"| {' | '.join(cells)} |")
    print()
    print(
        f"{sum(row['times'] for row in rows):,} faults, {sum(row['violations'] for row in rows)} "
        f"violations, {time.monotonic() - began:.0f} s · Python {platform.python_version()}, "
        f"SQLite {sqlite3.sqlite_version}, {os.cpu_count()} cores, {platform.system()}"
    )
    return int(code)


if __name__ == "__main__":
    sys.exit(main())
