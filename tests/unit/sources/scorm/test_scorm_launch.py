"""Launch addresses: resolved as authors meant them, never outside the package."""

from __future__ import annotations

import pytest

from courseporter.model import Link, Package
from courseporter.sources.scorm.files import add_parameters
from fakes.scorm import item, manifest, package, read, resource
from fakes.zips import HandmadeZip, write, zip_of


def launched(folder, href, *names, parameters=None, **attributes):
    extra = {"parameters": parameters} if parameters else {}
    text = manifest(item("I1", ref="R1", **extra), resource("R1", href, **attributes))
    return read(package(folder, text, *names))


@pytest.mark.parametrize(
    ("href", "name", "target"),
    [
        ("my lesson.html", "my lesson.html", "my%20lesson.html"),
        ("my%20lesson.html", "my lesson.html", "my%20lesson.html"),
        ("my%20lesson.html", "my%20lesson.html", "my%2520lesson.html"),
        ("100%25.html", "100%.html", "100%25.html"),
        ("a.html?x=1&amp;y=2", "a.html", "a.html?x=1&y=2"),
        ("a.html#page2", "a.html", "a.html#page2"),
        ("a#b.html", "a#b.html", "a%23b.html"),
        ("./b/../a.html", "a.html", "a.html"),
        ("colon:x.html", "colon:x.html", "colon%3Ax.html"),
        ("b/colon:x.html?y=1:2", "b/colon:x.html", "b/colon%3Ax.html?y=1:2"),
        ("урок.html", "урок.html", "%D1%83%D1%80%D0%BE%D0%BA.html"),
        ("%D1%83%D1%80%D0%BE%D0%BA.html", "урок.html", "%D1%83%D1%80%D0%BE%D0%BA.html"),
        ("le\u00e7on.html", "lec\u0327on.html", "le%C3%A7on.html"),
    ],
)
def test_finds_the_file_without_a_word(tmp_path, href, name, target):
    found = launched(tmp_path, href, name)
    assert found.nodes[-1].block == Package(
        file="course.zip", href=target, version="1.2", identity="M1/ORG", item="I1"
    )
    assert (found.entries[0].outcome, found.entries[0].reason) == ("converted", None)
    assert "href_repaired" not in found.problems
    assert "missing_files" not in found.problems


@pytest.mark.parametrize(
    ("href", "name"),
    [
        ("A.HTML", "a.html"),
        ("content\\a.html", "content/a.html"),
        ("/a.html", "a.html"),
        ("content/", "content/index.html"),
        ("content\\", "content/index.htm"),
        ("./", "index.html"),
    ],
)
def test_finds_what_the_author_meant_and_says_so(tmp_path, href, name):
    found = launched(tmp_path, href, name)
    assert found.nodes[-1].block.href == name
    assert found.problems["href_repaired"].count == 1
    assert name in str(found.problems["href_repaired"].message)


@pytest.mark.parametrize(
    ("href", "page"),
    [
        ("index.htm", "index.html"),
        ("index_scorm.html?a=1", "index.html"),
        ("content/index_lms.html", "content/index.html"),
        ("Content\\index.htm", "content/index_lms.html"),
    ],
)
def test_a_missing_start_page_gives_way_to_the_only_one_in_its_folder(tmp_path, href, page):
    text = manifest(resources=resource("R1", href))
    found = read(write(tmp_path, zip_of({"imsmanifest.xml": text, page: "x", "other.html": "x"})))
    query = href.partition("?")[1:]
    assert found.nodes[-1].block.href == page + "".join(query)
    assert found.entries[0].outcome == "converted"
    problem = found.problems["launch_replaced"]
    assert (problem.severity, problem.count) == ("warning", 1)
    assert f"“{href}” → “{page}”" in str(problem.message)
    assert found.problems["missing_files"].count == 1


def test_a_start_page_is_never_guessed_among_several(tmp_path):
    text = manifest(resources=resource("R1", "index.htm"))
    pages = dict.fromkeys(("index.html", "index_lms.html", "sub/index.html"), "x")
    found = read(write(tmp_path, zip_of({"imsmanifest.xml": text, **pages})))
    assert found.entries[0].outcome == "failed"
    assert "launch_replaced" not in found.problems


