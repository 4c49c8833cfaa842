"""What a kind of connection is: fields, secrets and checks. Forms and commands are made from it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from courseporter.connections.checks import Checklist
from courseporter.connections.opened import Opened
from courseporter.errors import Message, Phrase, SettingsError, _
from courseporter.net import Client, check_address

Value = str | int | bool
Group = Literal["target", "school", "service"]

NAME_LIMIT = 100
DESCRIPTION_LIMIT = 500
SECRET_LIMIT = 4096
TEXT_LIMIT = 500


@dataclass(frozen=True, kw_only=True)
class Field:
    """One value of a connection.

    `minimum` and `maximum` are lengths of a text or bounds of a number. `option` is the command's
    option. `normalize` returns the value as it is kept, or raises SettingsError. `private` hides
    the value from members who may not edit connections.
    """

    name: str
    label: Message
    type: Literal["text", "address", "number", "flag"] = "text"
    required: bool = False
    default: Value | None = None
    minimum: int | None = None
    maximum: int | None = None
    ascii_only: bool = False
    help: Message | None = None
    placeholder: str = ""
    unit: Message | None = None
    advanced: bool = False
    private: bool = False
    option: str = ""
    normalize: Callable[[str], str] | None = None


@dataclass(frozen=True, kw_only=True)
class SecretField:
    """One secret of a connection: it goes to the keychain."""

    name: str
    label: Message
    required: bool = True
    help: Message | None = None


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A kind of connection. `check` runs its check list against the site; the first secret is the
    one that is meant when no name is given.  `clients` are the sites that courses are read from,
    the first one under the name "".
    """

    name: str
    label: Message
    group: Group
    fields: tuple[Field, ...] = ()
    secrets: tuple[SecretField, ...] = ()
    check: Callable[[Opened, Checklist], None]
    clients: Mapping[str, Callable[[Opened], Client | None]] = field(
        default_factory=dict[str, Callable[[Opened], Client | None]]
    )
    help: Message | None = None

    def field(self, name: str) -> Field | None:
        """The field of this name."""
        return next((field for field in self.fields if field.name == name), None)


def valid_values(kind: Kind, given: Mapping[str, object]) -> dict[str, Value]:
    """The values as they are kept, defaults filled in. Raises SettingsError naming the field."""
    unknown = sorted(given.keys() - {field.name for field in kind.fields})
    if unknown:
        raise SettingsError(
            _("{kind} has no setting “{name}”.", kind=kind.label, name=unknown[0]),
            None,
            unknown[0],
        )
    problems = value_problems(kind, given)
    for name, problem in problems.items():
        raise SettingsError(problem, None, name)
    found = {field.name: _value(field, given.get(field.name)) for field in kind.fields}
    return {name: value for name, value in found.items() if value is not None}


def value_problems(kind: Kind, given: Mapping[str, object]) -> dict[str, Phrase]:
    """What is wrong with each value, by the name of its field; empty when all can be kept."""
    problems: dict[str, Phrase] = {}
    for one in kind.fields:
        try:
            _value(one, given.get(one.name))
        except SettingsError as error:
            problems[one.name] = error.phrase
    return problems


def valid_name(name: str) -> str:
    """The connection's name without outer spaces. Raises SettingsError."""
    text = " ".join(name.split())
    if not 1 <= len(text) <= NAME_LIMIT:
        raise SettingsError(
            _("A connection's name must have 1 to {limit} characters.", limit=NAME_LIMIT),
            None,
            "name",
        )
    return text


def valid_description(text: str | None) -> str | None:
    """The description, or None for an empty one. Raises SettingsError."""
    if not text or not text.strip():
        return None
    if len(text.strip()) > DESCRIPTION_LIMIT:
        raise SettingsError(
            _("A description can have at most {limit} characters.", limit=DESCRIPTION_LIMIT),
            None,
            "description",
        )
    return text.strip()


def _value(field: Field, given: object) -> Value | None:
    value = field.default if given is None or given == "" else given
    if value is None:
        _missing(field)
        return None
    if field.type == "flag":
        return _flag(field, value)
    if field.type == "number":
        return _number(field, value)
    return _text(field, str(value).strip())


def _flag(field: Field, value: object) -> bool:
    if isinstance(value, bool):
        return value
    raise SettingsError(_("{label} must be on or off.", label=field.label), None, field.name)


def _number(field: Field, value: object) -> int:
    text = str(value).strip()
    low, high = field.minimum or 0, field.maximum if field.maximum is not None else 10**9
    if not re.fullmatch(r"[0-9]{1,10}", text) or not low <= int(text) <= high:
        raise SettingsError(
            _(
                "{label} must be a number from {low} to {high}.",
                label=field.label,
                low=low,
                high=high,
            ),
            None,
            field.name,
        )
    return int(text)


def _text(field: Field, text: str) -> str | None:
    if not text and field.default is not None:
        return str(field.default)
    if not text:
        _missing(field)
        return None
    longest = field.maximum or TEXT_LIMIT
    if len(text) > longest:
        raise SettingsError(
            _("{label} can have at most {limit} characters.", label=field.label, limit=longest),
            None,
            field.name,
        )
    if field.ascii_only and not (text.isascii() and text.isprintable()):
        raise SettingsError(
            _("{label} can contain only English letters, digits, and symbols.", label=field.label),
            None,
            field.name,
        )
    if field.type == "address":
        return check_address(text, what=field.label)
    return field.normalize(text) if field.normalize else text


def _missing(field: Field) -> None:
    if field.required:
        raise SettingsError(_("{label} is missing.", label=field.label), None, field.name)
