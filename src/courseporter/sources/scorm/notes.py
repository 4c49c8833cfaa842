"""Problems of a package, counted by kind: one problem each, with the first names."""

from __future__ import annotations

from typing import Final, cast

import msgspec

from courseporter.errors import PROBLEM_CODES, Message, Problem, Severity, _, ngettext

SHOWN: Final = 3
LONGEST: Final = 120  # characters of a name

# What people read, for one and for many: {names} are the first few, {count} is how many there are.
_KEPT = _("They stay in the course, with a note for you.")
SENTENCES: Final[dict[str, tuple[Message, Message | None]]] = {
    "missing_files": (
        ngettext(
            "{count:,} file that the package declares is missing: {names}.",
            "{count:,} files that the package declares are missing: {names}.",
            0,
        ),
        _("Lessons that need them may show gaps. Export the package again, with all files."),
    ),
    "unreferenced_files": (
        ngettext(
            "{count:,} file isn't listed in the manifest: {names}.",
            "{count:,} files aren't listed in the manifest: {names}.",
            0,
        ),
        None,
    ),
    "scorm_clutter": (
        ngettext(
            "{count:,} file that an operating system added to the package was ignored.",
            "{count:,} files that an operating system added to the package were ignored.",
            0,
        ),
        None,
    ),
    "scorm_files_outside": (
        ngettext(
            "{count:,} file is outside the folder of the manifest: {names}.",
            "{count:,} files are outside the folder of the manifest: {names}.",
            0,
        ),
        _("Lessons can't reach them, so they aren't exported with lessons that play."),
    ),
    "dangling_reference": (
        ngettext(
            "{count:,} item refers to a resource that doesn't exist: {names}.",
            "{count:,} items refer to resources that don't exist: {names}.",
            0,
        ),
        _KEPT,
    ),
    "resource_without_file": (
        ngettext(
            "{count:,} item refers to a resource that names no file to open: {names}.",
            "{count:,} items refer to resources that name no file to open: {names}.",
            0,
        ),
        _KEPT,
    ),
    "only_file_taken": (
        ngettext(
            "{count:,} item opens a resource that doesn't say which page comes first: {names}.",
            "{count:,} items open resources that don't say which page comes first: {names}.",
            0,
        ),
        _("The resource has only one page, so that page was used."),
    ),
    "launch_replaced": (
        ngettext(
            "{count:,} item names a start page that is missing; the only one in its folder opens "
            "instead: {names}.",
            "{count:,} items name start pages that are missing; the only ones in their folders "
            "open instead: {names}.",
            0,
        ),
        _("Check that these lessons start correctly."),
    ),
    "unsafe_reference": (
        ngettext(
            "{count:,} address leads out of the package or isn't a web address: {names}.",
            "{count:,} addresses lead out of the package or aren't web addresses: {names}.",
            0,
        ),
        _KEPT,
    ),
    "external_resource": (
        ngettext(
            "{count:,} item opens an address outside the package: {names}.",
            "{count:,} items open addresses outside the package: {names}.",
            0,
        ),
        _("They became links. Check that learners can open them."),
    ),
    "href_repaired": (
        ngettext(
            "{count:,} address was spelled differently from its file, and was matched: {names}.",
            "{count:,} addresses were spelled differently from their files, and were matched: "
            "{names}.",
            0,
        ),
        None,
    ),
    "duplicate_identifier": (
        ngettext(
            "{count:,} identifier is used twice: {names}.",
            "{count:,} identifiers are used twice: {names}.",
            0,
        ),
        _("All items are kept; of resources with the same identifier, the first is used."),
    ),
    "dependency_cycle": (
        ngettext(
            "{count:,} resource depends on itself: {names}.",
            "{count:,} resources depend on each other in a circle: {names}.",
            0,
        ),
        None,
    ),
    "dangling_dependency": (
        ngettext(
            "{count:,} dependency names a resource that doesn't exist: {names}.",
            "{count:,} dependencies name resources that don't exist: {names}.",
            0,
        ),
        None,
    ),
    "submanifest_cycle": (
        ngettext(
            "{count:,} item refers to a sub-manifest that contains itself: {names}.",
            "{count:,} items refer to sub-manifests that contain each other: {names}.",
            0,
        ),
        _KEPT,
    ),
    "flattened": (
        ngettext(
            "{count:,} item is nested deeper than section, lesson and unit: {names}.",
            "{count:,} items are nested deeper than section, lesson and unit: {names}.",
            0,
        ),
        _("Their titles now begin with the titles above them."),
    ),
    "hidden_container": (
        ngettext(
            "{count:,} hidden item contains visible ones, so it is shown: {names}.",
            "{count:,} hidden items contain visible ones, so they are shown: {names}.",
            0,
        ),
        None,
    ),
    "other_organizations": (
        ngettext(
            "The package offers {count:,} more way through its content: {names}.",
            "The package offers {count:,} more ways through its content: {names}.",
            0,
        ),
        _("To import another one as well, import the package again and choose it."),
    ),
    "default_organization_unknown": (
        _("The default organization {names} can't be used; the first one with items was used."),
        None,
    ),
    "organization_built": (
        ngettext(
            "The package doesn't say in which order its lessons come, so its only resource was "
            "listed: {names}.",
            "The package doesn't say in which order its lessons come, so its {count:,} resources "
            "were listed: {names}.",
            0,
        ),
        _("Check titles and order."),
    ),
    "version_unknown": (
        _("The package doesn't name a known SCORM version ({names})."),
        _("It was read as far as possible."),
    ),
    "version_differs": (
        _("The manifest names one SCORM version, but its namespaces belong to another: {names}."),
        _("The version it names was used. Check that the lessons start and keep their scores."),
    ),
    "sequencing_not_carried": (
        ngettext(
            "{count:,} item has rules (order, conditions) that aren't imported: {names}.",
            "{count:,} items have rules (order, conditions) that aren't imported: {names}.",
            0,
        ),
        _("Learners can open all lessons in any order."),
    ),
    "title_cut": (
        ngettext(
            "{count:,} title is too long and was cut: {names}.",
            "{count:,} titles are too long and were cut: {names}.",
            0,
        ),
        None,
    ),
    "untitled_items": (
        ngettext(
            "{count:,} item has no title: {names}.",
            "{count:,} items have no title: {names}.",
            0,
        ),
        _("Give them titles."),
    ),
    "metadata_unreadable": (
        ngettext(
            "{count:,} metadata file can't be read: {names}.",
            "{count:,} metadata files can't be read: {names}.",
            0,
        ),
        None,
    ),
}


