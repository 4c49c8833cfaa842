"""The targets there are.  Nothing outside of this module names one."""

from __future__ import annotations

from pathlib import Path

from courseporter.errors import SettingsError, _
from courseporter.targets import Target
from courseporter.targets.olx import OlxTarget

TARGETS: tuple[Target, ...] = (OlxTarget(),)


def named(name: str | None) -> Target:
    """The target called `name` (None: the default one).  Raises SettingsError naming the others."""
    if name is None:
        return TARGETS[0]
    for target in TARGETS:
        if target.name == name:
            return target
    known = ", ".join(target.name for target in TARGETS)
    raise SettingsError(
        _("“{name}” is not a target.", name=name),
        _("Available targets: {names}.", names=known),
        code="usage",
    )


def writing(path: Path) -> Target:
    """The target that writes files of this name; the default one where none does."""
    fitting = (one for one in TARGETS if one.suffix and path.name.endswith(one.suffix))
    return next(fitting, TARGETS[0])


def reading(path: Path) -> Target:
    """The target that can read this written file back; the default one where none says so."""
    able = [one for one in TARGETS if "read_back" in one.can]
    return next((one for one in able if path.name.endswith(one.suffix)), able[0])
