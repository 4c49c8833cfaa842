"""Removing assets that no draft needs, beside running jobs, on every kind of store."""

from __future__ import annotations

from sqlalchemy.exc import IntegrityError

from courseporter.store.assets import GRACE
from courseporter.store.store import Store


def sweep(store: Store, grace: float = GRACE) -> int:
    """Remove what no draft needs and nobody stored within `grace` seconds; gives the number.

    Files go outside any transaction: the network may be slow.
    """
    try:
        with store.write() as connection:
            rows = store.assets.collect_rows(connection, grace)
    except IntegrityError:  # a draft began to need one of them just now: another time
        return 0
    with store.read() as connection:
        known = store.assets.known(connection)
    return rows + store.assets.collect_files(known, grace)
