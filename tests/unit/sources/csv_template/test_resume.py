"""Reading in chunks, and going on from any of them."""

from __future__ import annotations

import pytest

from courseporter.sources import CourseRef
from courseporter.sources.csv_template import deliver
from fakes.material import simple_tables, template

REF = CourseRef(source="csv", version=None, key="c", title="Pottery")


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A course that comes in many chunks, with files, scripts, faults and rows that stand aside."""
    monkeypatch.setattr(deliver, "LESSONS_PER_CHUNK", 3)
    monkeypatch.setattr(deliver, "ENTRIES_PER_CHUNK", 5)
    tables = simple_tables(25)
    tables["sections"].append({"external_id": "empty", "course_external_id": "c", "title": "E"})
    for number, row in enumerate(tables["sections"]):
        row["description"] = f'<img src="s{number}.png"><img src="gone{number}.png">'
    for number, row in enumerate(tables["lessons"]):
        row["content"] = (
            f'<img src="p{number % 4}.png"><img src="no{number}.png"><script>x</script>'
        )
    for number in (3, 9, 20):
        tables["options"][number]["is_correct"] = "maybe"
        tables["lessons"][number]["hidden"] = "perhaps"
        tables["exercises"][number]["instructions"] = f'<img src="q{number}.png">'
    tables["lessons"] += [
        {"external_id": f"x{n}", "section_external_id": "gone", "title": "X", "type": "text"}
        for n in range(12)
    ]
    names = [f"p{n}.png" for n in range(4)] + ["q3.png", "q9.png", "q20.png", "spare.png"]
    names += [f"s{n}.png" for n in range(4)]
    return template(tmp_path / "c.zip", tables, {name: name.encode() for name in names})


def test_reading_on_from_any_cursor_gives_exactly_the_rest(course, read):
    whole = read(course, ref=REF)
    assert len(whole.chunks) > 8
    for number, chunk in enumerate(whole.chunks[:-1], 1):
        rest = read(course, cursor=chunk.cursor, ref=REF)
        assert rest.chunks == whole.chunks[number:]


def test_reading_on_keeps_only_the_files_of_the_rest(course, read):
    whole = read(course, ref=REF)
    rest = read(course, cursor=whole.chunks[2].cursor, ref=REF)
    assert sorted(rest.keeper.contents) == ["q20.png", "q9.png", "s1.png", "s2.png", "s3.png"]


def test_after_the_last_cursor_nothing_comes(course, read):
    last = read(course, ref=REF).chunks[-1].cursor
    assert read(course, cursor=last, ref=REF).chunks == []


def test_done_grows_to_the_number_of_lessons_and_progress_says_the_total(course, read):
    found = read(course, ref=REF)
    done = [chunk.done for chunk in found.chunks]
    assert done == sorted(done)
    assert done[-1] == 25
    assert found.keeper.ticks[-1] == (25, 25, "lessons")


def test_the_course_comes_with_the_first_chunk_only(course, read):
    found = read(course, ref=REF)
    assert [chunk.course is not None for chunk in found.chunks[:3]] == [True, False, False]


def test_long_texts_make_small_chunks(tmp_path, read):
    tables = simple_tables(6)
    for row in tables["lessons"]:
        row["content"] = f"<p>{'x' * 900_000}</p>"
    found = read(template(tmp_path / "long.zip", tables), ref=REF)
    assert len(found.chunks) == 3


def test_many_files_make_small_chunks(course, read, monkeypatch):
    monkeypatch.setattr(deliver, "LESSONS_PER_CHUNK", 1000)
    monkeypatch.setattr(deliver, "FILE_BYTES_PER_CHUNK", 1000)
    few = len(read(course, ref=REF).chunks)
    monkeypatch.setattr(deliver, "FILE_BYTES_PER_CHUNK", 10)
    assert len(read(course, ref=REF).chunks) == few + 5  # eleven files, two in each


def test_the_same_file_gives_the_same_chunks(course, read):
    assert read(course, ref=REF).chunks == read(course, ref=REF).chunks
