from __future__ import annotations

import gzip
import io
import random
import tarfile

import pytest

from courseporter.errors import InputError
from courseporter.formats.gzip_stream import GzipReader, GzipWriter
from courseporter.formats.tar import TarReader, TarWriter, header


def packed(*files):
    raw = io.BytesIO()
    writer = TarWriter(raw)
    for name, data in files:
        writer.add(name, data)
    writer.close()
    return raw.getvalue()


def read(data):
    return [(m.name, m.kind, m.read()) for m in TarReader(io.BytesIO(data), "x.tar")]


def test_the_standard_library_reads_what_is_written():
    data = packed((b"course/a.xml", b"<a/>"), (b"course/" + b"n" * 99, b"x" * 600))
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        found = {m.name: (archive.extractfile(m).read(), m.mode, m.mtime, m.uid) for m in archive}
    assert found["course/a.xml"] == (b"<a/>", 0o644, 0, 0)
    assert found["course/" + "n" * 99][0] == b"x" * 600


def test_names_up_to_255_bytes_fit_and_longer_ones_are_refused():
    name = b"a" * 150 + b"/" + b"b" * 100
    assert read(packed((name, b"1"))) == [(name.decode(), "file", b"1")]
    with pytest.raises(ValueError, match="too long"):
        header(b"a" * 300, 1)


def test_files_of_eight_gibibytes_and_more_have_a_header_that_others_understand():
    info = tarfile.TarInfo.frombuf(header(b"film.mp4", 9 << 30), "utf-8", "strict")
    assert (info.name, info.size) == ("film.mp4", 9 << 30)


def test_a_streamed_file_must_have_the_size_that_was_said():
    raw = io.BytesIO()
    writer = TarWriter(raw)
    writer.add_stream(b"a", 5, io.BytesIO(b"12345"))
    with pytest.raises(ValueError, match="3 bytes instead of 4"):
        writer.add_stream(b"b", 4, io.BytesIO(b"123"))


def test_reads_what_it_writes_and_skips_what_is_not_asked_for():
    data = packed((b"a", b"1" * 1000), (b"b", b""), (b"c", b"3"))
    members = iter(TarReader(io.BytesIO(data), "x.tar"))
    names = []
    for member in members:
        names.append((member.name, member.size))
        if member.name == "c":
            assert b"".join(member.pieces()) == b"3"
    assert names == [("a", 1000), ("b", 0), ("c", 1)]


@pytest.mark.parametrize("form", [tarfile.PAX_FORMAT, tarfile.GNU_FORMAT, tarfile.USTAR_FORMAT])
def test_reads_the_formats_of_other_programs(form):
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w", format=form) as archive:
        name = "course/" + "d" * 60 + "/" + ("ü" if form != tarfile.USTAR_FORMAT else "u") * 30
        info = tarfile.TarInfo(name)
        info.size = 3
        info.mode = 0o4777
        archive.addfile(info, io.BytesIO(b"abc"))
        folder = tarfile.TarInfo("course/empty")
        folder.type = tarfile.DIRTYPE
        archive.addfile(folder)
    assert read(raw.getvalue()) == [(name, "file", b"abc"), ("course/empty/", "folder", b"")]


def test_a_pax_header_may_rename_the_file_after_it_only():
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name, headers in (("plain", {"path": "renamed"}), ("second", {})):
            info = tarfile.TarInfo(name)
            info.pax_headers = headers
            archive.addfile(info)
    assert [name for name, *_ in read(raw.getvalue())] == ["renamed", "second"]


@pytest.mark.parametrize("cut", [100, 512 + 10, 1000])
def test_a_tar_that_ends_too_early_is_refused(cut):
    with pytest.raises(InputError) as caught:
        read(packed((b"a", b"1" * 1000))[:cut])
    assert caught.value.code == "archive_corrupt"
    assert "x.tar" in caught.value.message


def test_a_changed_header_is_noticed():
    data = bytearray(packed((b"a", b"1")))
    data[0] = ord("b")
    with pytest.raises(InputError, match="wrong sum"):
        read(bytes(data))


def test_a_missing_end_mark_is_forgiven():
    assert read(packed((b"a", b"1"))[:-1024]) == [("a", "file", b"1")]


def zipped(data):
    raw = io.BytesIO()
    stream = GzipWriter(raw)
    stream.write(data)
    stream.close()
    return raw.getvalue()


def test_gzip_says_nothing_of_time_or_name():
    assert zipped(b"x" * 1000) == zipped(b"x" * 1000)
    assert zipped(b"x")[4:8] == bytes(4)


@pytest.mark.parametrize(
    "damage",
    [
        lambda d: d[: len(d) // 2],
        lambda d: d[:-8] + b"12345678",
        lambda d: d[:10] + b"\xff" * 50 + d[60:],  # no kind of block
        lambda d: d[:10] + b"\x4b\x04\x91\x00" + d[14:],  # leads back before the beginning
    ],
)
def test_damaged_gzip_names_the_file(damage):
    import random

    data = damage(zipped(random.Random(1).randbytes(5000)))
    reader = GzipReader(io.BytesIO(data), "course.tar.gz")
    with pytest.raises(InputError) as caught:
        list(iter(lambda: reader.read(100), b""))
    assert caught.value.code == "archive_corrupt"
    assert caught.value.where == "course.tar.gz"


def test_what_does_not_compress_is_stored_and_reads_back():
    noise, text = random.Random(1).randbytes(300_000), b"clay and glaze " * 20_000
    raw = io.BytesIO()
    stream = GzipWriter(raw)
    for piece in (text, noise, noise[:100], text, noise):
        stream.write(piece)
    stream.close()
    assert gzip.decompress(raw.getvalue()) == text + noise + noise[:100] + text + noise
    assert 600_000 < len(raw.getvalue()) < 620_000
    raw.seek(0)
    reader = GzipReader(raw, "x")
    assert b"".join(iter(lambda: reader.read(50_000), b"")) == gzip.decompress(raw.getvalue())


def test_nothing_at_all_is_still_gzip():
    assert gzip.decompress(zipped(b"")) == b""
