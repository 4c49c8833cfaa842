"""Runs the command line as a user does: a process of its own, a data folder of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest


@dataclass(frozen=True)
class Done:
    """What a command did."""

    code: int
    out: str
    said: str

    @property
    def document(self) -> dict:
        """The JSON object on stdout."""
        return json.loads(self.out)


@dataclass(frozen=True)
class Shell:
    """A user's terminal."""

    home: Path

    def environment(self) -> dict[str, str]:
        return {**os.environ, "COURSEPORTER_HOME": str(self.home), "PYTHONHASHSEED": "0"}

    def command(self, *words: object) -> list[str]:
        return [sys.executable, "-m", "courseporter", *map(str, words)]

    def run(self, *words: object, timeout: float = 600) -> Done:
        done = subprocess.run(
            self.command(*words),
            env=self.environment(),
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )
        return Done(done.returncode, done.stdout, done.stderr)

    def start(self, *words: object) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            self.command(*words),
            env=self.environment(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(tmp_path / "home")
