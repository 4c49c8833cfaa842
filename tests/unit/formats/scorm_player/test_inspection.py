"""What a package loads from elsewhere and what its scripts call, told from what only looks so."""

import random
import time

import pytest

from courseporter.formats.archive import Member
from courseporter.formats.scorm_player import inspection
from courseporter.formats.scorm_player.inspection import Inspector


def inspected(**files):
    """Findings about texts by name; `page_html` stands for page.html."""
    inspector = Inspector("golf.zip")
    for name, text in files.items():
        data = text.encode() if isinstance(text, str) else text
        path = ".".join(name.rsplit("_", 1))
        reader = inspector.watch(Member(path=path, size=len(data), packed_size=1))
        if reader is not None:
            for start in range(0, len(data), 7):  # pieces that end anywhere
                reader(data[start : start + 7])
            reader(b"")
    return inspector


def hosts(**files):
    return [one.name for one in inspected(**files).findings().hosts]


def calls(text, ending="js"):
    found = inspected(**{f"a_{ending}": text}).findings().calls
    return {one.name: one.count for one in found}


@pytest.mark.parametrize(
    "text",
    [
        '<img src="https://x.example/a.png">',
        "<img src='//x.example/a.png'>",
        "<script src=https://x.example/a.js></script>",
        '<link rel="stylesheet" href="https://X.example/a.css">',
        '<link href="//x.example/a.css" rel=stylesheet>',
        '<iframe\n src = "http://x.example/frame"></iframe>',
        '<video poster="https://x.example/p.jpg"></video>',
        '<img srcset="a.png 1x, https://x.example/b.png 2x">',
        '<form action="https://x.example/take">',
        '<button formaction="//x.example/take">',
        '<object data="https://x.example/a.swf"></object>',
        '<base href="https://x.example/">',
        '<svg><use xlink:href="https://x.example/i.svg#a"/></svg>',
        '<meta http-equiv="refresh" content="0; url=https://x.example/">',
        '<p style="background:url(//x.example/a.png)">',
        "<script>fetch('https://x.example/a.json')</script>",
        "<script><!--\nfetch('https://x.example/a.json')\n//--></script>",
    ],
)
def test_a_page_that_loads_from_elsewhere_is_seen(text):
    assert hosts(page_html=text) == ["x.example"]


@pytest.mark.parametrize(
    "text",
    [
        "fetch(`https://x.example/a`)",
        'request.open("GET", "https://x.example/a", true)',
        'import a from "https://x.example/a.mjs"',
        'import "//x.example/a.mjs"',
        'import("https://x.example/a.mjs")',
        'importScripts("https://x.example/a.js")',
        'new WebSocket("wss://x.example/live")',
        'new EventSource("https://x.example/live")',
        'navigator.sendBeacon("https://x.example/count", it)',
        '$.getJSON("https://x.example/a")',
        'jQuery.get("https://x.example/a")',
        '$.ajax({type: "GET", url: "https://x.example/a"})',
        'image.src = "https://x.example/a.png"',
        'one.setAttribute("src", "//x.example/a.png")',
        'var course = {"src":"https:\\/\\/x.example\\/a.mp4"}',
        "a=1;//no\nimage.src='https://x.example/a.png'",
        "accept='image/*';image.src='https://x.example/a.png';b=2*/**/3",
    ],
)
def test_a_script_that_loads_from_elsewhere_is_seen(text):
    assert hosts(a_js=text) == ["x.example"]


@pytest.mark.parametrize(
    "text",
    [
        '<a href="https://x.example/">x</a>',
        '<html xmlns="http://www.w3.org/1999/xhtml" xmlns:x="https://x.example/a">',
        '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0//EN" "http://www.w3.org/TR/a.dtd">',
        '<x xsi:schemaLocation="http://x.example/a http://x.example/a.xsd">',
        '<!-- <img src="https://x.example/a.png"> -->',
        "<p>See https://x.example/a.png or //x.example</p>",
        '<link rel="canonical" href="https://x.example/">',
        '<img src="pictures/a.png" alt="//x.example">',
        '<img src="data:image/png;base64,//x.example">',
        "<script>// fetch('https://x.example/a')\n</script>",
        "<script>/* fetch('https://x.example/a') */</script>",
        "<script>location.href = 'https://x.example/'; open('https://x.example/')</script>",
        '<script>document.createElementNS("http://www.w3.org/2000/svg", "g")</script>',
        '<iframe src="file://x.example/a"></iframe>',
    ],
)
def test_links_names_and_comments_are_no_loads(text):
    assert hosts(page_html=text) == []


def test_styles_load_by_url_and_import():
    text = '@import "https://a.example/x.css"; p { background: url( "//b.example/x.png" ) }'
    assert sorted(hosts(look_css=text)) == ["a.example", "b.example"]
    assert hosts(look_css="/* url(https://a.example/x) */") == []


