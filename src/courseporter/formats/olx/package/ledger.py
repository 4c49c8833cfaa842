"""One ledger entry per block: kind is its tag, and a block that Open edX loses has failed."""

from __future__ import annotations

from courseporter.errors import Message, _
from courseporter.formats.olx.package.facts import Facts, Fault
from courseporter.formats.olx.package.rules import EMPTIES
from courseporter.model import Entry, OutlineRow

REASONS: dict[str, Message] = {
    "block_setting_unreadable": _("Its settings in policy.json can't be read."),
    "attribute_unreadable": _("One of its values can't be read."),
    "container_lost": _("The block that contains it is lost."),
    "course_not_followed": _("Open edX doesn't follow course.xml to the course."),
    "date_unreadable": _("One of its dates can't be read."),
    "definition_malformed": _("Its file isn't well-formed XML."),
    "definition_missing": _("Its file is missing."),
    "not_utf8": _("Its file isn't UTF-8."),
    "openassessment_invalid": _("The open response block can't be read."),
    "pointer_ignored": _("Open edX ignores its file and uses the block's defaults."),
    "pointer_in_file": _("Its file contains no block, only a pointer to one."),
    "pointer_with_attributes": _("Open edX ignores its file: the pointer has other attributes."),
    "pool_broken": _("One of its blocks is lost, and the pool with it."),
    "text_between_blocks": _("Open edX can't read it because of the text after it."),
    "url_name_breaks_import": _("Its name makes the import fail."),
    "url_name_duplicate": _("Another block has the same name; Open edX keeps only one."),
    "url_name_invalid": _("Open edX doesn't accept its name."),
}


def entry_of(facts: Facts, name: str, row: OutlineRow, deeper: int = 0) -> Entry:
    """A block that is there after the import; failed when it is there without its content."""
    empty = next((one for one in facts.faults if one.code in EMPTIES), None)
    if empty is not None:
        return failed_entry(name, row.depth + deeper, empty, hidden=row.hidden, title=facts.title)
    return Entry(
        kind=facts.tag, depth=row.depth + deeper, title=facts.title, ref=name, outcome="converted",
        hidden=row.hidden, to=(row.key,),
    )  # fmt: skip


def failed_entry(
    name: str, depth: int, fault: Fault, *, hidden: bool, title: str | None = None
) -> Entry:
    """A block that Open edX loses."""
    return Entry(
        kind=name.partition("/")[0], depth=depth, title=title or None, ref=name, outcome="failed",
        reason=REASONS.get(fault.code, fault.detail or fault.code), hidden=hidden,
    )  # fmt: skip
