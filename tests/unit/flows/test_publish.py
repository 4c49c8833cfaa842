"""What an export says while it writes."""

from types import SimpleNamespace

import pytest

from courseporter import api
from courseporter.flows.publish import Writing
from courseporter.jobs.run import Run
from fakes.material import simple_template


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


def test_a_real_export_knows_its_end_from_the_first_lesson_on(tmp_path, monkeypatch):
    heard = []
    monkeypatch.setattr(Run, "tick", lambda _run, *words: heard.append(words))
    actor = api.start(tmp_path / "home")
    source = simple_template(tmp_path / "pottery.zip", lessons=7)
    api.convert(actor, source, tmp_path / "pottery.tar.gz")
    api.stop(actor)
    assert {total for _, total, unit in heard if unit == "lessons" and total != 0} == {7}