def test_places_are_counted_and_the_first_files_named():
    page = '<img src="//x.example/1"><img src="//x.example/2"><img src="//y.example/">'
    found = inspected(a_html=page, b_html=page, c_html=page, d_html=page).findings().hosts
    assert [(one.name, one.count) for one in found] == [("x.example", 8), ("y.example", 4)]
    assert found[0].files == ("a.html", "b.html", "c.html")


def test_a_host_that_sends_programs_stands_first():
    page = '<img src="//x.example/"><img src="//x.example/"><script src="//y.example/a"></script>'
    first, second = inspected(a_html=page).findings().hosts
    assert (first.name, first.serious, second.serious) == ("y.example", True, False)
    assert inspected(a_js='s.src="//y.example/a.js?v=1"').findings().hosts[0].serious


@pytest.mark.parametrize(
    ("text", "call"),
    [
        ("var all = document.cookie;", "cookie"),
        ("localStorage.setItem('a', 1)", "storage"),
        ("sessionStorage['a'] = 1", "storage"),
        ("x = eval(y)", "eval"),
        ("window.eval (y)", "eval"),
        ("new Function('return 1')()", "eval"),
        ("top.location = '/'", "leave"),
        ("window.parent.location.href='/'", "leave"),
        ("window.top.location.replace('/')", "leave"),
        ("fetch('/api/user/v1/me')", "account"),
        ("r.open('POST', '/login_session')", None),
        ("r.open('POST', \"/login\")", "account"),
        ("$.ajax({url: '/csrf/api/v1/token'})", "account"),
        ("read('csrftoken')", "account"),
        ("navigator.serviceWorker.register('w.js')", "worker"),
        ("new RTCPeerConnection(x)", "device"),
        ("navigator.mediaDevices.getUserMedia({})", "device"),
        ("navigator.geolocation.getCurrentPosition(x)", "device"),
    ],
)
def test_calls_beyond_the_lesson_are_named(text, call):
    assert calls(text) == ({call: 1} if call else {})
    assert calls(f"// {text}") == {}
    assert calls(f"<script>{text}</script>", "html") == ({call: 1} if call else {})


@pytest.mark.parametrize(
    "text",
    [
        "retrieval(x); medieval (y); my.eval(z)",
        "var p = window.parent; p.API.LMSInitialize('')",
        "if (top.location == self.location) {}",
        "location.href = 'next.html'",
        "var api = './api/x.js'; load('/api/' + x)",
        "var Function = 1; f = function (x) {}",
    ],
)
def test_ordinary_scorm_scripts_ring_no_bell(text):
    assert calls(text) == {}


def test_forms_that_post_are_named():
    assert calls('<form name="a" METHOD="POST">', "html") == {"form": 1}
    assert calls('<form name="a" method="get">', "html") == {}


def test_severity_follows_what_the_calls_can_do():
    (mild,) = inspected(a_js="eval(x); document.cookie").problems()
    assert (mild.code, mild.severity, mild.count) == ("scorm_risky_calls", "info", 2)
    (grave,) = inspected(a_js="eval(x); fetch('/api/user/')").problems()
    assert grave.severity == "warning"
    (plain,) = inspected(a_html='<img src="//x.example/a.png">').problems()
    assert (plain.code, plain.severity) == ("scorm_loads_elsewhere", "info")
    (program,) = inspected(a_html='<script src="//x.example/a"></script>').problems()
    assert program.severity == "warning"
    assert str(program.message) == (
        "The package loads from 1 other host: x.example. "
        "It runs scripts from x.example, which can do everything the lesson can."
    )
    assert program.where == "golf.zip: a.html"


def test_a_sentence_names_the_first_few_and_counts_the_rest():
    page = "".join(f'<img src="//{name}.example/">' for name in "aabcde")
    (problem,) = inspected(page_html=page).problems()
    assert str(problem.message) == (
        "The package loads from 5 other hosts: "
        "a.example (2 times), b.example, c.example and 2 more."
    )
    assert problem.count == 6


def test_a_package_that_does_nothing_of_all_this_has_no_problem():
    inspector = inspected(a_html="<p>Hello</p>", b_js="play()")
    assert inspector.problems() == ()
    assert inspector.findings() == inspection.Findings()


def test_media_are_skipped_by_name_and_by_first_bytes():
    text = '<img src="//x.example/">'
    assert hosts(film_mp4=text, picture_jpg=text, table_csv=text) == []
    assert hosts(a_unknown=b"\0" + text.encode()) == []
    assert hosts(a_unknown=b"\1\2\3" + text.encode()) == []
    assert hosts(a_unknown=b"%PDF-1.7\n" + text.encode()) == []
    assert hosts(a_unknown=f"\ufeff <!DOCTYPE html>{text}") == ["x.example"]


def test_what_a_browser_takes_for_a_page_or_a_script_cannot_hide_behind_its_first_bytes():
    text = 'import("//x.example/a.mjs")'
    assert hosts(a_js=b"/*\0*/" + text.encode()) == ["x.example"]
    assert hosts(a_html=b"\0<script>" + text.encode()) == ["x.example"]
    assert hosts(a_unknown=f"GIF89a=1;{text}") == ["x.example"]


