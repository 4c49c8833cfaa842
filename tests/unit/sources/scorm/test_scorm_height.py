"""How high the frame of a lesson becomes: what its first page says in pixels, within bounds."""

from __future__ import annotations

import time

import pytest

from courseporter.sources.scorm.height import HEAD, ROOM, height_of

TEXT = "<p>" + "words of a page that can be read " * 20


@pytest.mark.parametrize(
    ("page", "height"),
    [
        ('<body><object data="a.swf" width="800" height="600"></object>', 600),
        ("<BODY><EMBED SRC=a.swf WIDTH=800 HEIGHT=600>", 600),
        ('<div id="stage" style="position:absolute; width: 1024px; height: 768px"></div>', 768),
        ("<body style='height:640px;width:960px'><script>start(1)</script>", 640),
        ("<style>\n#player {\n width: 980px;\n height: 551.5px;\n}</style><div id=player>", 551),
        ('<meta content="width=1280, height=800" name="viewport"><canvas>', 800),
        ('<canvas width="640" height="480"></canvas><canvas width="900" height="500">', 500),
        ("<title>" + "long " * 99 + '</title><svg width="800" height="600"></svg>', 600),
        (TEXT + '<iframe src="film" width="1000" height="900">', 900),
    ],
)
def test_a_size_in_pixels_is_found(page, height):
    assert height_of(page.encode()) == height + ROOM


@pytest.mark.parametrize(
    "page",
    [
        "",
        "<p>words",
        '<div style="width:100%;height:100%">',
        '<div style="max-width:800px; min-height:600px">',
        '<div style="width:80em;height:60em">',
        '<div style="width:100vw;height:100vh">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="viewport" content="width=1024">',
        '<img src="a.png" width="800" height="600">',
        '<div class="bar" style="width:1000px;height:60px">',
        '<div style="width:90px;height:600px">',
        '<div style="width:99999px;height:99999px">',
        "<style>p { width: 800px } div { height: 600px }</style>",
        "<style>p { line-height: 600px; border-width: 800px }</style>",
    ],
)
def test_anything_else_leaves_the_usual_height(page):
    assert height_of(page.encode()) is None


def test_a_film_in_a_text_never_makes_the_frame_lower():
    assert height_of((TEXT + '<iframe src="film" width="560" height="315">').encode()) == 720


def test_only_the_beginning_of_a_page_is_looked_at():
    page = b" " * HEAD + b'<object width="800" height="600">'
    assert height_of(page) is None


@pytest.mark.parametrize(
    "part",
    ["<!--", "<style>", "<style>{", "<script", "<div ", "<meta name=", "width : ", "height= ", "{"],
)
def test_a_page_that_means_harm_costs_no_time(part):
    page = ("height" + part * HEAD).encode()
    begun = time.process_time()
    height_of(page)
    assert time.process_time() - begun < 2
