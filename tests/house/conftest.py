"""What the house tests look at: the tracked files, the modules, their syntax trees, the docs."""

from __future__ import annotations

import ast
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ROOT / "src" / "courseporter"
GENERATED = SOURCES / "gui" / "forms"


@pytest.fixture(scope="session")
def modules() -> dict[str, Path]:
    """Every module that people write, by its dotted name."""
    found = {}
    for path in sorted(SOURCES.rglob("*.py")):
        if GENERATED not in path.parents and "bundled" not in path.parts:
            parts = path.relative_to(SOURCES.parent).with_suffix("").parts
            found[".".join(part for part in parts if part != "__init__")] = path
    return found


@pytest.fixture(scope="session")
def trees(modules: dict[str, Path]) -> dict[str, ast.Module]:
    """The syntax tree of every module."""
    return {name: ast.parse(path.read_text("utf-8")) for name, path in modules.items()}


@pytest.fixture(scope="session")
def tracked() -> list[Path]:
    """Every file that is, or would be, committed; paths from the root."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
    if result.returncode:
        pytest.skip("this is no git checkout, so nobody can say which files are tracked")
    names = {Path(name) for name in result.stdout.decode().split("\0") if name}
    return sorted(name for name in names if (ROOT / name).is_file())


@pytest.fixture(scope="session")
def reference() -> str:
    """All pages of docs/reference as one text."""
    pages = sorted((ROOT / "docs" / "reference").rglob("*.md"))
    return "\n".join(page.read_text("utf-8") for page in pages)