@pytest.mark.parametrize(
    "noise", [random.Random(5).randbytes(4 << 20), b"\0\0\0\x18ftypmp42" * 9999]
)
def test_media_of_unknown_names_are_given_up_after_their_first_bytes(noise, monkeypatch):
    monkeypatch.setattr(Inspector, "look", lambda *_: pytest.fail("the file was searched"))
    reader = Inspector("a.zip").watch(Member(path="clip.bin", size=len(noise), packed_size=1))
    for at in range(0, 15000, 1500):
        reader(noise[at : at + 1500])
    reader(b"")


@pytest.mark.parametrize("ending", ["txt", "foo", "map", "dat", "woff", "xsl", "JS", "svg"])
def test_a_script_is_looked_at_whatever_its_name_ends_with(ending):
    assert calls("fetch('/api/user/v1/me')", ending) == {"account": 1}
    assert hosts(**{f"a_{ending}": "import('https://x.example/a.mjs')"}) == ["x.example"]


def test_a_large_file_of_unknown_kind_is_named_when_it_is_text():
    inspector = Inspector("golf.zip")
    for path, head in (("big.txt", b"a" * 2000), ("big.bin", b"\1\0\0\2" * 500)):
        large = Member(path=path, size=inspection.MAX_TEXT + 1, packed_size=1)
        inspector.watch(large)(head)
    assert inspector.findings().unread == ("big.txt",)


MANIFEST = """<manifest xmlns="http://www.imsproject.org/xsd/imscp_rootv1p1p2"
  xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
  xsi:schemaLocation="http://www.imsproject.org/xsd/imscp_rootv1p1p2 https://x.example/a.xsd">
  <metadata><lom><entry>https://www.example.org/golf</entry></lom></metadata>
  <item><title>Golf, with one = sign</title></item></manifest>"""


def test_a_manifest_says_nothing_that_is_loaded():
    found = inspected(imsmanifest_xml=MANIFEST).findings()
    assert (found.hosts, found.calls) == ((), ())


def test_a_script_hides_behind_no_name():
    page = '<html xmlns="http://www.w3.org/1999/xhtml"><script>fetch("/api/user/")</script></html>'
    assert hosts(imsmanifest_xml='<film src="https://x.example/"/>') == ["x.example"]
    for name in ("imsmanifest_xml", "sub/imsmanifest_xml", "data_xml", "page_xhtml", "image_svg"):
        found = inspected(**{name: page}).findings().calls
        assert [one.name for one in found] == ["account"], name


CODINGS = ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig"]


@pytest.mark.parametrize("coding", CODINGS)
@pytest.mark.parametrize("name", ["a_html", "a_js", "a_dat"])
def test_texts_in_other_codings_are_read(coding, name):
    text = "/* größer */ document.cookie; fetch('https://x.example/a.js')".encode(coding)
    found = inspected(**{name: text}).findings()
    assert [one.name for one in found.hosts] == ["x.example"]
    assert [one.name for one in found.calls] == ["cookie"]


def test_a_picture_is_no_text_in_utf_16():
    data = random.Random(3).randbytes(2000).replace(b"d", b"\0")
    assert inspected(a_dat=b"\0\1" * 600 + data, b_dat=bytes(3000)).findings().calls == ()


def test_a_text_that_is_too_large_is_named():
    inspector = Inspector("golf.zip")
    large = Member(path="big.js", size=inspection.MAX_TEXT + 1, packed_size=1)
    film = Member(path="big.mp4", size=inspection.MAX_TEXT + 1, packed_size=1)
    assert inspector.watch(large) is None
    assert inspector.watch(film) is None
    assert inspector.findings().unread == ("big.js",)
    (problem,) = inspector.problems()
    assert "“big.js”" in str(problem.message)


def test_beyond_the_sum_of_all_texts_no_more_is_read(monkeypatch):
    monkeypatch.setattr(inspection, "MAX_TOTAL", 100)
    text = f'{" " * 60}<img src="//x.example/">'
    inspector = inspected(a_html=text, b_html=text)
    assert inspector.findings().hosts[0].count == 1
    assert inspector.findings().cut
    assert "more text" in str(inspector.problems()[0].message)


@pytest.mark.parametrize(
    "text",
    ["//", 'src="//a.bc" ', "/*", "<!--", "eval(", "<form ", " ; //eval(", '"//' + "a." * 9],
)
def test_hostile_texts_take_linear_time(text):
    def took(size):
        data = (text * (size // len(text))).encode()
        inspector = Inspector("x.zip")
        start = time.process_time()
        reader = inspector.watch(Member(path="a.html", size=len(data), packed_size=1))
        reader(data)
        reader(b"")
        return time.process_time() - start

    # what else the machine does makes either longer, at times: one calm moment shows it
    took(10_000)
    assert any(took(400_000) < 40 * max(took(20_000), 0.002) for _ in range(5))
