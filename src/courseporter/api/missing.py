"""Content that a school didn't give: forms for its creator to fill in, merged back by id.

A folder holds `missing.csv` (one row for each gap), `questions.csv` (one row for each question of a
missing quiz) and the files that the creator adds, named in `missing.csv` or called by the id.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

from courseporter.api import edits
from courseporter.api.actor import Actor
from courseporter.api.values import View
from courseporter.disk.staging import staged
from courseporter.errors import InputError, PorterError, _
from courseporter.formats.markdown import render_markdown
from courseporter.formats.names import static_name
from courseporter.formats.tabular import escape_cell
from courseporter.model import Audio, Block, Question, Quiz, Resource, Text, Video
from courseporter.settings import full_path
from courseporter.sources.school.placeholders import Placeholder, placeholder_in
from courseporter.sources.school.questions import choice_question
from courseporter.workspace.edits import ops
from courseporter.workspace.stored import StoredDraft

GAPS: Final = "missing.csv"
QUESTIONS: Final = "questions.csv"
GAP_COLUMNS: Final = ("id", "section", "lesson", "kind", "old address", "file")
ANSWERS: Final = 6
QUESTION_COLUMNS: Final = (
    "id", "lesson", "question", *(f"answer {n}" for n in range(1, ANSWERS + 1)), "right",
    "explanation",
)  # fmt: skip
PAGES: Final = (".html", ".htm", ".md", ".txt")
VIDEOS: Final = (".mp4", ".webm", ".m4v", ".mov")
SOUNDS: Final = (".mp3", ".m4a", ".ogg", ".oga", ".wav", ".aac", ".flac")
LONGEST_PAGE: Final = 4 << 20
Row = Mapping[str, str]


class MissingItem(View, frozen=True):
    """One gap of a course; `key` is its block, `ref` the school's id of what belongs there."""

    key: str
    ref: str
    kind: str  # text | quiz | video | audio | file
    section: str
    lesson: str
    link: str


class Filled(View, frozen=True):
    """What filling in has done: how many gaps are filled, and which are left."""

    filled: int
    left: tuple[MissingItem, ...]


def missing(actor: Actor, draft_id: str) -> tuple[MissingItem, ...]:
    """Return the gaps of a course, in its order."""
    return tuple(item for item, _found in _gaps(actor, draft_id))


def write_missing(actor: Actor, draft_id: str, folder: Path) -> tuple[MissingItem, ...]:
    """Write the forms of a course's gaps; what is filled in already stays.

    Raises SettingsError, InputError.
    """
    folder = full_path(folder)
    items = missing(actor, draft_id)
    known = {row["id"]: row.get("file", "") for row in _rows(folder / GAPS)}
    asked = _by_id(_rows(folder / QUESTIONS))
    gaps = (
        (one.ref, one.section, one.lesson, one.kind, one.link, known.get(one.ref, ""))
        for one in items
    )
    _write(folder / GAPS, GAP_COLUMNS, gaps)
    quizzes = [one for one in items if one.kind == "quiz"]
    if quizzes or asked:
        _write(folder / QUESTIONS, QUESTION_COLUMNS, _question_rows(quizzes, asked))
    return items


def fill_missing(actor: Actor, draft_id: str, folder: Path) -> Filled:
    """Put what the creator has added to the folder in place of the gaps, as one step to undo.

    Raises InputError naming file and line.
    """
    folder = full_path(folder)
    files = {row["id"]: row.get("file", "") for row in _rows(folder / GAPS)}
    quizzes = _by_id(_rows(folder / QUESTIONS))
    changes: list[ops.Operation] = []
    filled = 0
    for item, found in _gaps(actor, draft_id):
        made = _quiz(item, quizzes.get(item.ref, ())) if item.kind == "quiz" else None
        if made is None:
            file = _file_of(folder, item.ref, files.get(item.ref, ""))
            made = None if file is None else _block(item, found, file, changes)
        if made is not None:
            filled += 1
            changes.append(ops.SetBlock(key=item.key, block=ops.plain_block(made)))
    if changes:
        edits.edit(actor, draft_id, changes, label=_("Filled in missing content"))
    return Filled(filled=filled, left=missing(actor, draft_id))


def _gaps(actor: Actor, draft_id: str) -> Iterator[tuple[MissingItem, Placeholder]]:
    section = lesson = ""
    for node in StoredDraft(actor.store, draft_id).nodes():
        if node.kind == "section":
            section = node.title
        elif node.kind == "lesson":
            lesson = node.title
        elif (found := placeholder_in(node.block)) is not None:
            item = MissingItem(
                key=node.key,
                ref=found.ref,
                kind=found.kind,
                section=section,
                lesson=lesson,
                link=found.link,
            )
            yield item, found


def _question_rows(
    quizzes: Iterable[MissingItem], asked: Mapping[str, list[Row]]
) -> Iterator[tuple[str, ...]]:
    for one in quizzes:
        kept = asked.get(one.ref) or [{}]
        for row in kept:
            cells = (row.get(name, "") for name in QUESTION_COLUMNS[2:])
            yield (one.ref, one.lesson, *cells)
    for ref in sorted(
        asked.keys() - {one.ref for one in quizzes}
    ):  # filled in by now: nothing gets lost
        for row in asked[ref]:
            yield (ref, *(row.get(name, "") for name in QUESTION_COLUMNS[1:]))


