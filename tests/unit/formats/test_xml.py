"""XML: attacks are refused, hand-made faults are mended and said."""

from __future__ import annotations

import time

import pytest

from courseporter.errors import InputError
from courseporter.formats.xml import local_name, parse_xml

TITLE = "Füße & Straße – Öl"


def manifest(title="Fish &amp; chips", declaration='<?xml version="1.0"?>', doctype=""):
    return f"{declaration}{doctype}<manifest><title>{title}</title></manifest>"


def read(data):
    document = parse_xml(data if isinstance(data, bytes) else data.encode(), name="a.xml")
    return document.root[0].text, [problem.code for problem in document.problems]


def refusal(data):
    with pytest.raises(InputError) as caught:
        read(data)
    return caught.value


# ------------------------------------------------------------------------ attacks


@pytest.mark.parametrize(
    "subset",
    [
        '<!ENTITY x SYSTEM "file:///etc/hostname">',
        '<!ENTITY x SYSTEM "secret.txt">',
        '<!ENTITY % p SYSTEM "http://127.0.0.1:9/p.dtd"> %p;',
        '<!ENTITY x "one"><!ENTITY y "&x;&x;">',
        '<!ATTLIST title long CDATA "xxxx">',
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_refuses_definitions_in_any_encoding(subset, encoding):
    text = manifest("&x;", doctype=f"\n<!DOCTYPE manifest [{subset}]>").replace("1.0", "1.0")
    error = refusal(text.encode(encoding))
    assert error.code == "manifest_unsafe"
    assert "line 2" in error.message
    assert error.where == "a.xml line 2"


def test_a_comment_before_the_document_type_hides_nothing():
    text = manifest("&x;", doctype="<!-- <a> --><?pi?><!DOCTYPE a [<!ENTITY x 'y'>]>")
    assert refusal(text).code == "manifest_unsafe"


def test_ignores_a_harmless_document_type():
    text = manifest(doctype='<!DOCTYPE manifest SYSTEM "imscp.dtd">')
    assert read(text) == ("Fish & chips", [])


def test_an_entity_of_an_unread_document_type_becomes_its_letter():
    text = manifest("a&eacute;b", doctype='<!DOCTYPE manifest SYSTEM "imscp.dtd">')
    assert read(text) == ("aéb", ["xml_repaired"])


def test_reads_no_xinclude():
    text = manifest('<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="/etc/hostname"/>')
    root = parse_xml(text.encode(), name="a.xml").root
    assert [local_name(element) for element in root.iter()] == ["manifest", "title", "include"]
    assert "".join(root.itertext()) == ""


def test_refuses_endless_depth_at_once():
    start = time.process_time()
    assert refusal("<a>" * 100_000 + "</a>" * 100_000).code == "too_deep"
    assert time.process_time() - start < 2


def test_takes_depth_beyond_the_usual_limit_of_parsers():
    assert parse_xml(b"<a>" * 700 + b"</a>" * 700, name="a.xml").root.tag == "a"


def test_refuses_more_elements_than_memory_bears(monkeypatch):
    monkeypatch.setattr("courseporter.formats.xml.MAX_TAGS", 10)
    assert refusal("<a>" + "<b/>" * 20 + "</a>").code == "too_large"


def test_mends_hostile_rubbish_in_linear_time():
    start = time.process_time()
    refusal("<a>&" + "<?" * 300_000)
    refusal("<a>&" + "<!--" * 300_000)
    refusal("<a>&" + "<![CDATA[" * 100_000)
    assert time.process_time() - start < 3


# ------------------------------------------------------------------------ encodings


@pytest.mark.parametrize(
    ("declared", "encoding", "mark"),
    [
        ("UTF-8", "utf-8", b"\xef\xbb\xbf"),
        ("UTF-16", "utf-16-le", b"\xff\xfe"),
        (None, "utf-16-be", b"\xfe\xff"),
        ("UTF-16LE", "utf-16-le", b""),
        ("", "utf-16-le", b""),
        ("", "utf-16-be", b""),
        ("utf-16be", "utf-16-be", b""),
        ("UTF-32", "utf-32-le", b"\xff\xfe\0\0"),
        ("windows-1252", "cp1252", b""),
        ("ISO-8859-1", "cp1252", b""),
    ],
)
def test_reads_the_usual_encodings(declared, encoding, mark):
    declaration = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    text = manifest(TITLE.replace("&", "&amp;"), declaration)
    assert read(mark + text.encode(encoding)) == (TITLE, [])


def test_reads_shift_jis():
    text = manifest("日本語コース", '<?xml version="1.0" encoding="Shift_JIS"?>')
    assert read(text.encode("shift_jis")) == ("日本語コース", [])


def test_mends_a_declaration_that_lies_and_says_so():
    text = manifest("Öl", '<?xml version="1.0" encoding="UTF-16"?>')
    assert read(text.encode()) == ("Öl", ["xml_encoding_repaired"])


@pytest.mark.parametrize("declared", ["ISO-8859-1", "windows-1251", "Shift_JIS", "us-ascii"])
def test_reads_utf8_that_calls_itself_an_old_encoding_and_says_so(declared):
    text = manifest("Füße – 日本語", f'<?xml version="1.0" encoding="{declared}"?>')
    said = [] if declared == "us-ascii" else ["xml_encoding_repaired"]
    assert read(text.encode()) == ("Füße – 日本語", said)


def test_believes_a_declared_encoding_with_two_bytes_a_letter_where_it_can_be_read():
    text = manifest("膜", '<?xml version="1.0" encoding="GBK"?>')
    assert text.encode("gbk").decode("utf-8") != text
    assert read(text.encode("gbk")) == ("膜", [])


def test_reads_old_bytes_in_utf8_as_windows_1252_and_says_so():
    data = manifest("Füße – ü").encode().replace("Füße".encode(), b"F\xfc\xdfe")
    assert read(data) == ("Füße – ü", ["xml_encoding_repaired"])


@pytest.mark.parametrize("name", ["x-klingon", "rot13", "unicode_escape", "utf-7", "cp99999"])
def test_refuses_an_encoding_that_nobody_knows(name):
    error = refusal(manifest(declaration=f'<?xml version="1.0" encoding="{name}"?>'))
    assert error.code == "encoding_error"
    assert name in error.message


def test_names_the_line_of_bytes_that_no_encoding_explains():
    error = refusal(b"<a>\n\n\x81\xff</a>")
    assert error.code == "encoding_error"
    assert "line 3" in error.message


# ------------------------------------------------------------------------ faults


@pytest.mark.parametrize(
    ("title", "wanted"),
    [
        ("Q&A session", "Q&A session"),
        ("Fish&nbsp;chips", "Fish\xa0chips"),
        ("AT&T; more", "AT&T; more"),
        ("back\x08space", "backspace"),
        ("back&#8;space&#x1F600;", "backspace😀"),
        ("R&D <![CDATA[<b>&nbsp;</b>]]>", "R&D <b>&nbsp;</b>"),
        ("&#" + "9" * 5000 + ";x&", "x&"),
    ],
)
def test_mends_what_can_be_mended_and_says_so(title, wanted):
    assert read(manifest(title)) == (wanted, ["xml_repaired"])


def test_declares_a_prefix_that_was_forgotten_and_says_so():
    text = '<a>\n<!-- c:d --><q:b adl:type="sco">x &lt; y: z</q:b></a>'
    document = parse_xml(text.encode(), name="a.xml")
    (below,) = document.root
    assert [value for _, value in below.items()] == ["sco"]
    assert "".join(below.itertext()) == "x < y: z"
    (problem,) = document.problems
    assert problem.code == "xml_repaired"
    assert "“q”" in str(problem.message)
    assert "“adl”" in str(problem.message)


@pytest.mark.parametrize("start", ["\r\n", "  \n\t"])
def test_skips_blank_lines_before_the_declaration(start):
    assert read(start + manifest()) == ("Fish & chips", ["xml_repaired"])


def test_skips_a_second_byte_order_mark():
    assert read(b"\xef\xbb\xbf\xef\xbb\xbf" + manifest().encode()) == (
        "Fish & chips",
        ["xml_repaired"],
    )


def test_names_file_and_line_of_what_cannot_be_mended():
    error = refusal('<?xml version="1.0"?>\n<a>\n<b></a>')
    assert error.code == "manifest_invalid"
    assert "a.xml" in error.message
    assert "line 3" in error.message


@pytest.mark.parametrize("data", [b"", b"  \n", b'<?xml version="1.0"?>\n', b"\0\0"])
def test_says_that_there_is_nothing(data):
    error = refusal(data)
    assert error.code == "manifest_invalid"
    assert "is empty" in error.message


def test_says_that_it_is_no_xml():
    assert "not XML" in refusal("hello").message


def test_comments_and_instructions_are_left_out():
    root = parse_xml(b"<a><?x y?><!-- c --><b/>t</a>", name="a.xml").root
    assert [element.tag for element in root] == ["b"]
