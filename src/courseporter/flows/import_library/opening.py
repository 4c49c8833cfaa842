"""Opens the library of a request, with what is known of it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from courseporter.context import Context
from courseporter.flows.import_library.remote import remote_library
from courseporter.flows.import_library.request import Request, State
from courseporter.store import Store
from courseporter.targets.library.archived import ArchivedLibrary, Base
from courseporter.targets.library.components import Components
from courseporter.targets.library.decompose import Decomposition, Part
from courseporter.targets.library.entities import Kind
from courseporter.targets.library.keys import Keys
from courseporter.targets.library.new_library import library_of
from courseporter.targets.library.plan import History, Written
from courseporter.targets.library.writer import Library
from courseporter.targets.olx.arrange import arrange
from courseporter.workspace.libraries import known
from courseporter.workspace.libraries.known import Address, EntityRecord, LibraryRecord
from courseporter.workspace.stored import StoredDraft

Open = Callable[[], BinaryIO]


@dataclass(frozen=True)
class Opened:
    """A library at work: where it is, what it has, and what earlier imports wrote into it."""

    library: Library
    address: Address
    related: tuple[str, ...]
    history: History


@contextmanager
def opened(
    store: Store, org_id: str, request: Request, draft: StoredDraft, ctx: Context, state: State
) -> Generator[Opened]:
    """The library that a request names.  Raises PorterError."""
    library, connection_id = _library(store, org_id, request, draft, ctx, state)
    try:
        address = Address(
            org_id=org_id,
            key=library.key,
            title=library.title,
            connection_id=connection_id,
            path=request.path or "",
            base_path=str(request.base_path or ""),
            base_sha256=state.base_sha256,
        )
        with store.read() as connection:
            ids = known.related(connection, address)
            records = known.written(connection, ids)
        empty = request.path is not None and state.base_sha256 is None
        history = history_of(records, draft.course.key, empty=empty)
        yield Opened(library, address, tuple(ids), history)
    finally:
        library.close()


def _library(
    store: Store, org_id: str, request: Request, draft: StoredDraft, ctx: Context, state: State
) -> tuple[Library, str | None]:
    """The library, and the connection to its site."""
    if request.connection is not None:
        key = request.library or ""
        return remote_library(store, org_id, request.connection, key, ctx)
    base: Base | None = None
    if state.base_sha256 is not None:
        base = Base(state.base_name, _base_bytes(store, request, state), state.base_sha256)
    new = library_of(draft.course)
    return ArchivedLibrary(request.out, ctx, base, new, state.present), None


def library_again(
    store: Store, org_id: str, record: LibraryRecord, ctx: Context, state: State
) -> Library:
    """A library that is in the history, as it is now; an archive is the one that was stored."""
    if record.connection_id is not None:
        return remote_library(store, org_id, record.connection_id, record.key, ctx)[0]
    base: Base | None = None
    if state.base_sha256 is not None:
        sha256 = state.base_sha256
        base = Base(state.base_name, lambda: store.assets.open(sha256), sha256)
    new = (record.key, record.title, "")
    return ArchivedLibrary(Path(record.path), ctx, base, new, state.present)


def _base_bytes(store: Store, request: Request, state: State) -> Open:
    """The bytes of the continued archive: as a job stored them, else of the file itself."""
    sha256, path = state.base_sha256 or "", request.base_path
    if not state.library_id and path is not None:
        return lambda: path.open("rb")
    return lambda: store.assets.open(sha256)


def history_of(records: Collection[EntityRecord], origin: str, *, empty: bool) -> History:
    """What the planner must know; an empty library holds nothing that was written before."""
    keys = {(one.kind, one.source_key): one.entity_key for one in records if one.origin == origin}
    written: dict[str, Written] = {}
    for one in () if empty else records:
        if one.origin != origin:  # another course: what it wrote isn't ours to replace
            continue
        before = written.get(one.entity_key, Written())
        marks = {*before.fingerprints, *([one.fingerprint] if one.fingerprint else [])}
        written[one.entity_key] = Written(
            fingerprints=frozenset(marks),
            children=one.children if one.children is not None else before.children,
            kind=one.kind,
            source_key=one.source_key,
        )
    return History(keys, written)


def parts_of(
    it: Opened, request: Request, draft: StoredDraft, ctx: Context, *, look: bool = True
) -> Iterator[Part]:
    """What the draft becomes, in document order; without `look` the library isn't asked for keys
    that another level has.
    """
    library = it.library

    def kind_of(key: str) -> Kind | None:
        found = library.entities([key]).get(key) if look else None
        return None if found is None else found.kind

    keys = Keys(it.history.keys, kind_of)
    assets = {asset.path: asset for asset in draft.assets()}
    components = Components(draft.course.language, assets, ctx.open_asset, library.types, keys)
    only = None if request.only is None else frozenset(request.only)
    return Decomposition(request.level, components, only, keys).take(arrange(draft.nodes()))
