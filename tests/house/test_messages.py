"""Sentences for people are data: a template and its arguments, never text put together in code."""

from __future__ import annotations

import ast
import re

ERRORS = {
    "PorterError",
    "InputError",
    "SettingsError",
    "AuthError",
    "TransientError",
    "RejectedError",
    "ConflictError",
    "StoreAway",
}
# Where each call takes sentences: positions and names of arguments.
SENTENCES = {
    **dict.fromkeys(ERRORS, ((0, 1), ("message", "hint"))),
    "Problem": ((2,), ("message", "hint")),
    "Entry": ((), ("reason",)),
}
CODE = re.compile(r"[a-z0-9_]+")  # `run.log("info", "chunk_stored", …)`: level and code come first


def is_text(node, texts):  # noqa: PLR0911 - one line for each kind of expression
    """Whether an expression is, or may be, text that was put together in the code."""
    match node:
        case ast.JoinedStr():
            return True
        case ast.Constant(value=str(value)):
            return bool(value)
        case ast.Name(id=name):
            return name in texts
        case ast.BinOp(left=left, right=right):
            return is_text(left, texts) or is_text(right, texts)
        case ast.IfExp(body=first, orelse=second):
            return is_text(first, texts) or is_text(second, texts)
        case ast.BoolOp(values=values):
            return any(is_text(value, texts) for value in values)
        case ast.Call(func=ast.Attribute(value=value, attr="join" | "format")):
            return is_text(value, texts)
    return False


def sentences_of(call):
    """The expressions of a call that people will read."""
    name = getattr(call.func, "id", getattr(call.func, "attr", ""))
    if name == "log" and len(call.args) > 2:
        yield from (arg for arg in call.args[2:] if not is_code(arg))
    positions, words = SENTENCES.get(name, ((), ()))
    yield from (call.args[at] for at in positions if at < len(call.args))
    yield from (keyword.value for keyword in call.keywords if keyword.arg in words)


def is_code(node):
    return isinstance(node, ast.Constant) and CODE.fullmatch(str(node.value)) is not None


def bound_texts(function):
    """The names that a function binds to text."""
    return {
        target.id
        for node in ast.walk(function)
        if isinstance(node, ast.Assign) and is_text(node.value, set())
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def plain_sentences(tree):
    """Lines with sentences that no catalogue could translate."""
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef | ast.Module):
            continue
        texts = bound_texts(function) if isinstance(function, ast.FunctionDef) else set()
        for node in ast.walk(function):
            if isinstance(node, ast.Call):
                lines = (part.lineno for part in sentences_of(node) if is_text(part, texts))
                yield from lines


def test_the_check_sees_what_it_forbids():
    wrong = """
def f(name):
    raise InputError(f"{name} is bad", hint=_("Fix it."))
def g(run):
    words = "Done."
    run.log("info", "done", words)
def h():
    return Problem(code="a", severity="info", message=_("a") if 1 else "b")
"""
    right = """
def f(run, name):
    code = "a"
    run.log("info", "done", _("{name} is done.", name=f"“{name}”"))
    raise InputError(_("Bad."), where=f"{name} line 2", code=code)
"""
    assert set(plain_sentences(ast.parse(wrong))) == {3, 6, 8}
    assert not set(plain_sentences(ast.parse(right)))


def test_errors_problems_reasons_and_logs_take_messages(trees):
    found = sorted(
        f"{name}:{line}" for name, tree in trees.items() for line in set(plain_sentences(tree))
    )
    assert not found, f"use _() or ngettext() of courseporter.errors here: {found}"


def test_templates_name_their_fields(trees):
    """A template is a literal: one that is put together is found by no extraction."""
    found = [
        f"{name}:{node.lineno}"
        for name, tree in trees.items()
        if not name.endswith("errors.message")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", "") in {"_", "gettext", "ngettext"}
        and not isinstance(node.args[0], ast.Constant)
    ]
    assert not found, f"these templates are not literals: {found}"
