"""The target `olx`: plan, policies, packing, verification and checks."""

from courseporter.targets.olx.check import Checker
from courseporter.targets.olx.fixes import FIXES, Fix
from courseporter.targets.olx.identity import course_identity
from courseporter.targets.olx.target import OlxTarget

__all__ = ["FIXES", "Checker", "Fix", "OlxTarget", "course_identity"]
