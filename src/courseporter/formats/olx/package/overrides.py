"""Settings of single blocks in policy.json, which override the block's own."""

from __future__ import annotations

from typing import cast

from courseporter.formats.olx.package.facts import Facts, Fault
from courseporter.formats.olx.package.fields import fields_of, reads_value

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
            _note(facts, f"{name}={value!r}"[:80])
    title = values.get("display_name")
    facts.title = title if isinstance(title, str) else facts.title
    if "visible_to_staff_only" in values:
        facts.hidden = is_true(values["visible_to_staff_only"])
    if is_true(values.get("graded")):
        facts.grading = str(values.get("format", facts.grading))


def is_true(value: object) -> bool:
    """A Boolean field: words other than “true” are false."""
    return value.lower() == "true" if isinstance(value, str) else bool(value)


def _note(facts: Facts, detail: str) -> None:
    facts.faults = [*facts.faults, Fault("block_setting_unreadable", detail)]
