"""Connections: where their secrets are, forgotten ones, paces and stored answers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0001"

JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
ID = sa.String(36).with_variant(sa.String(36, collation="C"), "postgresql")
SHA256 = sa.String(64).with_variant(sa.String(64, collation="C"), "postgresql")


def upgrade() -> None:
    op.add_column("connection", sa.Column("secrets_kept", TEXT, nullable=True))
    op.create_table(
        "forgotten_connection",
        sa.Column("id", ID, nullable=False),
        sa.Column("org_id", TEXT, server_default="personal", nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("forgotten_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_forgotten_connection")),
    )
    op.create_table(
        "pace",
        sa.Column("lane", TEXT, nullable=False),
        sa.Column("tokens", sa.Double(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("blocked_until", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("lane", name=op.f("pk_pace")),
    )
    op.create_table(
        "response",
        sa.Column("job_id", ID, nullable=False),
        sa.Column("key", SHA256, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("headers", JSON, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["job_id"], ["job.id"], name=op.f("fk_response_job_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("job_id", "key", name=op.f("pk_response")),
    )
