"""course.xml and policy.json: the identity of the course and its settings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import cast

from courseporter.errors import Problem
from courseporter.formats.olx.package.dates import read_date
from courseporter.formats.olx.package.fields import COURSE, reads_value
from courseporter.formats.olx.package.index import Index
from courseporter.formats.olx.package.json_files import JsonFile, read_json
from courseporter.formats.olx.package.overrides import Settings
from courseporter.formats.olx.package.problems import problem

_IDENTITY = ("org", "course", "url_name")
_SHOWN = 60  # characters of a value


def policies_of(index: Index) -> Settings:
    """The entries of policy.json by block (`sequential/x`), without what Open edX ignores."""
    value = read_policy(index).value
    return cast("Settings", value) if isinstance(value, dict) else {}


def read_policy(index: Index) -> JsonFile:
    """policy.json as the platform reads it."""
    path = policy_path(index, "policy.json")
    return read_json(index.policies.get(path or ""), path or "")


def course_settings(policy: Settings, run: str) -> Settings:
    """The settings of the course itself."""
    entry = policy.get(f"course/{run}")
    return cast("Settings", entry) if isinstance(entry, dict) else {}


def policy_path(index: Index, name: str) -> str | None:
    """The policy file of the run: policies/RUN/NAME, or the older policies/RUN.json."""
    path = f"{index.root}policies/{index.run()}/{name}"
    if path in index.policies:
        return path
    older = f"{index.root}policies/{index.run()}.json"
    return older if name == "policy.json" and older in index.policies else None


def identity_problems(index: Index, values: Mapping[str, str]) -> Iterator[Problem]:
    """Without exactly these attributes, Studio doesn't follow course.xml to the course."""
    where = f"{index.root}course.xml"
    written = index.definition_at(where)
    missing = [name for name in _IDENTITY if not written.values.get(name)]
    if missing:
        yield problem("course_incomplete", detail=", ".join(missing), where=where)
    more = [name for name in written.values if name not in _IDENTITY]
    if more and not written.pointer and not written.children:
        yield problem("course_pointer_attributes", detail=", ".join(more), where=where)
    named = index.definition("course", written.values.get("url_name", ""))
    if not (missing or more or written.pointer or written.children or named is None):
        yield problem("course_pointer_text", where=where)
    for name in _IDENTITY:
        value = values.get(name, "")
        if value and not all(letter.isalnum() or letter in "_.-%" for letter in value):
            yield problem("identity_invalid", value, name, where=where)


def settings_problems(
    index: Index, values: Mapping[str, str], policy: Settings
) -> Iterator[Problem]:
    """Settings that Open edX ignores, or with which the import fails."""
    path = policy_path(index, "policy.json")
    key = f"course/{values.get('url_name')}"
    read = read_policy(index)
    yield from _file_problems(read, path)
    if isinstance(read.value, dict) and key not in policy:
        yield problem("policy_unused", detail=key, where=path)
    entry = policy.get(key, {})
    if isinstance(entry, dict):
        yield from _values(cast("Settings", entry), path)
    else:
        yield problem("setting_unreadable", detail=key, where=path)
    start = {**values, **course_settings(policy, values.get("url_name", ""))}.get("start")
    if not start or start == "null":
        yield problem("start_missing")
    yield from _assets(index)


def _file_problems(read: JsonFile, path: str | None) -> Iterator[Problem]:
    if path is None:
        yield problem("policy_missing")
    elif read.fault == "byte_order_mark":
        yield problem("byte_order_mark", detail=path, where=path)
    elif read.fault:
        yield problem("policy_unreadable", detail=path, where=path)
    elif not isinstance(read.value, dict):
        yield problem("policy_not_object", detail=path, where=path)


def _values(settings: Settings, path: str | None) -> Iterator[Problem]:
    for name, value in settings.items():
        kind = COURSE.get(name)
        if kind is None or name in ("tabs", "user_partitions"):
            continue
        shown = f"{name} = {value!r}"[:_SHOWN]
        if not reads_value(kind, value):
            code = "flag_unclear" if kind == "flag" else "setting_unreadable"
            yield problem(code, "course", shown, where=path)
        elif kind == "date" and isinstance(value, str) and read_date(value) == "incomplete":
            yield problem("date_incomplete", "course", shown, where=path)
    if "user_partitions" in settings:
        yield from _partitions(settings["user_partitions"], path)
    yield from _passports(settings.get("lti_passports"), path)


def _partitions(value: object, path: str | None) -> Iterator[Problem]:
    """xmodule/partitions/partitions.py, `from_json`: what is missing there raises."""
    if value is None:
        return
    if not isinstance(value, list):
        yield problem("partitions_invalid", detail=repr(value)[:_SHOWN], where=path)
        return
    for partition in cast("list[object]", value):
        fault = _partition_fault(partition)
        if fault:
            yield problem("partitions_invalid", detail=fault, where=path)


def _partition_fault(value: object) -> str:
    if not isinstance(value, dict):
        return repr(value)[:_SHOWN]
    partition = cast("Settings", value)
    for name in ("id", "name", "description", "version", "groups"):
        if name not in partition:
            return name
    version = partition["version"]
    if not isinstance(version, int) or version < 1:
        return f"version = {version!r}"[:_SHOWN]
    if version >= 2 and "scheme" not in partition:
        return "scheme"
    if not reads_value("integer", partition["id"]) or partition["id"] in (None, ""):
        return f"id = {partition['id']!r}"[:_SHOWN]
    groups = partition["groups"]
    if not isinstance(groups, list):
        return f"groups = {groups!r}"[:_SHOWN]
    faults = (_group_fault(group) for group in cast("list[object]", groups))
    return next((fault for fault in faults if fault), "")


def _group_fault(value: object) -> str:
    group = cast("Settings", value) if isinstance(value, dict) else {}
    for name in ("id", "name", "version"):
        if name not in group:
            return f"group without {name}"
    if group["version"] != 1 or not reads_value("integer", group["id"]):
        return f"group {group['id']!r}"[:_SHOWN]
    return ""


def _passports(value: object, path: str | None) -> Iterator[Problem]:
    if isinstance(value, list):
        wrong = [
            one
            for one in cast("list[object]", value)
            if not isinstance(one, str) or one.count(":") < 2
        ]
        if wrong:  # the text holds a secret: it isn't shown
            yield problem("passport_invalid", where=path, count=len(wrong))


def _assets(index: Index) -> Iterator[Problem]:
    path = f"{index.root}policies/assets.json"
    data = index.policies.get(path)
    if data is None:
        return
    read = read_json(data, path)
    if read.fault == "byte_order_mark":
        yield problem("byte_order_mark", detail=path, where=path)
    elif read.fault:
        yield problem("policy_unreadable", detail=path, where=path)
    elif not isinstance(read.value, dict):
        yield problem("assets_policy_invalid", where=path)
