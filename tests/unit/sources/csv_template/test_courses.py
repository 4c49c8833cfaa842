"""What stands above the tree, and several courses in one file."""

from __future__ import annotations

import pytest


def test_every_column_of_the_course_is_read(read):
    row = {
        "title": " Pottery\nfor all ",
        "description": "From *clay* to bowl",
        "language": "pt_BR",
        "subtitle": "Sub",
        "cover": "pic/c.png",
        "org": "Acme",
        "number": "P-1",
        "run": "2031",
        "start": "2031-02-03",
        "end": "2031/3/4",
        "enrollment_start": "2031-01-01 10:30",
        "enrollment_end": "2031-01-02T10:30:00+02:00",
    }
    course = read(course=[row], files={"pic/c.png": b"P"}).course
    assert (course.key, course.title, course.subtitle) == ("c", "Pottery for all", "Sub")
    assert course.description == "From <em>clay</em> to bowl"
    assert (course.language, course.cover) == ("pt-BR", "pic/c.png")
    assert (course.org, course.number, course.run) == ("Acme", "P-1", "2031")
    assert (course.start, course.end) == ("2031-02-03", "2031-03-04")
    assert course.enrollment_start == "2031-01-01T10:30:00Z"
    assert course.enrollment_end == "2031-01-02T08:30:00Z"


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("language", "German!"),
        ("start", "2/3/2031"),
        ("end", "2031-02-30"),
        ("org", "Käse"),
        ("run", "a b"),
        ("number", ".."),
        ("number", "a-"),
    ],
)
def test_a_bad_optional_value_is_a_warning_and_the_course_goes_on(read, column, value):
    found = read(course=[{column: value}])
    assert getattr(found.course, column) is None
    assert found.problem("row_value").where == f"course.csv line 2 column {column}"
    assert found.entry("course", "c").outcome == "converted"


def test_a_missing_cover_is_a_loss_of_the_course(read):
    found = read(course=[{"cover": "no.png"}])
    assert found.entry("course", "c").outcome == "converted_with_loss"
    assert found.problem("missing_files").count == 1


def test_a_course_without_a_title_is_called_by_its_id(read):
    found = read(course=[{"title": " "}])
    assert found.course.title == "c"
    assert found.problem("row_value").where == "course.csv line 2 column title"


def test_an_address_is_no_cover(read):
    found = read(course=[{"cover": "https://example.org/a.png"}])
    assert "“https://example.org/a.png”" in found.problem("missing_files").message


def test_the_course_leads_to_its_first_section(read):
    assert read().entry("course", "c").to == ("section:s",)


def test_a_course_without_any_section_fails(read):
    nowhere = [{"course_external_id": "nowhere"}]
    for sections in (nowhere, "external_id,course_external_id,title\r\n"):
        entry = read(sections=sections, lessons=[{}]).entry("course", "c")
        assert (entry.outcome, entry.to) == ("failed", ())
        assert entry.reason.startswith("course.csv line 2: ")


def test_each_course_of_a_file_is_a_draft_of_its_own(make, read, courses_of):
    path = make(
        course=[{"external_id": "a", "title": "A"}, {"external_id": "b", "title": "B"}],
        sections=[
            {"external_id": "sa", "course_external_id": "a"},
            {"external_id": "sb", "course_external_id": "b"},
        ],
        lessons=[
            {"external_id": "la", "section_external_id": "sa"},
            {"external_id": "lb", "section_external_id": "sb"},
        ],
    )
    refs = courses_of(path)
    assert [(ref.key, ref.title) for ref in refs] == [("a", "A"), ("b", "B")]
    for ref, other in (refs, refs[::-1]):
        found = read(path, ref=ref)
        assert found.course.key == ref.key
        assert found.keys("lesson") == [f"lesson:l{ref.key}"]
        for kind, key in (("course", other.key), ("section", f"s{other.key}")):
            assert found.entry(kind, key).outcome == "skipped"
        assert other.title in found.entry("lesson", f"l{other.key}").reason
        assert "row_failed" not in found.codes()
        assert len(found.entries) == 6


def test_the_number_of_lessons_is_known_beforehand_for_one_course(make, courses_of):
    lessons = [{"external_id": str(number)} for number in range(7)]
    assert courses_of(make(lessons=lessons))[0].lessons == 7


def test_a_second_course_with_the_same_id_fails(read):
    found = read(course=[{}, {"title": "Again"}])
    assert found.problem("row_failed").where == "course.csv line 3 column external_id"
    assert [e.outcome for e in found.entries if e.kind == "course"] == ["converted", "failed"]


def test_without_a_row_the_course_is_called_after_the_file(read):
    found = read(name="Pottery.zip", course="external_id,title\n")
    assert (found.course.key, found.course.title) == ("c", "Pottery")
    assert found.keys("lesson") == ["lesson:l"]
    assert found.problem("course_made_up").severity == "warning"
    assert [e.kind for e in found.entries] == ["section", "lesson"]


def test_a_guessed_encoding_is_told(read):
    text = "external_id,title\nc,Öl – Straße\n"
    found = read(course=text.encode("cp1252"))
    assert found.course.title == "Öl – Straße"
    assert found.problem("encoding_guessed").where == "course.csv"
