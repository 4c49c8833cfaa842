"""Opens a library of a site: its connection, and the library on it."""

from __future__ import annotations

from courseporter.connections.using import open_connection
from courseporter.context import Context
from courseporter.errors import AuthError, InputError, _
from courseporter.flows.site.connect import KIND, session_of
from courseporter.store import Store
from courseporter.targets.library.remote import RemoteLibrary
from courseporter.targets.library.site import (
    LibrarySite,
    Listed,
    libraries,
    parse_library_key,
)


def remote_library(
    store: Store, org_id: str, connection: str, key: str, ctx: Context
) -> tuple[RemoteLibrary, str]:
    """The library, and the id of its connection.

    Raises PorterError; InputError `not_found` where the site has no such library.
    """

    def waiting() -> None:
        ctx.tick(0, None, "items read")

    found = open_connection(store, org_id, connection, kind=KIND, tick=waiting)
    session = session_of(found)
    try:
        site = LibrarySite(session, parse_library_key(key))
        library = RemoteLibrary(
            site,
            _listed(site, found.name),
            ctx.open_asset,
            tick=lambda done: ctx.tick(done, None, "items read"),
            close=session.close,
        )
    except BaseException:
        session.close()
        raise
    return library, found.id


def _listed(site: LibrarySite, name: str) -> Listed:
    key, listed = str(site.key), site.find()
    if listed is None:
        raise InputError(
            _("{site} has no library {key} that this account can see.", site=name, key=key),
            _("Check the key, or create the library in Studio first."),
            key,
            code="not_found",
        )
    if not listed.can_edit_library:
        raise AuthError(
            _("This account can read the library {key} but can't change it.", key=key),
            _("Ask an administrator of the library to add the account as an author."),
            key,
            code="insufficient_role",
        )
    return listed


def libraries_of(store: Store, org_id: str, connection: str) -> list[Listed]:
    """The libraries of a site that the account may see.  Raises PorterError."""
    with session_of(open_connection(store, org_id, connection, kind=KIND)) as session:
        return libraries(session)
