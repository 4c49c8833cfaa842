"""The tables of content libraries: what was imported, entity by entity, and what was there before.

An import outlives its job and its draft, so it names them without a foreign key.
"""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    column,
)

from courseporter.store.column_types import ID, JSON_VALUE, SENTENCE, SHA256, TEXT
from courseporter.store.columns import metadata, must, org, part_of, rev, time

IMPORT_STATES = ("staged", "running", "imported", "partial", "failed", "canceled", "undone")

library = Table(
    "library",
    metadata,
    Column("id", ID, primary_key=True),
    org(),
    Column("connection_id", TEXT),  # None: an archive
    must("path", default=""),  # of the archive
    must("key"),
    must("title", default=""),
    Column("base_sha256", SHA256),  # of the archive as we last saw it
    Column("allowed_types", JSON_VALUE),
    time("checked_at"),
    Index(None, "org_id", "key"),
)

library_entity = Table(
    "library_entity",
    metadata,
    part_of("library"),
    must("origin"),  # the source's own name for the course
    must("source_key"),
    must("kind"),  # section, subsection, unit, or a component's block type
    must("entity_key"),
    must("usage_key", default=""),
    Column("fingerprint", SHA256),  # as last written; None: taken back
    Column("children", JSON_VALUE),  # of a container, as last written, ours alone
    must("import_id"),
    PrimaryKeyConstraint("library_id", "origin", "source_key", "kind"),
    Index(None, "library_id", "entity_key"),
)

library_import = Table(
    "library_import",
    metadata,
    Column("id", ID, primary_key=True),  # of its job
    part_of("library"),
    org(),
    Column("draft_id", TEXT),
    must("source_key", default=""),
    must("source_title", default=""),
    must("source_version", default=""),
    must("level"),
    must("policy"),
    must("publish"),
    Column("collection_key", TEXT),
    must("status", default="staged"),
    must("actor", default=""),
    time("started_at", must=True),
    time("finished_at"),
    Column("counts", JSON_VALUE),
    Column("before_sha256", SHA256),  # of the archive before; None: there was none
    Column("after_sha256", SHA256),
    Column("undo_of", TEXT),
    Column("undone_by", TEXT),
    rev(),
    CheckConstraint(column("status").in_(IMPORT_STATES), name="status"),
    Index(None, "library_id", "started_at"),
    Index("ix_library_import_newest", "org_id", "started_at", "id"),
    Index(None, "rev"),
)

library_import_item = Table(
    "library_import_item",
    metadata,
    Column("import_id", ID, ForeignKey("library_import.id", ondelete="CASCADE"), nullable=False),
    Column("seq", Integer, nullable=False),
    must("kind"),
    must("source_key", default=""),
    must("entity_key", default=""),
    must("title", default=""),
    must("class"),
    must("action"),
    Column("outcome", TEXT),  # None: not done yet
    Column("reason", SENTENCE),
    Column("before", JSON_VALUE),
    Column("after", JSON_VALUE),
    Column("version_after", Integer),
    time("at"),
    PrimaryKeyConstraint("import_id", "seq"),
    Index(None, "import_id", "entity_key"),
)

library_asset = Table(
    "library_asset",  # bytes that were in a library before an import: kept so that it can be undone
    metadata,
    Column("import_id", ID, ForeignKey("library_import.id", ondelete="CASCADE"), nullable=False),
    Column("sha256", SHA256, ForeignKey("asset.sha256"), nullable=False),
    PrimaryKeyConstraint("import_id", "sha256"),
    Index(None, "sha256"),
)
