"""Whether an entity is as it was planned for, or somewhere on our own way to what is wanted.

A process may end between two calls.  The next one finds files of before and after next to the
OLX of either, a component that was just created, a container without its children: none of these is
somebody else's change.
"""

from __future__ import annotations

from collections.abc import Callable

from courseporter.targets.library.entities import Component, Container, library_title
from courseporter.targets.library.site import RemoteBlock, fingerprint_of
from courseporter.targets.library.writer import Action, Content, Entity

Read = Callable[[], RemoteBlock | None]


def is_expected(now: Entity, action: Action, wanted: str, read: Read) -> bool:
    """Whether nobody else changed it.  `read` fetches what a component holds now."""
    there, part, draft = action.there, action.part, now.draft
    if now.fingerprint == wanted or (there is not None and now.fingerprint == there.fingerprint):
        return True
    if part is None or draft is None:
        return False
    before = (there.draft or there.published) if there is not None else None
    if isinstance(part, Container):
        titles = {part.title, before.title if before else part.title}
        children = {part.children, (), before.children if before else ()}
        return draft.title in titles and draft.children in children
    return _is_component_under_way(draft, part, before, read)


def _is_component_under_way(
    draft: Content, part: Component, before: Content | None, read: Read
) -> bool:
    wanted = {one.path: one.sha256 for one in part.files}
    files = dict(before.files) if before else {}
    if any(
        sha256 not in (wanted.get(path), files.get(path)) for path, sha256 in draft.files.items()
    ):
        return False
    block = read()
    if block is None:
        return False
    texts = {_without_files(part.olx.decode(), part.title)}
    if before is None:
        texts.add(_without_files(f"<{part.block_type}/>", library_title("")))
    elif fingerprint_of(block.olx, block.title, files) == before.fingerprint:
        return True
    return _without_files(block.olx, block.title) in texts


def _without_files(olx: str, title: str) -> str:
    return fingerprint_of(olx, title, {})
