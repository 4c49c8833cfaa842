"""Web addresses: which ones may be called, and how they look in messages."""

from __future__ import annotations

import ipaddress
import re
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit, urlunsplit

from courseporter.errors import Message, SettingsError, _

if TYPE_CHECKING:
    import httpx

ADDRESS = _("address")
_WHOLE = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)


def check_address(address: str, *, what: Message = ADDRESS) -> str:
    """The address without trailing slash, query, fragment. Raises SettingsError if unusable.

    `what` names the field in the message. https is required; http is allowed on this computer only.
    """
    text = address.strip()
    parts = _split(text)
    if parts is None or parts.scheme not in {"http", "https"} or not parts.hostname:
        raise SettingsError(
            _("The {what} “{address}” isn't a web address.", what=what, address=text[:80]),
            _("Enter it like https://example.com."),
            code="address_invalid",
        )
    if parts.username is not None or parts.password is not None:
        raise SettingsError(
            _("The {what} contains a user name or password.", what=what),
            _("Remove the part before the @ sign. Secrets have a field of their own."),
            code="address_invalid",
        )
    require_secure(text, what=what)
    return urlunsplit((parts.scheme, parts.netloc.lower(), parts.path.rstrip("/"), "", ""))


def require_secure(address: str, *, what: Message = ADDRESS) -> None:
    """Raise SettingsError unless the address is https, or http on this computer."""
    parts = _split(address)
    if parts is not None and parts.scheme == "https":
        return
    if parts is not None and parts.scheme == "http" and is_loopback(parts.hostname or ""):
        return
    raise SettingsError(
        _(
            "The {what} {address} doesn't use https.",
            what=what,
            address=without_query(address)[:120],
        ),
        _("Use an address that starts with https://. Plain http is allowed on this computer only."),
        code="address_insecure",
    )


def is_loopback(host: str) -> bool:
    """Whether the host is this computer: localhost, 127.0.0.0/8 or ::1."""
    name = host.strip("[]").rstrip(".").lower()
    if name == "localhost" or name.endswith(".localhost"):
        return True
    return is_address(name) and ipaddress.ip_address(name).is_loopback


def is_address(host: str) -> bool:
    """Whether the host is an IP address and no name."""
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True


def join_address(base: str, path: str) -> str:
    """`path` below `base`, which may have a path of its own; a whole address is kept as it is."""
    if not path:
        return base
    if not base or _WHOLE.match(path):
        return path
    return f"{base.rstrip('/')}/{path.lstrip('/')}"


def without_query(address: str | httpx.URL) -> str:
    """The address as it may appear in a message or log: no query, no fragment, no user."""
    parts = _split(str(address))
    if parts is None:
        return "(invalid address)"
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit((parts.scheme, host, parts.path, "", ""))


def origin(url: httpx.URL) -> tuple[str, str, int]:
    """Scheme, host and port: a credential belongs to exactly one of these."""
    port = url.port or (443 if url.scheme == "https" else 80)
    return url.scheme, url.host.lower(), port


def _split(text: str) -> SplitResult | None:
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        return None
    return parts
