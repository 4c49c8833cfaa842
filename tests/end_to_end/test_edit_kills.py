"""A program that is killed while it edits loses no change that it has acknowledged."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time

import pytest

from courseporter import api

EDITOR = """
import sys
from pathlib import Path
from courseporter import api

actor = api.start(Path(sys.argv[1]))
draft, ops = sys.argv[2], api.ops
first = len(api.history(actor, draft))
for number in range(first + 1, first + 1000):
    page = ops.NewNode(kind="block", title="P", block={"type": "text", "html": "<p>" * 500})
    unit = ops.NewNode(kind="unit", title="U", children=(page,) * 5)
    lesson = ops.NewNode(kind="lesson", title=f"Lesson {number}", children=(unit,))
    key = api.tree(actor, draft, None)[0].key
    new = ops.Insert(parent=key, node=lesson)
    api.edit(actor, draft, [ops.Rename(key=key, title=f"After {number}"), new])
    print(number, flush=True)
"""


@pytest.fixture
def house(tmp_path):
    actor = api.start(tmp_path / "home")
    draft = api.new_draft(actor, "Clay")
    section = api.ops.NewNode(kind="section", title="After 1")
    api.edit(actor, draft, [api.ops.Insert(node=section)])
    api.stop(actor)
    return tmp_path / "home", draft


def killed_after(home, draft, seconds):
    """The number of the last change that the editor acknowledged before it was killed."""
    editor = subprocess.Popen(
        [sys.executable, "-c", EDITOR, home, draft], stdout=subprocess.PIPE, text=True
    )
    first = int(editor.stdout.readline())
    time.sleep(seconds)
    editor.send_signal(signal.SIGKILL)
    return max([first, *map(int, editor.communicate()[0].split())])


def test_no_acknowledged_change_is_lost_and_none_is_half_done(house):
    home, draft = house
    source = random.Random(7)
    last = 1
    for _ in range(6):
        acknowledged = killed_after(home, draft, source.uniform(0.0, 0.3))
        actor = api.start(home)
        steps = api.history(actor, draft)
        last = len(steps)
        assert last in (acknowledged, acknowledged + 1)
        (section,) = api.tree(actor, draft, None)
        assert section.title == f"After {last}"
        lessons = api.tree(actor, draft, section.key)
        assert [one.title for one in lessons] == [f"Lesson {n}" for n in range(2, last + 1)]
        assert api.draft(actor, draft).counts.get("text", 0) == 5 * (last - 1)
        api.stop(actor)
    assert last > 6
    actor = api.start(home)
    api.undo(actor, draft, "start")
    assert api.tree(actor, draft, None) == ()
    api.redo(actor, draft, str(last))
    assert api.draft(actor, draft).counts["text"] == 5 * (last - 1)
    api.stop(actor)
