"""Captions become what Open edX reads: SubRip in UTF-8."""

from __future__ import annotations

import pytest

from courseporter.formats.captions import parse_captions, subrip, webvtt

SUBRIP = "1\n00:00:01,000 --> 00:00:02,500\nGrüße\n\n"

FIRST = "00:00:01,000 --> 00:00:02,000"
LAST = "00:00:03,000 --> 00:00:04,000"

WEBVTT = """WEBVTT - some title
Language: en

NOTE not for learners
00:00.000 --> 00:09.000

STYLE
::cue { color: red }

intro
00:01.000 --> 00:02.500 align:start position:10%
<v.loud Ann>Hi <i>there</i>, a &lt; b
second line

01:02:03.004 --> 01:02:04.000

01:02:05.000 --> 01:02:06.007
<00:00:01.000>Bye
"""

MADE = """1
00:00:01,000 --> 00:00:02,500
Ann: Hi there, a &lt; b
second line

2
01:02:05,000 --> 01:02:06,007
Bye
"""


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_webvtt_becomes_subrip_with_its_times_texts_and_speakers(end, encoding):
    assert subrip(WEBVTT.replace("\n", end).encode(encoding)) == MADE.encode()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_subrip_that_can_be_read_stays_byte_for_byte(encoding):
    data = SUBRIP.replace("\n", "\r\n").encode(encoding)
    assert subrip(data) == data


@pytest.mark.parametrize("encoding", ["utf-16", "cp1252"])
def test_subrip_in_another_encoding_becomes_utf8(encoding):
    assert subrip(SUBRIP.encode(encoding)) == SUBRIP.rstrip().encode() + b"\n"


@pytest.mark.parametrize(
    ("torn", "said"),
    [
        (f"1\n{FIRST}\na\n \n<i>b</i>\n\n\n2\n{LAST}\n7\n", ("a\n<i>b</i>", "7")),
        (f"1\n\n{FIRST}\na\n\n2\n\n{LAST}\nb\n", ("a", "b")),
        (f"{FIRST}\na\n\n12\n\n{LAST}\nb", ("a\n12", "b")),
    ],
)
def test_an_empty_line_within_a_text_costs_no_captions(torn, said):
    """The reader of Open edX takes it for the end of a cue, and then refuses the whole file."""
    mended = f"1\n{FIRST}\n{said[0]}\n\n2\n{LAST}\n{said[1]}\n"
    assert subrip(torn.encode()) == mended.encode()
    assert subrip(mended.encode()) == mended.encode()


@pytest.mark.parametrize(
    "text", ["no captions\n\nat all\n", "<!DOCTYPE html><p>Log in</p>", "{25}{50}frames", ""]
)
def test_a_file_without_a_cue_has_no_captions(text):
    assert subrip(text.encode()) is None


@pytest.mark.parametrize(
    ("times", "made"),
    [
        ("00:01,000 --> 00:02,000", "00:00:01,000 --> 00:00:02,000"),
        ("00:00:01 --> 00:00:02", "00:00:01,000 --> 00:00:02,000"),
        ("00:00:01,5 --> 00:00:02,25", "00:00:01,500 --> 00:00:02,250"),
        ("00:00:01,123456 --> 00:00:02.9999", "00:00:01,123 --> 00:00:02,999"),
        ("00:00:01,000 -> 00:00:02,000", "00:00:01,000 --> 00:00:02,000"),
        ("00:00:01,000 → 00:00:02,000", "00:00:01,000 --> 00:00:02,000"),
        ("00:00:01,000 —> 00:00:02,000", "00:00:01,000 --> 00:00:02,000"),
        ("00: 00: 01,000 --> 00: 00: 02, 000", "00:00:01,000 --> 00:00:02,000"),
        ("00:00:01:000 --> 00:00:02:000", "00:00:01,000 --> 00:00:02,000"),
        ("0:0:1,0 --> 0:0:2,0", "00:00:01,000 --> 00:00:02,000"),
        ("75:01.5-->75:02.5", "01:15:01,500 --> 01:15:02,500"),
        ("00:00:01,000 --> 00:00:02,000 X1:10 X2:20", "00:00:01,000 --> 00:00:02,000"),
        ("00:00:01，000 --> 00:00:02，000", "00:00:01,000 --> 00:00:02,000"),
        ("0:00:01.000,0:00:02.000", "00:00:01,000 --> 00:00:02,000"),
    ],
)
def test_times_are_read_as_people_and_tools_write_them(times, made):
    assert subrip(f"1\n{times}\nHello\n".encode()) == f"1\n{made}\nHello\n".encode()


