"""The tree, its order, and where the tables may lie."""

from __future__ import annotations

import random
import zipfile

import pytest

from courseporter.context import Limits
from courseporter.errors import InputError
from courseporter.formats.tabular import open_workbook
from courseporter.sources.csv_template import CsvSource
from courseporter.sources.csv_template.layout import find_layout
from courseporter.sources.csv_template.schema import LESSONS
from courseporter.sources.csv_template.spellings import table_of
from courseporter.sources.place import Place
from fakes.material import simple_tables, simple_template, template, write_zip
from fakes.workbook import Raw, workbook


def test_a_lesson_becomes_a_unit_and_each_exercise_one_of_its_own(read):
    found = read(
        lessons=[{"content": "<p>Hi</p>"}],
        exercises=[{"title": "Try", "instructions": "Read *well*", "max_attempts": "3"}],
        questions=[{"points": "2,5", "explanation": "Because", "hint": "Think"}],
    )
    assert [(n.key, n.parent, n.title) for n in found.nodes] == [
        ("section:s", None, "Section"),
        ("lesson:l", "section:s", "Lesson"),
        ("unit:l", "lesson:l", "Lesson"),
        ("text:l", "unit:l", "Lesson"),
        ("exercise:e", "lesson:l", "Try"),
        ("quiz:e", "exercise:e", "Try"),
    ]
    quiz = found.block("quiz:e")
    assert (quiz.instructions, quiz.attempts) == ("<p>Read <em>well</em></p>\n", 3)
    question = quiz.questions[0]
    assert (question.key, question.points, question.attempts) == ("question:q", 2.5, 3)
    assert (question.explanation, question.hints) == ("Because", ("Think",))


def test_positions_order_the_rows_and_ties_keep_the_order_of_the_file(read):
    places = {"a": "10", "b": "", "c": "-1", "d": "10", "e": "2.5", "f": "2,5", "g": ""}
    found = read(sections=[{"external_id": k, "position": v} for k, v in places.items()])
    assert found.keys("section") == [f"section:{key}" for key in "cefadbg"]


def test_children_may_stand_before_their_parents_and_in_any_order(tmp_path, read):
    tables = simple_tables(25)
    wanted = read(template(tmp_path / "a.zip", tables))
    for rows in tables.values():
        for place, row in enumerate(rows):
            row["position"] = place
        random.Random(3).shuffle(rows)
    shuffled = read(template(tmp_path / "b.zip", tables))
    assert [n.key for n in shuffled.nodes] == [n.key for n in wanted.nodes]
    assert list(shuffled.questions.values()) == list(wanted.questions.values())


def test_sections_without_lessons_keep_their_place(read):
    found = read(
        sections=[{"external_id": key} for key in "abc"],
        lessons=[{"section_external_id": "b"}],
    )
    assert [n.key for n in found.nodes][:3] == ["section:a", "section:b", "lesson:l"]
    assert found.nodes[-1].key == "section:c"


def test_the_description_of_a_section_is_a_text_like_any_other(read):
    found = read(
        sections=[{"description": "**Do** ![x](a.png) [y](gone.png)"}], files={"a.png": b"a"}
    )
    html = found.nodes[0].description
    assert "<strong>Do</strong>" in html
    assert 'src="courseporter-asset:a.png"' in html
    assert found.entry("section", "s").outcome == "converted_with_loss"
    assert found.problem("missing_files").key == "section:s"


def test_a_long_list_of_files_ends_with_how_many_more_there_are(read):
    pictures = "".join(f"![x](gone{at}.png)" for at in range(1, 8))
    files = {f"spare{at}.png": b"a" for at in range(1, 7)}
    found = read(sections=[{"description": pictures}], files=files)
    assert found.problem("missing_files").message.endswith("“gone5.png” and 2 more.")
    assert found.problem("unreferenced_files").message.endswith("“spare5.png” and 1 more.")


HEAD = "external_id,section_external_id,title,type"


def test_ids_that_look_alike_stay_apart(read):
    keys = ["1", "01", "1.0", "1e0", "S", "s", "caf\u00e9", "cafe\u0301"]
    found = read(sections=[{"external_id": key} for key in keys], lessons=f"{HEAD}\n")
    assert found.keys("section") == [f"section:{key}" for key in keys]


