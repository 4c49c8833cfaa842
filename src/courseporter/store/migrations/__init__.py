"""Revisions of the schema, run by Alembic when a data folder is older than the program."""
