"""Style, types and documentation strings."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path


def run(root: Path, tool: str, *arguments: str) -> None:
    command = [Path(sys.executable).with_name(tool), *arguments]
    result = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert result.returncode == 0, f"`{tool}` is not content:\n{result.stdout}{result.stderr}"


def test_ruff_finds_nothing(root):
    run(root, "ruff", "check", "--quiet", "--output-format=concise")


def test_files_are_formatted(root):
    run(root, "ruff", "format", "--check", "--quiet")


def test_types_are_strict(root):
    run(root, "pyright")


def test_every_module_says_what_it_is_for(trees):
    silent = [name for name, tree in trees.items() if not ast.get_docstring(tree)]
    assert not silent, f"give these modules one sentence each: {silent}"


def test_exemptions_of_ruff_are_explained(root):
    lines = (root / "pyproject.toml").read_text("utf-8").splitlines()
    start = lines.index("[tool.ruff.lint]")
    stop = lines.index("[tool.ruff.lint.mccabe]")
    bare = [
        line.strip() for line in lines[start:stop] if line.startswith('    "') and "#" not in line
    ]
    assert not bare, f"say why, on the same line: {bare}"
