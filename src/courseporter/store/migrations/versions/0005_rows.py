"""Imported rows."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"

JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
ID = sa.String(36).with_variant(sa.String(36, collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "row_import",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("job_id", ID, nullable=False),
        sa.Column("org_id", TEXT, server_default="personal", nullable=False),
        sa.Column("format", TEXT, nullable=False),
        sa.Column("file_name", TEXT, nullable=False),
        sa.Column("header", JSON, nullable=False),
        sa.Column("total", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("pending", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("processing", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("success", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("failed", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("skipped", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("held", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("rev", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.CheckConstraint(
            "total = pending + processing + success + failed + skipped + held",
            name=op.f("ck_row_import_adds_up"),
        ),
        sa.CheckConstraint(
            "pending >= 0 AND processing >= 0 AND success >= 0 AND failed >= 0"
            " AND skipped >= 0 AND held >= 0",
            name=op.f("ck_row_import_not_negative"),
        ),
        sa.ForeignKeyConstraint(
            ["job_id"], ["job.id"], name=op.f("fk_row_import_job_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_row_import")),
        sa.UniqueConstraint("job_id", name=op.f("uq_row_import_job_id")),
    )
    op.create_table(
        "import_row",
        sa.Column("job_seq", sa.BigInteger(), nullable=False),
        sa.Column("row_number", sa.Integer(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("raw", TEXT, nullable=False),
        sa.Column("seed", TEXT, nullable=False),
        sa.Column("title", TEXT, nullable=False),
        sa.Column("date", TEXT, nullable=True),
        sa.Column("dedupe_key", sa.LargeBinary(), nullable=True),
        sa.Column("status", TEXT, nullable=False),
        sa.Column("would", TEXT, nullable=True),
        sa.Column("error_code", TEXT, nullable=True),
        sa.Column("error_message", TEXT, nullable=True),
        sa.Column("error_column", TEXT, nullable=True),
        sa.Column("target_record_id", TEXT, nullable=True),
        sa.Column("attempt_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("duplicate_of", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "status IN ('pending', 'processing', 'success', 'failed', 'skipped', 'held')",
            name=op.f("ck_import_row_status"),
        ),
        sa.PrimaryKeyConstraint("job_seq", "row_number", name=op.f("pk_import_row")),
        sqlite_with_rowid=False,
    )
    for columns in (("job_seq", "status", "row_number"), ("job_seq", "date", "dedupe_key")):
        name = f"ix_import_row_{'_'.join(columns)}"
        op.create_index(op.f(name), "import_row", list(columns), unique=False)
