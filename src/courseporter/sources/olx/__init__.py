"""Courses from Open edX: packages that Studio exported, or that somebody wrote by hand.

docs/reference/sources/olx.md describes what happens to each part.
"""

from courseporter.sources.olx.source import OlxSource

__all__ = ["OlxSource"]
