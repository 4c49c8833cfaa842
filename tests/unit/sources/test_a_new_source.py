"""A source of ten lines, put into the registry: api, flows and commands need no change for it."""

import json

import pytest

from courseporter import api
from courseporter.api.workers import work
from courseporter.cli import offered
from courseporter.errors import SettingsError
from courseporter.model import Course, Entry, Node
from courseporter.sources import Chunk, CourseRef, Source, registry
from courseporter.sources.description import Choice


class NotesSource(Source):
    name, title, label, extensions = "notes", "Notes (text file)", "Notes", (".notes",)
    choices = (Choice(name="case", label="Case", values=(("as_is", "As is"), ("upper", "Upper"))),)
    not_imported = ("Pictures.",)
    takes_all = True

    def accepts(self, place):
        return place.path.suffix == ".notes"

    def courses(self, place, ctx):
        for line in place.path.read_text().splitlines():
            yield CourseRef(source=self.name, version="1", key=line, title=line)

    def read(self, place, ref, cursor, ctx):
        title = ref.title.upper() if place.choices.get("case") == "upper" else ref.title
        node = Node(key="section:1", kind="section", title=title)
        entry = Entry(
            kind="line", depth=1, title=title, ref=None, outcome="converted", to=(node.key,)
        )
        course = Course(key=ref.key, title=title)
        yield Chunk(cursor={"at": 1}, nodes=(node,), entries=(entry,), course=course)


@pytest.fixture(autouse=True)
def one_more(monkeypatch):
    monkeypatch.setattr(registry, "SOURCES", (*registry.SOURCES, NotesSource()))


@pytest.fixture
def notes(tmp_path):
    path = tmp_path / "two.notes"
    path.write_text("Clay\nGlaze\n")
    return path


def test_it_is_listed_and_recognized(actor, notes):
    shown = {one.name: one for one in api.sources()}["notes"]
    assert (shown.label, shown.extensions) == ("Notes", (".notes",))
    json.dumps(shown.choices[0].values)
    seen = api.sniff(actor, notes)
    assert (seen.source, seen.label, seen.not_carried) == ("notes", "Notes 1", ("Pictures.",))
    assert [one.name for one in seen.choices] == ["case"]


def test_all_its_courses_are_imported_as_it_says(actor, notes):
    api.prepare(actor, notes, choices={"case": "upper"})
    work(actor, once=True)
    rows = api.drafts(actor)
    assert {(one.title, one.source_label) for one in rows} == {
        ("CLAY", "Notes 1"),
        ("GLAZE", "Notes 1"),
    }
    assert api.draft(actor, rows[0].id).not_carried == ("Pictures.",)


def test_a_choice_with_an_option_becomes_one_of_the_command(monkeypatch):
    choice = Choice(name="case", label="Case", values=(("x", "X"), ("y", "Y")), option="--case")
    monkeypatch.setattr(NotesSource, "choices", (choice,))

    def command(*, choices=None, settings=None):
        return choices

    made = offered.with_offered(command)
    given = {name: None for name in made.__annotations__ if name != "return"}
    assert made(**{**given, "case": "y"})["case"] == "y"


def test_a_source_without_a_template_says_so(tmp_path):
    with pytest.raises(SettingsError, match="no template"):
        api.write_template(tmp_path / "x.zip", name="notes")
