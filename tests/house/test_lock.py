"""The lock files: every package pinned with its hashes, and nothing forgotten."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions

import pytest

PIN = re.compile(r"^([a-z0-9][a-z0-9-]*)==(\S+)", re.MULTILINE)
NAME = re.compile(r"^[A-Za-z0-9_.-]+")


def pins(root, kind):
    text = (root / "packaging" / f"requirements{kind}.lock").read_text("utf-8")
    return dict(PIN.findall(text)), text


def wanted(root, *groups):
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))
    lines = list(project["project"]["dependencies"])
    for group in groups:
        lines += [line for line in project["dependency-groups"][group] if isinstance(line, str)]
    return {NAME.match(line).group().lower().replace("_", "-") for line in lines}


def extras(root):
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    lines = [line for lines in project["optional-dependencies"].values() for line in lines]
    return {NAME.match(line).group().lower().replace("_", "-") for line in lines}


@pytest.mark.parametrize("kind", ["", "-dev", "-oracle"])
def test_every_pin_has_hashes(root, kind):
    _, text = pins(root, kind)
    entries = re.split(r"\n(?=[a-z0-9])", text.strip())
    bare = [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry]
    assert not bare, f"run `make lock`; these have no hash: {bare}"


@pytest.mark.parametrize(("kind", "groups"), [("", ["build"]), ("-dev", ["build", "dev"])])
def test_every_dependency_is_locked(root, kind, groups):
    missing = wanted(root, *groups) - set(pins(root, kind)[0])
    missing |= extras(root) - set(pins(root, kind)[0]) if kind == "-dev" else set()
    assert not missing, f"run `make lock`; the lock does not know {sorted(missing)}"


def test_tests_run_with_the_versions_that_users_get(root):
    ours, theirs = pins(root, "")[0], pins(root, "-dev")[0]
    other = {name: (pin, theirs.get(name)) for name, pin in ours.items() if theirs.get(name) != pin}
    assert not other, f"run `make lock`; pinned differently: {other}"


def test_qt_is_none_that_ends_the_interpreter(root):
    version = pins(root, "")[0]["pyside6-essentials"].split(".")
    assert (6, 10) <= (int(version[0]), int(version[1])) < (6, 12), (
        "PySide6 6.12.0 ends CPython 3.11 after a few hundred signals"
    )


def test_every_library_that_is_imported_is_a_dependency(root, trees):
    dependencies = wanted(root) | extras(root) | {"pyside6-essentials", "shiboken6"}
    owners = packages_distributions()
    strangers = [
        f"{module}:{node.lineno} {name}"
        for module, tree in trees.items()
        for node in ast.walk(tree)
        for name in imported(node)
        if not {owner.lower().replace("_", "-") for owner in owners.get(name, ())} & dependencies
    ]
    assert not strangers, f"name these in pyproject.toml, or do without: {strangers}"


def imported(node):
    """Top names of the libraries that this statement imports."""
    names = []
    if isinstance(node, ast.Import):
        names = [alias.name for alias in node.names]
    elif isinstance(node, ast.ImportFrom):
        names = [node.module or ""]
    tops = {name.split(".")[0] for name in names}
    return tops - set(sys.stdlib_module_names) - {"courseporter", "_typeshed", ""}
