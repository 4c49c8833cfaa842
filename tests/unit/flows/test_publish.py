"""What an export says while it writes."""

import errno
import os
from pathlib import Path
from types import SimpleNamespace

import pytest

from courseporter import api
from courseporter.errors import PorterError
from courseporter.flows.publish import Writing
from courseporter.jobs.run import Run
from courseporter.sources.registry import SOURCES
from courseporter.targets.olx import OlxTarget
from fakes.material import scorm, simple_template


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ((3, None, "lessons"), (3, 12, "lessons")),
        ((12, 12, "lessons"), (12, 12, "lessons")),
        ((3, None, "rows compared"), (3, None, "rows compared")),
    ],
)
def test_lessons_are_counted_to_the_number_there_is(tmp_path, told, said):
    heard = []
    run = SimpleNamespace(
        store=SimpleNamespace(home=tmp_path), tick=lambda *words: heard.append(words)
    )
    Writing(run, 12).tick(*told)
    assert heard == [said]


def test_a_course_of_media_is_mostly_packing_and_one_of_pages_mostly_lessons():
    media = OlxTarget().parts({"lesson": 20, "package": 20}, 300.0)
    pages = OlxTarget().parts({"lesson": 10_000}, 1.0)
    assert media["MB packed"] + media["MB"] + media["MB checked"] > 0.9 * sum(media.values())
    assert pages["lessons"] > 0.7 * sum(pages.values())


def test_a_real_job_counts_in_units_that_its_flow_has_planned(tmp_path, monkeypatch):
    heard = []
    monkeypatch.setattr(Run, "tick", lambda run, *words: heard.append((run.stage, words[2])))
    actor = api.start(tmp_path / "home")
    for source in (
        simple_template(tmp_path / "pottery.zip"),
        scorm(tmp_path / "golf.zip", [(1, "Play", "a.html")]),
    ):
        api.convert(actor, source, source.with_suffix(".tar.gz"))
    api.stop(actor)
    reading = {unit for source in SOURCES for unit in source.parts}
    assert {unit for stage, unit in heard if stage == "read"} <= reading
    assert {unit for stage, unit in heard if stage == "write"} | {"rows compared"} == set(
        OlxTarget().parts({}, 0.0)
    )


def test_a_real_export_knows_its_end_from_the_first_lesson_on(tmp_path, monkeypatch):
    heard = []
    monkeypatch.setattr(Run, "tick", lambda _run, *words: heard.append(words))
    actor = api.start(tmp_path / "home")
    source = simple_template(tmp_path / "pottery.zip", lessons=7)
    api.convert(actor, source, tmp_path / "pottery.tar.gz")
    api.stop(actor)
    assert {total for _, total, unit in heard if unit == "lessons" and total != 0} == {7}


def test_a_disk_that_is_read_only_is_named_by_its_folder(tmp_path, monkeypatch):
    home, source = tmp_path / "home", simple_template(tmp_path / "course.zip")
    actor = api.start(home)

    def refused(self, *_args, **_kwargs):
        raise OSError(errno.EROFS, "Read-only file system", str(self))

    with monkeypatch.context() as patch:
        for name in ("unlink", "open"):
            plain = getattr(Path, name)
            patch.setattr(Path, name, _only_in(tmp_path / "out", refused, plain))
        patch.setattr(os, "open", _only_in(tmp_path / "out", refused, os.open))
        (tmp_path / "out").mkdir()
        with pytest.raises(PorterError) as told:
            api.convert(actor, source, tmp_path / "out" / "course.tar.gz")
    api.stop(actor)
    assert told.value.code == "permission_denied"
    assert told.value.message == (f"You can't save to {tmp_path / 'out'}: permission denied.")


def _only_in(folder, inside, outside):
    """A method of paths that does `inside` for what lies in this folder."""

    def method(self, *args, **kwargs):
        return (inside if Path(self).parent == folder else outside)(self, *args, **kwargs)

    return method
