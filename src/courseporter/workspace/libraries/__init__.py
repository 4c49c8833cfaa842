"""Content libraries that we imported into: what was written, and what was there before."""
