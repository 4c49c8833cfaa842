"""The program behind `make torture`: it ends, and prints what there is."""

from __future__ import annotations

import os
import sys
from importlib import util
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parent.parent
HANG = """
import json, os, signal, time

def test_hangs():
    row = {"fault": "hang", "times": 1, "seen": "", "violations": 0, "seed": 7, "seconds": 1.0}
    with open(os.environ["COURSEPORTER_TORTURE_FIGURES"], "a") as out:
        out.write(json.dumps(row) + chr(10))
    os.kill(os.getppid(), signal.SIGINT)  # somebody has waited long enough
    time.sleep(600)
"""


@pytest.fixture
def program(monkeypatch):
    """The module, which is no part of a package."""
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(path for path in sys.path if path))
    spec = util.spec_from_file_location("torture_program", TESTS / "torture" / "__main__.py")
    module = util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.skipif(sys.platform == "win32", reason="the tortures need signals of POSIX")
def test_a_torture_that_hangs_is_ended_and_its_figures_are_printed(
    program, tmp_path, monkeypatch, capfd
):
    (tmp_path / "test_hang.py").write_text(HANG)
    monkeypatch.setattr(program, "HERE", tmp_path)
    assert program.main(["--short", "-q", "--rootdir", str(tmp_path)]) == program.HUNG
    said = capfd.readouterr()
    assert "| hang | 1 |  | 0 | 7 | 1.0 |" in said.out
    assert "1 faults, 0 violations" in said.out
    assert "test_hangs" in said.err  # where it stood