def test_another_page_is_never_taken_for_the_start(tmp_path):
    text = manifest(resources=resource("R1", "lesson.html"))
    found = read(write(tmp_path, zip_of({"imsmanifest.xml": text, "index.html": "x"})))
    assert found.entries[0].outcome == "failed"


@pytest.mark.parametrize(
    ("href", "title"),
    [("Tarea%202.1.pdf", "Tarea 2.1"), ("a/Gr%F6%DFe_1.html", "Größe 1")],
)
def test_a_title_made_of_a_file_name_is_decoded(tmp_path, href, title):
    text = manifest(body="<organizations/>", resources=resource("R1", href))
    found = read(package(tmp_path, text, "Tarea 2.1.pdf", "a/Größe_1.html"))
    assert found.nodes[0].title == title


@pytest.mark.parametrize(
    ("href", "problem"),
    [
        ("../../etc/passwd", "unsafe_reference"),
        ("%2e%2e/%2e%2e/etc/passwd", "unsafe_reference"),
        ("..\\..\\windows\\win.ini", "unsafe_reference"),
        ("C:\\Windows\\win.ini", "unsafe_reference"),
        ("file:///etc/passwd", "unsafe_reference"),
        ("javascript:alert(1)", "unsafe_reference"),
        ("data:text/html,x", "unsafe_reference"),
        ("index.html%00.exe", "unsafe_reference"),
        ("%252e%252e/etc/passwd", "missing_files"),
        ("/etc/passwd", "missing_files"),
        ("nowhere.html", "missing_files"),
        ("content/", "missing_files"),
        ("in\ndex.html", "missing_files"),
    ],
)
def test_an_address_that_leads_nowhere_keeps_its_place_and_fails(tmp_path, href, problem):
    found = launched(tmp_path, href)
    (entry,) = found.entries
    assert (entry.outcome, entry.to) == ("failed", ())
    assert entry.reason
    assert found.tree[-1][0] == "text"
    assert "couldn't be imported" in found.nodes[-1].block.html
    assert found.problems[problem].count == 1
    assert found.kept == {}


@pytest.mark.parametrize("href", ["javascript:alert(1)", "file:///etc/passwd", "data:text/html,x"])
def test_a_dangerous_address_is_no_launch_address(tmp_path, href):
    assert launched(tmp_path, href).entries[0].href is None


def test_a_note_shows_an_address_as_text(tmp_path):
    found = launched(tmp_path, "&lt;script&gt;.html")
    assert "&lt;script&gt;.html" in found.nodes[-1].block.html
    assert "<script>" not in found.nodes[-1].block.html


@pytest.mark.parametrize(
    ("href", "url"),
    [
        ("https://example.invalid/a.html", "https://example.invalid/a.html"),
        ("//127.0.0.1:9/a.html", "https://127.0.0.1:9/a.html"),
    ],
)
def test_an_outside_address_becomes_a_link(tmp_path, href, url):
    found = launched(tmp_path, href)
    assert found.nodes[-1].block == Link(url=url)
    assert (found.entries[0].outcome, found.entries[0].href) == ("converted_with_loss", href)
    assert found.problems["external_resource"].count == 1
    assert "missing_files" not in found.problems


@pytest.mark.parametrize(
    ("url", "parameters", "wanted"),
    [
        ("a.html", "?x=1", "a.html?x=1"),
        ("a.html", "x=1", "a.html?x=1"),
        ("a.html?z=0", "&x=1", "a.html?z=0&x=1"),
        ("a.html", "?&x=1", "a.html?x=1"),
        ("a.html", "#s2", "a.html#s2"),
        ("a.html#s1", "#s2", "a.html#s1"),
        ("a.html", "  ", "a.html"),
        ("a.html", "", "a.html"),
    ],
)
def test_joins_parameters_as_scorm_says(url, parameters, wanted):
    assert add_parameters(url, parameters) == wanted


