"""Connections: to schools, Open edX sites and services. Secrets go to the keychain, never further.

Every look-up is limited to the actor's organization. Members see connections without their private
values; who may change them: `rights`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import msgspec

from courseporter import keychain
from courseporter.api.actor import Actor
from courseporter.api.rights import may
from courseporter.api.values import View
from courseporter.connections import stored, using
from courseporter.connections.checks import Check, Checklist, CheckReport
from courseporter.connections.kind import (
    Field,
    Kind,
    SecretField,
    valid_description,
    valid_name,
    valid_values,
    value_problems,
)
from courseporter.connections.kinds import all_kinds, kind_named
from courseporter.connections.opened import Opened
from courseporter.connections.stored import Record
from courseporter.errors import Message, Phrase, SettingsError, _
from courseporter.flows.site.checklist import check_site
from courseporter.secret import Secret
from courseporter.store.pace import StoredPace

__all__ = [
    "Check",
    "CheckReport",
    "ConnectionView",
    "Field",
    "Forgotten",
    "Kind",
    "Secret",
    "SecretField",
    "add_connection",
    "check_connection",
    "connection",
    "connection_kind",
    "connection_kinds",
    "connection_problems",
    "connections",
    "edit_connection",
    "forget_connection",
    "keychain_problem",
    "restore_connection",
    "secret_in_environment",
    "try_connection",
]

CHECKS = {"openedx": check_site}  # a target knows its own site best
Secrets = Mapping[str, Secret]


class ConnectionView(View, frozen=True):
    """A connection as faces show it. Times are epoch milliseconds."""

    id: str
    kind: str
    label: str
    group: str
    name: str
    description: str | None
    values: dict[str, object]
    secrets_kept: str | None
    active: bool
    last_test: int | None
    last_status: str | None
    created_by: str | None
    created_at: int
    updated_at: int
    rev: int
    report: CheckReport | None = None


@dataclass(frozen=True)
class Forgotten:
    """What `restore_connection` needs to bring a connection back; lives in memory only."""

    record: Record
    secrets: Secrets


def connection_kinds() -> tuple[Kind, ...]:
    """Every kind of connection, with its fields, secrets and words."""
    return all_kinds()


def connection_kind(name: str) -> Kind:
    """One kind. Raises SettingsError `unknown_item`."""
    return kind_named(name)


def connection_problems(kind: str, values: Mapping[str, object]) -> dict[str, Phrase]:
    """What is wrong with each value, by field, while somebody fills in the form."""
    return value_problems(kind_named(kind), values)


def keychain_problem() -> str | None:
    """Why secrets can't be kept in the keychain, in a sentence; None when they can."""
    return keychain.state()


def secret_in_environment(kind: str, name: str, field: str) -> bool:
    """Whether the environment variable for this secret of such a connection is set."""
    further = "" if field == _main(kind_named(kind)) else field
    return keychain.in_environment(keychain.environment_name(" ".join(name.split()), further))


def connections(actor: Actor) -> tuple[ConnectionView, ...]:
    """The organization's connections, by name."""
    with actor.store.read() as connection:
        found = stored.listing(connection, actor.organisation)
    return tuple(_view(actor, record) for record in found)


def connection(actor: Actor, name_or_id: str) -> ConnectionView:
    """One connection by name or id. Raises SettingsError `unknown_item`."""
    return _view(actor, _find(actor, name_or_id))


def add_connection(
    actor: Actor,
    kind: str,
    name: str,
    values: Mapping[str, object],
    secrets: Secrets,
    *,
    description: str | None = None,
    session_only: bool = False,
) -> ConnectionView:
    """Store a new connection, its secrets in the keychain, or for this session only.

    A required secret may be skipped when its environment variable is set. Raises SettingsError
    (naming the field in `where`; `keychain_unavailable`; `secret_missing`), ConflictError for a
    name that is taken, AuthError for members. On an error nothing is kept.
    """
    known = kind_named(kind)
    record = Record(
        id=stored.fresh_id(),
        org_id=actor.organisation,
        kind=known.name,
        name=valid_name(name),
        description=valid_description(description),
        values=dict(valid_values(known, values)),
        created_by=actor.user,
    )
    _require_free(actor, record)
    record = _kept(record, known, secrets, session_only=session_only)
    try:
        with actor.store.write() as connection:
            stored.add(connection, record)
    except BaseException:
        _drop_secrets(record, known)
        raise
    return _view(actor, _find(actor, record.id))


def edit_connection(  # noqa: PLR0913 - what can be changed
    actor: Actor,
    name_or_id: str,
    *,
    name: str | None = None,
    values: Mapping[str, object] | None = None,
    secrets: Secrets | None = None,
    description: str | None = None,
    active: bool | None = None,
    session_only: bool = False,
) -> ConnectionView:
    """Change a connection; what is None stays. Raises as `add_connection`."""
    old = _find(actor, name_or_id)
    known = kind_named(old.kind)
    record = msgspec.structs.replace(
        old,
        name=old.name if name is None else valid_name(name),
        description=old.description if description is None else valid_description(description),
        values=dict(valid_values(known, {**_known(old, known), **(values or {})})),
        is_active=old.is_active if active is None else active,
    )
    _require_free(actor, record)
    if secrets:
        record = _kept(record, known, secrets, session_only=session_only, partly=True)
    with actor.store.write() as connection:
        stored.change(connection, record)
    return _view(actor, _find(actor, record.id))


def check_connection(
    actor: Actor,
    name_or_id: str,
    report: Callable[[Check], None] | None = None,
    tick: Callable[[], None] | None = None,
) -> CheckReport:
    """Run the check list and keep its outcome. `report` gets each check as soon as it is done."""
    record = _find(actor, name_or_id)
    known = kind_named(record.kind)
    with actor.store.write() as connection:
        stored.note_test(connection, record.id, "pending", None)
    result = _checked(known, using.opened(actor.store, record, known, tick), report)
    with actor.store.write() as connection:
        status = "success" if result.success else "failed"
        stored.note_test(connection, record.id, status, _as_json(result))
    return result


