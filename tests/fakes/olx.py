"""OLX packages of a few bytes, for tests of what reads them."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

PLAIN = {
    "course/course.xml": '<course url_name="run" org="Org" course="C1"/>',
    "course/course/run.xml": (
        '<course display_name="Demo"><chapter url_name="ch"/><wiki slug="x"/></course>'
    ),
    "course/chapter/ch.xml": '<chapter display_name="Week 1"><sequential url_name="se"/></chapter>',
    "course/sequential/se.xml": (
        '<sequential display_name="Lesson"><vertical url_name="ve"/></sequential>'
    ),
    "course/vertical/ve.xml": '<vertical display_name="Unit"><html url_name="ht"/></vertical>',
    "course/html/ht.xml": '<html filename="ht" display_name="Page"/>',
    "course/html/ht.html": "<p>Hello</p>",
    "course/policies/run/policy.json": '{"course/run": {"start": "2024-01-01T00:00:00Z"}}',
    "course/policies/run/grading_policy.json": (
        '{"GRADER": [{"type": "Homework", "min_count": 1, "drop_count": 0, "weight": 1}]}'
    ),
}


def olx(folder: Path, changes=None, *, name="demo.tar.gz", strip="") -> Path:
    """The plain package with files changed, added or (None) taken out; `strip` cuts folders."""
    files = {k: v for k, v in {**PLAIN, **(changes or {})}.items() if v is not None}
    path = folder / name
    with tarfile.open(path, "w:gz") as archive:
        for member, text in files.items():
            data = text if isinstance(text, bytes) else text.encode()
            info = tarfile.TarInfo(member.removeprefix(strip))
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return path


def unpacked(package: Path, folder: Path) -> Path:
    """The package as a folder.  Python 3.11.2 (Debian 12) has no filters yet."""
    safely = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}
    with tarfile.open(package) as archive:
        archive.extractall(folder, **safely)
    return folder


def leaf(xml: str, tag="problem", name="p1"):
    """The changes that put one more leaf into the unit."""
    inside = f'<html url_name="ht"/><{tag} url_name="{name}"/>'
    return {
        "course/vertical/ve.xml": f'<vertical display_name="Unit">{inside}</vertical>',
        f"course/{tag}/{name}.xml": xml,
    }
