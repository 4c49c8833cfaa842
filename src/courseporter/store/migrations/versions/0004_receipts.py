"""Receipts of publish jobs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"

JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "receipt",
        sa.Column("org_id", TEXT, server_default="personal", nullable=False),
        sa.Column("job_id", TEXT, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("draft_id", TEXT, nullable=True),
        sa.Column("connection_id", TEXT, nullable=True),
        sa.Column("target", TEXT, nullable=False),
        sa.Column("key", TEXT, nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("ref", TEXT, nullable=True),
        sa.Column("facts", JSON, nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("undone_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "state IN ('staged', 'done', 'skipped', 'failed')", name=op.f("ck_receipt_state")
        ),
        sa.PrimaryKeyConstraint("job_id", "key", name=op.f("pk_receipt")),
    )
    op.create_index(op.f("ix_receipt_job_id_seq"), "receipt", ["job_id", "seq"], unique=False)
    op.create_index(op.f("ix_receipt_draft_id"), "receipt", ["draft_id"], unique=False)