def try_connection(
    actor: Actor,
    kind: str,
    name: str,
    values: Mapping[str, object],
    secrets: Secrets,
    report: Callable[[Check], None] | None = None,
    tick: Callable[[], None] | None = None,
) -> CheckReport:
    """Run the check list of a connection before it is saved; nothing is kept."""
    known = kind_named(kind)
    opened = Opened(
        id=f"trial:{actor.organisation}:{kind}",
        kind=known.name,
        name=name,
        values=valid_values(known, values),
        main_secret=_main(known),
        secrets=secrets,
        pace=StoredPace(actor.store),
        tick=tick,
    )
    return _checked(known, opened, report)


def forget_connection(actor: Actor, name_or_id: str) -> Forgotten:
    """Remove a connection with its secrets; jobs keep its name. Returns what undo needs.

    Raises SettingsError `keychain_unavailable` when the secrets can't be removed; then it stays.
    """
    record = _find(actor, name_or_id)
    known = kind_named(record.kind)
    secrets = _remembered(record, known)
    _drop_secrets(record, known)
    with actor.store.write() as connection:
        stored.forget(connection, record)
    return Forgotten(record, secrets)


def restore_connection(actor: Actor, forgotten: Forgotten) -> ConnectionView:
    """Undo `forget_connection`. Raises ConflictError when its name has been taken meanwhile."""
    record = forgotten.record
    for name, secret in forgotten.secrets.items():
        keychain.put(record.id, name, secret, session_only=record.secrets_kept != "keychain")
    with actor.store.write() as connection:
        stored.add(connection, record)
    return _view(actor, _find(actor, record.id))


def _checked(kind: Kind, opened: Opened, report: Callable[[Check], None] | None) -> CheckReport:
    checks = Checklist(report)
    CHECKS.get(kind.name, kind.check)(opened, checks)
    return checks.result()


def _kept(
    record: Record, kind: Kind, secrets: Secrets, *, session_only: bool, partly: bool = False
) -> Record:
    """Put the secrets where they belong; returns the record that says where that is."""
    known = {field.name for field in kind.secrets}
    for name in secrets.keys() - known:
        raise SettingsError(
            _("{kind} has no secret “{name}”.", kind=kind.label, name=name),
            _("It has: {names}.", names=", ".join(sorted(known)) or "–"),
            name,
        )
    given = {name: secret for name, secret in secrets.items() if secret}
    in_environment = False
    for field in kind.secrets:
        variable = _variable(record, kind, field.name)
        in_environment |= keychain.in_environment(variable)
        if partly or field.name in given or not field.required:
            continue
        if not keychain.in_environment(variable):
            raise _secret_missing(field.label, variable, field.name)
    for name, secret in given.items():
        keychain.put(record.id, name, secret, session_only=session_only)
    place = ("session" if session_only else "keychain") if given else None
    kept = place or ("environment" if in_environment else record.secrets_kept)
    return msgspec.structs.replace(record, secrets_kept=kept)


def _drop_secrets(record: Record, kind: Kind) -> None:
    names = [field.name for field in kind.secrets]
    keychain.forget(record.id, names, session_only=record.secrets_kept != "keychain")


def _remembered(record: Record, kind: Kind) -> dict[str, Secret]:
    if record.secrets_kept not in {"keychain", "session"}:
        return {}
    found = {field.name: keychain.get(record.id, field.name) for field in kind.secrets}
    return {name: secret for name, secret in found.items() if secret is not None}


def _find(actor: Actor, name_or_id: str) -> Record:
    with actor.store.read() as connection:
        return stored.find(connection, actor.organisation, name_or_id)


def _require_free(actor: Actor, record: Record) -> None:
    """Refuse a taken name before any secret is stored."""
    with actor.store.read() as connection:
        for other in stored.listing(connection, actor.organisation):
            if other.name == record.name and other.id != record.id:
                raise stored.taken(record.name)


def _known(record: Record, kind: Kind) -> dict[str, object]:
    return {name: value for name, value in record.values.items() if kind.field(name)}


def _view(actor: Actor, record: Record) -> ConnectionView:
    kind = kind_named(record.kind)
    hidden = () if may(actor, "edit_connection") else [f.name for f in kind.fields if f.private]
    values = {name: v for name, v in _known(record, kind).items() if name not in hidden}
    report = record.last_report
    return ConnectionView(
        id=record.id,
        kind=record.kind,
        label=str(kind.label),
        group=kind.group,
        name=record.name,
        description=record.description,
        values=values,
        secrets_kept=record.secrets_kept,
        active=record.is_active,
        last_test=record.last_test,
        last_status=record.last_status,
        created_by=record.created_by,
        created_at=record.created_at,
        updated_at=record.updated_at,
        rev=record.rev,
        report=None if report is None else msgspec.convert(report, CheckReport),
    )


def _as_json(result: CheckReport) -> dict[str, object]:
    made: dict[str, object] = msgspec.to_builtins(result)
    return made


def _main(kind: Kind) -> str:
    return kind.secrets[0].name if kind.secrets else ""


def _variable(record: Record, kind: Kind, field: str) -> str:
    return keychain.environment_name(record.name, "" if field == _main(kind) else field)


def _secret_missing(label: Message, variable: str, field: str) -> SettingsError:
    return SettingsError(
        _("{label} is missing.", label=label),
        _("Enter it, or set the environment variable {variable}.", variable=variable),
        field,
        code="secret_missing",
    )
