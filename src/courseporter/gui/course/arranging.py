"""Off the GUI thread: put items of a course, or of another one, somewhere else."""

from __future__ import annotations

from typing import Protocol

from courseporter import api
from courseporter.api.values import EditView
from courseporter.gui.course.new_items import following, place_behind, unit_for


class Held(Protocol):
    """Items in a clipboard."""

    @property
    def draft_id(self) -> str:
        """Their course."""
        ...

    @property
    def keys(self) -> tuple[str, ...]:
        """The items."""
        ...

    @property
    def cut(self) -> bool:
        """Whether they are moved."""
        ...


def move(
    actor: api.Actor, draft_id: str, keys: tuple[str, ...], parent: str | None, before: str | None
) -> EditView:
    """Move items; blocks that are moved to a lesson go to its last unit."""
    kind = api.item(actor, draft_id, keys[0]).kind
    if kind == "block" and parent is not None:
        parent = unit_for(actor, draft_id, parent)
    operation = api.ops.Move(keys=keys, parent=parent, before=before)
    return api.edit(actor, draft_id, [operation], check=False)


def paste(actor: api.Actor, draft_id: str, held: Held, at: str | None) -> EditView:
    """Put held items behind the item `at`: move what was cut in this course, else copy."""
    kind = api.item(actor, held.draft_id, held.keys[0]).kind
    parent, beside = place_behind(actor, draft_id, kind, at)
    before = following(actor, draft_id, parent, beside)
    if held.cut and held.draft_id == draft_id:
        operation = api.ops.Move(keys=held.keys, parent=parent, before=before)
        return api.edit(actor, draft_id, [operation], check=False)
    view = api.copy_items(actor, draft_id, held.draft_id, held.keys, parent, before)
    if held.cut:
        api.edit(actor, held.draft_id, [api.ops.Remove(keys=held.keys)])
    return view
