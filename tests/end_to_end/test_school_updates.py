"""A second import of a school's course: what is new, changed, gone, the same."""

from __future__ import annotations

import pytest

from fakes.service import Reply
from fakes.teachable import Teachable, attachment, grown

COURSE = "1450000"


@pytest.fixture
def school():
    with Teachable(grown(5, 8), limit=None) as fake:
        for lecture in fake.school.lectures.values():  # a video at an address that changes
            name = f"u/film-{lecture['id']}.mp4"
            fake.school.media[name] = b"film"
            video = attachment(
                lecture["id"] * 100, "video", 99, name="film.mp4", url=f"media:{name}", file_size=0
            )
            lecture["attachments"].append(video)
        fake.fill_addresses()
        yield fake


@pytest.fixture
def imported(shell, school, monkeypatch):
    """A shell, and the draft of a course."""
    monkeypatch.setenv("COURSEPORTER_TEACHABLE_URL", school.url)
    monkeypatch.setenv("COURSEPORTER_SECRET_MY_SCHOOL", school.key)
    shell.run("connections", "add", "teachable", "My school")
    done = shell.run("import", "My school", COURSE, "--json")
    assert done.code in (0, 7), done.said
    return shell, done.document["draft"]


def test_nothing_has_changed_although_addresses_are_signed_anew(imported):
    shell, draft = imported
    done = shell.run("update", draft, "--dry-run", "--json")
    assert done.code == 0, done.said
    update = done.document["update"]
    assert (update["new"], update["changed"], update["gone"], update["edited"]) == (0, 0, 0, 0)
    assert update["same"] > 8


def test_what_is_new_changed_and_gone_is_told_and_taken(imported, school):
    shell, draft = imported
    before = shell.run("drafts", "tree", draft, "--json").document["outline"]
    (course,) = school.school.courses
    first = course["lecture_sections"][0]["lectures"]
    gone, changed = first[0]["id"], first[1]["id"]
    del first[0]
    changed_lecture = school.school.lectures[1450000, changed]
    changed_lecture["name"] = "Another name"
    new = {"id": 777, "position": 50, "is_published": True}
    first.append(new)
    school.school.lectures[1450000, 777] = {
        **new, "name": "Fresh", "attachments": [attachment(7770, "text", 1, text="<p>New</p>")],
    }  # fmt: skip
    done = shell.run("update", draft, "--json")
    assert done.code == 0, done.said
    classes = {one["ref"]: one["class"] for one in done.document["update"]["items"]}
    assert classes[str(gone)] == "gone"
    assert classes[str(changed)] == "changed"
    assert classes["777"] == "new"
    after = shell.run("drafts", "tree", draft, "--json").document["outline"]
    keys = [row["key"] for row in after]
    assert "lesson:777" in keys
    assert f"lesson:{gone}" not in keys
    lost = f"lesson:{gone}"
    kept = [row["key"] for row in before if row["kind"] == "lesson" and row["key"] != lost]
    assert set(kept) <= set(keys)
    titles = {row["key"]: row["title"] for row in after}
    assert titles[f"lesson:{changed}"] == "Another name"
    again = shell.run("update", draft, "--json").document["update"]
    assert (again["new"], again["changed"], again["gone"]) == (0, 0, 0)


def test_a_used_up_quota_ends_with_5_and_the_same_command_resumes(imported, school):
    shell, draft = imported
    used_up = Reply(429, b"{}", {"RateLimit-Reset": "86400"})
    school.asked.clear()
    school.fail(r"/lectures/", used_up, times=99, after=3)
    refused = shell.run("update", draft, "--json")
    assert refused.code == 5, refused.said
    read = set(school.lecture_calls()[:3])
    school.faults.clear()
    school.asked.clear()
    done = shell.run("update", draft, "--json")
    assert done.code == 0, done.said
    assert not read & set(school.lecture_calls())
