"""The types of columns, and what else the two databases call by different names."""

from __future__ import annotations

from typing import Any, cast

from sqlalchemy import JSON, Dialect, String, Text, TypeDecorator
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.schema import CreateIndex
from sqlalchemy.sql.compiler import DDLCompiler
from sqlalchemy.types import TypeEngine

from courseporter.errors.message import Phrase, pack, unpack


class _Sentence(TypeDecorator[Any]):
    """Text for people: messages are kept as data, sentences of older stores as they are."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Sorted as every other text."""
        return Text(collation="C" if dialect.name == "postgresql" else None)

    def process_bind_param(self, value: Phrase | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """A phrase as the column keeps it."""
        return pack(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Phrase | None:  # noqa: ARG002
        """The phrase, not yet rendered."""
        return unpack(value)


class _Json(TypeDecorator[Any]):
    """JSON, on PostgreSQL as JSONB, whose dialect would take a tenth of every start to load."""

    impl = JSON(none_as_null=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """The type of this database."""
        if dialect.name != "postgresql":
            return super().load_dialect_impl(dialect)
        from sqlalchemy.dialects.postgresql import JSONB

        return JSONB(none_as_null=True)


@compiles(CreateIndex, "postgresql")
def _partial(create: CreateIndex, compiler: DDLCompiler, **words: object) -> str:
    """A partial index is one on both databases; its condition is said once, for SQLite."""
    options = create.element.dialect_options
    options["postgresql"]["where"] = options["sqlite"]["where"]
    return cast("Any", compiler).visit_create_index(create, **words)


JSON_VALUE = _Json()
SENTENCE = _Sentence()
# Order of bytes, as on SQLite: what is sorted comes the same from every database.
TEXT = Text().with_variant(Text(collation="C"), "postgresql")
ID = String(36).with_variant(String(36, collation="C"), "postgresql")
SHA256 = String(64).with_variant(String(64, collation="C"), "postgresql")
