"""The tables of imported rows: one record per import with its counters, one per row.

A counter changes in the transaction that changes its rows, and the sum is checked at each commit.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    UniqueConstraint,
    column,
    text,
)

from courseporter.store.column_types import JSON_VALUE, SENTENCE, TEXT
from courseporter.store.columns import count, metadata, must, org, part_of, rev, time

ROW_STATES = ("pending", "processing", "success", "failed", "skipped", "held")

row_import = Table(
    "row_import",
    metadata,
    # a short number: in the key and indexes of a million rows, the job's id would cost a third more
    Column("seq", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    part_of("job"),
    org(),
    must("format"),
    must("file_name"),
    Column("header", JSON_VALUE, nullable=False),
    count("total"),
    *(count(state) for state in ROW_STATES),
    rev(),
    UniqueConstraint("job_id"),
    CheckConstraint(
        "total = pending + processing + success + failed + skipped + held", name="adds_up"
    ),
    CheckConstraint(
        "pending >= 0 AND processing >= 0 AND success >= 0 AND failed >= 0"
        " AND skipped >= 0 AND held >= 0",
        name="not_negative",
    ),
)

import_row = Table(
    "import_row",
    metadata,
    Column("job_seq", BigInteger, nullable=False),
    Column("row_number", Integer, nullable=False),
    Column("line", Integer, nullable=False),
    Column("raw", TEXT, nullable=False),  # a JSON array in the order of the header
    Column("seed", TEXT, nullable=False),  # a JSON object: what the cells mean
    Column("title", TEXT, nullable=False),
    Column("date", TEXT),
    Column("dedupe_key", LargeBinary),
    must("status"),
    Column("would", TEXT),  # what a dry run found
    Column("error_code", TEXT),
    Column("error_message", SENTENCE),
    Column("error_column", TEXT),
    Column("target_record_id", TEXT),
    Column("attempt_count", Integer, nullable=False, server_default=text("0")),
    Column("duplicate_of", Integer),
    time("created_at", must=True),
    time("updated_at", must=True),
    PrimaryKeyConstraint("job_seq", "row_number"),
    CheckConstraint(column("status").in_(ROW_STATES), name="status"),
    Index(None, "job_seq", "status", "row_number"),
    Index(None, "job_seq", "date", "dedupe_key"),
    sqlite_with_rowid=False,
)