def test_parameters_stand_in_ledger_and_launch_address(tmp_path):
    found = launched(tmp_path, "index.html", parameters="?page=2")
    assert found.entries[0].href == found.nodes[-1].block.href == "index.html?page=2"


def test_every_base_adds_up(tmp_path):
    text = manifest(
        resources="</resources><resources xml:base='content/'>"
        + resource("R1", "index.html", xml_base="sco1/"),
        attributes=' xml:base="course/"',
    )
    found = read(package(tmp_path, text, "course/content/sco1/index.html"))
    assert found.entries[0].href == "course/content/sco1/index.html"
    assert "missing_files" not in found.problems


def test_a_file_may_have_a_base_of_its_own(tmp_path):
    inside = '<file xml:base="js/" href="a.js"/>'
    text = manifest(resources=resource("R1", "index.html", inside, xml_base="content/"))
    found = read(package(tmp_path, text, "content/index.html", "content/js/a.js"))
    assert "missing_files" not in found.problems
    assert found.problems["unreferenced_files"].count == 1  # the other index.html


def test_a_base_without_its_slash_is_understood_and_said(tmp_path):
    text = manifest(resources=resource("R1", "a.html", xml_base="content"))
    found = read(package(tmp_path, text, "content/a.html"))
    assert found.entries[0].href == "content/a.html"
    assert found.problems["href_repaired"].count == 1
    assert "missing_files" not in found.problems


def test_a_slash_that_lacks_in_the_middle_of_several_bases_is_understood(tmp_path):
    text = manifest(
        resources="</resources><resources xml:base='content'>"
        + resource("R1", "a.html", xml_base="sco1/"),
        attributes=' xml:base="course/"',
    )
    found = read(package(tmp_path, text, "course/content/sco1/a.html"))
    assert found.entries[0].href == "course/content/sco1/a.html"
    assert found.problems["href_repaired"].count == 1
    assert "missing_files" not in found.problems


def test_a_file_of_that_name_outside_the_base_is_another_lessons(tmp_path):
    text = manifest(resources=resource("R1", "index.html", xml_base="sco2/"))
    found = read(package(tmp_path, text))
    assert (found.entries[0].href, found.entries[0].outcome) == ("sco2/index.html", "failed")
    assert found.problems["missing_files"].count == 1


def test_a_base_that_stands_in_the_address_too_is_understood_and_said(tmp_path):
    text = manifest(resources=resource("R1", "content/a.html", xml_base="content/"))
    found = read(package(tmp_path, text, "content/a.html"))
    assert found.entries[0].href == "content/a.html"
    assert found.problems["href_repaired"].count == 1


def test_a_remote_base_makes_links(tmp_path):
    text = manifest(resources=resource("R1", "a.html", xml_base="http://127.0.0.1:9/"))
    found = read(package(tmp_path, text))
    assert found.nodes[-1].block == Link(url="http://127.0.0.1:9/a.html")


@pytest.mark.parametrize("ref", ["R9", "I2", "I1"])
def test_a_reference_to_nothing_fails_and_names_item_and_identifier(tmp_path, ref):
    found = read(package(tmp_path, manifest(item("I1", ref=ref) + item("I2", ref="R1"))))
    assert [entry.outcome for entry in found.entries] == ["failed", "converted"]
    problem = found.problems["dangling_reference"]
    assert "I1" in str(problem.message)
    assert f"“{ref}”" in str(problem.message)
    assert problem.key == "item:I1"


@pytest.mark.parametrize("href", ["", "?page=1", "#top"])
def test_a_resource_without_a_file_fails(tmp_path, href):
    found = launched(tmp_path, href)
    assert found.entries[0].outcome == "failed"
    assert found.problems["resource_without_file"].count == 1


@pytest.mark.parametrize(
    ("lie", "why"),
    [
        ({"crc": 1}, "damaged"),
        ({"method": 14}, "compressed in an unsupported way"),
        ({"flags": 1}, "password"),
    ],
)
def test_a_lesson_whose_first_page_cannot_be_read_fails(tmp_path, lie, why):
    made = HandmadeZip()
    made.add("imsmanifest.xml", manifest().encode())
    made.add("index.html", b"<p>page</p>", **lie)
    made.add("other.html", b"<p>page</p>")
    entry = read(write(tmp_path, made.done())).entries[0]
    assert (entry.outcome, entry.href) == ("failed", "index.html")
    assert why in str(entry.reason)


