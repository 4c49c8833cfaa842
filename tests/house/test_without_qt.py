"""Everything but the window runs on a machine where Qt is not installed."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

BLOCKED = """
import sys
class NoQt:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in ("PySide6", "shiboken6"):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
sys.meta_path.insert(0, NoQt())
"""

IMPORT_ALL = """
import importlib, pkgutil, courseporter
for module in pkgutil.walk_packages(courseporter.__path__, "courseporter."):
    name = module.name
    if not name.startswith(("courseporter.gui", "courseporter.store.migrations")):
        importlib.import_module(name)
"""

# walk_packages imports packages to look inside: the window's own may not be looked into.
SKIP_GUI = """
import pkgutil
walk = pkgutil.iter_modules
def iter_modules(path=None, prefix=""):
    for module in walk(path, prefix):
        if module.name != "courseporter.gui":
            yield module
pkgutil.iter_modules = iter_modules
"""

RUN = """
from courseporter.__main__ import main
sys.exit(main())
"""


def python(code, *arguments, home):
    environment = {**os.environ, "COURSEPORTER_HOME": str(home), "PYTHONWARNINGS": "error"}
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        environment.pop(name, None)
    command = [sys.executable, "-c", BLOCKED + code, *arguments]
    return subprocess.run(
        command, capture_output=True, text=True, env=environment, check=False, timeout=120
    )


def run(*arguments, home):
    result = python(RUN, *map(str, arguments), home=home)
    assert "Traceback" not in result.stderr, result.stderr
    return result


def told(result):
    """What both commands must tell alike; keys and addresses are the source's own."""
    rows = json.loads(result.stdout)["outline"]
    return [{name: row[name] for name in row if name not in {"key", "href"}} for row in rows]


def test_every_module_but_the_window_is_imported(tmp_path):
    result = python(SKIP_GUI + IMPORT_ALL, home=tmp_path)
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize("command", [["--help"], ["sources", "--json"], ["targets", "--json"]])
def test_commands_start(tmp_path, command):
    result = run(*command, home=tmp_path)
    assert result.returncode == 0, result.stderr
    assert result.stdout


def test_the_main_job_runs_from_template_to_package(tmp_path):
    template, package = tmp_path / "template.zip", tmp_path / "course.tar.gz"
    made = run("template", "csv", template, home=tmp_path / "home")
    assert made.returncode == 0, made.stderr
    converted = run("convert", template, "-o", package, "--json", home=tmp_path / "home")
    assert converted.returncode == 0, converted.stderr + converted.stdout
    assert json.loads(converted.stdout)["ledger"]["failed"] == 0
    checked = run("check", package, "--json", home=tmp_path / "home")
    assert checked.returncode == 0, checked.stderr
    assert told(checked) == told(converted)
