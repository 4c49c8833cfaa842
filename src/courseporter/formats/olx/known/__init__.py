"""Blocks of Open edX that the model can hold: read into it, and written again with all they had.

docs/reference/sources/olx.md says which.
"""

from courseporter.formats.olx.known.block import known_block
from courseporter.formats.olx.known.original import is_unchanged, with_original

__all__ = ["is_unchanged", "known_block", "with_original"]
