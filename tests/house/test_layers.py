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


def modules_imported(name, tree, known):
    """The modules of ours that this one imports anywhere, its own package's door aside."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                found = inner if inner in known else node.module
                if found in known and found != name and not name.startswith(f"{found}."):
                    yield found


def test_no_modules_import_each_other_in_circles(trees):
    waiting = {name: set(modules_imported(name, tree, trees)) for name, tree in trees.items()}
    while free := [name for name, needs in waiting.items() if not needs & waiting.keys()]:
        for name in free:
            del waiting[name]
    circles = sorted(name for name in waiting if any(name in needs for needs in waiting.values()))
    assert not circles, f"these modules need each other, directly or not: {circles}"
