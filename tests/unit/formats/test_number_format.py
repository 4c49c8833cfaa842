"""What a spreadsheet shows for a number."""

from __future__ import annotations

import pytest

from courseporter.formats.tabular.number_format import Shown, dressed, is_date, is_percent, shown


@pytest.mark.parametrize(
    ("value", "code", "text"),
    [
        (7, "000", "007"),
        (1, "00000", "00001"),
        (2.5, "0.00", "2.50"),
        (0.5, "# ?/?", "1/2"),
        (1.25, "# ?/?", "1 1/4"),
        (-0.75, "# ?/?", "-3/4"),
        (1 / 3, "# ?/?", "1/3"),
        (5 / 16, "# ??/??", "5/16"),
        (3.14159, "0.00", None),  # 3.14 is another number
        (3, "# ?/?", None),
        (5, "0", None),
        (5, "General", None),
        (1234.5, "#,##0.00", None),
        (7, '"€" 0', None),
    ],
)
def test_numbers_are_shown_only_when_the_text_says_the_same_number(value, code, text):
    found = shown(value, code)
    assert (found.text if found else None) == text


@pytest.mark.parametrize(
    ("value", "code", "text"),
    [
        (5, '"$"#,##0.00', "$5.00"),
        (5, "[$€-407] #,##0.00", "€ 5.00"),
        (1500, "#,##0", "1,500"),
        (5551234, "000-0000", "555-1234"),
        (5, '0" km"', "5 km"),
        (2.5, "0.0#", None),
        (5, "General", None),
        (1500, '0.0,"k"', None),  # thousands: another number
        (5, '[>3]"many";"few"', None),
        (3.14159, "0.00", None),
        (-5, "0;(0)", None),
        (46024, "d-mmm", None),
        (12, "000-0000", "000-0012"),
        (12, "###-0000", None),
    ],
)
def test_cells_for_text_show_what_the_sheet_shows_of_a_number(value, code, text):
    assert dressed(value, code) == text


@pytest.mark.parametrize(
    ("value", "code", "text", "date"),
    [
        (46024, r"d\-mmm", "2-Jan", True),
        (46024, "d-mmm-yy", "2-Jan-26", True),
        (46024, "dddd, d. mmmm yyyy", "Friday, 2. January 2026", True),
        (46024, "[$-409]mmm yyyy;@", "Jan 2026", True),
        (10.5 / 24, "h:mm", "10:30", False),
        (22.25 / 24, "h:mm AM/PM", "10:15 PM", False),
        (10.5 / 24, "hh:mm:ss", "10:30:00", False),
        (0.25 / 24, "mm:ss", "15:00", False),
        (1.5, "[h]:mm", "36:00", False),
        (46024.4375, "yyyy-mm-dd hh:mm", "2026-01-02 10:30", True),
        (1, "d-mmm", "1-Jan", True),
    ],
)
def test_days_and_times_are_shown_as_in_the_sheet(value, code, text, date):
    assert shown(value, code) == Shown(text, date=date)


def test_days_may_count_from_1904():
    assert shown(44562, "d-mmm-yyyy", since_1904=True) == Shown("2-Jan-2026", date=True)


def test_formats_are_told_apart_by_what_is_not_quoted():
    assert is_date("d-mmm")
    assert not is_date('0 "days"')
    assert not is_date(r"0\d")
    assert is_percent("0.0%")
    assert not is_percent('0"%"')
    assert shown(-1, "d-mmm") is None
    assert shown(1e9, "d-mmm") is None