class Notes:
    """Counts problems by code and makes one problem of each."""

    def __init__(self, where: str) -> None:
        self._where = where
        self._counts: dict[str, int] = {}
        self._names: dict[str, list[str]] = {}
        self._keys: dict[str, str] = {}

    def add(self, code: str, name: str, key: str | None = None, count: int = 1) -> None:
        """Add one (or `count`) of this kind; `key` is where the outline can jump to."""
        self._counts[code] = self._counts.get(code, 0) + count
        names = self._names.setdefault(code, [])
        if len(names) < SHOWN:
            names.append(name if len(name) <= LONGEST else name[: LONGEST - 1] + "…")
        if key:
            self._keys.setdefault(code, key)

    def problems(self) -> tuple[Problem, ...]:
        """Return one problem per kind, in the order in which they were found."""
        return tuple(self._problem(code, count) for code, count in self._counts.items())

    def _problem(self, code: str, count: int) -> Problem:
        sentence, hint = SENTENCES[code]
        names = listed(self._names[code], count)
        return Problem(
            code=code,
            severity=cast(Severity, PROBLEM_CODES[code].severity),
            message=msgspec.structs.replace(sentence, args={"count": count, "names": names}),
            where=self._where,
            hint=hint,
            count=count,
            key=self._keys.get(code),
        )


def listed(names: list[str], count: int) -> str | Message:
    """Return the names in one line, and how many more there are of `count`."""
    line = ", ".join(names)
    more = count - len(names)
    return _("{names} and {more:,} more", names=line, more=more) if more > 0 else line
