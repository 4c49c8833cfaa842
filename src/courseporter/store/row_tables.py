"""The tables of imported rows: one record per import with its counters, one per row.

A counter changes in the transaction that changes its rows, and the sum is checked at each commit.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Dialect,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    TypeDecorator,
    UniqueConstraint,
    text,
)

from courseporter.store.column_types import JSON_VALUE, SENTENCE, TEXT
from courseporter.store.columns import count, metadata, must, org, part_of, rev, time

ROW_STATES = ("pending", "processing", "success", "failed", "skipped", "held")
STATE_NUMBERS = {state: number for number, state in enumerate(ROW_STATES)}


class _State(TypeDecorator[str]):
    """A state of a row, kept as its place in `ROW_STATES`: a million rows are 14 MB smaller."""

    impl = SmallInteger
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> int | None:  # noqa: ARG002
        """The number of a state."""
        return None if value is None else STATE_NUMBERS[value]

    def process_result_value(self, value: int | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """The state of a number."""
        return None if value is None else ROW_STATES[value]


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
    Column("status", _State, nullable=False),
    Column("would", TEXT),  # what a dry run found
    Column("error_code", TEXT),
    Column("error_message", SENTENCE),
    Column("error_column", TEXT),
    Column("target_record_id", TEXT),
    Column("attempt_count", Integer, nullable=False, server_default=text("0")),
    Column("duplicate_of", Integer),
    Column("found", TEXT),  # JSON: the film that a look-up or a person found
    Column("candidates", TEXT),  # JSON: films among which a person has to choose
    time("created_at", must=True),
    time("updated_at", must=True),
    PrimaryKeyConstraint("job_seq", "row_number"),
    CheckConstraint("status BETWEEN 0 AND 5", name="status"),
    Index(None, "job_seq", "status", "row_number"),
    Index(None, "job_seq", "date", "dedupe_key"),
    sqlite_with_rowid=False,
)

lookup_answer = Table(
    "lookup_answer",  # answers of services that know films, over jobs: no question is paid twice
    metadata,
    org(),
    must("service"),
    Column("question", LargeBinary, nullable=False),  # a hash, made without the key
    time("at", must=True),
    Column("body", LargeBinary, nullable=False),  # compressed by zlib
    PrimaryKeyConstraint("org_id", "service", "question"),
    sqlite_with_rowid=False,
)

lookup_quota = Table(
    "lookup_quota",  # requests that count against a day's limit
    metadata,
    must("lane"),
    must("day"),  # YYYY-MM-DD, UTC
    count("used"),
    time("refused_at"),
    PrimaryKeyConstraint("lane", "day"),
)

row_choice = Table(
    "row_choice",  # what a person chose for a title and year, for all rows and later imports
    metadata,
    org(),
    must("kind"),
    Column("film", LargeBinary, nullable=False),  # a hash of the title's normal form and the year
    Column("record", TEXT),  # null: none of them
    time("at", must=True),
    PrimaryKeyConstraint("org_id", "kind", "film"),
)

row_mapping = Table(
    "row_mapping",  # which columns of a header mean what, as a person said
    metadata,
    org(),
    Column("header", LargeBinary, nullable=False),  # a hash of the header
    must("format"),
    Column("mapped", JSON_VALUE, nullable=False),
    time("at", must=True),
    PrimaryKeyConstraint("org_id", "header"),
)
