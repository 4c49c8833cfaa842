"""Settings of single blocks in policy.json, which override the block's own."""

from __future__ import annotations

import json
from typing import cast

from courseporter.formats.olx.package.facts import Facts, Fault
from courseporter.formats.olx.package.fields import fields_of, reads_value
from courseporter.formats.olx.package.rules.access import access_faults, needed_groups

Settings = dict[str, object]  # by block: "sequential/x"


def override(facts: Facts, settings: object) -> None:
    """Apply the settings of one block, and note those that the platform cannot read."""
    if settings is None:
        return
    if not isinstance(settings, dict):
        _note(facts, f"{facts.tag}/{facts.name}")
        return
    values = cast("dict[str, object]", settings)
    fields = fields_of(facts.tag)
    for name, value in values.items():
        if name in fields and not reads_value(fields[name], value):
            code = "flag_unclear" if fields[name] == "flag" else "block_setting_unreadable"
            _note(facts, f"{name}={value!r}"[:80], code)
    access = values.get("group_access")
    if isinstance(access, dict):
        text = json.dumps(access)
        facts.faults = [*facts.faults, *(Fault(*found) for found in access_faults(text))]
        groups = needed_groups({"group_access": text})
        facts.needs = [*facts.needs, *(("group", f"{one}:{group}") for one, group in groups)]
    title = values.get("display_name")
    facts.title = title if isinstance(title, str) else facts.title
    if "visible_to_staff_only" in values:
        facts.hidden = is_true(values["visible_to_staff_only"])
    if is_true(values.get("graded")):
        facts.grading = str(values.get("format", facts.grading))


def is_true(value: object) -> bool:
    """A Boolean field: words other than “true” are false."""
    return value.lower() == "true" if isinstance(value, str) else bool(value)


def _note(facts: Facts, detail: str, code: str = "block_setting_unreadable") -> None:
    facts.faults = [*facts.faults, Fault(code, detail)]