@pytest.mark.parametrize(
    "times",
    ["00:00:05,000 --> 00:00:02,000", "00:00:01:12 --> 00:00:02:20", "00:00:01,0 --> soon"],
)
def test_a_cue_whose_times_cannot_be_read_is_named_and_costs_no_other(times):
    read = parse_captions(f"1\n{FIRST}\na\n\n2\n{times}\nb\n\n3\n{LAST}\nc\n".encode())
    assert [cue.lines for cue in read.cues] == [("a",), ("c",)]
    assert read.unread == (6,)


def test_cues_without_an_empty_line_between_them_stay_apart():
    made = subrip(f"1\n{FIRST}\na\n2\n{LAST}\nb\n".encode())
    assert made == f"1\n{FIRST}\na\n\n2\n{LAST}\nb\n".encode()


def test_cues_come_in_the_order_of_their_times():
    made = subrip(f"1\n{LAST}\nb\n\n2\n{FIRST}\na\n".encode())
    assert made == f"1\n{FIRST}\na\n\n2\n{LAST}\nb\n".encode()


def test_a_line_with_an_arrow_is_text_unless_it_says_times():
    made = subrip(f"1\n{FIRST}\nA --> B\n\n2\n{LAST}\nx -> 3:1\n".encode())
    assert made == f"1\n{FIRST}\nA --> B\n\n2\n{LAST}\nx -> 3:1\n".encode()


def test_webvtt_without_its_first_line_is_read():
    assert subrip(b"00:01.000 --> 00:02.000\none\n") == f"1\n{FIRST}\none\n".encode()


def test_browsers_get_webvtt_with_plain_styles_and_escaped_text():
    text = f'1\n{FIRST}\n<i>a</i> <font color="#f00">b</font> & c < d &amp; e\n'
    made = "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\n<i>a</i> b &amp; c &lt; d &amp; e\n"
    assert webvtt(text.encode()) == made.encode()


@pytest.mark.parametrize("text", ["WEBVTT", "WEBVTT\n\nNOTE\n\n00:00 --> never\nx\n"])
def test_webvtt_without_a_cue_is_nothing(text):
    assert subrip(text.encode()) is None


@pytest.mark.parametrize(
    "text",
    [
        "WEBVTT\nKind: captions\n00:01.000 --> 00:02.000\na\n\n00:03.000 --> 00:04.000\nb",
        "WEBVTT\n\n00:01.000 --> 00:02.000\na\n00:03.000 --> 00:04.000\nb\n",
        "WEBVTT\n\n00:00:01,000 --> 00:00:02,000\na\n\n00:00:03,000 --> 00:00:04,000\nb\n",
        "\n\nWEBVTT\n\n00:01.000 --> 00:02.000\n \na\n\n\n00:03.000 --> 00:04.000\nb\n\n",
    ],
)
def test_cues_written_carelessly_are_all_kept(text):
    made = "1\n00:00:01,000 --> 00:00:02,000\na\n\n2\n00:00:03,000 --> 00:00:04,000\nb\n"
    assert subrip(text.encode()) == made.encode()


@pytest.mark.parametrize("text", ["<", "<v ", "<v.", "<v" + " " * 9, "<v a"])
def test_a_long_line_with_open_tags_takes_no_longer_than_others(text):
    line = text * (200_000 // len(text)) + "<v" + " " * 200_000  # minutes, where time grew squared
    made = subrip(f"WEBVTT\n\n00:01.000 --> 00:02.000\n{line}".encode())
    assert made == f"1\n00:00:01,000 --> 00:00:02,000\n{line.rstrip()}\n".encode()


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "cp1251", "shift_jis"])
def test_captions_of_any_alphabet_are_read_without_a_word_about_their_encoding(encoding):
    text = (
        "Добрый день, сегодня мы говорим о погоде"
        if encoding != "shift_jis"
        else "こんにちは世界、元気ですか"
    )
    srt = f"1\n00:00:01,000 --> 00:00:02,000\n{text}\n"
    assert parse_captions(srt.encode(encoding)).cues[0].lines == (text,)


def test_marks_and_control_characters_between_cues_are_no_text():
    srt = "1\n00:00:01,000 --> 00:00:02,000\none\x0btwo\n\n"
    srt += "\ufeff2\n00:00:03;000 --> 00:00:04;000\nthree\n"
    assert [cue.lines for cue in parse_captions(srt.encode()).cues] == [("one two",), ("three",)]
