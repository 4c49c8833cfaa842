"""JSON files of a package, read as strictly as Open edX reads them."""

from __future__ import annotations

import codecs
import json
from typing import Literal, NamedTuple, cast

from courseporter.errors import InputError, _


class JsonFile(NamedTuple):
    """`value` is None when the platform ignores the file; `fault` says why."""

    value: object = None
    fault: Literal["", "missing", "byte_order_mark", "unreadable"] = ""


def read_json(data: bytes | None, path: str) -> JsonFile:
    """Parse one file; `path` is its name for people.  Raises InputError `too_deep`."""
    if data is None:
        return JsonFile(fault="missing")
    if data.startswith(codecs.BOM_UTF8):
        return JsonFile(fault="byte_order_mark")
    try:
        return JsonFile(cast("object", json.loads(data.decode())))
    except ValueError:
        return JsonFile(fault="unreadable")
    except RecursionError:
        raise nested_too_deep(path) from None


def nested_too_deep(path: str) -> InputError:
    """Lists in lists in lists, to exhaust whoever reads them."""
    return InputError(
        _("The JSON in {path} is nested too deeply to be read.", path=path),
        _("Export the course again."),
        path,
        code="too_deep",
    )
