"""What rows of tables mean, and what is wrong with them."""

import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from courseporter.errors import InputError
from courseporter.limits import Limits
from courseporter.rows import open_rows
from courseporter.rows.cells import Reading
from courseporter.rows.dates import iso_date
from courseporter.rows.failed import failed_blocks
from courseporter.rows.row import normal

FILM = "Date,Name,Year,Letterboxd URI"
DIARY = FILM + ",Rating,Rewatch,Tags,Watched Date"
URI = "https://boxd.it/a"


@pytest.fixture
def read(tmp_path):
    opened = []

    def rows(text, name="watched.csv", **words):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        file = open_rows(path, Limits(), Reading(**words))
        opened.append(file)
        return file, list(file.rows())

    yield rows
    for file in opened:
        file.close()


def test_a_row_of_each_format_is_understood(read):
    file, (row,) = read(f"{FILM}\n2024-03-01,Dìdi (弟弟),2024,{URI}\n")
    assert file.format.name == "letterboxd_movies"
    assert (row.title, row.date, row.line, row.error) == ("Dìdi (弟弟)", "2024-03-01", 2, None)
    file, (row,) = read(f"{FILM},Season,Episode\n2024-03-01,Dark,2017,{URI},1,\n")
    assert file.format.name == "letterboxd_shows"
    assert (row.seed["season"], row.seed.get("episode")) == (1, None)
    file, (row,) = read("email,name\na@example.org,Anna\n")
    assert (file.format.name, row.seed["email"]) == ("enrollments", "a@example.org")


def test_a_diary_tells_the_day_of_the_viewing(read):
    _file, rows = read(f"{DIARY}\n2024-03-05,M,1931,{URI},4,,,2024-03-01\n", "diary.csv")
    assert rows[0].date == "2024-03-01"
    assert rows[0].uri is None  # in a diary the address names the entry


@pytest.mark.parametrize(
    ("row", "code", "column"),
    [
        (f"2024-13-01,M,1931,{URI}", "date_invalid", "Date"),
        (f"03/04/2024,M,1931,{URI}", "date_invalid", "Date"),
        (f"2024-03-01,,1931,{URI}", "title_missing", "Name"),
        ("2024-03-01,M,1931", "wrong_width", None),
    ],
)
def test_an_invalid_row_says_why_and_where(read, row, code, column):
    _file, rows = read(f"{FILM}\n{row}\n2024-03-01,N,1931,{URI}\n")
    assert (rows[0].error.code, rows[0].error.column, rows[0].line) == (code, column, 2)
    assert rows[0].key is None
    assert rows[1].error is None


def test_dates_of_two_meanings_need_an_order():
    assert iso_date("03/04/2024") is None
    assert iso_date("03/04/2024", "dmy") == "2024-04-03"
    assert iso_date("03/04/2024", "mdy") == "2024-03-04"
    assert iso_date("31.12.2024", "dmy") == iso_date("12/31/2024", "mdy") == "2024-12-31"
    assert iso_date("2024-03-01T23:59:00Z") == "2024-03-01"


@pytest.mark.parametrize("name", ["watchlist.csv", "films.csv"])
def test_what_is_wanted_or_liked_is_no_viewing(read, name):
    with pytest.raises(InputError, match="aren't viewing dates"):
        read(f"{FILM}\n2024-03-01,M,1931,{URI}\n", name)
    _file, rows = read(f"{FILM}\n2024-03-01,M,1931,{URI}\n", name, date="2020-01-01")
    assert rows[0].date == "2020-01-01"


def test_an_unknown_header_is_named(read):
    with pytest.raises(InputError, match="a, b") as refusal:
        read("a,b\n1,2\n")
    assert refusal.value.code == "table_schema"


def test_of_an_export_each_film_counts_once_and_nothing_personal_is_opened(tmp_path):
    path = tmp_path / "letterboxd.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("diary.csv", f"{DIARY}\n2024-03-05,M,1931,{URI},4,,,2024-03-01\n")
        archive.writestr(
            "watched.csv", f"{FILM}\n2024-03-05,M,1931,{URI}\n2024-01-01,Ran,1985,{URI}\n"
        )
        archive.writestr("profile.csv", b"\x00\xff")
        archive.writestr("comments.csv", "x")
    file = open_rows(path, Limits())
    assert [row.title for row in file.rows()] == ["M", "Ran"]
    assert {len(row.raw) for row in file.rows()} == {8}  # in the columns of the diary
    file.close()


def test_titles_are_compared_without_what_writers_vary():
    assert normal("The Haunted  Castle!") == normal("haunted castle")
    assert normal("Dìdi (弟弟)") == normal("Didi")
    assert normal("Fast & Furious") == normal("fast and furious")
    assert normal("Mulan") != normal("Mulan II")


# control characters never come in: every table is read without them
CELLS = st.text(
    st.characters(blacklist_categories=("Cs", "Cc")) | st.sampled_from(["\n", "\t", *"=+-@'"]),
    max_size=12,
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=6))
def test_exported_rows_are_read_back_as_they_were(tmp_path_factory, cells):
    header = ["Date", "Name", "Year", "Letterboxd URI", "Notes"]
    rows = [["2024-03-01", f"x{name}", "1931", URI, note] for name, note in cells]
    told = ("invalid_year", "=no", "1", "2", "0")
    path = tmp_path_factory.mktemp("rows") / "failed.csv"
    path.write_bytes(b"".join(failed_blocks(header, ((row, told) for row in rows))))
    file = open_rows(path, Limits())
    assert file.header == header
    assert [row.raw for row in file.rows()] == rows
    assert b"\n=" not in path.read_bytes()
