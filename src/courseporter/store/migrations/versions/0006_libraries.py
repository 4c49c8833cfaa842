"""Content libraries: what was imported into them, and what was there before."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"

JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
ID = sa.String(36).with_variant(sa.String(36, collation="C"), "postgresql")
SHA256 = sa.String(64).with_variant(sa.String(64, collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "library",
        sa.Column("id", ID, nullable=False),
        sa.Column("org_id", TEXT, server_default="personal", nullable=False),
        sa.Column("connection_id", TEXT, nullable=True),
        sa.Column("path", TEXT, server_default="", nullable=False),
        sa.Column("key", TEXT, nullable=False),
        sa.Column("title", TEXT, server_default="", nullable=False),
        sa.Column("base_sha256", SHA256, nullable=True),
        sa.Column("allowed_types", JSON, nullable=True),
        sa.Column("checked_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_library")),
    )
    op.create_index(op.f("ix_library_org_id_key"), "library", ["org_id", "key"], unique=False)
    op.create_table(
        "library_entity",
        sa.Column("library_id", ID, nullable=False),
        sa.Column("origin", TEXT, nullable=False),
        sa.Column("source_key", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("entity_key", TEXT, nullable=False),
        sa.Column("usage_key", TEXT, server_default="", nullable=False),
        sa.Column("fingerprint", SHA256, nullable=True),
        sa.Column("children", JSON, nullable=True),
        sa.Column("import_id", TEXT, nullable=False),
        sa.ForeignKeyConstraint(
            ["library_id"],
            ["library.id"],
            name=op.f("fk_library_entity_library_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "library_id", "origin", "source_key", "kind", name=op.f("pk_library_entity")
        ),
    )
    op.create_index(
        op.f("ix_library_entity_library_id_entity_key"),
        "library_entity",
        ["library_id", "entity_key"],
        unique=False,
    )
    op.create_table(
        "library_import",
        sa.Column("id", ID, nullable=False),
        sa.Column("library_id", ID, nullable=False),
        sa.Column("org_id", TEXT, server_default="personal", nullable=False),
        sa.Column("draft_id", TEXT, nullable=True),
        sa.Column("source_key", TEXT, server_default="", nullable=False),
        sa.Column("source_title", TEXT, server_default="", nullable=False),
        sa.Column("source_version", TEXT, server_default="", nullable=False),
        sa.Column("level", TEXT, nullable=False),
        sa.Column("policy", TEXT, nullable=False),
        sa.Column("publish", TEXT, nullable=False),
        sa.Column("collection_key", TEXT, nullable=True),
        sa.Column("status", TEXT, server_default="staged", nullable=False),
        sa.Column("actor", TEXT, server_default="", nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("finished_at", sa.BigInteger(), nullable=True),
        sa.Column("counts", JSON, nullable=True),
        sa.Column("before_sha256", SHA256, nullable=True),
        sa.Column("after_sha256", SHA256, nullable=True),
        sa.Column("undo_of", TEXT, nullable=True),
        sa.Column("undone_by", TEXT, nullable=True),
        sa.Column("rev", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.CheckConstraint(
            "status IN ('staged', 'running', 'imported', 'partial', 'failed', 'canceled', "
            "'undone')",
            name=op.f("ck_library_import_status"),
        ),
        sa.ForeignKeyConstraint(
            ["library_id"],
            ["library.id"],
            name=op.f("fk_library_import_library_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_library_import")),
    )
    op.create_index(
        op.f("ix_library_import_library_id_started_at"),
        "library_import",
        ["library_id", "started_at"],
        unique=False,
    )
    op.create_index(
        "ix_library_import_newest", "library_import", ["org_id", "started_at", "id"], unique=False
    )
    op.create_index(op.f("ix_library_import_rev"), "library_import", ["rev"], unique=False)
    op.create_table(
        "library_asset",
        sa.Column("import_id", ID, nullable=False),
        sa.Column("sha256", SHA256, nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"],
            ["library_import.id"],
            name=op.f("fk_library_asset_import_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["sha256"], ["asset.sha256"], name=op.f("fk_library_asset_sha256")),
        sa.PrimaryKeyConstraint("import_id", "sha256", name=op.f("pk_library_asset")),
    )
    op.create_index(op.f("ix_library_asset_sha256"), "library_asset", ["sha256"], unique=False)
    op.create_table(
        "library_import_item",
        sa.Column("import_id", ID, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("source_key", TEXT, server_default="", nullable=False),
        sa.Column("entity_key", TEXT, server_default="", nullable=False),
        sa.Column("title", TEXT, server_default="", nullable=False),
        sa.Column("class", TEXT, nullable=False),
        sa.Column("action", TEXT, nullable=False),
        sa.Column("outcome", TEXT, nullable=True),
        sa.Column("reason", TEXT, nullable=True),
        sa.Column("before", JSON, nullable=True),
        sa.Column("after", JSON, nullable=True),
        sa.Column("version_after", sa.Integer(), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["import_id"],
            ["library_import.id"],
            name=op.f("fk_library_import_item_import_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("import_id", "seq", name=op.f("pk_library_import_item")),
    )
    op.create_index(
        op.f("ix_library_import_item_import_id_entity_key"),
        "library_import_item",
        ["import_id", "entity_key"],
        unique=False,
    )
