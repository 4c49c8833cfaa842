"""What a file or an archive is when it is not what was hoped for: in words for people."""

from __future__ import annotations

from courseporter.formats.archive.member import Archive
from courseporter.formats.archive.names import shown

_OFFICE = b"\xd0\xcf\x11\xe0"
_SPREADSHEETS = (".xls", ".xlsx", ".xlsm", ".xlsb", ".ods", ".numbers")
_SIGNATURES = (
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"\x1f\x8b", "a gzip file"),
    (b"BZh", "a bzip2 file"),
    (b"\xfd7zXZ\0", "an XZ file"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard file"),
    (b"%PDF", "a PDF document"),
    (_OFFICE, "an old Microsoft Office document, or one with a password"),
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"ID3", "an MP3 recording"),
    (b"MZ", "a Windows program"),
    (b"\x7fELF", "a program"),
    (b"SQLite format 3\0", "an SQLite database"),
    (b"{\\rtf", "a rich text document"),
)

# The first that fits: what tells the kind by a member's path (lower case, one folder cut off).
_MEMBERS = (
    ("word/document.xml", "a Word document"),
    ("ppt/presentation.xml", "a PowerPoint presentation"),
    ("xl/workbook.xml", "an Excel workbook"),
    ("meta-inf/container.xml", "an EPUB book"),
    ("xl/workbook.bin", "a binary Excel workbook: save it as .xlsx"),
    ("meta-inf/manifest.xml", "an OpenDocument file: save a spreadsheet as .xlsx"),
    ("index/document.iwa", "a document of Numbers, Pages or Keynote: save a spreadsheet as .xlsx"),
    ("cmi5.xml", "a cmi5 package"),
    ("tincan.xml", "a Tin Can (xAPI) package"),
    ("h5p.json", "an H5P file"),
    ("moodle_backup.xml", "a Moodle backup"),
    ("course/course.xml", "an Open edX course export"),
    ("course.xml", "an Open edX course export"),
    ("meta-inf/manifest.mf", "a Java program"),
    ("assessment.xml", "a set of questions"),
)
_LISTS = ("/imsmanifest.xml", "/course.csv")  # what packages and templates begin with
_PACKED = (".zip", ".imscc", ".mbz", ".tar.gz")
_SUFFIXES = (
    (".crs", "an AICC course"),
    (".opf", "an EPUB book"),
)


def advise_file(head: bytes, name: str) -> str:
    """What to do with a file that isn't a ZIP archive."""
    export = "Choose the ZIP file that your authoring tool or school exported."
    if name.lower().endswith(_SPREADSHEETS) or head.startswith(_OFFICE):
        return f"If it is a spreadsheet, save it as .xlsx, without a password. Else: {export}"
    return export


def describe_file(head: bytes, size: int) -> str:
    """What a file is by its first 1,024 bytes: "a RAR archive"."""
    if size == 0:
        return "an empty file"
    for signature, words in _SIGNATURES:
        if head.startswith(signature):
            return words
    if head[257:262] == b"ustar":
        return "a tar archive"
    if head[4:8] == b"ftyp":
        return "a video"
    return _describe_text(head)


def _describe_text(head: bytes) -> str:
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype html", b"<html", b"<head", b"<body")):
        return "a web page"
    if start.startswith(b"<?xml"):
        return "an XML file"
    if start.startswith((b"{", b"[")):
        return "a JSON file"
    if start and not any(byte < 9 or 13 < byte < 32 for byte in head):
        return "a text file"
    return "a file of an unknown kind"


def describe(archive: Archive) -> str | None:
    """What an archive is that no source takes: "an EPUB book"; None when nothing tells."""
    paths = [path.lower() for path in archive.members]
    if not paths:
        return "empty"
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


def _describe_deep(folders: list[str]) -> str:
    if len(folders) == 1:
        return f"a package that lies too deep: zip what is in “{shown(folders[0])}”"
    return (
        f"a collection of {len(folders):,} packages in folders: zip what is in one of them, such "
        f"as “{shown(folders[0])}”"
    )


def _describe_contents(paths: list[str]) -> str | None:
    if any(path.lower().endswith((".html", ".htm")) for path in paths):
        return "a set of web pages"
    packed = [path for path in paths if path.lower().endswith(_PACKED)]
    if len(packed) > 1:
        return f"a collection of {len(packed):,} packages: unpack it and choose one inside"
    if packed:
        inner = packed[0].rpartition("/")[2]
        return f"a package packed twice: unpack it and choose “{shown(inner)}” inside"
    return None
