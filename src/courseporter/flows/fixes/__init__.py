"""Fixes of problems: what each would change, as operations of the edits language."""

from courseporter.flows.fixes.folder import Matched, Unclear
from courseporter.flows.fixes.plan import Answer, Plan, Seen, plan
from courseporter.flows.fixes.preview import changes_of

__all__ = ["Answer", "Matched", "Plan", "Seen", "Unclear", "changes_of", "plan"]
