"""Lessons of every type, the files they name, and texts that hold references and scripts."""

from __future__ import annotations

import pytest

from courseporter.formats.olx import Links
from courseporter.model import Assignment, Audio, Caption, Link, Resource, Text, Video

SUBRIP = b"1\n00:00:01,000 --> 00:00:02,000\nHello\n"
FILES = {
    "media/My clip.mp4": b"V",
    "media/My clip.srt": SUBRIP,
    "media/My clip.de.vtt": b"WEBVTT\n\n00:01.000 --> 00:02.000\nHallo\n",
    "a.wav": b"W",
    "b.pdf": b"P",
    "case.PNG": b"c",
    "Case.png": b"C",
    "图/一 1.png": b"I",
    "100%.png": b"%",
}


def lesson(read, files=None, **row):
    found = read(files=files or FILES, lessons=[row])
    return found, found.blocks("unit:l")


def test_files_with_blanks_and_brackets_in_their_names_are_found_in_markdown(read):
    content = "![](images/Mein Bild (1).png)"
    found = read(files={"images/Mein Bild (1).png": b"x"}, lessons=[{"content": content}])
    assert [asset.path for asset in found.assets] == ["images/Mein Bild (1).png"]
    assert found.problems == []


def test_html_stays_as_it_is_but_for_references(read):
    html = '<P class=x>a &amp; b&nbsp;<IMG SRC=Case.png ALT="x">\n<br>not closed'
    _, blocks = lesson(read, content=html)
    expected = html.replace("Case.png", '"courseporter-asset:Case.png"')
    assert blocks == [("text", Text(html=expected))]


@pytest.mark.parametrize(
    ("content", "html"),
    [
        ("Hello **you**", True),
        ("Text with <b>inline</b> tags", True),
        ("```\n<p>shown as code</p>\n```", True),
        ("5 < 6", True),
        ("<https://example.org> is an address", True),
        ("# Title\n\n<div>\n\n*x*\n\n</div>", True),
        ("Intro **x**\n\n<table><tr><td>1</td></tr></table>", True),
        ("```\n<p>the fence is never closed", True),
        ("Intro <p>2**3</p>", False),
        ("<p>a</p>", False),
        ("  <!-- note --><b>a</b>", False),
        ("Intro\n<div>\n    <b>*x*</b></div>", False),
        ("<b>*x*</b>", False),
    ],
)
def test_markdown_and_html_are_told_apart_by_the_content(read, content, html):
    _, blocks = lesson(read, content=content)
    assert (blocks[0][1].html != content) is html


def test_a_text_too_long_for_markdown_is_shown_as_it_is_and_the_loss_is_told(read):
    found, blocks = lesson(read, content="# *a* < b\n" * 100_001)
    assert blocks[0][1].html.startswith("<p># *a* &lt; b<br")
    entry = next(entry for entry in found.entries if entry.kind == "lesson")
    assert entry.outcome == "converted_with_loss"
    assert "plain text" in entry.reason


@pytest.mark.parametrize(
    ("written", "path"),
    [
        ("case.PNG", "case.PNG"),
        ("Case.png", "Case.png"),
        ("./图/一%201.png", "图/一 1.png"),
        ("图\\一 1.png", "图/一 1.png"),
        ("/b.PDF", "b.pdf"),
        ("100%.png", "100%.png"),
        ("100%25.png", "100%.png"),
        ("b.pdf?v=2#page", "b.pdf"),
    ],
)
def test_names_in_texts_find_their_file(read, written, path):
    found, blocks = lesson(read, content=f'<img src="{written}">')
    assert [asset.path for asset in found.assets] == [path]
    assert blocks[0][1].html.startswith('<img src="courseporter-asset:')
    assert "missing_files" not in found.codes()


def test_names_cannot_lead_out_of_the_package(read):
    found, blocks = lesson(read, content='<img src="../../etc/passwd">')
    assert blocks[0][1].html == '<img src="../../etc/passwd">'
    assert found.assets == []


def test_all_missing_files_are_one_problem(read):
    found = read(
        lessons=[
            {"external_id": "a", "content": '<img src="x.png"><img src="y.png">'},
            {"external_id": "b", "content": '<img src="x.png">'},
            {"external_id": "c", "type": "pdf", "file": "z.pdf"},
        ]
    )
    assert [p.count for p in found.problems if p.code.startswith("missing_file")] == [3]
    assert found.entry("lesson", "b").outcome == "converted_with_loss"
    assert "x.png" in found.entry("lesson", "b").reason
    assert "z.pdf" in found.block("note:c").html


