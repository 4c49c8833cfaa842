"""The target `olx`: plan, policies, packing, verification and checks."""

from courseporter.targets.olx.target import OlxTarget

__all__ = ["OlxTarget"]
