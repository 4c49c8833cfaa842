"""Tables: encodings, delimiters, line ends, headers, rows that are not well-formed, workbooks."""

from __future__ import annotations

import io
import zipfile

import pytest

from courseporter.context import Limits
from courseporter.errors import InputError
from courseporter.formats.tabular import Columns, detect, escape_cell, open_delimited, open_workbook
from fakes.workbook import Raw, workbook

COLUMNS = Columns(("key", "title"), ("note",))
HEADER = "key,title,note\r\n"


def read(content: bytes, limits: Limits | None = None):
    ragged = []
    table = open_delimited(
        "a.csv", detect("a.csv", lambda: io.BytesIO(content)), COLUMNS, limits or Limits()
    )
    return table, list(table.rows(ragged.append)), ragged


def rows(text: str, encoding: str = "utf-8"):
    return read(text.encode(encoding))[1]


def refusal(content: bytes, limits: Limits | None = None) -> InputError:
    with pytest.raises(InputError) as caught:
        read(content, limits)
    return caught.value


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]
)
def test_unicode_encodings_are_recognised(encoding):
    assert rows(HEADER + "a,Öl – 数据 😀,x\r\n", encoding) == [(2, ("a", "Öl – 数据 😀", "x"))]


def test_windows_1252_is_read_and_said_to_be_a_guess():
    table, found, _ = read((HEADER + "a,Öl – Straße,x\r\n").encode("cp1252"))
    assert found[0][1][1] == "Öl – Straße"
    assert table.guessed == "cp1252"


def test_damaged_utf_8_is_refused_with_its_line_instead_of_read_as_windows_1252():
    error = refusal((HEADER + "a,Größe,x\r\n").encode() + b"b,bad \xff byte,x\r\n")
    assert (error.code, error.where) == ("encoding_error", "a.csv line 3")
    assert "not valid UTF-8" in error.message


def test_utf_8_is_no_guess_even_when_a_character_lies_across_two_blocks():
    text = HEADER + "".join(f"{n},é{'x' * (n % 7)},\r\n" for n in range(60_000))
    table, found, _ = read(text.encode())
    assert table.guessed is None
    assert len(found) == 60_000


def test_other_alphabets_are_refused_instead_of_read_as_nonsense():
    text = "a,Привет мир, это описание урока для учеников\r\n"
    error = refusal(HEADER.encode() + text.encode("cp1251"))
    assert error.code == "encoding_error"
    assert "cp1251" in error.message


@pytest.mark.parametrize("bad", [b"a,\x81\x8d\xff,\r\n", b"a,x\0y,\r\n"])
def test_bytes_that_are_no_text_are_refused_with_their_line(bad):
    error = refusal(HEADER.encode() + b"x,y,z\r\n" + bad)
    assert error.code == "encoding_error"
    assert "a.csv, line 3" in error.message


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_delimiter_is_found_in_the_header(delimiter):
    text = HEADER.replace(",", delimiter) + delimiter.join(['"a;b,c\td"', "y", "z"]) + "\n"
    assert rows(text) == [(2, ("a;b,c\td", "y", "z"))]


def test_excels_own_line_about_the_delimiter_is_understood():
    assert rows("sep=;\r\nkey;title\r\na;b\r\n") == [(3, ("a", "b", ""))]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_all_line_ends_are_read_and_lines_are_counted_as_an_editor_does(end):
    text = end.join(["key,title,note", 'a,"one', 'two",x', "", "b,y,z"])
    assert rows(text) == [(2, ("a", f"one{end}two", "x")), (5, ("b", "y", "z"))]


def test_header_names_are_trimmed_and_case_does_not_matter():
    assert rows(" Key ,TITLE\u00a0,\ufeffNote\r\na,b,c\r\n") == [(2, ("a", "b", "c"))]


def test_columns_may_stand_in_any_order_and_optional_ones_may_be_absent():
    assert rows("title,key\na,b\n") == [(2, ("b", "a", ""))]


def test_unknown_columns_are_named():
    assert read(b"key,title,colour\na,b,c\n")[0].unknown == ["colour"]


def test_columns_without_a_name_count_once_something_stands_in_them():
    found = read(b"key,title,,\na,b,,\nc,d,,note\n")
    assert found[0].unknown == ["column 4 (without a name, first filled in line 3)"]
    assert [cells[:2] for _, cells in found[1]] == [("a", "b"), ("c", "d")]


