"""Captions become what Open edX reads: SubRip in UTF-8."""

from __future__ import annotations

import pytest

from courseporter.formats.captions import subrip

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
    assert subrip(SUBRIP.encode(encoding)) == SUBRIP.encode()


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


@pytest.mark.parametrize("text", ["no captions\n\nat all\n", "1\n0:1 --> 0:2\na\n\nb\n"])
def test_what_is_no_subrip_stays_as_it_is(text):
    assert subrip(text.encode()) == text.encode()


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
    assert made == f"1\n00:00:01,000 --> 00:00:02,000\n{line}\n".encode()