def test_a_file_is_kept_once_however_often_it_is_named(read):
    content = '<img src="Case.png"><a href="Case.png">x</a>'
    found = read(
        files=FILES,
        lessons=[
            {"external_id": "a", "content": content},
            {"external_id": "b", "content": content},
        ],
    )
    assert len(found.assets) == 1


def test_files_that_nothing_names_are_told_in_one_problem(read):
    found = read(
        files={"README.txt": b"x", "used.pdf": b"y"}, lessons=[{"type": "file", "file": "used.pdf"}]
    )
    problem = found.problem("unreferenced_files")
    assert (problem.count, problem.severity) == (1, "info")
    assert "README.txt" in problem.message


def test_links_to_lessons_lead_to_their_node(read):
    found = read(
        lessons=[
            {"external_id": "one", "content": '<a href="lesson:t w&amp;o">x</a> '},
            {"external_id": "t w&o", "content": "[back](lesson:one) and [on](<lesson:t w&o>)"},
        ]
    )
    assert found.block("text:one").html == '<a href="courseporter-lesson:lesson%3At%20w%26o">x</a> '
    assert 'href="courseporter-lesson:lesson%3Aone"' in found.block("text:t w&o").html
    assert 'href="courseporter-lesson:lesson%3At%20w%26o"' in found.block("text:t w&o").html


@pytest.mark.parametrize(
    "content",
    ['<a href="courseporter-{}:x">y</a>', "say (courseporter-{}:x)", "`courseporter-{}:x`"],
)
@pytest.mark.parametrize("what", ["asset", "lesson"])
def test_no_text_refers_to_parts_of_the_draft_by_itself(read, content, what):
    _, blocks = lesson(read, content=content.format(what))
    assert f"courseporter-{what}&#58;x" in blocks[0][1].html
    assert Links().rewrite(blocks[0][1].html) == blocks[0][1].html


def test_links_to_lessons_that_are_not_there_are_told(read):
    found, blocks = lesson(read, content='<a href="lesson:gone">x</a>')
    assert blocks[0][1].html == '<a href="lesson:gone">x</a>'
    assert found.problem("lesson_link_broken").count == 1
    assert found.entry("lesson", "l").outcome == "converted_with_loss"


def test_links_lead_to_a_place_on_the_page(read):
    content = '<a href="lesson:l#part%202">x</a><a href="b.pdf?v=1#page=2">y</a>'
    found, blocks = lesson(read, content=content)
    assert blocks[0][1].html == (
        '<a href="courseporter-lesson:lesson%3Al#part%202">x</a>'
        '<a href="courseporter-asset:b.pdf#page=2">y</a>'
    )
    assert found.entry("lesson", "l").outcome == "converted"


def test_a_number_sign_may_be_part_of_a_file_name(read):
    content = '<a href="C%23.pdf">x</a><a href="C#.pdf">y</a>'
    _, blocks = lesson(read, files={"C#.pdf": b"c"}, content=content)
    assert blocks[0][1].html.count('courseporter-asset:C%23.pdf"') == 2


@pytest.mark.parametrize(
    "html",
    ["<p onclick=x()>Hi</p><script>alert(1)</script>", '<a href="file:///etc/passwd">x</a>'],
)
def test_scripts_and_unsafe_addresses_stay_and_are_left_to_the_check(read, html):
    found = read(lessons=[{"content": html}])
    assert found.block("text:l").html == html
    assert found.problems == []


@pytest.mark.parametrize(
    ("url", "video"),
    [
        (
            "https://www.youtube.com/watch?v=abcdefghij0&t=42s",
            Video(youtube="abcdefghij0", start=42),
        ),
        ("https://youtu.be/abcdefghij-?x", Video(youtube="abcdefghij-")),
        ("https://www.youtube.com/embed/abcdefghij_", Video(youtube="abcdefghij_")),
        ("https://m.youtube.com/shorts/abcdefghij0", Video(youtube="abcdefghij0")),
        ("//youtube-nocookie.com/embed/abcdefghij0", Video(youtube="abcdefghij0")),
        ("https://media.example.org/v.mp4", Video(sources=("https://media.example.org/v.mp4",))),
        (
            "www.example.org/a b.mp4".replace(" ", ""),
            Video(sources=("https://www.example.org/ab.mp4",)),
        ),
        ("a.wav", Video(file="a.wav")),
    ],
)
def test_video_addresses(read, url, video):
    _, blocks = lesson(read, type="video", video_url=url)
    assert blocks == [("video", video)]


