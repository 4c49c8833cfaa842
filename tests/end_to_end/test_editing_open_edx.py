"""Problems, polls and videos of a course from Open edX are edited as our own, and lose nothing."""

from __future__ import annotations

import io
import json
import os
import subprocess
import tarfile
from pathlib import Path

import pytest
from lxml import etree

from fakes.olx_course import members, pack

PYTHON = os.environ.get("COURSEPORTER_ORACLE_PYTHON")
JUDGE = Path(__file__).parent.parent / "contract" / "capa_judge.py"

PROBLEM = (
    '<problem display_name="Clay" weight="2.0" showanswer="past_due" submission_wait_seconds="30">'
    '<multiplechoiceresponse><label>Which is softest?</label><choicegroup type="MultipleChoice">'
    '<choice correct="true">Earthenware</choice><choice correct="false">Porcelain</choice>'
    "</choicegroup></multiplechoiceresponse></problem>"
)
CODE = '<problem display_name="Sum"><script type="loncapa/python">a=1</script><p>$a</p></problem>'
VIDEO = '<video display_name="Film" youtube_id_1_0="kPilJr5GaiI" edx_video_id="v-1" sub=""/>'


@pytest.fixture
def course(tmp_path):
    files = members()
    files["vertical/v2.xml"] = (
        '<vertical display_name="How"><problem url_name="p2"/><video url_name="f1"/></vertical>'
    )
    del files["html/h2.xml"], files["html/h2.html"]
    files |= {"problem/p1.xml": PROBLEM, "problem/p2.xml": CODE, "video/f1.xml": VIDEO}
    return pack(tmp_path / "course.tar.gz", files)


@pytest.fixture
def draft(shell, course, tmp_path):
    done = shell.run("convert", course, "-o", tmp_path / "first.tar.gz")
    assert done.code == 0, done.said
    (found,) = shell.run("drafts", "list", "--json").document["drafts"]
    return found["id"]


def written(package):
    """The XML of each problem and video: in a file of its own, or inside the places above."""
    found = {}
    with tarfile.open(fileobj=io.BytesIO(package.read_bytes())) as tar:
        for one in tar:
            if not one.name.endswith(".xml"):
                continue
            root = etree.fromstring(tar.extractfile(one).read())
            for element in root.iter("problem", "video"):
                name = element.attrib.pop("url_name", Path(one.name).stem)
                if element.attrib:  # the others only point at a file
                    found[name] = etree.tostring(element, encoding="unicode", with_tail=False)
    return found


def shown(shell, draft, key):
    return shell.run("drafts", "node", draft, key, "--json").document["node"]["block"]


def edited(shell, draft, tmp_path, *operations):
    """The package after these operations."""
    ops, out = tmp_path / "ops.json", tmp_path / "edited.tar.gz"
    ops.write_text(json.dumps(operations))
    done = shell.run("drafts", "edit", draft, "--ops", ops, "--json")
    assert done.code == 0, done.said
    done = shell.run("drafts", "export", draft, "-o", out, "--force", "--json")
    assert done.code == 0, done.said
    return written(out)


def test_they_are_written_word_for_word_until_they_are_edited(shell, draft, tmp_path):
    assert shown(shell, draft, "olx:problem/p1")["type"] == "quiz"
    assert shown(shell, draft, "olx:video/f1")["youtube"] == "kPilJr5GaiI"
    assert shown(shell, draft, "olx:problem/p2")["type"] == "foreign"

    first = written(tmp_path / "first.tar.gz")

    assert first["p1"] == PROBLEM
    assert first["p2"] == CODE
    assert first["f1"] == VIDEO


@pytest.mark.skipif(not PYTHON, reason="COURSEPORTER_ORACLE_PYTHON names no interpreter")
def test_an_edited_problem_keeps_its_settings_and_is_graded_by_its_new_answer(
    shell, draft, tmp_path
):
    quiz = shown(shell, draft, "olx:problem/p1")
    for option in quiz["questions"][0]["options"]:
        option["correct"] = option["text"] == "Porcelain"

    files = edited(
        shell, draft, tmp_path, {"op": "set_block", "key": "olx:problem/p1", "block": quiz}
    )

    xml = files["p1"]
    assert 'showanswer="past_due"' in xml
    assert 'submission_wait_seconds="30"' in xml
    assert 'weight="2' in xml
    assert files["p2"] == CODE
    asked = [{"xml": xml, "answers": [["Porcelain"], ["Earthenware"]]}]
    done = subprocess.run(
        [PYTHON, JUDGE], input=json.dumps(asked), capture_output=True, text=True, check=True
    )
    [(right, wrong)] = json.loads(done.stdout)
    assert (right["states"], wrong["states"]) == (["correct"], ["incorrect"])


def test_an_edit_that_is_undone_leaves_the_first_bytes(shell, draft, tmp_path):
    video = shown(shell, draft, "olx:video/f1") | {"youtube": "aaaaaaaaaaa"}
    files = edited(
        shell, draft, tmp_path, {"op": "set_block", "key": "olx:video/f1", "block": video}
    )
    assert "aaaaaaaaaaa" in files["f1"]
    assert 'edx_video_id=""' not in files["f1"]

    assert shell.run("drafts", "undo", draft).code == 0
    again = tmp_path / "again.tar.gz"
    assert shell.run("drafts", "export", draft, "-o", again).code == 0

    assert again.read_bytes() == (tmp_path / "first.tar.gz").read_bytes()
