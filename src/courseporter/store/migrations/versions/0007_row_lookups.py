"""Rows: what look-ups found, answers that were paid for, quotas, choices, mapped columns."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"

JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def org() -> sa.Column[str]:
    return sa.Column("org_id", TEXT, server_default="personal", nullable=False)


def upgrade() -> None:
    op.add_column("import_row", sa.Column("found", TEXT, nullable=True))
    op.add_column("import_row", sa.Column("candidates", TEXT, nullable=True))
    op.create_table(
        "lookup_answer",
        org(),
        sa.Column("service", TEXT, nullable=False),
        sa.Column("question", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("org_id", "service", "question", name=op.f("pk_lookup_answer")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "lookup_quota",
        sa.Column("lane", TEXT, nullable=False),
        sa.Column("day", TEXT, nullable=False),
        sa.Column("used", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("refused_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("lane", "day", name=op.f("pk_lookup_quota")),
    )
    op.create_table(
        "row_choice",
        org(),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("film", sa.LargeBinary(), nullable=False),
        sa.Column("record", TEXT, nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("org_id", "kind", "film", name=op.f("pk_row_choice")),
    )
    op.create_table(
        "row_mapping",
        org(),
        sa.Column("header", sa.LargeBinary(), nullable=False),
        sa.Column("format", TEXT, nullable=False),
        sa.Column("mapped", JSON, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("org_id", "header", name=op.f("pk_row_mapping")),
    )