@pytest.mark.parametrize(
    "url",
    [
        "https://vimeo.com/1",
        "https://www.youtube.com/@channel",
        "https://huggingface.co/a/blob/main/t.mp4",
        "https://codeberg.org/o/r/src/branch/main/t.mp4",
        "https://commons.wikimedia.org/wiki/File:A.webm",
        "https://archive.org/details/x",
        "https://e.org/a.mpd",
        "https://e.org/slides.pdf",
        "https://e.org/a.jpg",
    ],
)
def test_a_page_with_a_video_becomes_a_link(read, url):
    found, blocks = lesson(read, type="video", video_url=url)
    assert blocks == [("link", Link(url=url))]
    assert found.entry("lesson", "l").outcome == "converted_with_loss"


@pytest.mark.parametrize(
    ("url", "unclear"),
    [
        ("https://e.org/watch/123", True),
        ("https://e.org/player?file=a.mp4", False),
        ("https://gitlab.com/o/r/-/raw/main/t.mp4", False),
        ("https://e.org/a.m3u8", False),
    ],
)
def test_an_address_that_may_be_a_page_is_played_and_named(read, url, unclear):
    found, blocks = lesson(read, type="video", video_url=url)
    assert blocks == [("video", Video(sources=(url,)))]
    assert ("media_unclear" in [one.code for one in found.problems]) is unclear


def test_an_address_copied_from_the_source_of_a_page_keeps_its_end(read):
    url = "https://www.youtube.com/embed/abcdefghij0?start=5&amp;end=60"
    _, blocks = lesson(read, type="video", video_url=url)
    assert blocks == [("video", Video(youtube="abcdefghij0", start=5, end=60))]


def test_a_recording_on_a_video_page_is_no_audio(read):
    _, blocks = lesson(read, type="audio", video_url="https://youtu.be/abcdefghij0")
    assert blocks == [("video", Video(youtube="abcdefghij0"))]


def test_a_second_file_of_a_video_is_a_loss(read):
    found, _ = lesson(read, type="video", file="b.pdf", video_url="Case.png")
    assert found.entry("lesson", "l").reason.startswith("only one file is imported, not “Case.png”")


def test_control_characters_become_line_breaks(read):
    found, blocks = lesson(read, content="First\x0bSecond", title="One\x0btwo")
    assert blocks == [("text", Text(html="<p>First<br />\nSecond</p>\n"))]
    assert found.nodes[1].title == "One two"


@pytest.mark.parametrize(
    "address",
    [
        "https://contoso.sharepoint.com/:v:/s/x/Eabc?e=1", "https://github.com/o/r/blob/main/t.mp4",
        "https://1drv.ms/v/s!abc", "https://www.dropbox.com/scl/fo/abc/x?dl=0",
        "https://example.org/talk.wmv", "https://example.org/watch.php?v=1", "https://example.org",
        "https://fast.wistia.net/embed/x", "https://photos.app.goo.gl/x",
    ],
)  # fmt: skip
@pytest.mark.parametrize("kind", ["video", "audio"])
def test_an_address_that_no_player_opens_becomes_a_link_with_the_reason(read, kind, address):
    found, blocks = lesson(read, type=kind, video_url=address)
    assert blocks == [("link", Link(url=address))]
    assert "so the address became a link" in found.entry("lesson", "l").reason or (
        "so it became a link" in found.entry("lesson", "l").reason
    )


@pytest.mark.parametrize(
    ("address", "direct"),
    [
        ("https://www.dropbox.com/s/abc/t.mp4?dl=0", "https://www.dropbox.com/s/abc/t.mp4?raw=1"),
        (
            "https://www.dropbox.com/scl/fi/x/t.mp4?rlkey=y&dl=0",
            "https://www.dropbox.com/scl/fi/x/t.mp4?rlkey=y&raw=1",
        ),
        ("https://cdn.example.org/stream/123", "https://cdn.example.org/stream/123"),
    ],
)
def test_a_shared_file_is_played_by_its_direct_address(read, address, direct):
    found, blocks = lesson(read, type="video", video_url=address)
    assert blocks == [("video", Video(sources=(direct,)))]
    assert found.entry("lesson", "l").outcome == "converted"


@pytest.mark.parametrize("kind", ["video", "audio"])
def test_a_file_that_browsers_cannot_play_is_offered_for_download(read, kind):
    found, blocks = lesson(read, files={"v.wmv": b"V"}, type=kind, file="v.wmv")
    assert blocks == [("resource", Resource(file="v.wmv"))]
    assert "browsers can't play .wmv files" in found.entry("lesson", "l").reason


