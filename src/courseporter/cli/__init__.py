"""The command line: one module per group of commands, all of them over the API."""

from __future__ import annotations

from courseporter.cli.program import run

__all__ = ["run"]
