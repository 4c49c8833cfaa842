"""What is committed: sources, and nothing about the machine they were written on."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
OWN_NAME = Path(__file__).resolve().relative_to(ROOT)
REGISTRIES = re.compile(r"pypi\.org|pythonhosted|index-url|find-links|registry\.npmjs|jsr\.io")
MACHINES = re.compile(
    r"/root/|/work/|/opt/|/home/(?!user|you|me/|ada|learner)[a-z]+/|C:\\Users\\[a-z]"
)
NEIGHBOURS = re.compile(r"\.\./shared")
COMPILED = re.compile(r"(^|/)gui/forms/|_rc\.py$|\.pyc$|\.egg-info/|(^|/)bundled/")


@pytest.fixture(scope="module")
def texts(tracked):
    found = {}
    for name in tracked:
        content = (ROOT / name).read_bytes()
        if name != OWN_NAME and b"\0" not in content[:8192]:
            found[name.as_posix()] = content.decode("utf-8", "replace")
    return found


def places(texts, pattern, allowed=()):
    return [
        f"{name}:{text.count(chr(10), 0, match.start()) + 1}: {match.group()}"
        for name, text in texts.items()
        if name not in allowed
        for match in pattern.finditer(text)
    ]


def test_no_package_index_is_named(texts):
    found = places(texts, REGISTRIES, allowed={"packaging/lock.sh"})
    assert not found, f"addresses of package indexes belong to the machine: {found}"


def test_no_path_of_one_machine_is_named(texts):
    found = places(texts, MACHINES)
    assert not found, f"these paths exist on one machine only: {found}"


def test_nothing_outside_the_checkout_is_needed(texts):
    found = places(texts, NEIGHBOURS, allowed={".ci/run"})
    assert not found, f"what lies beside the checkout may be missing: {found}"


def test_compiled_files_are_not_committed(tracked):
    found = [str(name) for name in tracked if COMPILED.search(name.as_posix())]
    assert not found, f"packaging/hatch_build.py makes these: {found}"


def test_no_large_file_is_committed(tracked):
    found = [str(name) for name in tracked if (ROOT / name).stat().st_size > 600_000]
    assert not found, f"larger than 600 kB: {found}"