def test_titles_stay_text_on_one_line(read):
    found = read(lessons=[{"title": " <b>A</b>\n=1+1 "}])
    assert found.nodes[1].title == "<b>A</b> =1+1"


def test_a_row_without_a_title_is_called_by_its_id(read):
    found = read(sections=[{"title": " "}], lessons=[{"title": ""}], exercises=[{"title": ""}])
    assert [n.title for n in found.nodes if n.kind != "block"] == ["s", "l", "e"]
    assert sum(p.code == "row_value" for p in found.problems) == 3


@pytest.mark.parametrize("folder", ["", "My course/"])
def test_tables_lie_at_the_root_or_in_one_folder(read, folder):
    found = read(
        folder=folder,
        files={"pic.png": b"P"},
        lessons=[{"content": '<img src="pic.png">'}],
    )
    assert [asset.path for asset in found.assets] == [f"{folder}pic.png"]


def test_table_names_may_be_in_any_case(read, tmp_path):
    members = {
        "COURSE.CSV": "external_id,title\nc,T\n",
        "Sections.csv": "external_id,course_external_id,title\ns,c,S\n",
        "lessons.Csv": f"{HEAD}\nl,s,L,text\n",
    }
    assert read(write_zip(tmp_path / "u.zip", members)).keys("lesson") == ["lesson:l"]


def test_a_folder_is_read_like_a_zip(tmp_path, read):
    folder = tmp_path / "course"
    folder.mkdir()
    for name, rows in {
        "course": "external_id,title\nc,T\n",
        "sections": "external_id,course_external_id,title\ns,c,S\n",
        "lessons": f"{HEAD},file\nl,s,L,file,a.txt\n",
    }.items():
        (folder / f"{name}.csv").write_text(rows)
    (folder / "a.txt").write_bytes(b"hello")
    found = read(folder)
    assert found.keeper.contents == {"a.txt": b"hello"}


def test_a_workbook_is_read_sheet_by_sheet(tmp_path, read):
    path = tmp_path / "course.xlsx"
    path.write_bytes(
        workbook(
            {
                "Course": [["external_id", "title"], ["c", "From Excel"]],
                "sections": [["external_id", "course_external_id", "title"], [1, "c", "S"]],
                "lessons": [
                    ["external_id", "section_external_id", "title", "type", "file", "hidden"],
                    [7, 1, "L", "pdf", "a.pdf", True],
                ],
            }
        )
    )
    found = read(path)
    assert found.course.title == "From Excel"
    assert found.keys("lesson") == ["lesson:7"]
    assert found.nodes[1].hidden
    assert found.problem("missing_files").count == 1
    assert "workbook" in found.problem("missing_files").hint


SHEETS = {
    "course": [["external_id", "title"], ["c", "From Excel"]],
    "sections": [["external_id", "course_external_id", "title"], ["s", "c", "S"]],
    "lessons": [
        ["external_id", "section_external_id", "title", "type", "file"],
        ["l", "s", "L", "pdf", "files/a.pdf"],
    ],
}


@pytest.mark.parametrize("folder", ["", "my course/"])
def test_a_workbook_beside_its_files_takes_them(tmp_path, read, folder):
    members = {
        f"{folder}Kurs.XLSX": workbook(SHEETS),
        f"{folder}~$Kurs.xlsx": b"lock",
        f"{folder}files/a.pdf": b"%PDF",
        f"{folder}files/budget.xlsx": workbook({"Sheet1": [["a"]]}),
    }
    found = read(write_zip(tmp_path / "course.zip", members))
    assert found.course.title == "From Excel"
    assert [asset.path for asset in found.assets] == [f"{folder}files/a.pdf"]
    assert found.problem("unreferenced_files").count == 2
    assert "missing_files" not in {problem.code for problem in found.problems}


def test_what_is_wrong_in_a_workbook_is_told_by_sheet_and_row(tmp_path, read):
    lessons = [*SHEETS["lessons"], ["l2", "nowhere", "L", "text", ""], ["l3", "s", "L", "???", ""]]
    found = read(saved(tmp_path, {**SHEETS, "lessons": lessons}))
    failed = [problem for problem in found.problems if problem.code == "row_failed"]
    assert [problem.where for problem in failed] == [
        "sheet lessons row 3 column section_external_id",
        "sheet lessons row 4 column type",
    ]
    assert all(problem.message.startswith(problem.where) for problem in failed)
    assert found.problem("missing_files").where == "sheet lessons row 2"


