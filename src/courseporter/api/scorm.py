"""SCORM lessons of a draft: what happens to them."""

from __future__ import annotations

from collections.abc import Sequence

from courseporter.api.actor import Actor
from courseporter.errors import SettingsError, _
from courseporter.formats.scorm_player.choice import MODES
from courseporter.model import PackageMode
from courseporter.workspace.edits import ops, scorm
from courseporter.workspace.edits.apply import apply

_LABELS: dict[PackageMode, str] = {
    "play": "Play in the course",
    "plugin": "Use the SCORM XBlock",
    "download": "Offer for download",
}


def choose_scorm(actor: Actor, draft_id: str, keys: Sequence[str] | None, mode: PackageMode) -> int:
    """Let the SCORM lessons at and below these places (None: all of the draft) become this.

    Blocks, ledger and problems change in one transaction, which `undo` takes back.  Returns how
    many lessons changed.  Raises SettingsError `usage` for a mode that does not exist.
    """
    if mode not in MODES:
        known = ", ".join(MODES)
        raise SettingsError(
            _("“{mode}” is not a valid SCORM mode.", mode=mode),
            _("Valid modes: {known}.", known=known),
            code="usage",
        )
    with actor.store.write() as connection:
        counts = scorm.modes(connection, draft_id, keys)
        chosen = ops.SetScorm(mode=mode, keys=None if keys is None else tuple(keys))
        apply(connection, draft_id, [chosen], actor.user, label=_LABELS[mode])
    return sum(count for other, count in counts.items() if other != mode)


def scorm_modes(
    actor: Actor, draft_id: str, keys: Sequence[str] | None = None
) -> dict[PackageMode, int]:
    """How many SCORM lessons at and below these places (None: of the draft) become what; empty
    when there are none.
    """
    with actor.store.read() as connection:
        return scorm.modes(connection, draft_id, keys)
