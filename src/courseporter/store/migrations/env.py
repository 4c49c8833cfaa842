"""Where Alembic runs our revisions: on the connection, and in the transaction, it is given."""

from __future__ import annotations

from typing import cast

from alembic import context
from sqlalchemy import Connection

from courseporter.store.schema import metadata

context.configure(
    connection=cast(Connection, context.config.attributes["connection"]),
    target_metadata=metadata,
    render_as_batch=True,
    transactional_ddl=False,  # the caller's transaction is the only one
)
context.run_migrations()
