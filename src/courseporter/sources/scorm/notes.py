"""Odd things about a package, counted by kind: one problem each, with the first names."""

from __future__ import annotations

from typing import cast

from courseporter.errors import PROBLEM_CODES, Problem, Severity

SHOWN = 3

# What people read; {names} are the first few, {count} is how many there are.
SENTENCES: dict[str, tuple[str, str | None]] = {
    "missing_files": (
        "{count} files that the package declares are not in it: {names}.",
        "Lessons that need them may show gaps. Export the package again, with all files.",
    ),
    "unreferenced_files": (
        "{count} files lie in the package without the manifest naming them: {names}.",
        None,
    ),
    "scorm_clutter": (
        "{count} files that an operating system had put into the package were left out.",
        None,
    ),
    "scorm_files_outside": (
        "{count} files lie beside the folder of the manifest: {names}.",
        "No lesson can reach them, so they are not carried with lessons that play.",
    ),
    "dangling_reference": (
        "{count} items refer to a resource that the manifest does not hold: {names}.",
        "Their places stay in the course, with a note for you.",
    ),
    "resource_without_file": (
        "{count} items refer to a resource that names no file to open: {names}.",
        "Their places stay in the course, with a note for you.",
    ),
    "only_file_taken": (
        "{count} items open a resource that names no page to begin with: {names}.",
        "The only page of each was taken.",
    ),
    "unsafe_reference": (
        "{count} addresses lead out of the package or are no web address: {names}.",
        "They were not followed. Their places stay in the course, with a note for you.",
    ),
    "external_resource": (
        "{count} items open an address outside the package: {names}.",
        "They became links. Check that learners may open them.",
    ),
    "href_repaired": (
        "{count} addresses were written differently from their files and were matched: {names}.",
        None,
    ),
    "duplicate_identifier": (
        "{count} identifiers are used twice: {names}.",
        "Items are all kept; of resources the first counts.",
    ),
    "dependency_cycle": ("{count} resources depend on each other in a circle: {names}.", None),
    "dangling_dependency": (
        "{count} dependencies name a resource that the manifest does not hold: {names}.",
        None,
    ),
    "submanifest_cycle": (
        "{count} items refer to sub-manifests that contain each other: {names}.",
        "What lies in them cannot be laid out. Their places stay in the course, with a note.",
    ),
    "flattened": (
        "{count} items lie deeper than section, lesson and unit: {names}.",
        "The titles above them stand in front of their own.",
    ),
    "hidden_container": (
        "{count} hidden items hold visible ones, so they are shown: {names}.",
        None,
    ),
    "other_organizations": (
        "The package offers {count} more ways through its content: {names}.",
        "Import the package again and choose another one to get it, too.",
    ),
    "default_organization_unknown": (
        "The default organization {names} cannot be used; the first one with items was taken.",
        None,
    ),
    "organization_built": (
        "The package names no order of its lessons, so its {count} resources were listed: {names}.",
        "Look at titles and order.",
    ),
    "version_differs": (
        "The manifest declares one version of SCORM and is written in the other: {names}.",
        "The declared version is used. If lessons don't work, export the package again.",
    ),
    "version_unknown": (
        "The package does not say a SCORM version that is known ({names}).",
        "It was read as far as possible.",
    ),
    "sequencing_not_carried": (
        "{count} items have rules (order, conditions) that are not carried over: {names}.",
        "Learners can open all lessons in any order.",
    ),
    "title_cut": ("{count} titles are too long and were cut: {names}.", None),
    "untitled_items": ("{count} items have no title: {names}.", "Give them one."),
    "metadata_unreadable": ("{count} metadata files cannot be read: {names}.", None),
}


class Notes:
    """Counts odd things by code and makes one problem of each."""

    def __init__(self, where: str) -> None:
        self._where = where
        self._counts: dict[str, int] = {}
        self._names: dict[str, list[str]] = {}
        self._keys: dict[str, str] = {}

    def add(self, code: str, name: str, key: str | None = None, count: int = 1) -> None:
        """One more (or `count` more) of this kind; `key` is where the outline can jump to."""
        self._counts[code] = self._counts.get(code, 0) + count
        names = self._names.setdefault(code, [])
        if len(names) < SHOWN:
            names.append(name if len(name) <= 120 else name[:119] + "…")
        if key:
            self._keys.setdefault(code, key)

    def problems(self) -> tuple[Problem, ...]:
        """One problem per kind, in the order of first sight."""
        return tuple(self._problem(code, count) for code, count in self._counts.items())

    def _problem(self, code: str, count: int) -> Problem:
        sentence, hint = SENTENCES[code]
        names = ", ".join(self._names[code])
        more = count - len(self._names[code])
        message = sentence.format(
            names=names + (f" and {more:,} more" if more else ""), count=f"{count:,}"
        )
        if count == 1:
            message = _singular(message)
        return Problem(
            code=code,
            severity=cast(Severity, PROBLEM_CODES[code].severity),
            message=message,
            where=self._where,
            hint=hint,
            count=count,
            key=self._keys.get(code),
        )


# "1 files … are" → "1 file … is"; the words that stand behind the number in the sentences above.
_ONE = (
    ("1 files that the package declares are", "1 file that the package declares is"),
    (
        "1 files lie in the package without the manifest naming them",
        "1 file lies in the package without the manifest naming it",
    ),
    ("1 files that an operating system had put", "1 file that an operating system had put"),
    ("into the package were left out", "into the package was left out"),
    ("1 files lie beside", "1 file lies beside"),
    ("1 items refer", "1 item refers"),
    ("1 items open", "1 item opens"),
    ("1 items lie", "1 item lies"),
    ("1 items have rules", "1 item has rules"),
    ("1 items have no", "1 item has no"),
    ("1 addresses lead out of the package or are", "1 address leads out of the package or is"),
    ("1 addresses were", "1 address was"),
    ("differently from their files and were", "differently from its file and was"),
    ("1 identifiers are", "1 identifier is"),
    ("1 resources depend on each other", "1 resource depends on itself"),
    ("1 dependencies name", "1 dependency names"),
    ("1 hidden items hold visible ones, so they are", "1 hidden item holds visible ones, so it is"),
    ("1 more ways", "1 more way"),
    ("so its 1 resources were", "so its only resource was"),
    ("1 titles are too long and were", "1 title is too long and was"),
    ("1 metadata files", "1 metadata file"),
)


def _singular(message: str) -> str:
    for many, one in _ONE:
        message = message.replace(many, one)
    return message