def saved(tmp_path, sheets):
    path = tmp_path / "course.xlsx"
    path.write_bytes(workbook(sheets))
    return path


FAULTS = {
    "Lessons ": [
        *SHEETS["lessons"],
        ["l", "s", "L", "text", ""],
        ["l2", "nowhere", "L", "text", ""],
        ["l2", "s", "L", "text", ""],
    ],
    "exercises": [
        ["external_id", "lesson_external_id", "title", "instructions"],
        ["e", "l", "E", "<a href='lesson:gone'>x</a>"],
    ],
    "questions": [
        ["external_id", "exercise_external_id", "type", "text", "answer"],
        ["q1", "e", "numerical", "?", "many"],
        ["q2", "e", "single_choice", "?", None],
        ["q3", "e", "true_false", "?", "perhaps"],
        ["q4", "e", "numerical", "?", None],
    ],
    "options": [
        ["external_id", "question_external_id", "text", "is_correct"],
        ["o1", "q2", "a", "maybe"],
        ["o1", "q2", "b", "no"],
        ["o2", "q4", "few", "yes"],
    ],
    "enrollments": [["email", "age"]],
}


def test_a_workbook_is_never_spoken_of_in_files_and_lines(tmp_path, read):
    kept = {stem: rows for stem, rows in SHEETS.items() if stem != "lessons"}
    found = read(saved(tmp_path, kept | FAULTS))
    texts = [text for p in found.problems for text in (p.message, p.where or "", p.hint or "")]
    texts += [entry.reason or "" for entry in found.entries]
    assert [text for text in texts if ".csv" in text or " line " in text] == []
    reasons = [entry.reason for entry in found.entries if entry.outcome == "failed"]
    assert "sheet Lessons row 3 column external_id: “l” is already used in row 2." in reasons
    assert found.problem("lesson_link_broken").where == "sheet exercises row 2"


@pytest.mark.parametrize("lost", ["course", "sections", "lessons", "exercises"])
def test_a_missing_sheet_is_refused_as_a_sheet(tmp_path, read, lost):
    sheets = {"questions": FAULTS["questions"], "exercises": FAULTS["exercises"]} | SHEETS
    with pytest.raises(InputError) as caught:
        read(saved(tmp_path, {name: rows for name, rows in sheets.items() if name != lost}))
    assert caught.value.where == f"sheet {lost}"
    assert ".csv" not in caught.value.message + caught.value.hint


def test_a_workbook_is_read_once_for_all_that_is_asked_of_it(tmp_path, monkeypatch):
    opened = []

    def counted(*args):
        opened.append(args[0])
        return open_workbook(*args)

    monkeypatch.setattr("courseporter.sources.csv_template.layout.open_workbook", counted)
    place = Place(saved(tmp_path, SHEETS))
    tables = [find_layout(place).need(LESSONS, place.limits) for _ in range(2)]
    assert [len(list(table.rows(pytest.fail))) for table in tables] == [1, 1]
    assert opened == ["course.xlsx"]
    place.close()


def test_two_sheets_for_the_same_table_are_refused(tmp_path, read):
    with pytest.raises(InputError, match=r"“course” and “Course\.csv” are the same table"):
        read(saved(tmp_path, SHEETS | {"Course.csv": [["external_id", "title"], ["d", "Other"]]}))


def test_filled_sheets_that_are_no_table_are_told(tmp_path, read):
    more = {"exercise": [["external_id"], ["e"]], "Sheet2": [], "Notes": [[None, "x"]]}
    problem = read(saved(tmp_path, SHEETS | more)).problem("unknown_sheets")
    assert (problem.count, problem.where) == (2, "sheet exercise")
    assert "“exercise”, “Notes”" in problem.message
    codes = {one.code for one in read(saved(tmp_path, SHEETS | {"Sheet2": [[]]})).problems}
    assert "unknown_sheets" not in codes


