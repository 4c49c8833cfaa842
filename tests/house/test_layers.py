"""Who may import whom."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path


def imported(tree: ast.Module) -> set[str]:
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names.update(alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.split(".")[0])
    return names


def test_everything_points_down(root):
    command = [Path(sys.executable).with_name("lint-imports"), "--no-cache"]
    result = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    contracts = result.stdout[result.stdout.find("Contracts") :]
    assert result.returncode == 0, f"{contracts}{result.stderr}"


def test_qt_is_imported_by_the_window_alone(trees):
    strangers = [
        name
        for name, tree in trees.items()
        if imported(tree) & {"PySide6", "shiboken6"} and not name.startswith("courseporter.gui")
    ]
    assert not strangers, f"these modules import Qt; only courseporter.gui may: {strangers}"


def test_imports_are_absolute(trees):
    relative = [
        f"{name}:{node.lineno}"
        for name, tree in trees.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.level
    ]
    assert not relative, f"write the whole name of the module here: {relative}"
