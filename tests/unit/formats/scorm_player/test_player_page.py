"""The page of a lesson tells the player everything, safely and in the course's language."""

from __future__ import annotations

import base64
import html
import json
import math
import re
import zlib

import msgspec
import pytest

from courseporter.errors import SettingsError
from courseporter.formats.scorm_player import Wishes, bundled, names, player, versions
from courseporter.formats.scorm_player.bundled import sentences, slim
from courseporter.formats.scorm_player.content_types import TYPES, content_type, is_dense, is_media
from courseporter.model import Package
from fakes.player import made, page_config
from fakes.zips import HandmadeZip

LESSON = Package(
    file="a.zip",
    href="sco/a%20b.html?x=1&y=2#z",
    version="2004 3rd Edition",
    identity="M/O",
    item="ITEM-1",
    number=7,
    mastery=0.8,
    threshold=0.5,
    launch_data="a=1\nb",
    max_time="PT1H",
    time_action="exit,no message",
)


def test_the_page_holds_everything_that_the_lesson_is_told(tmp_path):
    name, _, config = page_config(tmp_path, LESSON, "One")
    say = config.pop("say")
    sha, version = config.pop("sha"), config.pop("v")
    assert config == {
        "id": names.player_id("M/O"),
        "n": 7,
        "item": "ITEM-1",
        "launch": "sco/a%20b.html?x=1&y=2#z",
        "scorm": "2004",
        "mastery": 0.8,
        "threshold": 0.5,
        "launchData": "a=1\nb",
        "maxTime": "PT1H",
        "timeAction": "exit,no message",
    }
    assert name == f"cpscorm-{config['id']}-7.html"
    assert (len(sha), len(version)) == (64, 16)
    assert say["open_window"]


@pytest.mark.parametrize(
    ("version", "said"),
    [("1.2", "1.2"), ("", "1.2"), ("2004", "2004"), ("2004 2nd Edition", "2004")],
)
def test_the_version_decides_which_interface_there_is(tmp_path, version, said):
    block = Package(file="a.zip", href="a.html", version=version, identity="M")
    assert page_config(tmp_path, block, "x")[2]["scorm"] == said


def test_a_title_cannot_leave_its_place(tmp_path):
    title = "</script><script>alert(1)</script>{{config}} & \u2028"
    _, text, _ = page_config(tmp_path, LESSON, title)
    assert f"<title>{html.escape(title)}</title>" in text
    assert "<script>alert" not in text
    assert text.count("</script>") == 1


def test_the_page_speaks_the_language_of_the_course(tmp_path):
    _, text, config = page_config(tmp_path, LESSON, "x", Wishes("de-AT"))
    assert '<html lang="de-AT">' in text
    assert config["say"]["open_window"] == sentences("de")["open_window"]
    assert config["say"]["open_window"] != sentences("en")["open_window"]


def test_an_unknown_language_is_english_and_a_partial_one_is_filled(tmp_path, monkeypatch):
    (tmp_path / "messages.json").write_text(
        json.dumps({"en": {"a": "A", "b": "B"}, "pt": {"a": "P"}, "pt-BR": {"b": "BR"}})
    )
    monkeypatch.setattr(bundled, "FOLDER", tmp_path)
    assert sentences("tlh") == sentences(None) == {"a": "A", "b": "B"}
    assert sentences("pt_br") == {"a": "P", "b": "BR"}
    assert sentences("pt") == {"a": "P", "b": "B"}


@pytest.mark.parametrize("key", ["open_window", "no_tracking", "no_worker", "download"])
def test_every_language_has_the_sentences_that_learners_need(key):
    said = json.loads((bundled.FOLDER / "messages.json").read_text("utf-8"))
    assert set(said) >= set("en de fr es pt it nl pl ru uk ja zh ar tr".split())
    assert all(words[key].strip() for words in said.values())


def test_the_index_speaks_for_the_worker_where_the_course_is_not_english(tmp_path):
    said = json.loads((bundled.FOLDER / "messages.json").read_text("utf-8"))["de"]
    german = made(tmp_path, {"a.html": b"x"}, Wishes("de-AT")).index
    english = made(tmp_path, {"a.html": b"x"}, Wishes("en-GB")).index
    assert german["lang"] == "de-AT"
    assert german["say"] == {name: said[name] for name in ("absent", "broken")}
    assert not {"lang", "say"} & set(english)
    assert german["v"] != english["v"]  # its script speaks another language


def test_the_page_names_a_zip_that_browsers_keep_whole(tmp_path, monkeypatch):
    worker = (bundled.FOLDER / "worker.js").read_text("utf-8")
    whole = re.search(r"const WHOLE = ([\d *]+);", worker)[1]
    assert math.prod(map(int, whole.split("*"))) == player.KEPT
    monkeypatch.setattr(player, "KEPT", 10)
    assert "sha" not in page_config(tmp_path, LESSON, "One")[2]


def test_the_download_is_offered_only_when_wished_and_whole(tmp_path, monkeypatch):
    assert page_config(tmp_path, LESSON, "x", Wishes(None, offer_download=True))[2]["zip"] == (
        f"cpscorm-{names.player_id('M/O')}.zip"
    )
    monkeypatch.setattr("courseporter.formats.scorm_player.plan.LARGE_MEDIA", 5)
    found = made(tmp_path, {"a.mp4": b"0123456789"}, Wishes(None, offer_download=True))
    assert not found.whole


def test_the_id_is_the_same_for_the_same_source_and_no_other():
    assert names.player_id("M/O") == names.player_id("M/O")
    assert len({names.player_id(text) for text in ("M/O", "M/P", "", "\ud800")}) == 4


