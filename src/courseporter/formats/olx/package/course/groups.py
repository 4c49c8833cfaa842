"""What blocks need from the settings of the course: groups of learners, passports, languages."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import cast

from courseporter.errors import Problem
from courseporter.formats.languages import platform_language
from courseporter.formats.olx.package.overrides import Settings
from courseporter.formats.olx.package.problems import problem
from courseporter.formats.olx.package.walk import Need

# Partitions that the platform makes itself: enrollment tracks, content gating.
_OWN_PARTITIONS = frozenset((50, 51))


def needs_problems(needs: Iterable[Need], settings: Settings) -> Iterator[Problem]:
    """One problem per block and need that isn't met."""
    groups = _groups(settings.get("user_partitions"))
    teams = json.dumps(settings.get("teams_configuration") or "")
    passports = _passports(settings.get("lti_passports"))
    for need in needs:
        if need.kind == "group" and not _has_group(need.value, groups, teams):
            code = "split_test_groups" if ":" not in need.value else "group_access_unknown"
            yield problem(code, need.title, need.value, key=need.name)
        elif need.kind == "passport" and need.value not in passports:
            yield problem("passport_missing", need.title, need.value, key=need.name)
        elif need.kind == "language" and not is_language(need.value):
            yield problem("caption_language", need.title, need.value[:20], key=need.name)


def is_language(code: str) -> bool:
    """Whether the platform has a name for the code as it is."""
    known = platform_language(code)
    return (
        known is not None and known.split("-")[0] == code.casefold().replace("_", "-").split("-")[0]
    )


def _groups(value: object) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {}
    if isinstance(value, str):
        try:
            value = cast("object", json.loads(value))
        except (ValueError, RecursionError):
            return found
    for one in cast("list[object]", value) if isinstance(value, list) else []:
        partition = cast("Settings", one) if isinstance(one, dict) else {}
        number, groups = partition.get("id"), partition.get("groups")
        if isinstance(number, int) and isinstance(groups, list):
            found[number] = set(_ids(cast("list[object]", groups)))
    return found


def _ids(groups: list[object]) -> Iterator[int]:
    for one in groups:
        number = cast("Settings", one).get("id") if isinstance(one, dict) else None
        if isinstance(number, int):
            yield number


def _has_group(value: str, groups: dict[int, set[int]], teams: str) -> bool:
    partition, _, group = value.partition(":")
    number = int(partition)
    if number in _OWN_PARTITIONS or partition in teams:
        return True
    return number in groups and (not group or int(group) in groups[number])


def _passports(value: object) -> set[str]:
    if isinstance(value, str):
        try:
            value = cast("object", json.loads(value))
        except (ValueError, RecursionError):
            return set()
    passports = cast("list[object]", value) if isinstance(value, list) else []
    return {str(passport).partition(":")[0].strip() for passport in passports}
