"""Drafts: the courses in the house, with their ledger, problems and history."""
