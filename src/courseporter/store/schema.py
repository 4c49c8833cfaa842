"""The tables.  Times are epoch milliseconds of the database's clock, ids are UUID 7 as text.

Every constraint has a name: SQLite's table rebuild in migrations would drop unnamed checks.
A change here needs a revision in migrations/versions and a new SCHEMA_REVISION.
Where each field of the requirements went: docs/reference/store.md.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    UniqueConstraint,
    column,
    false,
)

from courseporter.store.column_types import ID, JSON_VALUE, SENTENCE, SHA256, TEXT
from courseporter.store.columns import count as _count
from courseporter.store.columns import metadata
from courseporter.store.columns import must as _must
from courseporter.store.columns import org as _org
from courseporter.store.columns import part_of as _part_of
from courseporter.store.columns import rev as _rev
from courseporter.store.columns import time as _time
from courseporter.store.connection_tables import (
    connection,
    forgotten_connection,
    pace,
    response,
)
from courseporter.store.edit_tables import history, kept_asset, removed_node, source_node
from courseporter.store.library_tables import (
    library,
    library_asset,
    library_entity,
    library_import,
    library_import_item,
)
from courseporter.store.row_tables import (
    import_row,
    lookup_answer,
    lookup_quota,
    row_choice,
    row_import,
    row_mapping,
)

__all__ = [
    "ACTIVE",
    "SCHEMA_REVISION",
    "STATES",
    "asset",
    "connection",
    "draft",
    "draft_asset",
    "effect",
    "forgotten_connection",
    "history",
    "import_row",
    "item",
    "job",
    "job_log",
    "kept_asset",
    "library",
    "library_asset",
    "library_entity",
    "library_import",
    "library_import_item",
    "lookup_answer",
    "lookup_quota",
    "meta",
    "metadata",
    "node",
    "pace",
    "problem",
    "receipt",
    "removed_node",
    "response",
    "row_choice",
    "row_import",
    "row_mapping",
    "source_node",
    "tombstone",
    "worker",
]

SCHEMA_REVISION = "0010"

ACTIVE = ("pending", "running")
STATES = ("pending", "running", "completed", "failed", "canceled")

_active = column("status").in_(ACTIVE)
_JSON = {"json": True}  # what is in it, whatever its type

job = Table(
    "job",
    metadata,
    Column("id", ID, primary_key=True),
    _org(),
    Column("created_by", TEXT),
    _must("kind"),
    Column("provider", TEXT),
    _must("queue", default="default"),
    _count("priority", 100),
    _must("status", default="pending"),
    _must("stage", default=""),
    _count("attempt"),
    _count("max_attempts", 5),
    _count("crashes"),
    _time("run_after", must=True),
    Column("waiting_for", TEXT),
    Column("leased_by", TEXT),
    _time("lease_expires_at"),
    _time("heartbeat_at"),
    _count("fence"),
    _time("cancel_requested_at"),
    _time("pause_requested_at"),
    Column("idempotency_key", TEXT),
    Column("input_hash", TEXT),
    Column("active_key", TEXT),
    _count("progress_percent"),
    Column("progress_done", BigInteger),
    Column("progress_total", BigInteger),
    _must("progress_unit", default=""),
    Column("input", JSON_VALUE, nullable=False),
    Column("checkpoint", JSON_VALUE),
    Column("checkpoint_version", Integer),
    Column("summary", JSON_VALUE),
    Column("warnings", JSON_VALUE),
    Column("error", JSON_VALUE),
    Column("metadata", JSON_VALUE),
    Column("source_course_id", TEXT),
    Column("source_course_title", TEXT),
    Column("target_course_id", TEXT),
    Column("remote_task_id", TEXT),
    Column("connection_id", TEXT),  # what it was about: kept when the connection is forgotten
    Column("draft_id", TEXT),
    Column("course_url", TEXT),
    Column("studio_url", TEXT),
    Column("parent_job_id", TEXT),
    _time("created_at", must=True),
    _time("updated_at", must=True),
    _time("started_at"),
    _time("finished_at"),
    Column("duration_ms", BigInteger),
    _must("app_version", default=""),
    _rev(),
    CheckConstraint(column("status").in_(STATES), name="status"),
    CheckConstraint(column("progress_percent").between(0, 100), name="progress_percent"),
    CheckConstraint("(status = 'running') = (leased_by IS NOT NULL)", name="lease_iff_running"),
)
Index(
    "uq_job_idempotency_key",
    job.c.org_id,
    job.c.idempotency_key,
    unique=True,
    sqlite_where=column("idempotency_key").is_not(None),
)
Index(
    "uq_job_active_key",
    job.c.org_id,
    job.c.active_key,
    unique=True,
    sqlite_where=_active,
)
Index(
    "ix_job_claim",
    job.c.priority,
    job.c.run_after,
    job.c.id,
    sqlite_where=_active,
)
Index("ix_job_newest", job.c.org_id, job.c.created_at, job.c.id)
Index("ix_job_state", job.c.org_id, job.c.status, job.c.created_at)
Index("ix_job_rev", job.c.rev)
Index("ix_job_draft_id", job.c.draft_id)

job_log = Table(
    "job_log",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    _part_of("job"),
    _time("at", must=True),
    _must("level"),
    _must("code", default=""),
    Column("message", SENTENCE, nullable=False),
    Column("meta", JSON_VALUE),
    Index(None, "job_id", "id"),
)

effect = Table(
    "effect",
    metadata,
    _part_of("job"),
    Column("key", TEXT, nullable=False),
    _must("state"),
    _count("fence"),
    _count("tries"),
    _time("at", must=True),
    Column("request_sha256", SHA256),
    Column("target_ref", TEXT),
    Column("response", JSON_VALUE),
    PrimaryKeyConstraint("job_id", "key"),
    CheckConstraint(column("state").in_(("intent", "done", "rejected")), name="state"),
)

receipt = Table(
    "receipt",
    metadata,
    _org(),
    _must("job_id"),  # no foreign key: what was written can be undone when its job is cleared
    Column("seq", BigInteger, nullable=False),
    Column("draft_id", TEXT),
    Column("connection_id", TEXT),
    _must("target"),
    _must("key"),
    _must("state"),
    Column("ref", TEXT),  # the name at the destination
    Column("facts", JSON_VALUE),
    _time("at", must=True),
    _time("undone_at"),
    PrimaryKeyConstraint("job_id", "key"),
    CheckConstraint(column("state").in_(("staged", "done", "skipped", "failed")), name="state"),
    Index(None, "job_id", "seq"),
    Index(None, "draft_id"),
)

draft = Table(
    "draft",
    metadata,
    Column("id", ID, primary_key=True),
    _org(),
    Column("created_by", TEXT),
    _must("key"),
    _must("title", default=""),
    _must("state", default="preparing"),
    _must("source", default=""),
    Column("source_version", TEXT),
    _must("source_path", default=""),
    Column("course", TEXT, info=_JSON),  # of model.Course
    Column("counts", JSON_VALUE),
    Column("options", JSON_VALUE),  # of the import and of the next export
    Column("job_id", TEXT),  # the job that made it
    Column("connection_id", TEXT),
    Column("last_export", TEXT),
    Column("metadata", JSON_VALUE),
    _time("created_at", must=True),
    _time("updated_at", must=True),
    _rev(),
    _rev("content_rev"),  # when the course was last changed, not only its exports
    CheckConstraint(
        column("state").in_(("preparing", "ready", "exported", "failed")), name="state"
    ),
    Index("ix_draft_newest", "org_id", "created_at", "id"),
    Index(None, "rev"),
)

node = Table(
    "node",
    metadata,
    _part_of("draft"),
    Column("seq", BigInteger, nullable=False),  # document order
    _must("key"),
    _must("kind"),
    Column("parent", TEXT),
    _must("title", default=""),
    Column("hidden", Boolean, nullable=False, server_default=false()),
    Column("type", TEXT),  # of the block
    _count("questions"),
    Column("body", LargeBinary, nullable=False, info=_JSON),  # of model.Node
    _rev(),
    Column("position", BigInteger),  # among its siblings, once edited (workspace/edits/order.py)
    PrimaryKeyConstraint("draft_id", "seq"),
    UniqueConstraint("draft_id", "key"),
    Index(None, "draft_id", "parent", "seq"),
    sqlite_with_rowid=False,  # kept in document order, in which drafts are written and read
)
Index(
    "ix_node_positioned",
    node.c.draft_id,
    sqlite_where=column("position").is_not(None),
)

item = Table(
    "item",
    metadata,
    _part_of("draft"),
    Column("page", Integer, nullable=False),
    _count("found"),
    _count("converted"),
    _count("converted_with_loss"),
    _count("skipped"),
    _count("failed"),
    Column("entries", LargeBinary, nullable=False, info=_JSON),  # list of model.Entry, 500 a page
    Column("imported", LargeBinary, info=_JSON),  # the same before edits, where it differs
    PrimaryKeyConstraint("draft_id", "page"),
)

problem = Table(
    "problem",
    metadata,
    _part_of("draft"),
    Column("seq", Integer, nullable=False),
    _must("phase", default="read"),  # the step that found it: its problems are replaced together
    _must("code"),
    _must("severity"),
    Column("message", SENTENCE, nullable=False),
    Column("where", SENTENCE),
    Column("hint", SENTENCE),
    _count("count", 1),
    Column("key", TEXT),
    Column("fix", TEXT),
    _rev(),
    PrimaryKeyConstraint("draft_id", "seq"),
    CheckConstraint(column("severity").in_(("info", "warning", "error")), name="severity"),
)

asset = Table(
    "asset",
    metadata,
    Column("sha256", SHA256, primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("data", LargeBinary),  # up to SMALL bytes; larger ones are files
    _time("stored_at", must=True),
)

draft_asset = Table(
    "draft_asset",
    metadata,
    _part_of("draft"),
    Column("path", TEXT, nullable=False),
    Column("sha256", SHA256, ForeignKey("asset.sha256"), nullable=False),
    Column("size", BigInteger, nullable=False),
    PrimaryKeyConstraint("draft_id", "path"),
    Index(None, "sha256"),
)

worker = Table(
    "worker",
    metadata,
    Column("id", TEXT, primary_key=True),
    _must("name", default=""),
    _must("host", default=""),
    _count("pid"),
    Column("boot_id", TEXT),
    _must("version", default=""),
    _time("started_at", must=True),
    _time("seen_at", must=True),
)

tombstone = Table(
    "tombstone",
    metadata,
    Column("table_name", TEXT, nullable=False),
    Column("row_id", TEXT, nullable=False),
    _time("at", must=True),
    _rev(),
    PrimaryKeyConstraint("table_name", "row_id"),
    Index(None, "rev"),
)

meta = Table(
    "meta",
    metadata,
    Column("name", TEXT, primary_key=True),
    _must("value"),
)
