"""Rules for a package as a whole: course.xml, policies, tabs, static files, what is unused."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import cast

from courseporter.errors import Problem
from courseporter.formats.olx_package.index import Index
from courseporter.formats.olx_package.walk import Walk
from courseporter.formats.olx_package.wording import problem
from courseporter.formats.scorm_player.names import PREFIX

Settings = dict[str, dict[str, object]]
_DEFAULT_GRADERS = {"Homework", "Lab", "Midterm Exam", "Final Exam"}
_NAMED = 5  # names told in one sentence


def policies_of(index: Index) -> Settings:
    """The entries of policy.json by block (`sequential/x`), without what cannot be read."""
    value = _read(index, _policy_path(index))
    if not isinstance(value, dict):
        return {}
    entries = cast("dict[str, object]", value)
    return {
        name: cast("dict[str, object]", entry)
        for name, entry in entries.items()
        if isinstance(entry, dict)
    }


def course_problems(index: Index, walk: Walk, policy: Settings) -> Iterator[Problem]:
    """Everything that concerns the package as a whole; `walk` has been walked."""
    values = walk.course().values
    yield from _identity(index, values)
    yield from _policy(index, values, policy)
    yield from _grading(index, walk)
    yield from _tabs(index, policy.get(f"course/{values.get('url_name')}", {}))
    yield from _files(index)
    unused = index.definitions() - walk.reached
    if unused > 0:
        yield problem("orphan_blocks", detail=str(unused), count=unused)


def _identity(index: Index, values: dict[str, str]) -> Iterator[Problem]:
    missing = [name for name in ("org", "course", "url_name") if not values.get(name)]
    if missing:
        yield problem(
            "course_incomplete", detail=", ".join(missing), where=f"{index.root}course.xml"
        )
    for name in ("org", "course", "url_name"):
        value = values.get(name, "")
        if value and not all(letter.isalnum() or letter in "_.-%" for letter in value):
            yield problem("identity_invalid", value, name, where=f"{index.root}course.xml")


def _policy(index: Index, values: dict[str, str], policy: Settings) -> Iterator[Problem]:
    path = _policy_path(index)
    key = f"course/{values.get('url_name')}"
    if path is None:
        yield problem("policy_missing")
    elif not isinstance(_read(index, path), dict):
        yield problem("policy_unreadable", detail=path, where=path)
    elif key not in policy:
        yield problem("policy_unused", detail=key, where=path)
    start = {**values, **policy.get(key, {})}.get("start")
    if not start or start == "null":
        yield problem("start_missing")


def _grading(index: Index, walk: Walk) -> Iterator[Problem]:
    path = _path(index, "grading_policy.json")
    graders = _graders(_read(index, path))
    if graders is None:
        code = "grading_missing" if path is None else "policy_unreadable"
        yield problem(code, detail=path or "", where=path)
        known = _DEFAULT_GRADERS
    else:
        total = sum(graders.values())
        if abs(total - 1) > 0.001:
            yield problem("grading_weights", detail=f"{total:g}", where=path)
        known = set(graders)
    for name in sorted(walk.graded - known):
        yield problem("grading_format", detail=name)


def _graders(value: object) -> dict[str, float] | None:
    """Weight by type, None when this is no grading policy."""
    found = cast("dict[str, object]", value).get("GRADER") if isinstance(value, dict) else None
    if not isinstance(found, list):
        return None
    graders: dict[str, float] = {}
    for entry in cast("list[object]", found):
        if not isinstance(entry, dict):
            return None
        grader = cast("dict[str, object]", entry)
        weight = grader.get("weight", 0)
        try:
            weight = float(cast("float", weight))
        except (TypeError, ValueError):
            return None
        name = str(grader.get("type"))
        graders[name] = graders.get(name, 0.0) + weight
    return graders


def _tabs(index: Index, settings: dict[str, object]) -> Iterator[Problem]:
    value = settings.get("tabs")
    tabs = [
        cast("dict[str, object]", tab)
        for tab in (cast("list[object]", value) if isinstance(value, list) else [])
        if isinstance(tab, dict)
    ]
    shown = [tab for tab in tabs if tab.get("type") != "course_info"]
    if shown and shown[0].get("type") != "courseware":
        yield problem("tabs_first", detail=str(shown[0].get("type")))
    listed = {str(tab.get("url_slug")) for tab in tabs}
    for path in index.pages:
        folder, _, name = path.removeprefix(index.root).rpartition("/")
        if folder == "tabs" and name.removesuffix(".html") not in listed:
            yield problem("tab_unlisted", detail=path, where=path)


def _files(index: Index) -> Iterator[Problem]:
    missing = [name for name in index.missing_statics() if not name.startswith(PREFIX)]
    if missing:
        sentence = f"Files that pages refer to are not in the package: {_names(missing)}."
        yield problem("missing_files", detail=sentence, count=len(missing), where="static/")
    if index.clashes:
        yield problem(
            "asset_clash", detail=", ".join(index.clashes[:_NAMED]), count=len(index.clashes)
        )
    for code, names in index.players.faults(index.statics, index.referenced):
        where = f"static/{names[0]}"
        yield problem(code, detail=_names(names), count=len(names), where=where)
    if index.drafts:
        yield problem("draft_units", detail=str(index.drafts), count=index.drafts)
    if index.links:
        yield problem("entry_link", detail=str(index.links), count=index.links)


def _names(names: Iterable[str]) -> str:
    """The first names in a sentence."""
    found = sorted(names)
    more = f" and {len(found) - _NAMED} more" if len(found) > _NAMED else ""
    return ", ".join(found[:_NAMED]) + more


def _policy_path(index: Index) -> str | None:
    return _path(index, "policy.json") or _named(index)


def _named(index: Index) -> str | None:
    """The older place: policies/RUN.json."""
    return next(
        (
            path
            for path in index.policies
            if path.startswith(f"{index.root}policies/")
            and path.count("/") == index.root.count("/") + 1
            and not path.endswith("/assets.json")
        ),
        None,
    )


def _path(index: Index, name: str) -> str | None:
    """The policy file of the run: policies/RUN/NAME."""
    path = f"{index.root}policies/{index.run()}/{name}"
    return path if path in index.policies else None


def _read(index: Index, path: str | None) -> object:
    if path is None:
        return None
    try:
        return cast("object", json.loads(index.policies[path]))
    except ValueError:
        return None
