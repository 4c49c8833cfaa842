"""Which SCORM a package follows: what its manifest says, else what its namespaces tell.

`schemaversion` is "1.2", "CAM 1.3" (2nd Edition), "2004 3rd Edition" or "2004 4th Edition".
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from courseporter.sources.scorm.manifest import Manifest, schema_text

_KNOWN = re.compile(r"(scorm )?1\.2|cam 1\.3|1\.3|(scorm )?2004( (2nd|3rd|4th)( edition)?)?")
_EDITIONS = (("4th", "4th"), ("3rd", "3rd"), ("2nd", "2nd"), ("cam 1.3", "2nd"))


def read_version(manifest: Manifest) -> str | None:
    """Return the version in CoursePorter's words (docs/reference/cli.md); None if nothing tells."""
    written = schema_text(manifest.root, "schemaversion")
    named = _named(written.lower())
    used = {*manifest.namespaces, manifest.root.tag[1:].partition("}")[0]}
    spaces = _of_namespaces(used) or _of_namespaces(filter(None, manifest.root.nsmap.values()))
    if not _KNOWN.fullmatch(written.lower()):
        version = named or spaces
        if written or version is None:
            manifest.notes.add("version_unknown", f"“{written}”" if written else "—")
        return version
    if named and spaces and named[:4] != spaces[:4]:
        manifest.notes.add("version_differs", f"“{written}”, SCORM {spaces}")
    return named


def _named(text: str) -> str | None:
    if text in ("1.2", "scorm 1.2"):
        return "1.2"
    for mark, edition in _EDITIONS:
        if mark in text:
            return f"2004 {edition} Edition"
    return "2004" if "2004" in text or text == "1.3" else None


def _of_namespaces(namespaces: Iterable[str]) -> str | None:
    spaces = tuple(namespaces)
    if any("rootv1p2" in uri or "imsproject.org" in uri for uri in spaces):
        return "1.2"
    return "2004" if any("adlcp_v1p3" in uri for uri in spaces) else None
