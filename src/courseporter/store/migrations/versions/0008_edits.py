"""Edits: positions, removed nodes, steps with all that they changed, files of earlier states."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
ID = sa.String(36).with_variant(sa.String(36, collation="C"), "postgresql")
SHA256 = sa.String(64).with_variant(sa.String(64, collation="C"), "postgresql")
ZERO = sa.text("0")
NUMBERED = """
UPDATE history SET number = (
    SELECT count(*) FROM history AS earlier
    WHERE earlier.draft_id = history.draft_id AND earlier.id <= history.id
)
"""


def upgrade() -> None:
    op.add_column(
        "draft", sa.Column("content_rev", sa.BigInteger(), server_default=ZERO, nullable=False)
    )
    op.execute("UPDATE draft SET content_rev = rev")
    op.add_column("node", sa.Column("position", sa.BigInteger(), nullable=True))
    where = sa.text("position IS NOT NULL")
    op.create_index(
        "ix_node_positioned", "node", ["draft_id"], sqlite_where=where, postgresql_where=where
    )
    op.add_column("item", sa.Column("imported", sa.LargeBinary(), nullable=True))
    op.add_column("history", sa.Column("changes", sa.LargeBinary(), nullable=True))
    op.add_column(
        "history", sa.Column("number", sa.BigInteger(), server_default=ZERO, nullable=False)
    )
    op.add_column("history", sa.Column("rev", sa.BigInteger(), server_default=ZERO, nullable=False))
    op.execute(NUMBERED)
    op.create_index(op.f("ix_history_draft_id_number"), "history", ["draft_id", "number"])
    _tables()


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), server_default=ZERO, nullable=False)


def _tables() -> None:
    op.create_table(
        "removed_node",
        sa.Column("draft_id", ID, nullable=False),
        sa.Column("key", TEXT, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("parent", TEXT, nullable=True),
        sa.Column("position", sa.BigInteger(), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("root", TEXT, nullable=False),
        sa.Column("into", TEXT, nullable=True),
        sa.Column("actor", TEXT, nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["draft.id"], name=op.f("fk_removed_node_draft_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("draft_id", "key", name=op.f("pk_removed_node")),
    )
    op.create_index(op.f("ix_removed_node_draft_id_root"), "removed_node", ["draft_id", "root"])
    op.create_index(op.f("ix_removed_node_draft_id_parent"), "removed_node", ["draft_id", "parent"])
    op.create_table(
        "kept_asset",
        sa.Column("draft_id", ID, nullable=False),
        sa.Column("sha256", SHA256, nullable=False),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["draft.id"], name=op.f("fk_kept_asset_draft_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["sha256"], ["asset.sha256"], name=op.f("fk_kept_asset_sha256")),
        sa.PrimaryKeyConstraint("draft_id", "sha256", name=op.f("pk_kept_asset")),
    )
    op.create_index(op.f("ix_kept_asset_sha256"), "kept_asset", ["sha256"])
