"""Where the larger assets of a team's store lie: every machine must look at the same place.

The first program names the place; the store remembers it, and the place remembers the store.  A
machine that looks elsewhere would lose files, so it is told and does not start.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, insert, select, update

from courseporter.errors import SettingsError, _
from courseporter.store import open_postgres
from courseporter.store.assets import AssetStore
from courseporter.store.schema import meta
from courseporter.store.shared import SharedStore


def settle(store: SharedStore, chosen: str | None) -> AssetStore:
    """The assets of this store, at the place chosen here, else at the one that is known.

    Raises SettingsError when they do not exist.
    """
    with store.read() as connection:
        store_id, known = _recorded(connection)
    assets = at(store, chosen or known or str(store.home / "assets"))
    if known is None and assets.marked() in {None, store_id}:  # also: killed between the two
        with open_postgres.opening(store.engine, store.url) as connection:
            first = _recorded(connection)[1] is None
            if first:
                assets.mark(store_id)
                connection.execute(insert(meta).values(name="assets", value=assets.place))
        if not first:  # another program has named the place meanwhile
            return settle(store, chosen)
    if assets.marked() != store_id:
        raise SettingsError(
            _("This store's files aren't in {place}.", place=assets.place),
            _(
                "Set COURSEPORTER_ASSETS to the shared folder or bucket; it was {known}.",
                known=known,
            )
            if known
            else _(
                "The files there belong to another store. Set COURSEPORTER_ASSETS to another "
                "folder."
            ),
            assets.place,
            code="store_unreadable",
        )
    if known is not None and known != assets.place and chosen is not None:
        with store.write() as connection:
            moved = update(meta).where(meta.c.name == "assets")
            connection.execute(moved.values(value=assets.place))
    return assets


def at(store: SharedStore, place: str) -> AssetStore:
    """The assets at a folder or a bucket.  Raises SettingsError."""
    if not place.startswith("s3://"):
        return AssetStore(store, Path(place).expanduser().absolute())
    try:
        from courseporter.store.bucket import BucketAssets
    except ModuleNotFoundError as error:
        raise SettingsError(
            _("The library for buckets isn't installed."),
            _("Install it with: pip install 'courseporter[s3]'"),
            "COURSEPORTER_ASSETS",
        ) from error
    return BucketAssets(store, store.home / "scratch", place)


def _recorded(connection: Connection) -> tuple[str, str | None]:
    rows = {row.name: row.value for row in connection.execute(select(meta))}
    return str(rows["store_id"]), rows.get("assets")
