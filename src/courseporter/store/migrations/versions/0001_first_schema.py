"""The first schema: jobs, drafts, assets, connections."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None

JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
ID = sa.String(36).with_variant(sa.String(36, collation="C"), "postgresql")
SHA256 = sa.String(64).with_variant(sa.String(64, collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "asset",
        sa.Column("sha256", SHA256, nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=True),
        sa.Column("stored_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_asset")),
    )
    op.create_table(
        "connection",
        sa.Column("id", ID, nullable=False),
        sa.Column("org_id", TEXT, server_default="personal", nullable=False),
        sa.Column("created_by", TEXT, nullable=True),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("description", TEXT, nullable=True),
        sa.Column("lms_url", TEXT, nullable=True),
        sa.Column("studio_url", TEXT, nullable=True),
        sa.Column("client_id", TEXT, nullable=True),
        sa.Column("secret_ref", TEXT, nullable=True),
        sa.Column("default_org", TEXT, nullable=True),
        sa.Column("default_run", TEXT, server_default="self_paced", nullable=False),
        sa.Column(
            "import_timeout_seconds", sa.Integer(), server_default=sa.text("300"), nullable=False
        ),
        sa.Column("poll_interval_ms", sa.Integer(), server_default=sa.text("5000"), nullable=False),
        sa.Column("max_retries", sa.Integer(), server_default=sa.text("3"), nullable=False),
        sa.Column("auto_create_course", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("is_active", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("last_connection_test", sa.BigInteger(), nullable=True),
        sa.Column("last_connection_status", TEXT, nullable=True),
        sa.Column("last_connection_report", JSON, nullable=True),
        sa.Column("options", JSON, nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.Column("rev", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.CheckConstraint(
            "last_connection_status IN ('success', 'failed', 'pending')",
            name=op.f("ck_connection_last_connection_status"),
        ),
        sa.CheckConstraint(
            "lms_url LIKE 'http://%' OR lms_url LIKE 'https://%'",
            name=op.f("ck_connection_lms_url"),
        ),
        sa.CheckConstraint(
            "studio_url LIKE 'http://%' OR studio_url LIKE 'https://%'",
            name=op.f("ck_connection_studio_url"),
        ),
        sa.CheckConstraint(
            "import_timeout_seconds BETWEEN 30 AND 600",
            name=op.f("ck_connection_import_timeout_seconds"),
        ),
        sa.CheckConstraint(
            "length(default_org) BETWEEN 1 AND 50", name=op.f("ck_connection_default_org")
        ),
        sa.CheckConstraint("length(description) <= 500", name=op.f("ck_connection_description")),
        sa.CheckConstraint("length(name) BETWEEN 1 AND 100", name=op.f("ck_connection_name")),
        sa.CheckConstraint("max_retries BETWEEN 1 AND 5", name=op.f("ck_connection_max_retries")),
        sa.CheckConstraint("poll_interval_ms > 0", name=op.f("ck_connection_poll_interval_ms")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_connection")),
        sa.UniqueConstraint("org_id", "name", name=op.f("uq_connection_org_id_name")),
    )
    op.create_table(
        "draft",
        sa.Column("id", ID, nullable=False),
        sa.Column("org_id", TEXT, server_default="personal", nullable=False),
        sa.Column("created_by", TEXT, nullable=True),
        sa.Column("key", TEXT, nullable=False),
        sa.Column("title", TEXT, server_default="", nullable=False),
        sa.Column("state", TEXT, server_default="preparing", nullable=False),
        sa.Column("source", TEXT, server_default="", nullable=False),
        sa.Column("source_version", TEXT, nullable=True),
        sa.Column("source_path", TEXT, server_default="", nullable=False),
        sa.Column("course", TEXT, nullable=True),
        sa.Column("counts", JSON, nullable=True),
        sa.Column("options", JSON, nullable=True),
        sa.Column("job_id", TEXT, nullable=True),
        sa.Column("connection_id", TEXT, nullable=True),
        sa.Column("last_export", TEXT, nullable=True),
        sa.Column("metadata", JSON, nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.Column("rev", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.CheckConstraint(
            "state IN ('preparing', 'ready', 'exported', 'failed')", name=op.f("ck_draft_state")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft")),
    )
    op.create_index("ix_draft_newest", "draft", ["org_id", "created_at", "id"], unique=False)
    op.create_index(op.f("ix_draft_rev"), "draft", ["rev"], unique=False)

    op.create_table(
        "job",
        sa.Column("id", ID, nullable=False),
        sa.Column("org_id", TEXT, server_default="personal", nullable=False),
        sa.Column("created_by", TEXT, nullable=True),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("provider", TEXT, nullable=True),
        sa.Column("queue", TEXT, server_default="default", nullable=False),
        sa.Column("priority", sa.Integer(), server_default=sa.text("100"), nullable=False),
        sa.Column("status", TEXT, server_default="pending", nullable=False),
        sa.Column("stage", TEXT, server_default="", nullable=False),
        sa.Column("attempt", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("max_attempts", sa.Integer(), server_default=sa.text("5"), nullable=False),
        sa.Column("crashes", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("run_after", sa.BigInteger(), nullable=False),
        sa.Column("waiting_for", TEXT, nullable=True),
        sa.Column("leased_by", TEXT, nullable=True),
        sa.Column("lease_expires_at", sa.BigInteger(), nullable=True),
        sa.Column("heartbeat_at", sa.BigInteger(), nullable=True),
        sa.Column("fence", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("cancel_requested_at", sa.BigInteger(), nullable=True),
        sa.Column("pause_requested_at", sa.BigInteger(), nullable=True),
        sa.Column("idempotency_key", TEXT, nullable=True),
        sa.Column("input_hash", TEXT, nullable=True),
        sa.Column("active_key", TEXT, nullable=True),
        sa.Column("progress_percent", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("progress_done", sa.BigInteger(), nullable=True),
        sa.Column("progress_total", sa.BigInteger(), nullable=True),
        sa.Column("progress_unit", TEXT, server_default="", nullable=False),
        sa.Column("input", JSON, nullable=False),
        sa.Column("checkpoint", JSON, nullable=True),
        sa.Column("checkpoint_version", sa.Integer(), nullable=True),
        sa.Column("summary", JSON, nullable=True),
        sa.Column("warnings", JSON, nullable=True),
        sa.Column("error", JSON, nullable=True),
        sa.Column("metadata", JSON, nullable=True),
        sa.Column("source_course_id", TEXT, nullable=True),
        sa.Column("source_course_title", TEXT, nullable=True),
        sa.Column("target_course_id", TEXT, nullable=True),
        sa.Column("remote_task_id", TEXT, nullable=True),
        sa.Column("connection_id", TEXT, nullable=True),
        sa.Column("draft_id", TEXT, nullable=True),
        sa.Column("course_url", TEXT, nullable=True),
        sa.Column("studio_url", TEXT, nullable=True),
        sa.Column("parent_job_id", TEXT, nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=True),
        sa.Column("finished_at", sa.BigInteger(), nullable=True),
        sa.Column("duration_ms", sa.BigInteger(), nullable=True),
        sa.Column("app_version", TEXT, server_default="", nullable=False),
        sa.Column("rev", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.CheckConstraint(
            "(status = 'running') = (leased_by IS NOT NULL)", name=op.f("ck_job_lease_iff_running")
        ),
        sa.CheckConstraint(
            "status IN ('pending', 'running', 'completed', 'failed', 'canceled')",
            name=op.f("ck_job_status"),
        ),
        sa.CheckConstraint(
            "progress_percent BETWEEN 0 AND 100", name=op.f("ck_job_progress_percent")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
    )
    op.create_index(
        "ix_job_claim",
        "job",
        ["priority", "run_after", "id"],
        unique=False,
        sqlite_where=sa.text("status IN ('pending', 'running')"),
        postgresql_where=sa.text("status IN ('pending', 'running')"),
    )
    op.create_index("ix_job_draft_id", "job", ["draft_id"], unique=False)
    op.create_index("ix_job_newest", "job", ["org_id", "created_at", "id"], unique=False)
    op.create_index("ix_job_state", "job", ["org_id", "status", "created_at"], unique=False)
    op.create_index("ix_job_rev", "job", ["rev"], unique=False)
    op.create_index(
        "uq_job_active_key",
        "job",
        ["org_id", "active_key"],
        unique=True,
        sqlite_where=sa.text("status IN ('pending', 'running')"),
        postgresql_where=sa.text("status IN ('pending', 'running')"),
    )
    op.create_index(
        "uq_job_idempotency_key",
        "job",
        ["org_id", "idempotency_key"],
        unique=True,
        sqlite_where=sa.text("idempotency_key IS NOT NULL"),
        postgresql_where=sa.text("idempotency_key IS NOT NULL"),
    )

    op.create_table(
        "meta",
        sa.Column("name", TEXT, nullable=False),
        sa.Column("value", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_meta")),
    )
    op.create_table(
        "tombstone",
        sa.Column("table_name", TEXT, nullable=False),
        sa.Column("row_id", TEXT, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("rev", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("table_name", "row_id", name=op.f("pk_tombstone")),
    )
    op.create_index(op.f("ix_tombstone_rev"), "tombstone", ["rev"], unique=False)

    op.create_table(
        "worker",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("name", TEXT, server_default="", nullable=False),
        sa.Column("host", TEXT, server_default="", nullable=False),
        sa.Column("pid", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("boot_id", TEXT, nullable=True),
        sa.Column("version", TEXT, server_default="", nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_worker")),
    )
    op.create_table(
        "draft_asset",
        sa.Column("draft_id", ID, nullable=False),
        sa.Column("path", TEXT, nullable=False),
        sa.Column("sha256", SHA256, nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["draft.id"], name=op.f("fk_draft_asset_draft_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["sha256"], ["asset.sha256"], name=op.f("fk_draft_asset_sha256")),
        sa.PrimaryKeyConstraint("draft_id", "path", name=op.f("pk_draft_asset")),
    )
    op.create_index(op.f("ix_draft_asset_sha256"), "draft_asset", ["sha256"], unique=False)

    op.create_table(
        "effect",
        sa.Column("job_id", ID, nullable=False),
        sa.Column("key", TEXT, nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("fence", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("tries", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("request_sha256", SHA256, nullable=True),
        sa.Column("target_ref", TEXT, nullable=True),
        sa.Column("response", JSON, nullable=True),
        sa.CheckConstraint("state IN ('intent', 'done', 'rejected')", name=op.f("ck_effect_state")),
        sa.ForeignKeyConstraint(
            ["job_id"], ["job.id"], name=op.f("fk_effect_job_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("job_id", "key", name=op.f("pk_effect")),
    )
    op.create_table(
        "history",
        sa.Column("id", ID, nullable=False),
        sa.Column("draft_id", ID, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor", TEXT, nullable=True),
        sa.Column("action", TEXT, nullable=False),
        sa.Column("label", TEXT, server_default="", nullable=False),
        sa.Column("before", JSON, nullable=True),
        sa.Column("after", JSON, nullable=True),
        sa.Column("undone", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["draft.id"], name=op.f("fk_history_draft_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_history")),
    )
    op.create_index(op.f("ix_history_draft_id_id"), "history", ["draft_id", "id"], unique=False)

    op.create_table(
        "item",
        sa.Column("draft_id", ID, nullable=False),
        sa.Column("page", sa.Integer(), nullable=False),
        sa.Column("found", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("converted", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("converted_with_loss", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("skipped", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("failed", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("entries", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["draft.id"], name=op.f("fk_item_draft_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("draft_id", "page", name=op.f("pk_item")),
    )
    op.create_table(
        "job_log",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("job_id", ID, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("level", TEXT, nullable=False),
        sa.Column("code", TEXT, server_default="", nullable=False),
        sa.Column("message", TEXT, nullable=False),
        sa.Column("meta", JSON, nullable=True),
        sa.ForeignKeyConstraint(
            ["job_id"], ["job.id"], name=op.f("fk_job_log_job_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job_log")),
    )
    op.create_index(op.f("ix_job_log_job_id_id"), "job_log", ["job_id", "id"], unique=False)

    op.create_table(
        "node",
        sa.Column("draft_id", ID, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("key", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("parent", TEXT, nullable=True),
        sa.Column("title", TEXT, server_default="", nullable=False),
        sa.Column("hidden", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("type", TEXT, nullable=True),
        sa.Column("questions", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("rev", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["draft.id"], name=op.f("fk_node_draft_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("draft_id", "seq", name=op.f("pk_node")),
        sa.UniqueConstraint("draft_id", "key", name=op.f("uq_node_draft_id_key")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        op.f("ix_node_draft_id_parent_seq"), "node", ["draft_id", "parent", "seq"], unique=False
    )

    op.create_table(
        "problem",
        sa.Column("draft_id", ID, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("phase", TEXT, server_default="read", nullable=False),
        sa.Column("code", TEXT, nullable=False),
        sa.Column("severity", TEXT, nullable=False),
        sa.Column("message", TEXT, nullable=False),
        sa.Column("where", TEXT, nullable=True),
        sa.Column("hint", TEXT, nullable=True),
        sa.Column("count", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("key", TEXT, nullable=True),
        sa.Column("fix", TEXT, nullable=True),
        sa.Column("rev", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.CheckConstraint(
            "severity IN ('info', 'warning', 'error')", name=op.f("ck_problem_severity")
        ),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["draft.id"], name=op.f("fk_problem_draft_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("draft_id", "seq", name=op.f("pk_problem")),
    )
