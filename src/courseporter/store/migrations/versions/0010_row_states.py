"""States of imported rows as numbers: in a table and index of a million rows, names are long."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
STATES = ("pending", "processing", "success", "failed", "skipped", "held")
CASES = " ".join(f"WHEN '{state}' THEN {number}" for number, state in enumerate(STATES))
NUMBER = f"CASE status {CASES} END"
VALID = "status BETWEEN 0 AND 5"
INDEXES = (("job_seq", "status", "row_number"), ("job_seq", "date", "dedupe_key"))
OTHERS = (
    "job_seq, row_number, line, raw, seed, title, date, dedupe_key, would, error_code,"
    " error_message, error_column, target_record_id, attempt_count, duplicate_of, found,"
    " candidates, created_at, updated_at"
)


def upgrade() -> None:
    for columns in INDEXES:
        op.drop_index(_index(columns), "import_row")
    if op.get_bind().dialect.name == "sqlite":
        op.rename_table("import_row", "import_row_before")
        _create()
        op.execute(
            f"INSERT INTO import_row (status, {OTHERS})"  # noqa: S608 - our names alone
            f" SELECT {NUMBER}, {OTHERS} FROM import_row_before ORDER BY job_seq, row_number"
        )
        op.drop_table("import_row_before")
    else:
        op.drop_constraint(op.f("ck_import_row_status"), "import_row")
        op.alter_column(
            "import_row", "status", type_=sa.SmallInteger(), postgresql_using=f"({NUMBER})"
        )
        op.create_check_constraint(op.f("ck_import_row_status"), "import_row", VALID)
    for columns in INDEXES:
        op.create_index(_index(columns), "import_row", list(columns))


def _index(columns: tuple[str, ...]) -> str:
    return op.f(f"ix_import_row_{'_'.join(columns)}")


def _create() -> None:
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
        sa.Column("status", sa.SmallInteger(), nullable=False),
        sa.Column("would", TEXT, nullable=True),
        sa.Column("error_code", TEXT, nullable=True),
        sa.Column("error_message", TEXT, nullable=True),
        sa.Column("error_column", TEXT, nullable=True),
        sa.Column("target_record_id", TEXT, nullable=True),
        sa.Column("attempt_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("duplicate_of", sa.Integer(), nullable=True),
        sa.Column("found", TEXT, nullable=True),
        sa.Column("candidates", TEXT, nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(VALID, name=op.f("ck_import_row_status")),
        sa.PrimaryKeyConstraint("job_seq", "row_number", name=op.f("pk_import_row")),
        sqlite_with_rowid=False,
    )
