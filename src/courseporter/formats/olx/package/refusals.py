"""Packages that cannot be read at all: InputErrors that name the file or the block."""

from __future__ import annotations

from courseporter.errors import InputError, _
from courseporter.formats.olx.package.facts import Facts


def require_safe_name(name: str, where: str) -> None:
    """Raise InputError `unsafe_path` for a name that leads out of the package."""
    plain = name.replace("\\", "/") if "\\" in name else name
    if plain.startswith("/") or (".." in plain and ".." in plain.split("/")):
        raise InputError(
            _("The name {name} in {where} points outside the package.", name=name, where=where),
            _("Export the course again."),
            where,
            code="unsafe_path",
        )


def malformed(path: str, facts: Facts) -> InputError:
    """The course's own XML is damaged."""
    detail = facts.faults[0].detail if facts.faults else ""
    return InputError(
        _("{path} isn't well-formed XML: {detail}", path=path, detail=detail),
        _("Export the course again."),
        path,
        code="manifest_invalid",
    )


def contains_itself(name: str, where: str) -> InputError:
    """A block that is its own ancestor."""
    return InputError(
        _("The block {name} contains itself ({where}).", name=name, where=where),
        _("Export the course again."),
        where,
        code="manifest_invalid",
    )


def too_deep(where: str, limit: int) -> InputError:
    """Blocks in blocks in blocks."""
    return InputError(
        _("Blocks are nested more than {limit} levels deep.", limit=limit),
        _("Export the course again."),
        where,
        code="too_deep",
    )