def bare(*files, base=""):
    inside = "".join(f'<file href="{name}"/>' for name in files)
    return f'<resource identifier="R1" type="webcontent"{base}>{inside}</resource>'


@pytest.mark.parametrize("beside", [(), ("style.css", "script.js")])
def test_a_resource_with_one_page_alone_opens_that_page(tmp_path, beside):
    resources = bare(*beside, "start page.HTML", base=' xml:base="content/"')
    text = manifest(item("I1", ref="R1", parameters="?x=1"), resources)
    found = read(package(tmp_path, text, "content/start page.HTML"))
    assert found.nodes[-1].block.href == "content/start%20page.HTML?x=1"
    assert (found.entries[0].outcome, found.entries[0].href) == ("converted", None)
    assert found.problems["only_file_taken"].count == 1
    assert "resource_without_file" not in found.problems


@pytest.mark.parametrize(
    "files", [("a.html", "b.html", "c.css"), ("film.mp4",), ("script.js",), ("",)]
)
def test_a_resource_that_does_not_say_which_file_to_open_fails(tmp_path, files):
    text = manifest(item("I1", ref="R1"), bare(*files))
    found = read(package(tmp_path, text, *filter(None, files)))
    assert found.entries[0].outcome == "failed"
    assert "only_file_taken" not in found.problems


def test_of_two_resources_with_one_identifier_the_first_counts(tmp_path):
    both = resource("R1", "index.html") + resource("R1", "other.html")
    found = read(package(tmp_path, manifest(resources=both), "other.html"))
    assert found.entries[0].href == "index.html"
    assert found.problems["duplicate_identifier"].count == 1


def test_one_resource_serves_several_items(tmp_path):
    items = "".join(item(f"I{n}", ref="R1", parameters=f"?p={n}") for n in range(3))
    found = read(package(tmp_path, manifest(items)))
    assert [entry.href for entry in found.entries] == [f"index.html?p={n}" for n in range(3)]


def test_counts_missing_and_unnamed_files_once(tmp_path):
    files = '<file href="a.css"/><file href="b.css"/><file href="b.css"/><file href="here.css"/>'
    text = manifest(resources=resource("R1", "index.html", files))
    found = read(package(tmp_path, text, "here.css", "extra.css", "schema.xsd"))
    assert found.problems["missing_files"].count == 2
    assert "a.css" in str(found.problems["missing_files"].message)
    assert found.problems["unreferenced_files"].count == 1
    assert "extra.css" in str(found.problems["unreferenced_files"].message)


def test_dependencies_in_a_circle_are_told(tmp_path):
    both = resource("R1", "index.html", '<dependency identifierref="R2"/>') + resource(
        "R2", "index.html", '<dependency identifierref="R1"/><dependency identifierref="R7"/>'
    )
    found = read(package(tmp_path, manifest(resources=both)))
    assert found.problems["dependency_cycle"].count == 2
    assert found.problems["dangling_dependency"].count == 1


def test_a_long_chain_of_dependencies_is_no_circle(tmp_path):
    chain = "".join(
        resource(f"R{n}", "index.html", f'<dependency identifierref="R{n + 1}"/>')
        for n in range(1, 3000)
    )
    found = read(package(tmp_path, manifest(resources=chain + resource("R3000", "index.html"))))
    assert "dependency_cycle" not in found.problems


def test_the_frame_is_as_high_as_the_first_page_says(tmp_path):
    text = manifest(
        item("I1", ref="R1") + item("I2", ref="R2") + item("I3", ref="R3"),
        resource("R1", "index.html") + resource("R2", "stage.html") + resource("R3", "film.mp4"),
    )
    page = '<object width="800" height="600">'
    found = read(package(tmp_path, text, **{"stage.html": page, "film.mp4": page}))
    blocks = [node.block for node in found.nodes if node.block]
    assert [block.height for block in blocks] == [None, 620, None]
