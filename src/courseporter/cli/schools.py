"""Courses of a school: list them, estimate and import them."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import Annotated

import msgspec
import typer

from courseporter import api
from courseporter.cli.courses import SOME_FAILED, SPOOL, AsJson, show, stopping
from courseporter.cli.progress import progress
from courseporter.cli.say import acting, say, show_json, show_table
from courseporter.cli.stops import handling_stops, leaving_silently
from courseporter.errors import (
    AuthError,
    PorterError,
    SettingsError,
    TransientError,
    _,
    gettext,
)

Connection = Annotated[str, typer.Argument(metavar="CONNECTION", help="Its name or ID.")]


class Media(StrEnum):
    """Where media will live."""

    link = "link"
    package = "package"
    folder = "folder"


class TeachableApi(StrEnum):
    """Which of Teachable's APIs to read."""

    v1 = "v1"
    v2 = "v2"


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command()(courses)
    app.command("import")(import_courses)


def courses(connection: Connection, as_json: AsJson = False) -> None:
    """List the courses of a school."""
    with acting() as actor:
        found = api.courses(actor, connection)
    if as_json:
        show_json({"schema": 1, "courses": [msgspec.structs.asdict(one) for one in found]})
        return
    rows = [(one.id, one.title, _state(one.published), one.bundle or "") for one in found]
    show_table((gettext("id"), gettext("title"), gettext("state"), gettext("bundle")), rows)


def import_courses(
    connection: Connection,
    course_ids: Annotated[
        list[str] | None, typer.Argument(metavar="COURSE_ID…", help="IDs listed by `courses`.")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Import every course.")] = False,
    out: Annotated[
        Path | None, typer.Option("-o", "--out", help="The package of one course (.tar.gz).")
    ] = None,
    out_dir: Annotated[
        Path | None, typer.Option(metavar="DIR", help="A folder for the packages.")
    ] = None,
    media: Annotated[
        Media, typer.Option(help="Keep links, put media into the package, or into a folder.")
    ] = Media.link,
    media_dir: Annotated[
        Path | None, typer.Option(metavar="DIR", help="The folder for media.")
    ] = None,
    media_base: Annotated[
        str | None, typer.Option(metavar="URL", help="The web address that the folder will have.")
    ] = None,
    media_limit: Annotated[
        int | None,
        typer.Option(metavar="MB", help="Download at most this much for each course."),
    ] = None,
    media_map: Annotated[
        Path | None, typer.Option(metavar="FILE.csv", help="Old and new addresses of media.")
    ] = None,
    media_files: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Your own files, matched by name and size."),
    ] = None,
    teachable_api: Annotated[
        TeachableApi, typer.Option(help="Use Teachable's newer API, if your school has it.")
    ] = TeachableApi.v1,
    captions_dir: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Captions named like their videos.")
    ] = None,
    only_estimate: Annotated[
        bool, typer.Option("--estimate", help="Show what the import costs, without importing.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace packages.")] = False,
    as_json: AsJson = False,
) -> int:
    """Import courses of a school. Run the same command again after a crash to continue."""
    wanted = _wanted(course_ids or [], everything=everything, out=out)
    choices = {
        "media": media.value,
        "media_dir": _absolute(media_dir),
        "media_base": media_base or "",
        "media_budget": "" if media_limit is None else str(media_limit),
        "media_map": _absolute(media_map),
        "media_files": _absolute(media_files),
        "captions_dir": _absolute(captions_dir),
        "api": "" if teachable_api is TeachableApi.v1 else teachable_api.value,
    }
    with acting() as actor:
        if only_estimate:
            _show_estimate(api.estimate(actor, connection, wanted), as_json=as_json)
            return 0
        ids = wanted or [one.id for one in api.courses(actor, connection)]
        if not ids:
            raise SettingsError(_("“{name}” has no courses.", name=connection), code="unknown_item")
        several = everything or len(ids) > 1

        def single(course_id: str) -> api.Imported:
            package = _package(out, out_dir, course_id)
            return _import(actor, connection, course_id, choices, package, force=force)

        imported, refused = _each(ids, single) if several else ([single(ids[0])], {})
        _show([one.result for one in imported], refused, as_json=as_json, several=several)
        for one in imported:
            api.acknowledge_import(actor, one)
    if refused:
        return next(iter(refused.values())).exit_code
    return SOME_FAILED if any(one.result.sums["failed"] for one in imported) else 0


def _each(
    course_ids: list[str], single: Callable[[str], api.Imported]
) -> tuple[list[api.Imported], dict[str, PorterError]]:
    """Import one after the other; a course that can't be imported doesn't stop the others.

    Raises AuthError and TransientError, because the rest would fail the same way.
    """
    imported: list[api.Imported] = []
    refused: dict[str, PorterError] = {}
    for one in course_ids:
        try:
            imported.append(single(one))
        except (AuthError, TransientError):
            raise
        except PorterError as error:
            refused[one] = error
            message = str(error.message)
            say(gettext("Course {id} was not imported: {message}", id=one, message=message))
    return imported, refused


def _import(
    actor: api.Actor,
    connection: str,
    course_id: str,
    choices: dict[str, str],
    out: Path | None,
    *,
    force: bool,
) -> api.Imported:
    with progress(actor) as watched, handling_stops(stopping(watched)):
        return api.import_course(
            actor, connection, course_id, choices, out=out, force=force, watch=watched.watch
        )


def _wanted(course_ids: list[str], *, everything: bool, out: Path | None) -> list[str]:
    if everything == bool(course_ids):
        raise typer.BadParameter("name course ids, or use --all")
    if out is not None and (everything or len(course_ids) > 1):
        raise typer.BadParameter("--out is for one course; use --out-dir for several")
    return list(dict.fromkeys(course_ids))


def _package(out: Path | None, out_dir: Path | None, course_id: str) -> Path | None:
    if out_dir is None:
        return out
    if not out_dir.is_dir():
        raise SettingsError(
            _("The folder “{name}” does not exist.", name=str(out_dir)),
            _("Create the folder first, or choose another."),
            "--out-dir",
            code="usage",
        )
    return out_dir / api.package_name(course_id)


def _absolute(path: Path | None) -> str:
    return "" if path is None else str(path.absolute())


def _state(published: bool | None) -> str:
    if published is None:
        return ""
    return gettext("published") if published else gettext("draft")


def _show_estimate(cost: api.Estimate, *, as_json: bool) -> None:
    if as_json:
        show_json({"schema": 1, "estimate": msgspec.structs.asdict(cost)})
        return
    minutes = max(1, round(cost.seconds / 60))
    print(
        gettext(
            "{requests:,} requests, about {minutes} min", requests=cost.requests, minutes=minutes
        )
    )


def _show(
    results: list[api.Result], refused: dict[str, PorterError], *, as_json: bool, several: bool
) -> None:
    if not as_json or not several:
        for result in results:
            show(result, as_json=as_json)
            if result.draft is not None:
                say(gettext("Draft: {id}", id=result.draft))
        return
    with SpooledTemporaryFile(max_size=SPOOL) as whole:
        whole.write(b'{"schema":1,"results":[')
        for number, result in enumerate(results):
            whole.write(b"," if number else b"")
            api.write_json(result, whole)
        whole.write(b"]")
        if refused:
            rows = [{"course": one, **error.as_json()} for one, error in refused.items()]
            whole.write(b',"errors":' + msgspec.json.encode(rows))
        whole.write(b"}\n")
        whole.seek(0)
        leaving_silently()
        shutil.copyfileobj(whole, sys.stdout.buffer)
    sys.stdout.buffer.flush()