def _quiz(item: MissingItem, rows: Iterable[Row]) -> Quiz | None:
    questions: list[Question] = []
    for row in rows:
        words = row.get("question", "").strip()
        answers = [row.get(f"answer {n}", "").strip() for n in range(1, ANSWERS + 1)]
        given = [one for one in answers if one]
        if not words or not given:
            continue
        right = [answers[at - 1] for at in _numbers(row)]
        made = choice_question(
            f"question:{item.ref}:{len(questions) + 1}", words, given, right,
            several=len(right) > 1,
        ).question  # fmt: skip
        explanation = row.get("explanation", "").strip()
        questions.append(_explained(made, explanation))
    return Quiz(questions=tuple(questions)) if questions else None


def _explained(question: Question, words: str) -> Question:
    from msgspec.structs import replace

    return replace(question, explanation=words) if words else question


def _numbers(row: Row) -> list[int]:
    """Return the numbers of the right answers: “2”, “1;3”, “1, 3”."""
    words = row.get("right", "").replace(",", ";").replace(" ", ";")
    numbers = [one for one in words.split(";") if one]
    for one in numbers:
        if not one.isdecimal() or not 1 <= int(one) <= ANSWERS:
            raise InputError(
                _("“{value}” isn't an answer number.", value=one),
                _("Enter 1 for the first answer, or several numbers such as 1;3."),
                _("{file} line {line}, column “right”", file=QUESTIONS, line=row["line"]),
            )
        if not row.get(f"answer {int(one)}", "").strip():
            raise InputError(
                _("Answer {number} is marked as correct but is empty.", number=one),
                _("Enter the answer, or mark another one."),
                _("{file} line {line}, column “right”", file=QUESTIONS, line=row["line"]),
            )
    return [int(one) for one in numbers]


def _file_of(folder: Path, ref: str, name: str) -> Path | None:
    """Return the file that the form names, else the one that is called by the id."""
    if name.strip():
        file = (folder / name.strip()).resolve()
        if not file.is_file() or not file.is_relative_to(folder.resolve()):
            raise InputError(
                _("“{file}” isn't in the folder.", file=name.strip()),
                _("Add the file, or correct its name in the column “file”."),
                GAPS,
                code="not_found",
            )
        return file
    if not ref or "/" in ref or "\\" in ref:
        return None
    found = sorted(one for one in folder.glob(f"{ref}.*") if one.is_file())
    return found[0] if found else None


def _block(
    item: MissingItem, found: Placeholder, file: Path, changes: list[ops.Operation]
) -> Block | None:
    """Return the block of a file; a file that isn't a page is added to the course."""
    ending = file.suffix.lower()
    if ending in PAGES:
        return Text(html=_page(file, ending))
    path = f"media/{item.ref}-{static_name(file.name)}"
    changes.append(ops.PutFile(path=path, file=str(file)))
    if ending in VIDEOS:
        return Video(file=path, captions=found.captions)
    return Audio(file=path) if ending in SOUNDS else Resource(file=path)


def _page(file: Path, ending: str) -> str:
    data = file.read_bytes()[:LONGEST_PAGE]
    try:
        words = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(
            _("“{file}” isn't UTF-8 text.", file=file.name),
            _("Save it as UTF-8."),
            file.name,
        ) from error
    return words if ending in (".html", ".htm") else render_markdown(words)


def _rows(file: Path) -> list[Row]:
    """Return the rows of a form with their line; nothing while there is no form."""
    if not file.exists():
        return []
    try:
        text = file.read_text(encoding="utf-8-sig")
        head = text.partition("\n")[0]
        comma = max(",;\t", key=head.count)  # spreadsheets write what their country uses
        reader = csv.DictReader(io.StringIO(text), delimiter=comma)
        rows: list[Row] = [{**_plain(row), "line": str(at)} for at, row in enumerate(reader, 2)]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(
            _("“{name}” can't be read as a CSV file.", name=file.name),
            _("Save it as comma-separated CSV in UTF-8."),
            file.name,
        ) from error
    if rows and "id" not in rows[0]:
        raise InputError(
            _("“{name}” has no column “id”.", name=file.name),
            _("Don't change the first row of the form."),
            file.name,
        )
    return rows


def _plain(row: Mapping[str | None, str | None]) -> Row:
    return {name.strip(): _unescaped(cell or "") for name, cell in row.items() if name}


def _unescaped(cell: str) -> str:
    """Return the cell without the apostrophe that keeps a formula from being run."""
    return cell[1:] if cell[:1] == "'" and cell[1:2] in "=+-@" else cell


def _by_id(rows: Iterable[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row["id"], []).append(row)
    return found


def _write(file: Path, columns: Iterable[str], rows: Iterable[Iterable[str]]) -> None:
    if not file.parent.is_dir():
        raise PorterError(
            _("The folder “{name}” does not exist.", name=str(file.parent)),
            _("Create the folder first, or choose another."),
            str(file.parent),
            code="usage",
        )
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows([escape_cell(cell) for cell in row] for row in rows)
    with staged(file) as stream:
        stream.write(("\ufeff" + text.getvalue()).encode())