def test_a_fault_of_the_header_is_told_with_its_line():
    assert refusal(b"sep=;\nkey;name\n").where == "a.csv line 2"
    assert refusal(b"\nkey;title;title\n").where == "a.csv line 2"


def test_a_missing_column_is_refused_by_file_and_name():
    error = refusal(b"key,name\na,b\n")
    assert error.code == "table_schema"
    assert "a.csv" in error.message
    assert "title" in error.message


@pytest.mark.parametrize("content", [b"", b"\r\n\r\n", b"\xef\xbb\xbf"])
def test_an_empty_file_is_refused(content):
    assert refusal(content).code == "table_schema"


def test_a_column_that_appears_twice_is_refused():
    assert "twice" in refusal(b"key,title,Title\n").message


def test_rows_with_a_wrong_number_of_fields_are_handed_over():
    _, found, ragged = read(b"key,title,note\na,b\nc,d,e,f\nok,y,z\n")
    assert [(r.line, r.found, r.expected, r.cells[0]) for r in ragged] == [
        (2, 2, 3, "a"),
        (3, 4, 3, "c"),
    ]
    assert found == [(4, ("ok", "y", "z"))]


def test_empty_rows_and_empty_fields_too_many_are_no_fault():
    _, found, ragged = read(b"key,title,note\n,,\n\na,b,c,,\n \t,,\xc2\xa0\n  \n")
    assert found == [(4, ("a", "b", "c"))]
    assert ragged == []


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('a,"b,c\nd,e,f\n', 2),
        ('a,b,c\nd,"e\nf', 3),
        ('a,"b\nc",d\ne,"f', 4),
        ('a,b,"', 2),
    ],
)
def test_an_open_quote_is_refused_with_the_line_where_it_opens(text, line):
    error = refusal((HEADER.replace("\r", "") + text).encode())
    assert error.code == "table_row"
    assert f"line {line}:" in error.message


def test_a_cell_beyond_the_limit_is_refused_with_the_line_of_its_row():
    error = refusal(f"{HEADER}a,b,c\r\nd,{'x' * 2000},\r\n".encode(), Limits(cell=1000))
    assert error.code == "table_row"
    assert "line 3" in error.message


def test_a_cell_of_a_megabyte_is_nothing_special():
    assert len(rows(f"{HEADER}a,{'x' * 1_000_000},\r\n")[0][1][1]) == 1_000_000


@pytest.mark.parametrize("text", ["=1+1", "+1", "-2", "@SUM(A1)", "\t=1", "\r=1"])
def test_cells_that_a_spreadsheet_would_run_are_written_as_text(text):
    assert escape_cell(text) == "'" + text


def test_other_cells_are_written_as_they_are():
    assert [escape_cell(text) for text in ("", "a=b", "1")] == ["", "a=b", "1"]


def opened(content):
    parts = zipfile.ZipFile(io.BytesIO(content))
    return open_workbook("w.xlsx", content, parts.open)


def test_a_sheet_gives_the_same_rows_as_a_file():
    content = workbook({"Things": [["Key", "title"], ["a", 1.0], [None, None], ["b", True]]})
    book = opened(content)
    table = book.table(book.sheets[0], COLUMNS)
    assert list(table.rows(lambda _: None)) == [(2, ("a", "1", "")), (4, ("b", "true", ""))]


def test_numbers_of_a_sheet_keep_their_fraction():
    book = opened(workbook({"T": [["key", "title"], [0.5, 1e20]]}))
    assert list(book.table("T", COLUMNS).rows(lambda _: None)) == [(2, ("0.5", "1e+20", ""))]


def test_numbers_of_a_sheet_have_no_more_digits_than_the_sheet_shows():
    book = opened(workbook({"T": [["key", "title"], [0.1 + 0.2, 1 / 3]]}))
    assert list(book.table("T", COLUMNS).rows(lambda _: None)) == [
        (2, ("0.3", "0.333333333333333", ""))
    ]


