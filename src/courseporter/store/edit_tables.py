"""The tables of what people change in drafts: steps, removed nodes, files of earlier states."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    false,
    text,
)

from courseporter.store.column_types import ID, JSON_VALUE, SENTENCE, SHA256, TEXT
from courseporter.store.columns import metadata
from courseporter.store.columns import must as _must
from courseporter.store.columns import part_of as _part_of
from courseporter.store.columns import rev as _rev
from courseporter.store.columns import time as _time

_JSON = {"json": True}  # what is in it, whatever its type

removed_node = Table(
    "removed_node",
    metadata,
    _part_of("draft"),
    _must("key"),
    Column("seq", BigInteger, nullable=False),
    _must("kind"),  # also "question": one that was taken out of its quiz
    Column("parent", TEXT),
    Column("position", BigInteger),
    Column("body", LargeBinary, nullable=False, info=_JSON),  # of model.Node or model.Question
    _must("root"),  # the key that was removed, with everything below it
    Column("into", TEXT),  # the key that has taken over its content
    Column("actor", TEXT),
    _time("at", must=True),
    PrimaryKeyConstraint("draft_id", "key"),
    Index(None, "draft_id", "root"),
    Index(None, "draft_id", "parent"),
)

history = Table(
    "history",
    metadata,
    Column("id", ID, primary_key=True),
    _part_of("draft"),
    _time("at", must=True),
    Column("actor", TEXT),
    _must("action"),
    Column("label", SENTENCE, nullable=False, server_default=""),
    Column("before", JSON_VALUE),  # of older versions; today `changes` has both
    Column("after", JSON_VALUE),
    Column("undone", Boolean, nullable=False, server_default=false()),
    Column("changes", LargeBinary, info=_JSON),  # of workspace.edits.changes
    Column("number", BigInteger, nullable=False, server_default=text("0")),  # 1, 2, 3 … per draft
    _rev(),  # of the draft after it was made, undone or redone
    Index(None, "draft_id", "id"),
    Index(None, "draft_id", "number"),
)

kept_asset = Table(
    "kept_asset",
    metadata,
    _part_of("draft"),  # whose history can bring the file back
    Column("sha256", SHA256, ForeignKey("asset.sha256"), nullable=False),
    PrimaryKeyConstraint("draft_id", "sha256"),
    Index(None, "sha256"),
)

source_node = Table(
    "source_node",
    metadata,
    _part_of("draft"),
    _must("key"),
    Column("parent", TEXT),
    Column("seq", BigInteger, nullable=False),  # document order of the source
    Column("digest", SHA256, nullable=False),  # of what it held when it was last imported
    PrimaryKeyConstraint("draft_id", "key"),
)