@pytest.mark.parametrize(
    ("address", "start", "end"),
    [
        ("https://www.youtube.com/watch?v=abcdefghij0&t=90", 90, None),
        ("https://youtu.be/abcdefghij0?t=1m30s", 90, None),
        ("https://youtu.be/abcdefghij0#t=1h2m3s", 3723, None),
        ("https://www.youtube.com/embed/abcdefghij0?start=10&end=20", 10, 20),
        ("https://www.youtube.com/embed/abcdefghij0?start=30&end=20", 30, None),
        ("https://www.youtube.com/watch?v=abcdefghij0&t=1:30", 90, None),
        ("https://www.youtube.com/watch?v=abcdefghij0&t=soon", None, None),
    ],
)
def test_the_part_of_a_youtube_video_to_play_is_kept(read, address, start, end):
    _, blocks = lesson(read, type="video", video_url=address)
    assert blocks == [("video", Video(youtube="abcdefghij0", start=start, end=end))]


def test_captions_lie_beside_the_video_or_in_their_column(read):
    found = read(
        files=FILES,
        course=[{"language": "fr"}],
        lessons=[{"type": "video", "file": "media/My%20clip.mp4", "content": "Note"}],
    )
    blocks = found.blocks("unit:l")
    assert set(blocks[0][1].captions) == {
        Caption(language="fr", path="media/My clip.srt"),
        Caption(language="de", path="media/My clip.de.vtt.srt"),
    }
    assert blocks[1] == ("note", Text(html="<p>Note</p>\n"))
    assert len(found.assets) == 3


def test_captions_that_open_edx_cannot_read_become_subrip(read):
    row = {"type": "video", "file": "media/My clip.mp4"}
    others = {"media/My clip.de.vtt.srt": SUBRIP, "media/My clip.fr.vtt": b"WEBVTT\n\nNOTE none\n"}
    found = read(files=FILES | others, lessons=[row, {"external_id": "m", **row}])
    assert [one.path for one in found.block("video:l").captions] == [
        "media/My clip.srt",
        "media/My clip.de.vtt.srt.srt",  # a file of the package has the other name
    ]
    assert found.block("video:m").captions == found.block("video:l").captions
    assert found.entry("lesson", "m").outcome == "converted_with_loss"
    assert "My clip.fr.vtt” contain no cue" in found.entry("lesson", "m").reason


@pytest.mark.parametrize(
    ("encoding", "told"), [("cp1252", True), ("utf-8", False), ("utf-16", False)]
)
def test_captions_in_an_encoding_that_was_guessed_are_told(read, encoding, told):
    captions = "1\n00:00:01,000 --> 00:00:02,000\nGrüße\n".encode(encoding)
    row = {"type": "video", "file": "v.mp4"}
    found = read(files={"v.mp4": b"V", "v.srt": captions}, lessons=[row])
    guessed = [one for one in found.problems if one.code == "encoding_guessed"]
    assert [(one.where, one.count) for one in guessed] == [("v.srt", 1)] * told


def test_a_captions_column_goes_before_files_of_the_same_stem(read):
    found = read(
        files=FILES | {"x.srt": SUBRIP},
        lessons=[{"type": "video", "file": "media/My clip.mp4", "captions": "x.srt"}],
    )
    captions = found.block("video:l").captions
    assert captions[0] == Caption(language="en", path="x.srt")
    assert [c.language for c in captions] == ["en", "de"]


def test_cues_that_cannot_be_read_are_named_with_their_lines(read):
    captions = SUBRIP + b"\n2\nsoon --> 00:04,000\nx\n\n3\n00:00:07,000 -> 00:00:05,000\ny\n"
    files = {"v.mp4": b"V", "v.srt": captions}
    found = read(files=files, lessons=[{"type": "video", "file": "v.mp4"}])
    said = "1 cue of the captions “v.srt” can't be read (line 10)"
    assert found.entry("lesson", "l").reason == said
    assert b"Hello" in found.keeper.contents["v.srt.srt"]


