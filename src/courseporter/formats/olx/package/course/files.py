"""Static files that are missing, clash or lead nowhere, and oddities of the archive."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import cast

from courseporter.errors import Problem
from courseporter.formats.olx.package.index import Index
from courseporter.formats.olx.package.overrides import Settings
from courseporter.formats.olx.package.problems import problem
from courseporter.formats.olx.package.references import static_name
from courseporter.formats.olx.package.walk import Walk
from courseporter.formats.scorm_player.names import PREFIX

_NAMED = 5  # names in one sentence
_STATIC = "/static/"


def file_problems(index: Index, walk: Walk, settings: Settings) -> Iterator[Problem]:
    """Everything about files that aren't blocks."""
    also = [*_named_by_blocks(walk), *_named_by_settings(settings)]
    missing = [name for name in index.missing_statics(also) if not name.startswith(PREFIX)]
    if missing:
        detail = names_of(missing)
        yield problem(
            "missing_files", detail=detail, count=len(missing), where="static/", fix="find_files"
        )
    for path in index.foreign:
        yield problem("page_not_utf8", detail=path, where=path)
    yield from _captions(index, walk)
    if index.clashes:
        detail = ", ".join(index.clashes[:_NAMED])
        yield problem("asset_clash", detail=detail, count=len(index.clashes))
    yield from _relative(index)
    for code, names in index.players.faults(index.statics, index.references.statics):
        where = f"static/{names[0]}"
        yield problem(code, detail=names_of(names), count=len(names), where=where)
    yield from _archive(index)


def _named_by_blocks(walk: Walk) -> Iterator[tuple[str, str]]:
    for need in walk.needs:
        if need.kind == "file" and "://" not in need.value:
            yield static_name(need.value), f"{need.name}.xml"


def _captions(index: Index, walk: Walk) -> Iterator[Problem]:
    """Transcripts that the platform reads when a learner plays the video, or doesn't."""
    for need in walk.needs:
        if need.kind != "file":
            continue
        line = index.captions.get(static_name(need.value))
        if line is not None or not need.value.lower().endswith((".srt", ".sjson", ".txt")):
            detail = f"{need.value}: {line}" if line else need.value
            yield problem("captions_unreadable", need.title, detail[:120], key=need.name)


def _named_by_settings(settings: Settings) -> Iterator[tuple[str, str]]:
    """Pictures and textbooks."""
    for name in ("course_image", "banner_image", "video_thumbnail_image"):
        image = settings.get(name)
        if isinstance(image, str) and image.strip('"') not in ("", "null", _DEFAULT_IMAGE):
            yield static_name(image.strip('"').removeprefix(_STATIC)), name
    for name in ("pdf_textbooks", "html_textbooks"):
        books = settings.get(name)
        for book in cast("list[object]", books) if isinstance(books, list) else []:
            yield from ((address, name) for address in _addresses(book))


_DEFAULT_IMAGE = "images_course_image.jpg"  # where it's missing, the site shows its own


def _addresses(value: object) -> Iterator[str]:
    """Static names of a textbook and its chapters."""
    if not isinstance(value, dict):
        return
    book = cast("Settings", value)
    address = book.get("url")
    if isinstance(address, str) and address.startswith(_STATIC):
        yield static_name(address.removeprefix(_STATIC).partition("#")[0])
    chapters = book.get("chapters")
    for chapter in cast("list[object]", chapters) if isinstance(chapters, list) else []:
        yield from _addresses(chapter)


def _relative(index: Index) -> Iterator[Problem]:
    between = [
        (path, target)
        for path, target in index.references.between
        if static_name(target) in index.statics and target != path
    ]
    if between:
        files = sorted({path for path, _ in between})
        detail = f"{between[0][0]} → {between[0][1]}"
        where = f"static/{files[0]}"
        yield problem("asset_relative_links", detail=detail, count=len(files), where=where)


def _archive(index: Index) -> Iterator[Problem]:
    if index.drafts:
        yield problem("draft_units", detail=str(index.drafts), count=index.drafts)
    for path, targets in index.links:
        if _STATIC in "/" + path and not any(map(index.has, targets)):
            yield problem("static_link_broken", detail=path, where=path)
    if index.links:
        count = len(index.links)
        yield problem("entry_link", detail=str(count), count=count)
    if index.backslashes:
        detail = names_of(index.backslashes)
        yield problem("zip_backslashes", detail=detail, count=len(index.backslashes))
    if index.bad_name:
        yield problem("archive_name", detail=index.where, where=index.where)


def names_of(names: Iterable[str]) -> str:
    """The first names in a sentence."""
    found = sorted(names)
    more = f" (+{len(found) - _NAMED})" if len(found) > _NAMED else ""
    return ", ".join(found[:_NAMED]) + more