def test_lessons_of_hidden_rows_and_sheets_are_hidden_and_named(tmp_path, read):
    book = workbook(SHEETS, hidden_rows=(2,))
    (tmp_path / "course.xlsx").write_bytes(book)
    found = read(tmp_path / "course.xlsx")
    assert [node.hidden for node in found.nodes if node.kind == "lesson"] == [True]
    assert [node.hidden for node in found.nodes if node.kind == "section"] == [True]
    told = [one.message for one in found.problems if one.code == "hidden_rows"]
    assert [("learners see it" in one, "hidden part" in one) for one in told] == [
        (True, False), (False, True), (False, True),
    ]  # fmt: skip
    book = workbook(SHEETS, hidden=("lessons",))
    (tmp_path / "course.xlsx").write_bytes(book)
    found = read(tmp_path / "course.xlsx")
    assert [node.hidden for node in found.nodes if node.kind == "lesson"] == [True]
    assert "is hidden. Its rows were imported" in found.problem("hidden_rows").message


def test_numbers_in_columns_for_text_are_read_as_the_sheet_shows_them(tmp_path, read):
    styles = (
        '<numFmts><numFmt numFmtId="164" formatCode="&quot;$&quot;#,##0.00"/></numFmts>'
        '<cellXfs><xf numFmtId="0"/><xf numFmtId="164"/></cellXfs>'
    )
    lessons = [SHEETS["lessons"][0], ["l", "s", Raw('s="1"><v>1500</v>'), "text", "x"]]
    (tmp_path / "course.xlsx").write_bytes(workbook(SHEETS | {"lessons": lessons}, styles))
    found = read(tmp_path / "course.xlsx")
    assert [node.title for node in found.nodes if node.kind == "lesson"] == ["$1,500.00"]


def test_a_day_in_a_column_for_text_is_named_with_its_cell(tmp_path, read):
    styles = '<cellXfs><xf numFmtId="0"/><xf numFmtId="16"/></cellXfs>'
    lessons = [SHEETS["lessons"][0], ["l", "s", Raw('s="1"><v>46085</v>'), "text", "x"]]
    (tmp_path / "course.xlsx").write_bytes(workbook(SHEETS | {"lessons": lessons}, styles))
    found = read(tmp_path / "course.xlsx")
    assert next(node.title for node in found.nodes if node.kind == "lesson") == "4-Mar"
    assert found.problem("cell_is_day").where.endswith("row 2 column title")


def test_a_workbook_without_a_course_row_says_so_of_its_sheet(tmp_path, read):
    found = read(saved(tmp_path, SHEETS | {"course": SHEETS["course"][:1]}))
    assert found.problem("course_made_up").where == "sheet course"


def test_nothing_in_a_workbook_is_taken_for_an_empty_cell(tmp_path, read):
    options = [
        ["external_id", "question_external_id", "text", "is_correct"],
        ["o1", "q2", "a", Raw('t="e"><v>#REF!</v>')],
        ["o2", "q2", "b", True],
    ]
    lessons = [*SHEETS["lessons"], ["l2", "s", "L", "text", Raw("><f>A1</f><v/>")]]
    sheets = SHEETS | FAULTS | {"options": options, "lessons": lessons}
    del sheets["Lessons "]
    found = read(saved(tmp_path, sheets))
    assert "“#REF!” is not true" in found.entry("question", "q2").reason
    problem = found.problem("formula_unsolved")
    assert (problem.count, problem.where) == (1, "course.xlsx, sheet lessons row 3")


def test_tables_go_before_a_workbook_beside_them(tmp_path, read):
    path = simple_template(tmp_path / "course.zip")
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("old.xlsx", workbook(SHEETS))
    assert read(path).course.title != "From Excel"


@pytest.mark.parametrize(
    ("members", "code"),
    [
        ({"a.xlsx": workbook(SHEETS), "b.xlsx": workbook(SHEETS)}, "ambiguous_package"),
        ({"a.xlsx": b"no ZIP at all"}, "not_a_package"),
        ({"a.xlsx": workbook({"Sheet1": [["a"]]})}, "table_schema"),
    ],
)
def test_workbooks_in_a_zip_that_are_no_template_are_refused(tmp_path, read, members, code):
    with pytest.raises(InputError) as caught:
        read(write_zip(tmp_path / "course.zip", members))
    assert caught.value.code == code
    assert "a.xlsx" in caught.value.message


