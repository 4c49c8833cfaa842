"""Rows that fail, rows that go with them, and the ledger that accounts for every one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courseporter.sources.csv_template.report import MOST, Report
from fakes.material import simple_tables


def outcomes(found):
    return {(e.kind, e.ref): e.outcome for e in found.entries}


def test_every_record_has_one_entry_with_the_depth_of_its_table(read):
    found = read(
        exercises=[{}],
        questions=[{"type": "single_choice"}],
        options=[{"external_id": "a", "is_correct": "yes"}, {"external_id": "b", "text": "No"}],
        enrollments="email,name\nx@example.org,X\n",
    )
    assert [(e.kind, e.depth, e.ref, e.outcome) for e in found.entries] == [
        ("course", 0, "c", "converted"),
        ("section", 1, "s", "converted"),
        ("lesson", 2, "l", "converted"),
        ("exercise", 3, "e", "converted"),
        ("question", 4, "q", "converted"),
        ("option", 5, "a", "converted"),
        ("option", 5, "b", "converted"),
        ("enrollment", 0, "x@example.org", "skipped"),
    ]
    assert [e.to for e in found.entries[4:7]] == [("question:q",)] * 3
    assert "learners" in found.entries[-1].reason


def test_a_row_without_a_parent_fails_with_file_line_column_and_value(read):
    found = read(lessons=[{}, {"external_id": "m", "section_external_id": "nowhere"}])
    problem = found.problem("row_failed")
    assert problem.where == "lessons.csv line 3 column section_external_id"
    assert "nowhere" in problem.message
    assert found.entry("lesson", "m").outcome == "failed"
    assert found.keys("lesson") == ["lesson:l"]


def test_what_lies_below_a_failed_row_fails_with_the_cause(read):
    found = read(
        lessons=[{"section_external_id": "x"}],
        exercises=[{}],
        questions=[{}],
        options=[{}],
    )
    for kind, ref in (("exercise", "e"), ("question", "q"), ("option", "o")):
        entry = found.entry(kind, ref)
        assert entry.outcome == "failed"
        assert "“x” doesn't exist in sections.csv" in entry.reason
    assert sum(p.code == "row_orphaned" for p in found.problems) == 3


def test_an_orphaned_row_is_still_told_its_own_fault(read):
    found = read(
        lessons=[{"type": "videoo"}],
        exercises=[{}],
        questions=[{"type": "essayy"}],
        options=[{"is_correct": "maybe"}],
    )
    said = " ".join(p.message for p in found.problems if p.code == "row_failed")
    assert all(
        part in said for part in ("videoo", "assignment", "essayy", "fill_in", "maybe", "yes")
    )
    assert len([e for e in found.entries if e.outcome == "failed"]) == 4


@pytest.mark.parametrize("stem", ["sections", "lessons", "exercises", "questions", "options"])
def test_the_second_row_with_an_id_fails_and_names_the_first(read, stem):
    rows = {"exercises": [{}], "questions": [{}], "options": [{}]}
    rows[stem] = [{}, {"external_id": "other"}, {}]
    found = read(**rows)
    problem = found.problem("row_failed")
    assert problem.where == f"{stem}.csv line 4 column external_id"
    assert "line 2" in problem.message
    assert sum(e.outcome == "failed" for e in found.entries) == 1


def test_options_are_not_mixed_when_two_questions_have_the_same_id(read):
    pairs = [("o1", "yes"), ("o2", ""), ("o3", "yes"), ("o4", "")]
    found = read(
        exercises=[{}],
        questions=[
            {"type": "single_choice", "text": "A?"},
            {"type": "single_choice", "text": "B?"},
            {"type": "single_choice", "external_id": "other"},
        ],
        options=[
            *({"external_id": key, "is_correct": right} for key, right in pairs),
            {"external_id": "o5", "question_external_id": "other", "is_correct": "yes"},
            {"external_id": "o6", "question_external_id": "other", "text": "No"},
        ],
    )
    assert list(found.questions) == ["question:other"]
    assert "several questions have this external_id" in found.entry("question", "q").reason
    failed = [(e.kind, e.title) for e in found.entries if e.outcome == "failed"]
    assert failed == [("question", "A?"), *[("option", "Yes")] * 4, ("question", "B?")]


@pytest.mark.parametrize("key", ["", "  ", "\u00a0"])
def test_a_row_without_an_id_fails(read, key):
    found = read(sections=[{}, {"external_id": key, "title": "B"}])
    assert found.problem("row_failed").where == "sections.csv line 3 column external_id"


def test_rows_with_a_wrong_number_of_fields_fail_and_say_how_many(read):
    found = read(sections="external_id,course_external_id,title,position\ns,c,S\nt,c,T,2,x,y\n")
    said = [p.message for p in found.problems if p.code == "row_failed"]
    assert "sections.csv line 2: the row has 3 fields instead of 4." in said
    assert "sections.csv line 3: the row has 6 fields instead of 4." in said
    assert found.entry("lesson", "l").outcome == "failed"
    assert "3 fields" in found.entry("lesson", "l").reason


@pytest.mark.parametrize("url", ["javascript:alert(1)", "file:///etc/passwd", "../../x.mp4", "a b"])
def test_unsafe_addresses_fail_the_row_and_are_stored_nowhere(read, url):
    found = read(lessons=[{"type": "video", "video_url": url}])
    assert found.problem("row_failed").where == "lessons.csv line 2 column video_url"
    assert found.keys("lesson") == []
    assert url not in repr(found.nodes)


@pytest.mark.parametrize("kind", ["file", "pdf", "audio", "text"])
@pytest.mark.parametrize("name", ["javascript:alert(1)", "file:///etc/passwd", "ftp://x/a.pdf"])
def test_an_unsafe_address_in_place_of_a_file_fails_the_row(read, kind, name):
    found = read(lessons=[{"type": kind, "file": name, "content": "Text"}])
    assert found.problem("row_failed").where == "lessons.csv line 2 column file"
    assert found.keys("lesson") == []
    assert name not in repr(found.nodes)


def test_a_file_of_the_package_may_have_a_colon_in_its_name(read):
    found = read(files={"part:one.pdf": b"%PDF"}, lessons=[{"type": "pdf", "file": "part:one.pdf"}])
    assert found.entry("lesson", "l").outcome == "converted"


def test_a_video_file_that_is_missing_is_a_loss_of_the_row(read):
    found = read(lessons=[{"type": "video", "video_url": "media/gone.mp4", "content": "Notes"}])
    assert found.entry("lesson", "l").reason == "the file “media/gone.mp4” is missing"
    assert found.problem("missing_files").count == 1
    assert found.block("note:l").html == "<p>Notes</p>\n"


def test_an_unsafe_link_fails_the_row(read):
    found = read(lessons=[{"type": "link", "content": "data:text/html,x"}])
    assert found.problem("row_failed").where == "lessons.csv line 2 column content"


def test_a_position_that_is_no_number_is_a_warning(read):
    found = read(sections=[{"external_id": "a", "position": "first"}, {}])
    assert found.problem("row_value").where == "sections.csv line 2 column position"
    assert sum(e.outcome == "failed" for e in found.entries) == 0


def test_a_bad_position_leads_to_its_place(read):
    odd = [{"position": "third"}]
    tables = dict.fromkeys(("sections", "lessons", "exercises", "questions", "options"), odd)
    found = read(**tables)
    keys = [problem.key for problem in found.problems if problem.code == "row_value"]
    assert keys == ["section:s", "lesson:l", "exercise:e", "question:q", "question:q"]


def test_unknown_columns_are_one_warning(read):
    found = read(lessons=[{"minutes": "3", "mood": "x"}])
    assert found.problem("unknown_columns").count == 2


def test_more_rows_than_can_be_told_are_summed_up(read):
    count = MOST + 7
    found = read(lessons=[{"external_id": f"l{n}", "type": "x"} for n in range(count)])
    told = [p for p in found.problems if p.code == "row_failed"]
    assert len(told) == MOST + 1
    assert told[-1].count == 7
    assert sum(p.count for p in told) == count
    assert sum(e.outcome == "failed" for e in found.entries) == count


def test_a_report_says_nothing_twice():
    report = Report()
    report.tell("row_value", "warning", "x")
    assert len(report.take()) == 1
    assert report.take() == []
    assert report.summaries() == []


@given(st.data())
def test_whatever_is_broken_every_record_is_accounted_for_once(read, data):
    tables = simple_tables(4)
    for rows in tables.values():
        for row in rows:
            if data.draw(st.integers(0, 7)) == 0:
                column = data.draw(st.sampled_from(sorted(row)))
                row[column] = data.draw(st.sampled_from(["", "l1", "c", "=x", "text"]))
    found = read(**tables)
    records = sum(len(rows) for rows in tables.values())
    assert len(found.entries) == records
    keys = (
        {node.key for node in found.nodes} | set(found.questions) | {f"course:{found.course.key}"}
    )
    for entry in found.entries:
        assert (entry.outcome == "converted") == (entry.reason is None)
        assert bool(entry.to) == entry.outcome.startswith("converted")
        assert set(entry.to) <= keys
    parents = {None} | keys
    assert all(node.parent in parents for node in found.nodes)


@pytest.mark.parametrize(
    ("own", "above", "differs"),
    [
        ("U\u0308bung", "Übung", "U+0308 COMBINING DIAERESIS"),
        ("s\u200b1", "s1", "U+200B ZERO WIDTH SPACE"),
        ("sec\u00a05", "sec 5", "U+00A0 NO-BREAK SPACE"),
        ("s\uff14", "s4", "U+FF14 FULLWIDTH DIGIT FOUR"),
        ("S1", "s1", "U+0053 LATIN CAPITAL LETTER S"),
        ("01", "1", "only there: U+0030 DIGIT ZERO"),
    ],
)
def test_a_name_that_looks_like_another_is_shown_with_what_differs(read, own, above, differs):
    found = read(sections=[{"external_id": own}], lessons=[{"section_external_id": above}])
    reason = found.entry("lesson", "l").reason
    assert f"“{own}” looks like it" in reason
    assert differs in reason
