"""Where the tables of a CSV template lie.

In a ZIP or folder (at the root or one folder down), or in a workbook, alone or in the same places.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from io import BytesIO
from typing import cast

from courseporter.context import Limits
from courseporter.errors import InputError, _
from courseporter.formats.archive import Archive, Member, open_stored
from courseporter.formats.tabular import (
    Encoded,
    Table,
    Workbook,
    detect,
    open_delimited,
    open_workbook,
)
from courseporter.sources.csv_template.report import listed
from courseporter.sources.csv_template.schema import LEVELS, REQUIRED_FILES, Level
from courseporter.sources.csv_template.spellings import table_of
from courseporter.sources.place import Place

STEMS = tuple(level.stem for level in LEVELS)
NEEDED = frozenset(level.stem for level in REQUIRED_FILES)
WORKBOOK_PART = "xl/workbook.xml"
MAX_WORKBOOK = 256 << 20  # a workbook is read as a whole
BLOCK = 1 << 20
SHOWN = 10  # names that a message lists
TEMPLATE_HINT = _("To see an example, save the CSV template (courseporter template csv OUT.zip).")


class Layout:
    """The tables of one place.  `folder` is where they lie ("" or "name/").

    A workbook that is the whole place brings no files; `inside` is one that lies among them.
    """

    def __init__(
        self,
        place: Place,
        tables: dict[str, Member] | None = None,
        folder: str = "",
        workbook: Workbook | None = None,
        inside: Member | None = None,
    ) -> None:
        self.name = place.name
        self.folder = folder
        alone = workbook is not None and inside is None
        self.archive: Archive | None = None if alone else place.archive
        self._inside = inside
        self._tables = tables or {}
        # what was found out by reading a large file to its end is not found out again
        self._known = cast("dict[str, Encoded]", place.memo.setdefault("csv", {}))
        self._workbook = workbook
        # table → name of its sheet; None when the tables are files
        self.sheets = _sheets(workbook) if workbook else None

    @property
    def own(self) -> frozenset[str]:
        """Paths of the tables themselves."""
        lying = (*self._tables.values(), *((self._inside,) if self._inside else ()))
        return frozenset(member.path for member in lying)

    @property
    def unknown_sheets(self) -> tuple[str, ...]:
        """Filled sheets of the workbook that are no table."""
        book, known = self._workbook, (self.sheets or {}).values()
        sheets = book.sheets if book else ()
        return tuple(one for one in sheets if book and one not in known and book.is_filled(one))

    def size(self, level: Level) -> int | None:
        """Bytes of the table's file, None when that is not known beforehand."""
        member = self._tables.get(level.stem)
        return member.size if member else None

    def tables(self, limits: Limits) -> Iterator[tuple[Level, Table]]:
        """All tables that are there, in the order of the template."""
        for level in LEVELS:
            table = self.table(level, limits)
            if table is not None:
                yield level, table

    def table(self, level: Level, limits: Limits) -> Table | None:
        """The table, None when it does not exist.

        Raises InputError when it is there and cannot be read.
        """
        if self._workbook and self.sheets is not None:
            sheet = self.sheets.get(level.stem)
            return self._workbook.table(sheet, level.columns) if sheet else None
        member = self._tables.get(level.stem)
        if member is None or self.archive is None:
            return None
        _refuse_large(level.file, member.size, limits.table)
        encoded = self._known.get(member.path)
        if encoded is None:
            opener = partial(self.archive.open, member)
            encoded = detect(level.file, opener)
            if encoded.open is opener:  # a large file, of which nothing is kept
                self._known[member.path] = encoded
        return open_delimited(level.file, encoded, level.columns, limits)

    def need(self, level: Level, limits: Limits) -> Table:
        """A table that must be there.

        Raises InputError `table_schema` naming it when it is not.
        """
        table = self.table(level, limits)
        if table is None:
            raise self._missing(level)
        return table

    def _missing(self, level: Level) -> InputError:
        name = self._inside.path if self._inside else self.name
        if self._workbook:
            return InputError(
                _(
                    "“{name}” has no sheet “{sheet}”. Its sheets: {found}.",
                    name=name,
                    sheet=level.stem,
                    found=listed(self._workbook.sheets, SHOWN),
                ),
                _(
                    "The CSV template needs the sheets {needed}. {template}",
                    needed=", ".join(one.stem for one in REQUIRED_FILES),
                    template=TEMPLATE_HINT,
                ),
                _("sheet {name}", name=level.stem),
                code="table_schema",
            )
        return InputError(
            _("The file {file} is missing in “{name}”.", file=level.file, name=name),
            _(
                "The CSV template needs {needed}. {template}",
                needed=", ".join(one.file for one in REQUIRED_FILES),
                template=TEMPLATE_HINT,
            ),
            level.file,
            code="table_schema",
        )


def looks_like_template(place: Place) -> bool:
    """Whether there are tables of the template, or a workbook.  Looks at names only."""
    return is_workbook(place) or _has_tables(place.archive) or bool(_workbooks(place.archive))


def is_workbook(place: Place) -> bool:
    """Whether the place is an Excel workbook, whatever it is called."""
    return place.path.is_file() and WORKBOOK_PART in place.archive.members


def find_layout(place: Place) -> Layout:
    """The tables of the place.

    Raises InputError when they are in several folders or the workbook is broken.
    """
    if is_workbook(place):
        return Layout(place, workbook=_workbook(place, None))
    if not _has_tables(place.archive) and (books := _workbooks(place.archive)):
        return _layout_inside(place, books)
    folders = _folders(place.archive)
    complete = [folder for folder, tables in folders.items() if "course" in tables]
    if "" in complete or not complete:
        folder = "" if "" in complete or not folders else next(iter(sorted(folders)))
    elif len(complete) > 1:
        raise InputError(
            _(
                "“{name}” contains several templates: {folders}.",
                name=place.name,
                folders=", ".join(sorted(complete)),
            ),
            _("Put each folder into a ZIP of its own."),
            f"{min(complete)}/course.csv",
            code="ambiguous_package",
        )
    else:
        folder = complete[0]
    tables = folders.get(folder, {})
    _refuse_twins(place.archive, folder, tables)
    return Layout(place, tables, folder + "/" * bool(folder))


