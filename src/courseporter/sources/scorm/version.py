"""Which SCORM a package follows, as its manifest says or as its namespaces tell.

`schemaversion` is "1.2", "CAM 1.3" (2nd Edition), "2004 3rd Edition" or "2004 4th Edition".
"""

from __future__ import annotations

import re

from courseporter.sources.scorm.manifest import Manifest, schema_text

_KNOWN = re.compile(r"(scorm )?1\.2|cam 1\.3|1\.3|(scorm )?2004( (2nd|3rd|4th)( edition)?)?")


def read_version(manifest: Manifest) -> str | None:
    """The version in CoursePorter's words (docs/reference/cli.md); None when nothing says it.

    What `schemaversion` says counts; namespaces of the other version are reported.
    """
    said = schema_text(manifest.root, "schemaversion").lower()
    used = {*manifest.namespaces, manifest.root.tag[1:].partition("}")[0]}
    declared = set(manifest.root.nsmap.values())
    meant = _of_namespaces(used) or _of_namespaces(declared)
    version = _of_text(said) or meant
    if (said and not _KNOWN.fullmatch(said)) or version is None:
        words = f"“{schema_text(manifest.root, 'schemaversion')}”" if said else "none is named"
        manifest.notes.add("version_unknown", words)
    elif meant and meant != version[: len(meant)]:
        manifest.notes.add("version_differs", f"“{version}” and {meant}")
    return version


def _of_text(said: str) -> str | None:
    if said in ("1.2", "scorm 1.2"):
        return "1.2"
    for mark, edition in (("4th", "4th"), ("3rd", "3rd"), ("2nd", "2nd"), ("cam 1.3", "2nd")):
        if mark in said:
            return f"2004 {edition} Edition"
    return "2004" if "2004" in said or said == "1.3" else None


def _of_namespaces(namespaces: set[str]) -> str | None:
    if any("rootv1p2" in uri or "imsproject.org" in uri for uri in namespaces):
        return "1.2"
    return "2004" if any("adlcp_v1p3" in uri for uri in namespaces) else None
