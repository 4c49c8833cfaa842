"""Links between lessons of a school lead to the lessons of the course after one fix."""

from __future__ import annotations

import tarfile

import pytest

from fakes.teachable import Teachable, attachment, grown

COURSE = 1450000


@pytest.fixture
def school():
    with Teachable(grown(5, 4), limit=None) as fake:
        (course,) = fake.school.courses
        first, second = course["lecture_sections"][0]["lectures"][:2]
        link = f"https://clay.teachable.com/courses/clay/lectures/{second['id']}?from=mail"
        page = attachment(990001, "text", 1, text=f'<p>Go to <a href="{link}">the next</a></p>')
        fake.school.lectures[COURSE, first["id"]]["attachments"] = [page]
        yield fake


def test_a_link_to_the_old_school_becomes_a_link_to_the_lesson(
    shell, school, monkeypatch, tmp_path
):
    monkeypatch.setenv("COURSEPORTER_TEACHABLE_URL", school.url)
    monkeypatch.setenv("COURSEPORTER_SECRET_MY_SCHOOL", school.key)
    shell.run("connections", "add", "teachable", "My school")
    draft = shell.run("import", "My school", COURSE, "--json").document["draft"]
    found = shell.run("drafts", "problems", draft, "--json").document["problems"]
    (problem,) = [one for one in found if one["code"] == "old_school_link"]

    done = shell.run("drafts", "fix", draft, problem["id"])
    assert done.code == 0, done.said

    out = tmp_path / "clay.tar.gz"
    shell.run("drafts", "export", draft, "-o", out)
    with tarfile.open(out) as package:
        pages = [package.extractfile(one).read() for one in package if one.name.endswith(".html")]
    assert any(b"/jump_to_id/" in one for one in pages)
    assert not any(b"clay.teachable.com" in one for one in pages)
