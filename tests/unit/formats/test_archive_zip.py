"""ZIP files: sound ones are read, lying ones are refused with the entry's name."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from urllib.parse import quote

import pytest

from courseporter.context import Limits
from courseporter.errors import AuthError, InputError
from courseporter.formats import archive as archives
from courseporter.formats.archive import check_members
from courseporter.formats.archive.zip_file import HARMLESS
from fakes.zips import HandmadeZip, deflated, write, zip_of

OPEN = []


def open_archive(path, limits):
    archive = archives.open_archive(path, limits)
    OPEN.append(archive)
    return archive


@pytest.fixture(autouse=True)
def closed():
    yield
    while OPEN:
        OPEN.pop().close()


SOUND = {"imsmanifest.xml": "<manifest/>", "content/a.html": "<p>a</p>" * 500}


def opened(folder, data, limits=None):
    return open_archive(write(folder, data), limits or Limits())


def refusal(folder, data, limits=None):
    with pytest.raises(InputError) as caught:
        check_members(opened(folder, data, limits))
    return caught.value


def codes(archive):
    return [problem.code for problem in archive.problems]


def contents(archive):
    return {path: archive.read(member, 1 << 30) for path, member in archive.members.items()}


@pytest.mark.parametrize("method", [0, 8])
def test_gives_every_file_with_its_bytes(tmp_path, method):
    archive = opened(tmp_path, zip_of(SOUND, method=method))
    assert contents(archive) == {name: text.encode() for name, text in SOUND.items()}
    assert archive.problems == ()
    assert [member.index for member in archive.members.values()] == [0, 1]


def test_reads_bzip2(tmp_path):
    with zipfile.ZipFile(path := tmp_path / "a.zip", "w", zipfile.ZIP_BZIP2) as target:
        target.writestr("a.txt", b"plain " * 100_000)
    archive = open_archive(path, Limits())
    assert archive.read(archive.members["a.txt"], 1 << 20) == b"plain " * 100_000


def test_reads_zip64_and_data_descriptors(tmp_path):
    class Pipe(io.RawIOBase):  # cannot seek, so sizes stand behind the data
        def __init__(self, target):
            self.target = target

        def writable(self):
            return True

        def write(self, data):
            return self.target.write(data)

    with (
        (tmp_path / "a.zip").open("wb") as file,
        zipfile.ZipFile(Pipe(file), "w") as target,
        target.open("a.txt", "w", force_zip64=True) as stream,
    ):
        stream.write(b"streamed")
    archive = open_archive(tmp_path / "a.zip", Limits())
    assert archive.read(archive.members["a.txt"], 100) == b"streamed"


def test_reads_sizes_from_the_zip64_field(tmp_path):
    made = HandmadeZip()
    wide = struct.pack("<HHQQ", 1, 16, 5, 5)
    made.add("a.txt", b"hello", method=0, extra=wide)
    entry = bytearray(made.directory[0])
    entry[20:28] = b"\xff" * 8
    made.directory[0] = bytes(entry)
    assert contents(opened(tmp_path, made.done())) == {"a.txt": b"hello"}


def test_reads_behind_a_program_and_before_garbage(tmp_path):
    data = b"MZ" + bytes(4094) + zip_of(SOUND) + b"\r\n--boundary--" * 9
    assert list(contents(opened(tmp_path, data))) == list(SOUND)


def test_streams_a_member_in_any_steps(tmp_path):
    plain = bytes(range(256)) * 4000
    archive = opened(tmp_path, zip_of({"a.bin": plain}))
    with archive.open(archive.members["a.bin"]) as stream:
        parts = [stream.read(1), stream.read(70_000), stream.read1(9), stream.read()]
        assert stream.read(5) == b""
    assert b"".join(parts) == plain


def test_text_can_be_read_line_by_line(tmp_path):
    archive = opened(tmp_path, zip_of({"a.csv": "one\ntwo\nthree\n"}))
    with io.TextIOWrapper(archive.open(archive.members["a.csv"]), "utf-8") as lines:
        assert [line.strip() for line in lines] == ["one", "two", "three"]


def test_two_members_can_be_read_in_turns(tmp_path):
    big = {"a": b"a" * 300_000, "b": b"b" * 300_000}
    archive = opened(tmp_path, zip_of(big, method=0))
    with archive.open(archive.members["a"]) as one, archive.open(archive.members["b"]) as two:
        for _ in range(3):
            assert one.read(100_000) == b"a" * 100_000
            assert two.read(100_000) == b"b" * 100_000


# ------------------------------------------------------------------------ names


@pytest.mark.parametrize(
    "name",
    [
        "../evil.txt",
        "content/../../evil.txt",
        "/tmp/evil.txt",
        "C:/evil.txt",
        "C:evil.txt",
        "..\\..\\evil.txt",
        "\\\\127.0.0.1\\share\\evil.txt",
        ".. /evil.txt",
        "index.html\0.exe",
    ],
)
def test_refuses_a_name_that_leaves_the_package(tmp_path, name):
    made = HandmadeZip()
    made.add("index.html")
    made.add(name.encode())
    error = refusal(tmp_path, made.done())
    assert error.code == "unsafe_path"
    assert name.replace("\0", "\\x00") in error.message
    assert error.hint


@pytest.mark.parametrize(
    "name", ["CON", "aux/a.txt", "nul.txt", "a./b.txt", "xx:y", "a\x07b", "n" * 300]
)
def test_tells_names_that_some_systems_cannot_keep(tmp_path, name):
    archive = opened(tmp_path, zip_of({"index.html": "x", name: "y"}))
    assert codes(archive) == ["archive_odd_name"]
    assert len(archive.members) == 2


def test_normalises_separators_and_unicode(tmp_path):
    archive = opened(tmp_path, zip_of({"a\\b.html": "1", "./c//d.html": "2", "e\u0301.html": "3"}))
    assert list(archive.members) == ["a/b.html", "c/d.html", "\u00e9.html"]
    assert archive.find("e\u0301.html") is archive.members["\u00e9.html"]


def test_finds_a_name_in_another_letter_case_when_it_is_the_only_one(tmp_path):
    archive = opened(tmp_path, zip_of({"Index.HTML": "1", "a.txt": "2", "A.txt": "3"}))
    assert archive.find("index.html") is archive.members["Index.HTML"]
    assert archive.find("A.txt") is archive.members["A.txt"]
    assert archive.find("A.TXT") is None
    assert codes(archive) == ["archive_case_clash"]


@pytest.mark.parametrize(
    ("codec", "name"), [("cp866", "урок.html"), ("cp437", "leçon.html"), ("cp932", "日本.html")]
)
def test_finds_names_of_old_code_pages(tmp_path, codec, name):
    archive = opened(tmp_path, zip_of({"imsmanifest.xml": "x"}))
    made = HandmadeZip()
    made.add(name.encode(codec), b"page")
    archive = opened(tmp_path, made.done())
    assert archive.find(name) is not None
    assert codes(archive) == ["archive_guessed_name"]


@pytest.mark.parametrize(
    ("codec", "folder", "file"),
    [
        ("cp1252", "Übung", "Bäume.png"),
        ("cp1251", "Урок", "картинка.png"),
        ("cp866", "Урок", "картинка.png"),
        ("cp932", "表", "画像.png"),  # the second byte of 表 is a backslash
        ("gb18030", "第一章", "图像.png"),
        ("euc_kr", "강의", "그림.png"),
    ],
)
@pytest.mark.parametrize("spelled", [str, quote])
def test_reads_all_names_in_the_code_page_in_which_a_manifest_spells_some(
    tmp_path, codec, folder, file, spelled
):
    made = HandmadeZip()
    made.add(f"{folder}/page.html".encode(codec), b"page")
    made.add(f"{folder}/{file}".encode(codec), b"picture")
    made.add("imsmanifest.xml", f'<file href="{spelled(folder)}/page.html"/>'.encode())
    archive = opened(tmp_path, made.done())
    assert set(archive.members) == {"imsmanifest.xml", f"{folder}/page.html", f"{folder}/{file}"}
    assert codes(archive) == ["archive_guessed_name"]


def test_takes_a_page_for_the_code_page_where_the_manifest_names_nothing(tmp_path):
    made = HandmadeZip()
    made.add("index.html", '<img src="画像/図.png">'.encode())
    made.add("画像/図.png".encode("cp932"), b"picture")
    made.add("imsmanifest.xml", b'<file href="index.html"/>')
    assert "画像/図.png" in opened(tmp_path, made.done()).members


def test_guesses_a_name_that_is_flagged_as_utf_8_and_is_not(tmp_path):
    made = HandmadeZip()
    made.add("Größe.html".encode("cp1252"), b"page", flags=0x800)
    made.add("imsmanifest.xml", '<file href="Größe.html"/>'.encode())
    archive = opened(tmp_path, made.done())
    assert "Größe.html" in archive.members
    assert codes(archive) == ["archive_guessed_name"]


def test_refuses_a_name_that_climbs_out_in_the_code_page_of_the_manifest(tmp_path):
    made = HandmadeZip()
    made.add("日本/../../x.html".encode("cp932"), b"page")
    made.add("imsmanifest.xml", '<file href="日本/"/>'.encode())
    assert refusal(tmp_path, made.done()).code == "unsafe_path"


def test_guesses_names_when_what_would_spell_them_is_damaged(tmp_path):
    made = HandmadeZip()
    made.add("leçon.html".encode("cp437"), b"page")
    made.add("imsmanifest.xml", packed=b"\xff\xff\xff")
    archive = opened(tmp_path, made.done())
    assert "leçon.html" in archive.members


def test_a_list_with_an_endless_number_in_it_tells_the_code_page(tmp_path):
    made = HandmadeZip()
    made.add("Größe.html".encode("cp1252"), b"page")
    made.add("imsmanifest.xml", '<file href="Größe.html"/>&#'.encode() + b"9" * 5000 + b";")
    assert "Größe.html" in opened(tmp_path, made.done()).members


@pytest.mark.parametrize("raw", [b"neu-\x81.txt", b"neu-#U00fc.txt"])
def test_takes_the_unicode_path_of_infozip(tmp_path, raw):
    name = "neu-ü.txt"
    body = b"\1" + zlib.crc32(raw).to_bytes(4, "little") + name.encode()
    made = HandmadeZip()
    made.add(raw, b"x", extra=struct.pack("<HH", 0x7075, len(body)) + body)
    assert list(opened(tmp_path, made.done()).members) == [name]


def test_leaves_out_clutter_and_folders(tmp_path):
    files = {"a/": b"", "a/b.txt": b"x", "__MACOSX/a/._b.txt": b"x", "a/.DS_Store": b"x"}
    assert list(opened(tmp_path, zip_of(files)).members) == ["a/b.txt"]


def test_of_two_entries_with_one_name_the_last_counts_and_it_is_said(tmp_path):
    made = HandmadeZip()
    made.add("a.txt", b"first")
    made.add("b.txt", b"same")
    made.add("a.txt", b"second")
    made.add("b.txt", b"same")
    archive = opened(tmp_path, made.done())
    assert contents(archive) == {"a.txt": b"second", "b.txt": b"same"}
    assert archive.doubled == {"a.txt"}
    assert codes(archive) == ["archive_duplicate"]


def test_tells_a_name_that_is_file_and_folder(tmp_path):
    assert codes(opened(tmp_path, zip_of({"a": "1", "a/b.txt": "2"}))) == ["archive_name_clash"]


# ------------------------------------------------------------------------ types


@pytest.mark.parametrize("target", [b"/etc", b"../outside", b"C:\\x"])
def test_refuses_a_link_that_leads_out(tmp_path, target):
    made = HandmadeZip()
    made.add("content", target, mode=0o120777 << 16)
    error = refusal(tmp_path, made.done())
    assert (error.code, "content" in error.message) == ("unsafe_entry", True)


@pytest.mark.parametrize("target", ["../b.txt", "..\\b.txt", "./c/../../b.txt", "d"])
def test_a_link_is_judged_from_the_folder_that_it_lies_in(tmp_path, target):
    made = HandmadeZip()
    made.add("b.txt")
    made.add("a/link", target.encode(), mode=0o120777 << 16)
    archive = opened(tmp_path, made.done())
    assert codes(archive) == ["archive_special_entry"]
    made.add("link", b"../b.txt", mode=0o120777 << 16)
    with pytest.raises(InputError) as caught:
        opened(tmp_path, made.done())
    assert caught.value.code == "unsafe_entry"


def test_tells_of_bytes_that_lie_in_a_folder_or_under_no_name(tmp_path):
    made = HandmadeZip()
    for name in ("a.txt", "folder/", "./", ""):
        made.add(name, b"lost")
    archive = opened(tmp_path, made.done())
    assert list(archive.members) == ["a.txt"]
    assert [(one.code, one.count) for one in archive.problems] == [("archive_special_entry", 3)]


def test_empty_folders_are_nothing_to_tell(tmp_path):
    made = HandmadeZip()
    for name in ("a.txt", "folder/", "./"):
        made.add(name, b"", method=0)
    assert codes(opened(tmp_path, made.done())) == []


def test_leaves_out_links_inside_and_devices(tmp_path):
    made = HandmadeZip()
    made.add("a.txt")
    made.add("link", b"a.txt", mode=0o120777 << 16)
    made.add("pipe", b"", mode=0o010644 << 16)
    made.add("disk", b"", mode=0o060644 << 16)
    archive = opened(tmp_path, made.done())
    assert list(archive.members) == ["a.txt"]
    assert archive.problems[0].code == "archive_special_entry"
    assert archive.problems[0].count == 3


def test_ignores_unix_types_of_other_systems(tmp_path):
    made = HandmadeZip()
    made.add("a.txt", b"x", mode=0o010644 << 16, host=0)
    assert list(opened(tmp_path, made.done()).members) == ["a.txt"]


# ------------------------------------------------------------------------ passwords


def test_refuses_an_archive_that_is_encrypted_as_a_whole(tmp_path):
    error = refusal(tmp_path, zip_of(SOUND, flags=1))
    assert error.code == "archive_encrypted"
    assert "course.zip" in error.message


def test_tells_one_encrypted_file_and_refuses_only_to_read_it(tmp_path):
    made = HandmadeZip()
    made.add("a.html")
    made.add("secret.pdf", b"?", flags=1)
    made.add("strong.pdf", b"?", method=99, flags=1)
    archive = opened(tmp_path, made.done())
    assert archive.problems[0].code == "archive_encrypted_entry"
    assert archive.problems[0].count == 2
    assert check_members(archive) == ()
    with pytest.raises(InputError, match=r"secret\.pdf"):
        archive.open(archive.members["secret.pdf"])


def test_names_a_compression_it_cannot_read(tmp_path):
    archive = opened(tmp_path, zip_of({"a.html": "x"}, method=9))
    assert codes(archive) == ["archive_unsupported_entry"]
    with pytest.raises(InputError, match="Deflate64") as caught:
        archive.open(archive.members["a.html"])
    assert caught.value.code == "archive_unsupported"


# ------------------------------------------------------------------------ bombs and lies


def test_refuses_a_bomb_before_unpacking_it(tmp_path):
    made = HandmadeZip()
    made.add("video.bin", b"", packed=deflated(bytes(1 << 20)), size=HARMLESS * 64)
    error = refusal(tmp_path, made.done())
    assert (error.code, "video.bin" in error.message) == ("too_large", True)


def test_refuses_many_files_that_are_a_bomb_together(tmp_path):
    made, packed = HandmadeZip(), deflated(bytes(16 << 20))
    for number in range(4):
        made.add(f"{number}.bin", b"", packed=packed, size=16 << 20)
    assert refusal(tmp_path, made.done()).code == "too_large"


def test_accepts_a_small_file_that_packs_very_well(tmp_path):
    archive = opened(tmp_path, zip_of({"zeros.bin": bytes(4 << 20)}))
    assert check_members(archive) == ()


def test_notices_a_size_that_lies_while_inflating(tmp_path):
    made = HandmadeZip()
    made.add("video.bin", bytes(8 << 20), size=10)
    error = refusal(tmp_path, made.done())
    assert (error.code, "video.bin" in error.message) == ("too_large", True)


def test_refuses_entries_that_overlap(tmp_path):
    made = HandmadeZip()
    offset = made.add("a.bin", b"kernel" * 100)
    made.again("b.bin", 0, offset)
    error = refusal(tmp_path, made.done())
    assert (error.code, "b.bin" in error.message) == ("too_large", True)


def test_refuses_an_entry_beyond_the_end(tmp_path):
    made = HandmadeZip()
    made.add("a.txt")
    made.again("far.txt", 0, 0x7FFFFFFF)
    error = refusal(tmp_path, made.done())
    assert (error.code, "far.txt" in error.message) == ("archive_corrupt", True)


def test_refuses_a_file_that_calls_itself_otherwise(tmp_path):
    made = HandmadeZip()
    made.add("imsmanifest.xml", b"x", local_name=b"../evil.xml")
    error = refusal(tmp_path, made.done())
    assert (error.code, "../evil.xml" in error.message) == ("archive_corrupt", True)


def test_damaged_files_are_told_and_refused_when_read(tmp_path):
    made = HandmadeZip()
    made.add("fine.txt")
    made.add("crc.png", b"picture", crc=1)
    made.add("stream.png", b"picture", packed=b"\xff" * 50)
    archive = opened(tmp_path, made.done())
    (problem,) = check_members(archive)
    assert (problem.code, problem.count) == ("archive_damaged_entry", 2)
    for name in ("crc.png", "stream.png"):
        with pytest.raises(InputError, match=name) as caught:
            archive.read(archive.members[name], 100)
        assert caught.value.code == "archive_corrupt"


def test_checks_the_sum_even_when_exactly_the_size_is_read(tmp_path):
    made = HandmadeZip()
    made.add("a.png", b"picture", method=0, crc=1)
    archive = opened(tmp_path, made.done())
    with archive.open(archive.members["a.png"]) as stream, pytest.raises(InputError):
        stream.read(7)


@pytest.mark.parametrize(
    ("name", "data"),
    [("course.xls", b"\xd0\xcf\x11\xe0" + bytes(600)), ("course.xlsx", b"a,b\r\n1,2\r\n")],
)
def test_says_of_a_spreadsheet_in_another_format_how_to_save_it(tmp_path, name, data):
    with pytest.raises(InputError) as caught:
        open_archive(write(tmp_path, data, name), Limits())
    assert caught.value.code == "not_a_package"
    assert ".xlsx without a password" in caught.value.hint


def test_says_that_the_count_of_entries_lies(tmp_path):
    made = HandmadeZip()
    for name in "abc":
        made.add(name)
    archive = opened(tmp_path, made.done(entries=1))
    assert len(archive.members) == 3
    assert codes(archive) == ["archive_directory_odd"]


def test_says_that_the_comment_is_an_archive_of_its_own(tmp_path):
    hidden, made = HandmadeZip(), HandmadeZip()
    hidden.add("hidden.txt")
    made.add("a.txt")
    archive = opened(tmp_path, made.done(comment=hidden.done()))
    assert codes(archive) == ["archive_directory_odd"]


def test_is_not_misled_by_an_end_record_in_the_comment(tmp_path):
    made = HandmadeZip()
    made.add("a.txt")
    archive = opened(tmp_path, made.done(comment=b"note PK\5\6" + bytes(30)))
    assert list(archive.members) == ["a.txt"]
    assert codes(archive) == ["archive_directory_odd"]


def test_a_zip_inside_is_content_and_no_rival(tmp_path):
    data = zip_of({"a.txt": "x", "inner.zip": zip_of({"deep.txt": "y"})}, method=0)
    archive = opened(tmp_path, data)
    assert list(archive.members) == ["a.txt", "inner.zip"]
    assert archive.problems == ()


@pytest.mark.parametrize("cut", [slice(None, -60), slice(30, None)])
def test_refuses_a_download_that_broke_off(tmp_path, cut):
    error = refusal(tmp_path, zip_of(SOUND)[cut])
    assert error.code == "archive_corrupt"
    assert "course.zip" in error.message


# ------------------------------------------------------------------------ limits


@pytest.mark.parametrize(
    ("limits", "code"),
    [
        (Limits(entries=1), "too_many_entries"),
        (Limits(archive=100), "too_large"),
        (Limits(unpacked=1000), "too_large"),
    ],
)
def test_refuses_what_exceeds_a_limit(tmp_path, limits, code):
    assert refusal(tmp_path, zip_of(SOUND), limits).code == code


def test_reads_no_more_than_asked_for(tmp_path):
    archive = opened(tmp_path, zip_of(SOUND))
    with pytest.raises(InputError, match="the limit is") as caught:
        archive.read(archive.members["content/a.html"], 10)
    assert caught.value.code == "too_large"


# ------------------------------------------------------------------------ no ZIP at all


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "an empty file"),
        (b"Rar!\x1a\x07\x01\x00" + bytes(50), "a RAR archive"),
        (b"7z\xbc\xaf\x27\x1c\0\4" + bytes(50), "a 7-Zip archive"),
        (b"\x1f\x8b\x08" + bytes(50), "a gzip file"),
        (b"<!DOCTYPE html><html>please sign in</html>", "a web page"),
        (b"%PDF-1.7", "a PDF document"),
        (b"title,text\na,b\n", "a text file"),
        (bytes(300), "a file of an unknown type"),
    ],
)
def test_says_what_the_file_is_instead(tmp_path, data, words):
    error = refusal(tmp_path, data)
    assert error.code == "not_a_package"
    assert words in error.message
    assert "course.zip" in error.message


def test_says_that_a_file_is_not_there(tmp_path):
    with pytest.raises(InputError, match="does not exist") as caught:
        open_archive(tmp_path / "no.zip", Limits())
    assert caught.value.code == "not_found"


def test_says_that_the_system_forbids_reading(tmp_path, monkeypatch):
    path = write(tmp_path, zip_of(SOUND))

    def forbidden(*_args, **_named):
        raise PermissionError(13, "no", str(path))

    monkeypatch.setattr(type(path), "open", forbidden)
    with pytest.raises(AuthError) as caught:
        open_archive(path, Limits())
    assert caught.value.code == "permission_denied"


def test_folders_in_folders_have_an_end(tmp_path):
    path = tmp_path / "deep.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a/" * 64 + "page.html", "fine")
    assert len(open_archive(path, Limits()).members) == 1

    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("a/" * 65 + "page.html", "too deep")
    with pytest.raises(InputError) as refusal:
        open_archive(path, Limits())
    assert refusal.value.code == "too_deep"
