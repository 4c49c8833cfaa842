"""What a site with OLX validation refuses before the import: olxcleaner's first step, as Studio
calls it (cms/djangoapps/contentstore/tasks.py, `validate_course_olx`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lxml import etree

from courseporter.errors import PROBLEM_CODES
from courseporter.formats.html.html4 import html5_elements
from courseporter.formats.olx.package.facts import Fault

_SHOWN = 5  # names in one sentence
# Faults that olxcleaner reports as errors (olxcleaner/loader/xml_exceptions.py).
_REFUSED = frozenset(
    (
        "definition_malformed",
        "definition_missing",
        "not_utf8",
        "pointer_in_file",
        "pointer_with_attributes",
        "text_between_blocks",
        "unknown_block",
    )
)
_UTF8 = etree.HTMLParser(recover=False, encoding="utf-8")


def gate_faults(html: str) -> Iterator[str]:
    """Why the page is refused: its parser knows HTML 4 alone and forgives nothing."""
    names = html5_elements(html)
    if names:
        more = f" (+{len(names) - _SHOWN})" if len(names) > _SHOWN else ""
        yield ", ".join(f"<{name}>" for name in names[:_SHOWN]) + more
        return
    try:
        etree.fromstring(html.encode("utf-8", "replace"), _UTF8)
    except etree.XMLSyntaxError as error:
        if html.strip():
            yield str(error.msg)


def refused(faults: Iterable[Fault]) -> Iterator[Fault]:
    """The same faults once more where they are reasons to refuse the course."""
    for fault in faults:
        if fault.code in _REFUSED:
            yield Fault("gate_refused", PROBLEM_CODES[fault.code].meaning.rstrip("."))
