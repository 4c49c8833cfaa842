"""What a database's planner can't know by itself."""

from __future__ import annotations

from sqlalchemy import Boolean
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class unlikely(FunctionElement[bool]):  # noqa: N801 - reads like a function in statements
    """A condition that few rows meet, so that its index is used.

    SQLite takes all rows of a draft for ten, and would read all of them instead.
    """

    type = Boolean()
    inherit_cache = True
    name = "unlikely"


@compiles(unlikely, "sqlite")
def _sqlite(element: unlikely, compiler: SQLCompiler, **words: object) -> str:
    return f"unlikely({compiler.process(element.clauses, **words)})"


@compiles(unlikely)
def _elsewhere(element: unlikely, compiler: SQLCompiler, **words: object) -> str:
    return f"({compiler.process(element.clauses, **words)})"
