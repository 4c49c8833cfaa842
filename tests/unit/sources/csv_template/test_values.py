"""Numbers, intervals, yes and no, as people write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courseporter.sources.csv_template.values import (
    parse_answer,
    parse_boolean,
    parse_count,
    parse_date,
    parse_language,
    parse_number,
    parse_tolerance,
)


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("3.14", "3.14"),
        ("3,14", "3.14"),
        (" -40 ", "-40"),
        ("\u221240", "-40"),
        ("+5", "5"),
        (".5", ".5"),
        ("6.02e23", "6.02e23"),
        ("1 000,5", "1000.5"),
        ("1\u00a0000\u202f000", "1000000"),
        ("1.234,5", "1234.5"),
        ("1,234.5", "1234.5"),
        ("1'234'567", "1234567"),
        ("1.234.567", "1234567"),
        ("1,234", "1.234"),
    ],
)
def test_numbers(written, number):
    assert parse_number(written) == number


@pytest.mark.parametrize(
    "written",
    [
        "",
        "five",
        "1 2",
        "1,2,3",
        "12 34",
        "1..2",
        "nan",
        "inf",
        "1/2",
        "5%",
        "--1",
        "1e",
        "٣",
        "9" * 200,
        "1e400",
        "-1,5e999",
    ],
)
def test_what_is_no_number(written):
    assert parse_number(written) is None


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e15, max_value=1e15))
def test_any_number_survives_in_every_way_of_writing_it(value):
    text = f"{value:.3f}"
    grouped = f"{value:,.3f}"
    german = grouped.translate(str.maketrans(",.", ".,"))
    french = grouped.replace(",", " ").replace(".", ",")
    for written in (text, grouped, german, french):
        assert float(parse_number(written) or "nan") == float(text)


@pytest.mark.parametrize(
    ("written", "answer"),
    [
        ("[10, 20]", "[10,20]"),
        ("(10,20]", "(10,20]"),
        ("[0,5; 1,5)", "[0.5,1.5)"),
        ("[0,5, 1,5]", "[0.5,1.5]"),
        ("10..20", "[10,20]"),
        ("-1.5 ... 2", "[-1.5,2]"),
        ("10…20", "[10,20]"),
        ("[5,5]", "5"),
        ("7", "7"),
    ],
)
def test_intervals(written, answer):
    assert parse_answer(written) == answer


@pytest.mark.parametrize("written", ["[20, 10]", "(5,5)", "[a, b]", "10-20", "[1,2,3]", "..", "[]"])
def test_what_is_no_interval(written):
    assert parse_answer(written) is None


def test_tolerances_and_counts():
    assert [parse_tolerance(t) for t in ("0,01", "±0.5", "5 %", "-1", "x")] == [
        "0.01",
        "0.5",
        "5%",
        None,
        None,
    ]
    assert [parse_count(t) for t in ("3", "3.0", "0", "-1", "1.5", "x")] == [
        3,
        3,
        None,
        None,
        None,
        None,
    ]


def test_yes_and_no():
    assert parse_boolean(" Yes ") is True
    assert parse_boolean("FALSCH") is False
    assert parse_boolean("") is False
    assert parse_boolean("maybe") is None


def test_dates():
    assert parse_date("2031-02-03 24:00") is None
    assert parse_date("2031-2-3") == "2031-02-03"
    assert parse_date("3.2.2031") == "2031-02-03"
    assert parse_date("03.02.2031 9:30") == "2031-02-03T09:30:00Z"
    assert parse_date("2/3/2031") is None  # February or March: not guessed
    assert parse_date("2031-02-03T00:00:00Z") == "2031-02-03T00:00:00Z"
    assert parse_date("0001-01-01T00:00:00+14:00") is None
    assert parse_date("9999-12-31 23:59-14:00") is None
    assert parse_date("0900-01-02 03:04:05.6") == "0900-01-02T03:04:05Z"


def test_languages():
    assert parse_language("EN") == "en"
    assert parse_language("zh_Hant") == "zh-Hant"
    assert parse_language("deutsch") is None
