"""Bringing material in and writing it out: sniff a file, start a prepare or a publish job."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec
import platformdirs

from courseporter.api.actor import Actor
from courseporter.api.consent import require_answer
from courseporter.api.row_material import row_format_of
from courseporter.api.values import (
    ChoiceInfo,
    CourseChoice,
    ErrorView,
    SettingInfo,
    Sniff,
    SourceInfo,
    TargetInfo,
)
from courseporter.connections import stored
from courseporter.errors import InputError, PorterError, _
from courseporter.flows.material import Sketch, limits_of
from courseporter.flows.places import place_of
from courseporter.flows.publish import order_input
from courseporter.formats.archive import fingerprint
from courseporter.jobs import queue
from courseporter.jobs.job import Job, NewJob
from courseporter.settings import full_path
from courseporter.sources import CourseRef, Source
from courseporter.sources import registry as source_registry
from courseporter.sources.description import Choice
from courseporter.sources.place import CONNECTION, ConnectionPlace, Place
from courseporter.targets import Destination, Order, Policy, Target
from courseporter.targets import registry as target_registry
from courseporter.targets.settings import Setting
from courseporter.workspace import drafts


def sources() -> tuple[SourceInfo, ...]:
    """What can be read."""
    return tuple(map(_source_info, source_registry.SOURCES))


def _source_info(one: Source) -> SourceInfo:
    return SourceInfo(
        name=one.name,
        title=one.title,
        extensions=one.extensions,
        label=one.label,
        choices=tuple(map(_choice_info, one.choices)),
        not_imported=tuple(map(str, one.not_imported)),
        has_template=one.has_template,
        has_sample=one.sample is not None,
    )


def _choice_info(one: Choice) -> ChoiceInfo:
    """A choice in the language of this context."""
    return ChoiceInfo(
        name=one.name,
        label=str(one.label),
        values=tuple((value, str(words)) for value, words in one.values),
        help=str(one.help),
        option=one.option,
    )


def targets() -> tuple[TargetInfo, ...]:
    """What can be written."""
    return tuple(map(_target_info, target_registry.TARGETS))


def _target_info(one: Target) -> TargetInfo:
    settings = tuple(map(_setting_info, one.settings))
    return TargetInfo(name=one.name, title=one.title, suffix=one.suffix, settings=settings)


def _setting_info(one: Setting) -> SettingInfo:
    """A setting in the language of this context."""
    return SettingInfo(
        name=one.name,
        label=str(one.label),
        kind=one.kind,
        of=one.of,
        help=str(one.help),
        option=one.option,
        group=one.group,
        required=one.required,
        limit=one.limit,
        choices=tuple((value, str(words)) for value, words in one.choices),
        default=one.default,
    )


def label_of(source: str, version: str | None) -> str:
    """How people call the format: "SCORM 1.2", "CSV template"."""
    found = source_registry.known(source)  # another version may have made the draft
    label = found.label if found is not None else source
    return f"{label} {version}" if version else label


def not_imported(source: str) -> tuple[str, ...]:
    """What a source never brings, in plain sentences."""
    found = source_registry.known(source)
    return () if found is None else tuple(map(str, found.not_imported))


def sniff(actor: Actor, path: Path) -> Sniff:
    """What a file is and which courses it offers; never raises: `error` tells what is wrong."""
    rows = row_format_of(actor.store, path)
    blank = Sniff(path=str(path), name=path.name, size=_size(path), rows=rows)
    place = Place(path, limits_of(actor.store))
    try:
        source = source_registry.detect(place)
        refs = list(source.courses(place, Sketch(actor.store)))
        sketch = Sketch(actor.store)
        ignored = tuple(map(str, source.ignored(place, sketch)))
        return _sniffed(blank, refs, source.rows(place, sketch), ignored)
    except PorterError as error:
        return msgspec.structs.replace(blank, error=ErrorView.of(error))
    finally:
        place.close()


def _sniffed(
    blank: Sniff,
    refs: list[CourseRef],
    rows: tuple[tuple[str, int | None], ...],
    ignored: tuple[str, ...],
) -> Sniff:
    first = refs[0]
    return msgspec.structs.replace(
        blank,
        source=first.source,
        version=first.version,
        label=label_of(first.source, first.version),
        courses=tuple(
            CourseChoice(key=ref.key, title=ref.title, lessons=ref.lessons) for ref in refs
        ),
        files=rows,
        not_carried=ignored,
        choices=tuple(map(_choice_info, source_registry.named(first.source).choices)),
    )


def _size(path: Path) -> int:
    try:
        return path.stat().st_size if path.is_file() else 0
    except OSError:
        return 0


def prepare(
    actor: Actor,
    path: Path,
    *,
    source: str | None = None,
    course_keys: tuple[str, ...] = (),
    choices: Mapping[str, str] | None = None,
) -> str:
    """Start reading a file into a draft (one for each course asked for, all when none is named).

    `choices`: value by name, as the source offers them.
    """
    args: dict[str, object] = {
        "courses": list(course_keys),
        "all": not course_keys,
        "choices": dict(choices or {}),
    }
    return enqueue_prepare(actor, path, source=source, args=args).id


def enqueue_prepare(
    actor: Actor,
    path: Path,
    *,
    source: str | None,
    args: dict[str, object],
    key: str | None = None,
    sha256: str | None = None,
    queue_name: str = "default",
) -> Job:
    """Put a prepare job into the queue; the file must exist."""
    path = full_path(path)
    if not path.exists():
        raise InputError(
            _("Can't find “{name}”.", name=path.name),
            _("Check the path; it may have been moved or renamed."),
            str(path),
            code="not_found",
        )
    if source is not None:
        source_registry.named(source)
    new = NewJob(
        kind="prepare",
        queue=queue_name,
        org_id=actor.organisation,
        created_by=actor.user,
        provider=source,
        source_course_title=path.name,
        input={
            "path": str(path),
            "source": source,
            "sha256": sha256 or fingerprint(path, limits_of(actor.store)),
            **args,
        },
        idempotency_key=key,
        input_hash=sha256,
    )
    with actor.store.write() as connection:
        return queue.enqueue(connection, new)


def enqueue_import(  # noqa: PLR0913 - one request
    actor: Actor,
    connection_id: str,
    course_keys: Sequence[str],
    choices: Mapping[str, str],
    *,
    key: str | None = None,
    queue_name: str = "default",
    title: str = "",
    args: Mapping[str, object] | None = None,
) -> Job:
    """Put the import of courses behind a connection into the queue.  Raises SettingsError."""
    place = place_of(actor.store, actor.organisation, connection_id=connection_id)
    new = NewJob(
        kind="prepare",
        queue=queue_name,
        org_id=actor.organisation,
        created_by=actor.user,
        provider=place.provider if isinstance(place, ConnectionPlace) else None,
        connection_id=connection_id,
        source_course_title=title or place.name,
        input={
            "path": "",
            "source": None,
            "sha256": place.fingerprint(),
            "courses": list(course_keys),
            "all": not course_keys,
            "choices": dict(choices),
            **(args or {}),
        },
        idempotency_key=key,
    )
    with actor.store.write() as connection:
        return queue.enqueue(connection, new)


def publish(
    actor: Actor,
    draft_id: str,
    to: Path | Destination,
    *,
    target: str | None = None,
    overwrite: bool = False,
    settings: Mapping[str, str | bool] | None = None,
) -> str:
    """Start writing a draft to a file, or to a service behind a connection; returns the job's id.

    `target`: its name; None: the one that writes files of this name.  `settings` hold for this
    export alone.  Raises SettingsError `scorm_not_answered`.
    """
    require_answer(actor, draft_id)
    policy = Policy.OVERWRITE if overwrite else Policy.SKIP
    order = Order(to=_destination(to), policy=policy, settings=dict(settings or {}))
    chosen = target_for(order.to, target)
    chosen.require(order.to, order.policy)
    if order.to.connection is not None:
        with actor.store.read() as connection:
            stored.find(connection, actor.organisation, order.to.connection)
    return enqueue_publish(actor, draft_id, order, target=chosen.name).id


def _destination(to: Path | Destination) -> Destination:
    return to if isinstance(to, Destination) else Destination(path=str(full_path(to)))


def enqueue_publish(
    actor: Actor,
    draft_id: str,
    order: Order,
    *,
    target: str | None = None,
    key: str | None = None,
    queue_name: str = "default",
) -> Job:
    """Put a publish job into the queue; one at a time writes to a destination."""
    chosen = target_for(order.to, target)
    draft = drafts.get(actor.store, draft_id, actor.organisation)
    new = NewJob(
        kind="publish",
        queue=queue_name,
        org_id=actor.organisation,
        created_by=actor.user,
        provider=chosen.name,
        draft_id=draft.id,
        connection_id=order.to.connection,
        source_course_id=draft.key,
        source_course_title=draft.title,
        target_course_id=order.to.key,
        input=order_input(order, draft.id, chosen),
        idempotency_key=key,
        active_key=active_key(chosen, order.to),
    )
    with actor.store.write() as connection:
        return queue.enqueue(connection, new)


def target_for(to: Destination, name: str | None = None) -> Target:
    """The target called `name`, else the one that writes files of this name."""
    if name is None and to.path is not None:
        return target_registry.writing(to.file)
    return target_registry.named(name)


def active_key(target: Target, to: Destination) -> str:
    """While a job with this key is pending or running, no second one writes there."""
    return f"{target.name}:{to.where}"


def _out_folder(actor: Actor, beside: Path) -> Path:
    """The chosen folder, else the source's, else the documents (not into the data folder).

    A fresh account may have no folder for documents yet.
    """
    if actor.settings.out_folder:
        return Path(actor.settings.out_folder)
    if not beside.is_relative_to(actor.home) and os.access(beside, os.W_OK):
        return beside
    documents = Path(platformdirs.user_documents_path())
    return documents if os.access(documents, os.W_OK) else Path.home()


def default_out(actor: Actor, draft_id: str, target: str | None = None) -> Path:
    """Return the file of the last export, which the next one replaces, else a new name."""
    draft = drafts.get(actor.store, draft_id, actor.organisation)
    suffix = target_registry.named(target).suffix
    last = Path(draft.last_export) if draft.last_export else None
    if last is not None and last.name.endswith(suffix) and last.parent.is_dir():
        return last
    is_school = draft.source_path.startswith(CONNECTION)
    folder = _out_folder(actor, actor.home if is_school else Path(draft.source_path).parent)
    stem = "".join(c if c.isalnum() or c in "-_ " else "-" for c in draft.title).strip()[:60]
    for number in range(1, 1000):
        out = folder / f"{stem or 'course'}{'' if number == 1 else f'-{number}'}{suffix}"
        if not out.exists():
            return out
    return folder / f"{draft.id}{suffix}"