def _has_tables(archive: Archive) -> bool:
    return any(NEEDED & set(one) for one in _folders(archive).values())


def _workbooks(archive: Archive) -> list[Member]:
    """Excel workbooks at the root, else those one folder down; not the lock files of open ones."""
    found = [
        member
        for path, member in archive.members.items()
        if path.casefold().endswith(".xlsx") and not path.rpartition("/")[2].startswith("~$")
    ]
    at_root = [member for member in found if "/" not in member.path]
    return at_root or [member for member in found if member.path.count("/") == 1]


def _layout_inside(place: Place, books: list[Member]) -> Layout:
    """The tables of a workbook that is next to the files it names."""
    if len(books) > 1:
        names = ", ".join(f"“{book.path}”" for book in books)
        raise InputError(
            _("“{name}” contains several workbooks: {books}.", name=place.name, books=names),
            _(
                "Keep the one with the sheets course, sections and lessons, and move the others "
                "into a folder."
            ),
            books[0].path,
            code="ambiguous_package",
        )
    folder, book = books[0].path.rpartition("/")[0], _workbook(place, books[0])
    return Layout(place, folder=folder + "/" * bool(folder), workbook=book, inside=books[0])


def _workbook(place: Place, inside: Member | None) -> Workbook:
    """The workbook that is the place, or is in it; it is read only once."""
    if "workbook" not in place.memo:
        name, parts = place.name, place.archive
        if inside is None:
            content = place.path.read_bytes()
        else:
            name, content = inside.path, parts.read(inside, MAX_WORKBOOK)
            parts = open_stored(name, BytesIO(content), place.limits)
        place.memo["workbook"] = _read_workbook(name, parts, content)
    return cast("Workbook", place.memo["workbook"])


def _refuse_large(name: str, size: int, limit: int) -> None:
    """Refuse before anything is read what would take minutes."""
    if size > limit:
        raise InputError(
            _(
                "{name} has {size:,} bytes; {limit:,} are allowed.",
                name=name,
                size=size,
                limit=limit,
            ),
            _("Split the course, or raise the limit “table” in the settings."),
            name,
            code="too_large",
        )


def _folders(archive: Archive) -> dict[str, dict[str, Member]]:
    """Folder → stem → table, for the root and the folders directly below it."""
    return {
        folder: chosen for folder, found in _found(archive).items() if (chosen := _chosen(found))
    }


def _found(archive: Archive) -> dict[str, dict[str, list[tuple[bool, Member]]]]:
    """Folder → stem → its files, each with whether it has the very name of the table."""
    found: dict[str, dict[str, list[tuple[bool, Member]]]] = {}
    for path, member in archive.members.items():
        folder, _slash, name = path.rpartition("/")
        if "/" in folder or not name.casefold().endswith(".csv"):
            continue
        if spelled := table_of(name):
            stem, exact = spelled
            found.setdefault(folder, {}).setdefault(stem, []).append((exact, member))
    return found


def _chosen(found: dict[str, list[tuple[bool, Member]]]) -> dict[str, Member]:
    """The table of each stem.  Other spellings count only where all that is needed is there."""
    exact = {
        stem: next(member for same, member in files if same)
        for stem, files in found.items()
        if any(same for same, _member in files)
    }
    if not set(found) >= NEEDED:
        return exact
    return {stem: exact.get(stem) or files[0][1] for stem, files in found.items()}


def _refuse_twins(archive: Archive, folder: str, tables: dict[str, Member]) -> None:
    for stem, files in _found(archive).get(folder, {}).items():
        if stem not in tables:
            continue
        same = [member for exact, member in files if exact] or [member for _exact, member in files]
        if len(same) > 1:
            raise _twins(same[0].path, same[1].path, same[1].path)


def _twins(one: str, other: str, where: str) -> InputError:
    return InputError(
        _("“{one}” and “{other}” are the same table.", one=one, other=other),
        _("Keep only one of them."),
        where,
        code="table_schema",
    )


def _sheets(workbook: Workbook) -> dict[str, str]:
    """Table → name of its sheet."""
    exact: dict[str, str] = {}
    other: dict[str, str] = {}
    for sheet in workbook.sheets:
        spelled = table_of(sheet)
        if spelled is None:
            continue
        stem, same = spelled
        found = exact if same else other
        if found.setdefault(stem, sheet) != sheet and same:
            raise _twins(found[stem], sheet, f"sheet {sheet}")
    return {**other, **exact} if {*other, *exact} >= NEEDED else exact


def _read_workbook(name: str, parts: Archive, content: bytes) -> Workbook:
    """Open the workbook after all its parts proved to be as large as they say.

    The library would inflate anything.
    """
    total = 0
    for member in parts.members.values():
        with parts.open(member) as stream:
            while block := stream.read(BLOCK):
                total += len(block)
                if total > MAX_WORKBOOK:
                    raise InputError(
                        _(
                            "“{name}” expands to more than {size} MiB.",
                            name=name,
                            size=MAX_WORKBOOK >> 20,
                        ),
                        _("Save its sheets as CSV files and put them into one ZIP."),
                        name,
                        code="too_large",
                    )
    return open_workbook(name, content, lambda path: parts.open(parts.members[path]))
