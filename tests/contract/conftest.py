"""The store on both databases: what holds on one must hold on the other."""

from __future__ import annotations

import pytest
from sqlalchemy import delete

from courseporter.store import open_store
from courseporter.store.schema import meta, metadata


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request):
    """None for the file in the data folder, else the address of a database."""
    return request.getfixturevalue("database") if request.param == "postgresql" else None


def emptied(store):
    """The store without any row but those about itself."""
    with store.write() as connection:
        for table in reversed(metadata.sorted_tables):
            if table is not meta:
                connection.execute(delete(table))
    return store


@pytest.fixture
def store(tmp_path, url):
    """An open store in which nothing is left from earlier tests."""
    with open_store(tmp_path, url) as opened:
        yield emptied(opened)


@pytest.fixture
def shared(tmp_path, database):
    """The same on PostgreSQL alone."""
    with open_store(tmp_path, database) as opened:
        yield emptied(opened)