def test_a_note_beside_a_sheets_columns_costs_no_row():
    sheet = [[None, "Key", "title"], [None, "a", "b"], [None, "c", "d", None, "mine"], [" ", None]]
    table = opened(workbook({"T": sheet})).table("T", COLUMNS)
    assert list(table.rows(pytest.fail)) == [(2, ("a", "b", "")), (3, ("c", "d", ""))]
    assert table.unknown == ["column 5 (without a name, first filled in row 3)"]


def test_rows_without_a_cell_above_a_sheets_table_cost_no_row_of_it():
    rows = [["key", "title"], ["a", Raw('s="1"><v>0.05</v>')], ["b", "last"]]
    table = opened(workbook({"T": [[], [], *rows]}, PERCENT)).table("T", COLUMNS)
    assert str(table.where) == "w.xlsx, sheet T row 3"
    assert list(table.rows(pytest.fail)) == [(4, ("a", "5%", "")), (5, ("b", "last", ""))]


def test_whole_numbers_of_a_sheet_are_told_apart_to_the_last_digit():
    found = opened(workbook({"T": [["key", "title"], [2**53 - 1, 12345678901234567]]}))
    cells = next(found.table("T", COLUMNS).rows(pytest.fail))[1]
    assert (cells[0], float(cells[1])) == ("9007199254740991", 12345678901234567.0)


def test_a_fault_of_a_sheets_header_is_told_with_its_row():
    book = opened(workbook({"T": [[" "], ["My things", None], ["key", "title"]]}))
    with pytest.raises(InputError, match="the header has my_things\\.") as caught:
        book.table("T", COLUMNS)
    assert caught.value.where == "w.xlsx, sheet T row 2"


@pytest.mark.parametrize("rows", [[], [[" "]]])
def test_an_empty_sheet_is_refused(rows):
    book = opened(workbook({"T": rows}))
    with pytest.raises(InputError, match="empty"):
        book.table("T", COLUMNS)


def test_what_only_says_that_it_is_a_workbook_is_refused():
    with pytest.raises(InputError) as caught:
        opened(b"PK\x05\x06" + bytes(18))
    assert caught.value.code == "not_a_package"


PERCENT = """
<numFmts count="2"><numFmt numFmtId="164" formatCode="0.0\\ %"/>
<numFmt numFmtId="165" formatCode="0&quot; %&quot;"/></numFmts>
<cellStyleXfs><xf numFmtId="9"/></cellStyleXfs>
<cellXfs><xf numFmtId="0"/><xf numFmtId="9"/><xf numFmtId="164"/><xf numFmtId="165"/></cellXfs>
"""


def sheet_rows(rows, styles=""):
    table = opened(workbook({"T": [["key", "title"], *rows]}, styles)).table("T", COLUMNS)
    return table, [cells[:2] for _, cells in table.rows(pytest.fail)]


def test_percentages_of_a_sheet_are_those_that_it_shows():
    shown = [Raw('s="1"><v>0.05</v>'), Raw('s="2"><v>0.07</v>')]
    others = [Raw('s="0"><v>0.05</v>'), Raw('s="3"><v>0.05</v>'), Raw('s="7"><v>0.05</v>')]
    _, found = sheet_rows([["a", cell] for cell in shown + others], PERCENT)
    assert [title for _, title in found] == ["5%", "7%", "0.05", "0.05", "0.05"]


def test_errors_of_a_sheet_are_their_names():
    _, found = sheet_rows([["a", Raw('t="e"><f>1/0</f><v>#DIV/0!</v>')]])
    assert found == [("a", "#DIV/0!")]


def test_formulas_are_their_results_and_those_without_one_are_told():
    table, found = sheet_rows(
        [
            ["a", Raw('t="str"><f>B1</f><v>Title</v>')],
            ["b", Raw("><f>1+1</f><v>2</v>")],
            ["c", Raw('t="str"><f>""</f><v></v>')],
            ["d", Raw("><f>1+1</f><v/>")],
            [Raw("><f>A5</f>"), Raw("><f>B5</f>")],
        ]
    )
    wanted = [("a", "Title"), ("b", "2"), ("c", ""), ("d", "=1+1"), ("=A5", "=B5")]
    assert found == wanted
    assert table.unsolved == [5, 6, 6]


