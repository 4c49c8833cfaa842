"""What a small file may cost: bounded time and memory, refused before they are spent."""

import hashlib
import io
import os
import time
import zipfile

import pytest

from courseporter.errors import InputError, refused_by_system
from courseporter.formats import xml, xml_repair
from courseporter.formats.archive import fingerprint
from courseporter.formats.tabular import Columns, open_workbook
from courseporter.formats.tabular import workbook as workbooks
from courseporter.formats.tabular.table import Table
from courseporter.limits import Limits
from fakes.workbook import Raw, workbook

COLUMNS = Columns(("id",), ("text",))
SHARED = "<sst xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main'>{}</sst>"


def opened(content, opens=None):
    archive = zipfile.ZipFile(io.BytesIO(content))

    def part(path):
        if opens is not None:
            opens.append(path)
        return archive.open(path)

    return open_workbook("book.xlsx", content, part)


def with_shared_strings(rows, strings):
    content = io.BytesIO(workbook({"lessons": rows}))
    with zipfile.ZipFile(content, "a") as archive:
        items = "".join(f"<si><t>{one}</t></si>" for one in strings)
        archive.writestr("xl/sharedStrings.xml", SHARED.format(items))
    return content.getvalue()


def test_a_shared_string_counts_in_each_cell_that_refers_to_it(monkeypatch):
    rows = [["id", "text"], *([number, Raw('t="s"><v>0</v>')] for number in range(20))]
    content = with_shared_strings(rows, ["x" * 100])
    assert opened(content).table("lessons", COLUMNS).name
    monkeypatch.setattr(workbooks, "MAX_CHARACTERS", 1500)
    with pytest.raises(InputError) as refusal:
        opened(content).table("lessons", COLUMNS)
    assert refusal.value.code == "too_large"


def test_what_all_sheets_share_is_read_once():
    opens = []
    book = opened(workbook({f"s{number}": [["id"], [1]] for number in range(30)}), opens)
    assert all(book.is_filled(sheet) for sheet in book.sheets)
    assert opens.count("xl/workbook.xml") == opens.count("xl/_rels/workbook.xml.rels") == 1
    assert len(opens) < 40


def test_a_header_costs_time_in_proportion_to_its_columns():
    header = ["id", *(f"x{number}" for number in range(200_000))]
    began = time.process_time()
    table = Table("t.csv", COLUMNS, (1, header), [(2, ["1", *[""] * 200_000])])
    assert [cells for _line, cells in table.rows(print)] == [("1", "")]
    assert len(table.unknown) == 200_000
    assert time.process_time() - began < 20  # hours, if each column were compared with each other


def test_a_table_without_its_columns_names_only_some_of_those_it_has():
    with pytest.raises(InputError) as refusal:
        Table("t.csv", COLUMNS, (1, [f"x{number}" for number in range(5000)]), [])
    assert "x49 and 4,950 more" in refusal.value.message


@pytest.mark.parametrize("odd", ["&x;", "& ", "\x01"])
def test_xml_that_needs_endless_repairs_is_refused(monkeypatch, odd):
    monkeypatch.setattr(xml_repair, "MAX_REPAIRS", 10)
    assert xml.parse_xml(f"<a b='{odd * 10}'/>".encode(), name="m").problems
    with pytest.raises(InputError, match="more than 10 fixes"):
        xml.parse_xml(f"<a b='{odd * 11}'/>".encode(), name="m")


# ------------------------------------------------------------------------------------ fingerprints


def test_a_file_beyond_the_limit_is_refused_before_it_is_read(tmp_path):
    vast = tmp_path / "vast.zip"
    with vast.open("wb") as file:
        file.truncate(100 << 30)  # a sparse file: all of it is holes
    with pytest.raises(InputError) as refusal:
        fingerprint(vast, Limits())
    assert refusal.value.code == "too_large"


def test_a_folder_beyond_the_limits_is_refused_before_it_is_read(tmp_path):
    for number in range(3):
        with (tmp_path / f"{number}.bin").open("wb") as file:
            file.truncate(10 << 30)
    with pytest.raises(InputError) as refusal:
        fingerprint(tmp_path, Limits())
    assert refusal.value.code == "too_large"
    with pytest.raises(InputError) as refusal:
        fingerprint(tmp_path, Limits(entries=2))
    assert refusal.value.code == "too_many_entries"


def test_links_that_lead_out_of_a_folder_are_not_followed(tmp_path):
    secret, folder = tmp_path / "secret", tmp_path / "course"
    folder.mkdir()
    (folder / "a.html").write_text("a")
    secret.write_text("one")
    (folder / "inside").symlink_to(folder / "a.html")
    with_inside = fingerprint(folder, Limits())
    (folder / "out").symlink_to(secret)
    assert fingerprint(folder, Limits()) == with_inside
    (folder / "inside").unlink()
    assert fingerprint(folder, Limits()) != with_inside


def test_the_fingerprint_of_a_file_is_its_sha256_and_reading_it_is_told(tmp_path):
    path, seen = tmp_path / "x.zip", []
    path.write_bytes(b"x" * (3 << 20))
    expected = hashlib.sha256(path.read_bytes()).hexdigest()
    assert fingerprint(path, Limits(), seen.append) == expected
    assert seen == [1 << 20, 2 << 20, 3 << 20]


def test_a_folder_with_a_name_that_is_no_text_has_a_fingerprint(tmp_path):
    plain = fingerprint(tmp_path, Limits())
    try:
        (tmp_path / os.fsdecode(b"f\xff.png")).write_bytes(b"x")
    except OSError:
        pytest.skip("this file system takes no such name")
    assert fingerprint(tmp_path, Limits()) != plain


# -------------------------------------------------------------------------- more than the computer


@pytest.mark.parametrize(
    ("error", "code"), [(MemoryError(), "too_large"), (RecursionError(), "too_deep")]
)
def test_what_is_too_much_for_the_computer_is_the_inputs_fault(error, code):
    refusal = refused_by_system(error)
    assert isinstance(refusal, InputError)
    assert (refusal.code, refusal.exit_code) == (code, 3)
    assert refusal.hint
