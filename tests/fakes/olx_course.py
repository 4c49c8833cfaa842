"""A small OLX package, member by member, to be changed by a test."""

from __future__ import annotations

import gzip
import io
import tarfile
from pathlib import Path

QUESTION = (
    '<problem display_name="Question" weight="2.0" max_attempts="3"><multiplechoiceresponse>'
    '<label>?</label><choicegroup><choice correct="true">yes</choice>'
    '<choice correct="false">no</choice></choicegroup></multiplechoiceresponse></problem>'
)


def members(run: str = "r1", title: str = "Pottery") -> dict[str, str | bytes]:
    """One section, one lesson, two units; a page with a picture, a question, a page."""
    course = f'<course display_name="{title}" start="2020-01-01T00:00:00Z" self_paced="true"'
    return {
        "course.xml": f'<course url_name="{run}" org="Org" course="C1"/>',
        f"course/{run}.xml": f'{course}><chapter url_name="c1"/></course>',
        "chapter/c1.xml": '<chapter display_name="Clay"><sequential url_name="s1"/></chapter>',
        "sequential/s1.xml": (
            '<sequential display_name="Wedging"><vertical url_name="v1"/>'
            '<vertical url_name="v2"/></sequential>'
        ),
        "vertical/v1.xml": (
            '<vertical display_name="Why"><html url_name="h1"/><problem url_name="p1"/></vertical>'
        ),
        "vertical/v2.xml": '<vertical display_name="How"><html url_name="h2"/></vertical>',
        "html/h1.xml": '<html filename="h1" display_name="Air in clay"/>',
        "html/h1.html": '<p>Air &amp; clay</p>\n<img src="/static/clay.png"/>',
        "html/h2.xml": '<html filename="h2" display_name="Cut and slam"/>',
        "html/h2.html": "<p>Cut, slam, repeat.</p>",
        "problem/p1.xml": QUESTION,
        f"policies/{run}/policy.json": "{}",
        f"policies/{run}/grading_policy.json": '{"GRADER": [{"type": "Homework", "weight": 1}]}',
        "static/clay.png": b"\x89PNG clay",
    }


def pack(path: Path, files: dict[str, str | bytes]) -> Path:
    """The package as a file."""
    with (
        gzip.GzipFile(path, "wb", mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w") as tar,
    ):
        for name, content in files.items():
            data = content.encode() if isinstance(content, str) else content
            info = tarfile.TarInfo(f"course/{name}")
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    return path
