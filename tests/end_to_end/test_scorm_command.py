"""SCORM lessons on the command line: each way is a request of its own."""

from __future__ import annotations

import tarfile

import pytest

from fakes.material import scorm

ITEMS = [(1, "Start", None), (2, "One", "one.html"), (2, "Two", "two.html")]


def statics(path):
    with tarfile.open(path) as archive:
        names = [name.partition("/static/")[2] for name in archive.getnames()]
    return {name for name in names if name and not name.startswith("cover")}


@pytest.mark.parametrize(
    ("mode", "loss", "code"),
    [
        ("play", 0, "scorm_no_tracking"),
        ("plugin", 2, "scorm_plugin_upload"),
        ("download", 2, "scorm_download_only"),
    ],
)
def test_the_way_stands_in_ledger_and_problems_and_reads_back(shell, tmp_path, mode, loss, code):
    source, out = scorm(tmp_path / "a.zip", ITEMS), tmp_path / "a.tar.gz"

    done = shell.run("convert", source, "-o", out, "--scorm", mode, "--json").document
    read = shell.run("check", out, "--json").document

    assert done["ledger"]["converted_with_loss"] == loss
    assert done["ledger"]["found"] == 3
    assert code in {one["code"] for one in done["problems"]}
    assert [row["href"] for row in read["outline"]] == [row["href"] for row in done["outline"]]
    assert any(name.startswith("cpscorm-") for name in statics(out)) == (mode == "play")


def test_another_way_is_another_request(shell, tmp_path):
    source, out = scorm(tmp_path / "a.zip", ITEMS), tmp_path / "a.tar.gz"

    shell.run("convert", source, "-o", out)
    played = out.read_bytes()
    shell.run("convert", source, "-o", out, "--scorm", "download", "--force")
    assert not any(name.startswith("cpscorm-") for name in statics(out))
    shell.run("convert", source, "-o", out, "--force")
    assert out.read_bytes() == played


def test_lessons_can_be_locked_and_offered(shell, tmp_path):
    source, out = scorm(tmp_path / "a.zip", ITEMS), tmp_path / "a.tar.gz"

    assert shell.run("convert", source, "-o", out, "--lock-scorm", "--offer-scorm").code == 0

    with tarfile.open(out) as archive:
        assert "course/policies/assets.json" in archive.getnames()
        [page] = [name for name in archive.getnames() if name.endswith("-0.html")]
        assert b'"zip":"cpscorm-' in archive.extractfile(page).read()


def test_an_unknown_way_is_wrong_usage(shell, tmp_path):
    source = scorm(tmp_path / "a.zip", ITEMS)
    assert shell.run("convert", source, "-o", tmp_path / "a.tar.gz", "--scorm", "lti").code == 2
