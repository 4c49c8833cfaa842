"""Media that live elsewhere now: a CSV of old and new addresses (`--media-map`)."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path

from courseporter.errors import InputError, _


def read_moved(file: str | None) -> Mapping[str, str]:
    """Old address → new address; nothing for no file.  Raises InputError naming the line.

    The first two columns count; a first row without addresses is the header.
    """
    if not file:
        return {}
    path = Path(file)
    moved: dict[str, str] = {}
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            for line, row in enumerate(csv.reader(stream), 1):
                cells = [cell.strip() for cell in row]
                if len(cells) < 2 or not all(cells[:2]):
                    continue
                if "://" in cells[0] and "://" in cells[1]:
                    moved[cells[0]] = cells[1]
                elif line > 1:
                    raise InputError(
                        _(
                            "“{name}” line {line} doesn't have two addresses.",
                            name=path.name,
                            line=line,
                        ),
                        _("Write the old address and the new one, separated by a comma."),
                        f"{path.name} line {line}",
                    )
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(
            _("“{name}” can't be read as a CSV file.", name=path.name),
            _("Save it as CSV in UTF-8: old address, new address."),
            file,
        ) from error
    return moved
