"""Find imsmanifest.xml: at the root or one folder down, never elsewhere.

IMS Content Packaging 1.1.4, section 2.1: the manifest lies at the root of the package.  People also
zip the folder that holds it, so one folder around everything is taken for the root.
"""

from __future__ import annotations

from collections.abc import Iterable

from courseporter.errors import InputError, _
from courseporter.formats.archive import Archive, Member, describe

MANIFEST = "imsmanifest.xml"


def holds_manifest(paths: Iterable[str]) -> bool:
    """Whether a manifest lies at the root or one folder down."""
    return any(path.count("/") < 2 and _is_manifest(path) for path in paths)


def find_manifest(archive: Archive) -> Member:
    """Return the manifest.  Raises InputError when there is none, or more than one."""
    found = [path for path in archive.members if _is_manifest(path)]
    for depth in (0, 1):
        level = [path for path in found if path.count("/") == depth]
        exact = [path for path in level if path.endswith(MANIFEST)]
        level = exact if len(exact) == 1 and len({_folder(path) for path in level}) == 1 else level
        if len(level) > 1:
            raise _ambiguous(archive, level)
        if level:
            return _only(archive, level[0])
    raise _missing(archive, found)


def _is_manifest(path: str) -> bool:
    return path.rpartition("/")[2].lower() == MANIFEST


def _folder(path: str) -> str:
    return path.rpartition("/")[0]


def _only(archive: Archive, path: str) -> Member:
    if path in archive.doubled:
        raise InputError(
            _(
                "“{name}” contains two different files called “{path}”, so it's unclear which one "
                "to use.",
                name=archive.name,
                path=path,
            ),
            _("Unpack it, keep the right file, and zip it again."),
            f"{archive.name}: {path}",
            code="duplicate_entry",
        )
    return archive.members[path]


def _ambiguous(archive: Archive, paths: list[str]) -> InputError:
    names = ", ".join(f"“{path}”" for path in paths[:4])
    return InputError(
        _(
            "“{name}” contains {count} packages side by side: {paths}.",
            name=archive.name,
            count=len(paths),
            paths=names,
        ),
        _("Unpack it, and import each folder that contains an imsmanifest.xml separately."),
        archive.name,
        code="ambiguous_package",
    )


def _missing(archive: Archive, deeper: list[str]) -> InputError:
    if deeper:
        folder = _folder(deeper[0])
        hint = _(
            "There is one in the folder “{folder}”. Zip the contents of that folder, and import "
            "that file.",
            folder=folder,
        )
    else:
        hint = _("If it contains CSV files, choose the CSV template instead.")
    kind = describe(archive)
    message = _(
        "“{name}” has no manifest ({manifest}), so it isn't a SCORM course.",
        name=archive.name,
        manifest=MANIFEST,
    )
    if kind and not deeper:
        message = _("{message} It is {kind}.", message=message, kind=kind)
    return InputError(
        message,
        hint,
        archive.name,
        code="manifest_missing",
    )
