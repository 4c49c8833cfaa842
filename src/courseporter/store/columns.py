"""What the tables of the schema are made of: one set of names, and the columns they share."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, MetaData, text

from courseporter.store.column_types import ID, TEXT

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def must(name: str, *, default: str | None = None) -> Column[str]:
    """A text that is always there."""
    return Column(name, TEXT, nullable=False, server_default=default)


def count(name: str, default: int = 0) -> Column[int]:
    """A number that starts at 0, or at `default`."""
    return Column(name, Integer, nullable=False, server_default=text(str(default)))


def time(name: str, *, must: bool = False) -> Column[int]:
    """A time in epoch milliseconds."""
    return Column(name, BigInteger, nullable=not must)


def rev(name: str = "rev") -> Column[int]:
    """The revision that views re-read changed rows by."""
    return Column(name, BigInteger, nullable=False, server_default=text("0"))


def org() -> Column[str]:
    """The organization that owns the row."""
    return must("org_id", default="personal")


def part_of(parent: str) -> Column[Any]:
    """The row goes with its parent."""
    owner = ForeignKey(f"{parent}.id", ondelete="CASCADE")
    return Column(f"{parent}_id", ID, owner, nullable=False)
