"""Fingerprints of what would be written."""

from __future__ import annotations

from courseporter.targets.library.entities import (
    Component,
    Container,
    component_fingerprint,
    container_fingerprint,
)
from courseporter.targets.library.normal_form import normal_form


def fingerprint_of(part: Component | Container) -> str:
    """Of what would be written.  Raises InputError for a block that isn't well-formed."""
    if isinstance(part, Container):
        return container_fingerprint(part.title, part.children)
    files = {file.path: file.sha256 for file in part.files}
    return component_fingerprint(normal_form(part.olx), part.title, files)
