"""Sends rows to a web service that a profile describes, each of them once."""

from courseporter.formats.record_profile import Profile, Resource, load_profile
from courseporter.targets.http_api.service import RowService

__all__ = ["Profile", "Resource", "RowService", "load_profile"]
