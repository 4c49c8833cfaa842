"""Describes files and archives that CoursePorter can't import."""

from __future__ import annotations

from courseporter.errors import Message, _
from courseporter.formats.archive.member import Archive
from courseporter.formats.archive.names import shown

_OFFICE = b"\xd0\xcf\x11\xe0"
_SPREADSHEETS = (".xls", ".xlsx", ".xlsm", ".xlsb", ".ods", ".numbers")
_SIGNATURES = (
    (b"Rar!\x1a\x07", _("a RAR archive")),
    (b"7z\xbc\xaf\x27\x1c", _("a 7-Zip archive")),
    (b"\x1f\x8b", _("a gzip file")),
    (b"BZh", _("a bzip2 file")),
    (b"\xfd7zXZ\0", _("an XZ file")),
    (b"\x28\xb5\x2f\xfd", _("a Zstandard file")),
    (b"%PDF", _("a PDF document")),
    (_OFFICE, _("an old or password-protected Microsoft Office document")),
    (b"\x89PNG", _("a PNG image")),
    (b"\xff\xd8\xff", _("a JPEG image")),
    (b"GIF8", _("a GIF image")),
    (b"ID3", _("an MP3 audio file")),
    (b"MZ", _("a Windows program")),
    (b"\x7fELF", _("a program")),
    (b"SQLite format 3\0", _("an SQLite database")),
    (b"{\\rtf", _("a rich text document")),
)

# The first that fits: what tells the kind by a member's path (lower case, one folder cut off).
_MEMBERS = (
    ("word/document.xml", _("a Word document")),
    ("ppt/presentation.xml", _("a PowerPoint presentation")),
    ("xl/workbook.xml", _("an Excel workbook")),
    ("meta-inf/container.xml", _("an EPUB book")),
    ("xl/workbook.bin", _("a binary Excel workbook: save it as .xlsx")),
    ("meta-inf/manifest.xml", _("an OpenDocument file: save a spreadsheet as .xlsx")),
    (
        "index/document.iwa",
        _("a Numbers, Pages, or Keynote document: save a spreadsheet as .xlsx"),
    ),
    ("cmi5.xml", _("a cmi5 package")),
    ("tincan.xml", _("a Tin Can (xAPI) package")),
    ("h5p.json", _("an H5P file")),
    ("moodle_backup.xml", _("a Moodle backup")),
    ("course/course.xml", _("an Open edX course export")),
    ("course.xml", _("an Open edX course export")),
    ("meta-inf/manifest.mf", _("a Java program")),
    ("assessment.xml", _("a set of questions")),
)
_LISTS = ("/imsmanifest.xml", "/course.csv")  # what packages and templates begin with
_PACKED = (".zip", ".imscc", ".mbz", ".tar.gz")
_SUFFIXES = (
    (".crs", _("an AICC course")),
    (".opf", _("an EPUB book")),
)


def advise_file(head: bytes, name: str) -> Message:
    """Return what to do with a file that isn't a ZIP archive."""
    if name.lower().endswith(_SPREADSHEETS) or head.startswith(_OFFICE):
        return _(
            "If it is a spreadsheet, save it as .xlsx without a password. Otherwise, choose the "
            "ZIP file that your authoring tool or school exported."
        )
    return _("Choose the ZIP file that your authoring tool or school exported.")


def describe_file(head: bytes, size: int) -> Message:
    """What a file is by its first 1,024 bytes: "a RAR archive"."""
    if size == 0:
        return _("an empty file")
    for signature, words in _SIGNATURES:
        if head.startswith(signature):
            return words
    if head[257:262] == b"ustar":
        return _("a tar archive")
    if head[4:8] == b"ftyp":
        return _("a video")
    return _describe_text(head)


def _describe_text(head: bytes) -> Message:
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype html", b"<html", b"<head", b"<body")):
        return _("a web page")
    if start.startswith(b"<?xml"):
        return _("an XML file")
    if start.startswith((b"{", b"[")):
        return _("a JSON file")
    if start and not any(byte < 9 or 13 < byte < 32 for byte in head):
        return _("a text file")
    return _("a file of an unknown type")


def describe(archive: Archive) -> Message | None:
    """What an archive is that no source takes: "an EPUB book"; None when nothing tells."""
    paths = [path.lower() for path in archive.members]
    if not paths:
        return _("empty")
    wrapped = {path.partition("/")[0] for path in paths}
    known = set(paths)
    if len(wrapped) == 1:
        known.update(path.partition("/")[2] for path in paths)
    for path, words in _MEMBERS:
        if path in known:
            return words
    for name in _LISTS:
        if deep := [path for path in archive.members if path.lower().endswith(name)]:
            return _describe_deep([path.rpartition("/")[0] for path in deep])
    words = next((words for suffix, words in _SUFFIXES if _any_ends(paths, suffix)), None)
    return words or _describe_contents(list(archive.members))


def _any_ends(paths: list[str], suffix: str) -> bool:
    return any(path.endswith(suffix) for path in paths)


def _describe_deep(folders: list[str]) -> Message:
    if len(folders) == 1:
        return _(
            "a package nested too deeply: zip the contents of “{folder}”", folder=shown(folders[0])
        )
    return _(
        "a collection of {count:,} packages in folders: zip the contents of one, such as "
        "“{folder}”",
        count=len(folders),
        folder=shown(folders[0]),
    )


def _describe_contents(paths: list[str]) -> Message | None:
    if any(path.lower().endswith((".html", ".htm")) for path in paths):
        return _("a set of web pages")
    packed = [path for path in paths if path.lower().endswith(_PACKED)]
    if len(packed) > 1:
        return _(
            "a collection of {count:,} packages: unpack it and choose one of them",
            count=len(packed),
        )
    if packed:
        inner = packed[0].rpartition("/")[2]
        return _(
            "a package inside another ZIP file: unpack it and choose “{name}”", name=shown(inner)
        )
    return None