@pytest.mark.parametrize(
    ("name", "language", "outcome"),
    [
        ("v.eng.srt", "en", "converted"),
        ("v.iw.srt", "he", "converted"),
        ("v.sdh.srt", "fr", "converted"),
        ("v.Deutsch.srt", "de", "converted"),
        ("v.new.srt", "fr", "converted_with_loss"),
    ],
)
def test_captions_have_a_language_that_the_platform_knows(read, name, language, outcome):
    row = {"type": "video", "file": "v.mp4"}
    found = read(files={"v.mp4": b"V", name: SUBRIP}, course=[{"language": "fr"}], lessons=[row])
    assert [one.language for one in found.block("video:l").captions] == [language]
    assert found.entry("lesson", "l").outcome == outcome


def test_every_other_type_becomes_its_block(read):
    found = read(
        files=FILES,
        lessons=[
            {"external_id": "a", "type": "audio", "file": "a.wav"},
            {"external_id": "b", "type": "Audio", "video_url": "https://x.org/a.mp3"},
            {"external_id": "p", "type": "PDF", "file": "b.pdf", "content": "Read it"},
            {"external_id": "u", "type": "file", "file": "https://x.org/f.zip"},
            {"external_id": "k", "type": "link", "content": "https://x.org/a%20b?x=1&y=2#z"},
            {"external_id": "m", "type": "link", "content": "Look at https://x.org/p. Soon!"},
            {"external_id": "w", "type": "assignment", "content": "<p>Do it</p>"},
        ],
    )
    assert found.block("audio:a") == Audio(file="a.wav")
    assert found.block("audio:b") == Audio(url="https://x.org/a.mp3")
    assert found.block("resource:p") == Resource(file="b.pdf", html="<p>Read it</p>\n")
    assert found.block("link:u") == Link(url="https://x.org/f.zip")
    assert found.block("link:k") == Link(url="https://x.org/a%20b?x=1&y=2#z")
    assert found.block("link:m").url == "https://x.org/p"
    assert "Soon!" in found.block("link:m").html
    assert found.block("assignment:w") == Assignment(html="<p>Do it</p>")
    assert {e.outcome for e in found.entries} == {"converted"}


def test_a_link_to_another_lesson_is_a_page_with_the_link(read):
    _, blocks = lesson(read, type="link", content="lesson:l", title="A < B")
    html = '<p><a href="courseporter-lesson:lesson%3Al">A &lt; B</a></p>'
    assert blocks == [("text", Text(html=html))]


def test_cells_that_the_type_does_not_ask_for_become_blocks_too(read):
    found, blocks = lesson(
        read, content="Hi", file="b.pdf", video_url="https://youtu.be/abcdefghij0"
    )
    assert [kind for kind, _ in blocks] == ["text", "resource", "video"]
    assert found.entry("lesson", "l").outcome == "converted"


@pytest.mark.parametrize("kind", ["text", "video", "audio", "pdf", "file", "link"])
def test_a_lesson_with_nothing_in_it_says_so(read, kind):
    found, blocks = lesson(read, type=kind)
    assert blocks[0][0] == "note"
    assert found.entry("lesson", "l").outcome == "converted_with_loss"


def test_a_lesson_of_exercises_alone_needs_no_text(read):
    found = read(exercises=[{}], questions=[{}])
    assert found.keys("unit") == ["exercise:e"]
    assert found.entry("lesson", "l").outcome == "converted"


@pytest.mark.parametrize(
    ("written", "hidden"), [("yes", True), ("TRUE", True), ("1", True), ("no", False), ("", False)]
)
def test_hidden_lessons(read, written, hidden):
    found, _ = lesson(read, hidden=written)
    assert found.nodes[1].hidden is hidden
    assert found.entry("lesson", "l").hidden is hidden


def test_hidden_that_is_neither_yes_nor_no_hides_the_lesson_and_says_so(read):
    found, _ = lesson(read, hidden="perhaps", content="x")
    assert found.nodes[1].hidden
    assert found.problem("row_value").where == "lessons.csv line 2 column hidden"


@pytest.mark.parametrize(
    ("names", "languages"),
    [
        (["pt-BR"], ["pt"]),
        (["de_AT", "en-US"], ["de", "en"]),
        (["pt", "pt-BR"], ["pt", "pt-br"]),
        (["zh-Hans", "zh-Hant"], ["zh-hans", "zh-hant"]),
        (["en.cc"], ["en"]),
    ],
)
def test_captions_are_offered_without_a_region_where_one_is_enough(read, names, languages):
    files = {"v.mp4": b"V"} | {f"v.{name}.srt": SUBRIP for name in names}
    found = read(files=files, lessons=[{"type": "video", "file": "v.mp4"}])
    (video,) = [node.block for node in found.nodes if node.kind == "block"]
    assert sorted(one.language for one in video.captions) == languages
