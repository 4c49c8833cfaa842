"""Drafts: the courses in the store, with their ledger, problems and history."""
