"""What the items of a draft held in its source: to see what a second import changes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
ID = sa.String(36).with_variant(sa.String(36, collation="C"), "postgresql")
SHA256 = sa.String(64).with_variant(sa.String(64, collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "source_node",
        sa.Column("draft_id", ID, nullable=False),
        sa.Column("key", TEXT, nullable=False),
        sa.Column("parent", TEXT, nullable=True),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("digest", SHA256, nullable=False),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["draft.id"], name=op.f("fk_source_node_draft_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("draft_id", "key", name=op.f("pk_source_node")),
    )
