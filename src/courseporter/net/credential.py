"""What proves to a site who we are: headers that go to its own host and nowhere else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from courseporter.secret import Secret


class Credential(Protocol):
    """Headers for each request, and a way to get fresh ones after the site answered 401."""

    def headers(self) -> Mapping[str, str]:
        """The headers that prove who we are; may fetch a token first. Raises PorterError."""
        ...

    def renew(self) -> bool:
        """Drop what the site no longer accepts; whether asking once more makes sense."""
        ...


class HeaderCredential:
    """Fixed headers, such as an API key: `HeaderCredential(apiKey=secret)`."""

    def __init__(self, prefix: str = "", **headers: Secret) -> None:
        self._headers = headers
        self._prefix = f"{prefix} " if prefix else ""

    def headers(self) -> Mapping[str, str]:
        """Each header with its secret; `_` in a name stands for `-`."""
        return {
            name.replace("_", "-"): f"{self._prefix}{secret.reveal()}"
            for name, secret in self._headers.items()
        }

    def renew(self) -> bool:
        """Nothing to renew: a key that is refused stays refused."""
        return False
