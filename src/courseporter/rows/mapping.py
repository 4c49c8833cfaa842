"""Mapped columns: a person says which columns of an unknown header mean what."""

from __future__ import annotations

import csv
import json
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import cast

from courseporter.errors import InputError, SettingsError, _
from courseporter.formats.tabular.table import column_name

Mapped = Mapping[str, str]  # a column of the file → a column of the format
MAX_CHARACTERS = 1 << 20


def read_mapping(path: Path) -> Mapped:
    """A mapping from a file: a JSON object, TOML, or CSV with two columns.

    Each entry names a column of the table and the column it means, in either order.  Raises
    InputError, SettingsError.
    """
    try:
        with path.open(encoding="utf-8-sig") as file:
            return _parsed(path.suffix.casefold(), file.read(MAX_CHARACTERS))
    except FileNotFoundError as error:
        raise InputError(
            _("Can't find “{name}”.", name=path.name),
            _("It may have been moved or renamed."),
            str(path),
            code="not_found",
        ) from error
    except (OSError, ValueError) as error:
        raise SettingsError(
            _("The mapping “{name}” isn't valid: {why}.", name=path.name, why=str(error)),
            _("Write a JSON object such as {example}.", example='{"Titel": "Name"}'),
            "--map",
            code="usage",
        ) from error  # fmt: skip


def apply(header: Sequence[str], mapped: Mapped) -> list[str]:
    """The header with mapped columns under the names of the format.

    Raises SettingsError for a mapping that names no column of the header.
    """
    places = {column_name(cell): place for place, cell in enumerate(header)}
    found = list(header)
    for one, other in mapped.items():
        place = places.get(column_name(one))
        name = other
        if place is None:
            place, name = places.get(column_name(other)), one
        if place is None:
            raise SettingsError(
                _("The mapping names “{one}” and “{other}”; the table has neither column.",
                  one=one, other=other),
                _("Its columns: {columns}.", columns=", ".join(header[:20])),
                "--map",
                code="usage",
            )  # fmt: skip
        found[place] = name
    return found


def _parsed(suffix: str, text: str) -> Mapped:
    if suffix == ".csv":
        pairs = [row[:2] for row in csv.reader(text.splitlines()) if len(row) > 1]
        return {one.strip(): other.strip() for one, other in pairs}
    found = tomllib.loads(text) if suffix == ".toml" else json.loads(text)
    if not isinstance(found, dict):
        raise ValueError("it is not an object")  # noqa: TRY004 - told with the other errors
    named = cast("dict[str, object]", found)
    if not all(isinstance(value, str) for value in named.values()):
        raise ValueError("its values are not texts")
    return cast("dict[str, str]", named)
