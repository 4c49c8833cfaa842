"""The result of inspect, convert and check: one JSON object, streamed row by row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import IO

import msgspec

from courseporter.errors import Message, Problem, place_of, shown
from courseporter.model import Entry, OutlineRow

COUNTED = (
    "section", "lesson", "unit", "text", "video", "audio", "quiz", "question", "assignment",
    "resource", "link", "discussion", "package", "foreign", "asset",
)  # fmt: skip
OUTCOMES = ("converted", "converted_with_loss", "skipped", "failed")
BATCH = 500
_REASON = b'"reason":{'  # kept as data: rendered before it is shown
_encode = msgspec.json.Encoder().encode
_decode_page = msgspec.json.Decoder(tuple[Entry, ...]).decode


class Output(msgspec.Struct, frozen=True, kw_only=True):
    """The written package."""

    path: str
    bytes: int
    sha256: str


class Result(msgspec.Struct, kw_only=True):
    """Schema 1 of docs/reference/cli.md.  `outline`, `entries` and `pages` can be walked once.

    `pages`: the entries as JSON lists, where they are stored so.
    """

    source: str
    version: str | None
    title: str
    language: str | None
    description: str | None
    outline: Iterable[OutlineRow]
    entries: Iterable[Entry]
    problems: tuple[Problem, ...]
    assets: int
    sums: dict[str, int]
    pages: Iterable[bytes] | None = None
    output: Output | None = None
    job: str | None = None
    seconds: float | None = None
    draft: str | None = None  # where no package was asked for


def write_json(result: Result, out: IO[bytes]) -> None:
    """Write the one JSON object."""
    source = {"name": result.source, "version": result.version}
    course = {
        "title": result.title,
        "language": result.language,
        "description": result.description,
    }
    out.write(b'{"schema":1,"source":' + _encode(source) + b',"course":' + _encode(course))
    counts: dict[str, int] = dict.fromkeys(COUNTED, 0)
    out.write(b',"outline":[')
    _write_list(_counted(result.outline, counts), out)
    counts["asset"] = result.assets
    sums = {name: result.sums[name] for name in ("found", *OUTCOMES)}
    out.write(b'],"counts":' + _encode(counts) + b',"ledger":' + _encode(sums)[:-1])
    out.write(b',"entries":[')
    if result.pages is None:
        _write_list(map(_with_sentence, result.entries), out)
    else:
        _write_pages(result.pages, out)
    out.write(b']},"problems":' + _encode([_problem(one) for one in result.problems]))
    if result.output is not None:
        out.write(b',"output":' + _encode(result.output) + b',"job":' + _encode(result.job))
        out.write(b',"seconds":' + _encode(round(result.seconds or 0.0, 3)))
    if result.draft is not None:
        out.write(b',"draft":' + _encode(result.draft))
    out.write(b"}\n")


def _counted(rows: Iterable[OutlineRow], counts: dict[str, int]) -> Iterator[OutlineRow]:
    for row in rows:
        counts[row.type or row.kind] += 1
        if row.depth == 4:
            counts["question"] += row.questions
        yield row


def _write_list(values: Iterable[msgspec.Struct], out: IO[bytes]) -> None:
    batch: list[msgspec.Struct] = []
    mark = b""
    for value in values:
        batch.append(value)
        if len(batch) == BATCH:
            out.write(mark + _encode(batch)[1:-1])
            mark = b","
            batch.clear()
    if batch:
        out.write(mark + _encode(batch)[1:-1])


def _write_pages(pages: Iterable[bytes], out: IO[bytes]) -> None:
    mark = b""
    for page in pages:
        rendered = _encode(_rendered(page)) if _REASON in page else page
        out.write(mark + rendered[1:-1])
        mark = b","


def _rendered(page: bytes) -> list[Entry]:
    """The entries of a page with their reasons as sentences."""
    return list(map(_with_sentence, _decode_page(page)))


def _with_sentence(entry: Entry) -> Entry:
    if not isinstance(entry.reason, Message):
        return entry
    return msgspec.structs.replace(entry, reason=str(entry.reason))


def _problem(one: Problem) -> dict[str, object]:
    return {
        "code": one.code,
        "severity": one.severity,
        "message": str(one.message),
        "where": place_of(one),
        "hint": shown(one.hint),
        "count": one.count,
    }