def test_a_workbook_without_the_sheets_is_refused_by_name(tmp_path, read):
    path = tmp_path / "budget.xlsx"
    path.write_bytes(workbook({"Sheet1": [["a"], [1]]}))
    with pytest.raises(InputError, match="course") as caught:
        read(path)
    assert caught.value.code == "table_schema"


def test_a_workbook_that_unpacks_to_too_much_is_refused(tmp_path, read, monkeypatch):
    monkeypatch.setattr("courseporter.sources.csv_template.layout.MAX_WORKBOOK", 100)
    path = tmp_path / "w.xlsx"
    path.write_bytes(workbook({"course": [["external_id", "title"], ["c", "T"]]}))
    with pytest.raises(InputError) as caught:
        read(path)
    assert caught.value.code == "too_large"


@pytest.mark.parametrize("stem", ["course", "sections", "lessons"])
def test_a_missing_table_is_refused_by_name(read, stem):
    with pytest.raises(InputError, match=f"{stem}.csv") as caught:
        read(**{stem: None})
    assert caught.value.code == "table_schema"


def test_a_table_whose_parents_table_is_missing_is_refused(read):
    with pytest.raises(InputError, match=r"exercises\.csv") as caught:
        read(questions=[{}])
    assert caught.value.code == "table_schema"


def test_two_templates_side_by_side_are_refused(tmp_path, read):
    path = write_zip(tmp_path / "x.zip", {"a/course.csv": "x", "b/course.csv": "x"})
    with pytest.raises(InputError) as caught:
        read(path)
    assert caught.value.code == "ambiguous_package"


def test_the_same_table_in_two_spellings_is_refused(read):
    with pytest.raises(InputError, match="are the same table"):
        read(files={"Lessons.CSV": b"x"})


def test_other_material_is_not_accepted(tmp_path):
    path = write_zip(tmp_path / "x.zip", {"imsmanifest.xml": "<x/>", "deep/er/course.csv": "x"})
    place = Place(path)
    assert not CsvSource().accepts(place)
    place.close()
    table = tmp_path / "course.csv"
    table.write_text("external_id,title\n")
    assert not CsvSource().accepts(Place(table))


def test_a_huge_cell_is_refused_with_its_line(read):
    with pytest.raises(InputError, match=r"lessons\.csv.*line 2"):
        read(lessons=[{"content": "x" * 2000}], limits=Limits(cell=1000))


@pytest.mark.parametrize(
    ("name", "table"),
    [
        ("lessons.csv", ("lessons", True)),
        ("Lessons.CSV", ("lessons", True)),
        ("My course - lessons.csv", ("lessons", False)),
        ("lessons-Table 1.csv", ("lessons", False)),
        ("lessons-Tabelle 1.csv", ("lessons", False)),
        ("course - Table 1", ("course", False)),
        ("Book-lessons.csv", ("lessons", False)),
        ("lessons (1).csv", ("lessons", False)),
        ("lessons copy 2.csv", ("lessons", False)),
        ("lessons - Kopie.csv", ("lessons", False)),
        ("Copy of lessons.csv", ("lessons", False)),
        ("lessons_old.csv", None),
        ("mylessons.csv", None),
        ("notes.csv", None),
    ],
)
def test_tables_are_known_by_the_names_that_other_programs_give_them(name, table):
    assert table_of(name) == table


def test_tables_of_other_programs_are_read_when_all_that_are_needed_are_there(tmp_path, make, read):
    path = make(name="plain.zip")
    renamed = tmp_path / "renamed.zip"
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(renamed, "w") as target:
        for one in source.namelist():
            target.writestr(f"My course - {one}", source.read(one))
    assert read(renamed).keys("lesson") == ["lesson:l"]


def test_the_very_name_of_a_table_goes_before_other_spellings(make, read):
    found = read(make(files={"old-lessons.csv": b"nonsense", "lessons (1).csv": b"more"}))
    assert found.keys("lesson") == ["lesson:l"]


def test_a_workbook_without_the_needed_sheets_is_refused_with_their_names(tmp_path, read):
    book = workbook({"Tabelle1": [["a"]], "Daten": [["b"]]})
    (tmp_path / "book.xlsx").write_bytes(book)
    with pytest.raises(InputError, match="Its sheets: “Tabelle1”, “Daten”"):
        read(tmp_path / "book.xlsx")
