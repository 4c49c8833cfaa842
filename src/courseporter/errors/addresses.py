"""What to say when somebody gives a web address where a file is expected."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from courseporter.errors.message import _
from courseporter.errors.tree import InputError

_ADDRESS = re.compile(r"https?:/{1,2}\S+|www\.\S+", re.IGNORECASE)
_LONGEST = 2048


def web_address(text: str) -> str | None:
    """Return the web address that a text consists of; None when it is something else."""
    address = text.strip()
    return address if len(address) <= _LONGEST and _ADDRESS.fullmatch(address) else None


def not_a_file(address: str) -> InputError:
    """Return the error for a web address that was given as a file."""
    try:
        host = urlsplit(address).hostname
    except ValueError:  # such as http://[
        host = None
    return InputError(
        _("CoursePorter imports files, not web addresses."),
        _("Download the course from its website first, then choose the file."),
        host or address[:80],
        code="not_found",
    )
