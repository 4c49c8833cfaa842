"""Every code that is used stands in the table of codes, and every row there is used."""

from __future__ import annotations

import ast

import pytest

from courseporter.errors import ERROR_CODES, PROBLEM_CODES, tree

TABLES = {"courseporter.errors.codes", "courseporter.errors.olx_codes"}
ERRORS = {name for name in vars(tree) if name.endswith("Error")}
FACES_ALONE = {"bug", "canceled"}  # given by whoever catches, not by whoever raises


def called(node):
    function = node.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def codes(trees, names):
    """The constant after `code=` in every call of one of these names, with its place."""
    for module, syntax in trees.items():
        for node in ast.walk(syntax):
            if isinstance(node, ast.Call) and called(node) in names:
                for keyword in node.keywords:
                    if keyword.arg == "code" and isinstance(keyword.value, ast.Constant):
                        yield keyword.value.value, f"{module}:{node.lineno}"


def words(trees):
    """Every string in the code outside of the table."""
    return {
        node.value
        for module, syntax in trees.items()
        if module not in TABLES
        for node in ast.walk(syntax)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def test_every_error_that_is_raised_has_a_row(trees):
    strange = [(code, where) for code, where in codes(trees, ERRORS) if code not in ERROR_CODES]
    assert not strange, f"give these a row in ERROR_CODES: {strange}"


def test_every_problem_that_is_told_has_a_row(trees):
    strange = [
        (code, where) for code, where in codes(trees, {"Problem"}) if code not in PROBLEM_CODES
    ]
    assert not strange, f"give these a row in PROBLEM_CODES: {strange}"


def test_every_error_code_is_used(trees):
    unused = set(ERROR_CODES) - words(trees) - FACES_ALONE
    assert not unused, f"nothing raises these; remove their rows: {sorted(unused)}"


def test_every_problem_code_is_used(trees):
    unused = set(PROBLEM_CODES) - words(trees)
    assert not unused, f"nothing tells these; remove their rows: {sorted(unused)}"


@pytest.mark.parametrize("code", sorted(PROBLEM_CODES))
def test_problem_rows_are_sentences_with_a_known_severity(code):
    row = PROBLEM_CODES[code]
    assert row.severity in {"info", "warning", "error"}
    assert row.meaning.endswith("."), f"write {code} as a sentence"


@pytest.mark.parametrize("code", sorted(ERROR_CODES))
def test_error_rows_are_sentences(code):
    assert ERROR_CODES[code].meaning.endswith("."), f"write {code} as a sentence"
