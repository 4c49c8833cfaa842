"""Rooms stay small: a module above its limit becomes a folder with the same door."""

from __future__ import annotations

import ast
import statistics

MODULE_LINES = 400
MEDIAN_LINES = 120
FUNCTION_LINES = 25  # a habit: one function in twenty may be longer
FUNCTION_LIMIT = 60


def functions(trees):
    for name, tree in trees.items():
        if ".migrations.versions." in name:
            continue  # a revision lists a whole schema
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                documented = ast.get_docstring(node) is not None
                body = node.body[1] if documented and len(node.body) > 1 else node.body[0]
                yield node.end_lineno - body.lineno + 1, f"{name}.{node.name}"


def test_no_module_is_longer_than_its_limit(modules):
    lines = {name: len(path.read_text("utf-8").splitlines()) for name, path in modules.items()}
    outliers = {name: count for name, count in lines.items() if count > MODULE_LINES}
    assert not outliers, f"above {MODULE_LINES} lines, make folders of them: {outliers}"


def test_half_of_the_modules_are_small(modules):
    lines = [len(path.read_text("utf-8").splitlines()) for path in modules.values()]
    longest = sorted(((n, name) for n, name in zip(lines, modules, strict=True)), reverse=True)
    assert statistics.median(lines) <= MEDIAN_LINES, f"the longest: {longest[:10]}"


def test_functions_are_short_by_habit(trees):
    sizes = sorted(functions(trees), reverse=True)
    long = [(size, name) for size, name in sizes if size > FUNCTION_LINES]
    assert len(long) <= len(sizes) / 20, f"{len(long)} of {len(sizes)} are long: {long}"


def test_no_function_is_very_long(trees):
    outliers = [(size, name) for size, name in functions(trees) if size > FUNCTION_LIMIT]
    assert not outliers, f"above {FUNCTION_LIMIT} lines: {outliers}"