def patched(content, old, new):
    """The workbook with other words in its first sheet."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            body = source.read(name)
            target.writestr(name, body.replace(old, new) if name.endswith("sheet1.xml") else body)
    return out.getvalue()


TWO_ROWS = workbook({"T": [["key", "title"], ["a", 7]]})


def test_a_cell_far_away_is_refused_before_memory_is_set_up_for_it():
    book = opened(patched(TWO_ROWS, b'r="B2"', b'r="XFD1048576"'))
    with pytest.raises(InputError, match="17,179,869,184 cells") as caught:
        book.table("T", COLUMNS)
    assert (caught.value.code, caught.value.where) == ("too_large", "w.xlsx, sheet T")


def test_empty_cells_far_away_do_not_count():
    far = b'r="B2"><v>7</v></c><c r="XFD1048576" s="1"/><c r="C2"'
    book = opened(patched(TWO_ROWS, b'r="B2"', far))
    assert list(book.table("T", COLUMNS).rows(pytest.fail)) == [(2, ("a", "7", ""))]


def test_more_rows_than_a_sheet_may_have_are_refused_before_they_are_all_read():
    content = patched(TWO_ROWS, b"</sheetData>", b"<row/>" * 1_048_576 + b"</sheetData>")
    with pytest.raises(InputError, match="sheet T can't be read"):
        opened(content).table("T", COLUMNS)


def test_cells_that_do_not_say_their_place_follow_each_other():
    content = patched(TWO_ROWS, b' r="2"', b"")
    content = patched(patched(content, b' r="A2"', b""), b' r="B2"', b' s="1"')
    styles = '<cellXfs><xf numFmtId="0"/><xf numFmtId="9"/></cellXfs>'
    with zipfile.ZipFile(buffer := io.BytesIO(content), "a") as archive:
        archive.writestr("xl/styles.xml", f"<styleSheet>{styles}</styleSheet>")
    book = opened(buffer.getvalue())
    assert list(book.table("T", COLUMNS).rows(pytest.fail)) == [(2, ("a", "700%", ""))]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'r="B2"', b'r="B99999999999"'),
        (b'r="B2"', b'r="??"'),
        (b'r="B2"', b'r="B2" t="s"'),
        (b'r="B2"', b'r="B2" t="no kind"'),
    ],
)
def test_a_damaged_sheet_is_refused_by_name(old, new):
    with pytest.raises(InputError, match="sheet T can't be read") as caught:
        opened(patched(TWO_ROWS, old, new)).table("T", COLUMNS)
    assert caught.value.code == "not_a_package"


SHOWN = """
<numFmts count="2"><numFmt numFmtId="164" formatCode="00000"/>
<numFmt numFmtId="165" formatCode="d\\-mmm"/></numFmts>
<cellXfs><xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="165"/><xf numFmtId="12"/>
<xf numFmtId="20"/><xf numFmtId="14"/></cellXfs>
"""


def test_cells_are_read_as_the_sheet_shows_them_and_days_are_listed():
    cells = [
        Raw('s="1"><v>7</v>'), Raw('s="2"><v>46024</v>'), Raw('s="3"><v>0.5</v>'),
        Raw('s="4"><v>0.4375</v>'), Raw('s="5"><v>46024</v>'), "one_x000B_two",
    ]  # fmt: skip
    table, found = sheet_rows([["a", cell] for cell in cells], SHOWN)
    titles = [title for _, title in found]
    assert titles == ["00007", "2-Jan", "1/2", "10:30", "2026-01-02", "one\ntwo"]
    assert table.days == [(3, "title", "2-Jan"), (6, "title", "2026-01-02")]


def test_columns_of_dates_keep_their_days_as_dates():
    columns = Columns(("key", "title"), dates=("title",))
    book = opened(workbook({"T": [["key", "title"], ["a", Raw('s="2"><v>46024</v>')]]}, SHOWN))
    table = book.table("T", columns)
    assert [cells[1] for _, cells in table.rows(pytest.fail)] == ["2026-01-02"]
    assert table.days == []


def test_hidden_rows_and_sheets_are_known():
    rows = {"T": [["key", "title"], ["a", "x"], [None, None], ["b", "y"]]}
    table = opened(workbook(rows, hidden=("T",), hidden_rows=(2, 3))).table("T", COLUMNS)
    assert (table.hidden, table.hidden_sheet) == ({2}, True)