def test_names_need_no_flattening():
    player = names.player_id("Ünï")
    for name in (
        names.page_name(player, 12),
        names.flat_name(player, "Ordner/Größe.MP4"),
        names.flat_name(player, "ohne endung"),
        names.flat_name(player, "x.???"),
    ):
        assert not set(name) - set("abcdefghijklmnopqrstuvwxyz0123456789.-")


def test_a_page_needs_the_other_files_and_other_names_need_none():
    needed = names.needed_beside("cpscorm-0123456789-4.html")
    assert set(needed) == {
        "cpscorm-0123456789.zip",
        "cpscorm-0123456789.json",
        "cpscorm-0123456789.js",
        "cpscorm-sw.js",
    }
    assert names.needed_beside("cpscorm-0123456789.zip") == ()


# ---------------------------------------------------------------------------------- the scripts


def test_scripts_travel_without_comments_and_margins():
    script = b"/** What\n * it is.\n */\nconst a = 1; // stays\n\n  // goes\n  go(a);\n"
    assert slim(script) == b"const a = 1; // stays\ngo(a);\n"


@pytest.mark.parametrize("script", [b"const a = `x\n   y`;\n", b"a = 'x\\\n  y';\n"])
def test_texts_of_several_lines_are_not_touched(script):
    assert slim(script) == script


def test_the_worker_brings_the_script_that_it_inserts(tmp_path):
    found = made(tmp_path, {"a.html": b"x"})
    worker = found.files["cpscorm-sw.js"]
    head, _, rest = worker.partition(b"\n")
    size, packed = re.fullmatch(rb'const PAGE_SCRIPTS={size:(\d+),packed:"(.*)"};', head).groups()
    scripts = zlib.decompress(base64.b64decode(packed), -15)
    assert (len(scripts), scripts.isascii()) == (int(size), True)
    for name in (b"gap", b"guard", b"blanks"):
        assert b"function %b(" % name in scripts
    assert b'addEventListener("fetch"' in rest


def test_an_installation_without_the_player_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(bundled, "FOLDER", tmp_path)
    with pytest.raises(SettingsError, match="SCORM player is missing"):
        bundled.worker()


# -------------------------------------------------------------------------------- content types


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("a/b.HTML", "text/html"),
        ("a.b/c", "application/octet-stream"),
        ("x.tar.woff2", "font/woff2"),
        ("film.m4v", "video/mp4"),
        ("html", "application/octet-stream"),
        (".html", "text/html"),
    ],
)
def test_the_end_of_the_name_tells_the_type(path, kind):
    assert content_type(path) == kind


def test_no_ending_stands_twice_and_media_are_dense():
    assert len(TYPES) > 90
    assert all("/" in kind for kind in TYPES.values())
    assert is_media("a.mp3")
    assert is_dense("a.mp3")
    assert is_dense("a.png")
    assert not is_media("a.png")


# --------------------------------------------------------------------------------- what it costs


def spoken(folder, files, version="1.2"):
    found = made(folder, files, block=msgspec.structs.replace(LESSON, version=version))
    script = found.files[f"cpscorm-{found.id}.js"]
    return [name for name in ("1.2", "2004") if b'name:"%s"' % name.encode() in script]


@pytest.mark.parametrize(
    ("version", "text", "found"),
    [
        ("1.2", b"nothing", ["1.2"]),
        ("2004 4th Edition", b"nothing", ["2004"]),
        ("1.2", b"find('API_1484_11')", ["1.2", "2004"]),
        ("2004 3rd Edition", b"api.LMSInitialize('')", ["1.2", "2004"]),
        ("1.2", b"w.API_1484_11 || w.API; api.LMSInitialize('')", ["1.2"]),
        ("2004 4th Edition", b"w.API_1484_11 || w.API; api.LMSInitialize('')", ["2004"]),
        ("1.2", "w.API_1484_11; api.LMSInitialize('')".encode("utf-16-le"), ["1.2"]),
        ("", b"nothing", ["1.2", "2004"]),
        ("", b"find('API_1484_11')", ["2004"]),
    ],
)
def test_the_manifest_decides_unless_the_files_name_only_another_version(
    tmp_path, version, text, found
):
    assert spoken(tmp_path, {"a.js": text}, version) == found


def test_a_large_package_offers_the_version_of_its_manifest(tmp_path):
    files = {"a.js": b"// " + b"long " * (1 << 20), "b.js": b"API_1484_11, LMSInitialize"}
    assert spoken(tmp_path, files) == ["1.2"]


def test_texts_beyond_the_limit_arent_searched(tmp_path, monkeypatch):
    monkeypatch.setattr(versions, "MAX_TEXT", 40)
    assert spoken(tmp_path, {"a.js": b"API_1484_11, but too long to be read here"}) == ["1.2"]


def test_a_damaged_file_speaks_no_version(tmp_path):
    archive = HandmadeZip()
    archive.add("imsmanifest.xml", b"<manifest/>")
    archive.add("bad.js", b"API_1484_11" * 99, crc=1)
    assert spoken(tmp_path, archive.done()) == ["1.2"]


@pytest.mark.parametrize("version", ["1.2", "2004 4th Edition"])
@pytest.mark.parametrize("language", ["en", "ru"])
def test_a_tiny_package_of_ten_lessons_grows_by_less_than_64_kb(tmp_path, version, language):
    block = Package(file="a.zip", href="sco/page.html", version=version, identity="M/O", item="I-1")
    page = page_config(tmp_path, block, "A title of some length", Wishes(language))[1]
    found = made(tmp_path, {"a.html": b"x"}, Wishes(language), block)
    fixed = sum(len(data) for name, data in found.files.items() if not name.endswith(".zip"))
    assert fixed + 10 * len(page.encode()) < 64 << 10
