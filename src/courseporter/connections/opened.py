"""A connection ready for use: its values, its secrets at the moment of use, and its HTTP client."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from courseporter import keychain
from courseporter.net import Client, Credential, Journal, LocalPace, Pace, Policy
from courseporter.secret import Secret


@dataclass(frozen=True)
class Opened:
    """One connection. `secrets` holds those of a connection that is tested before it is saved;
    others are asked of the keychain each time and never kept here.
    """

    id: str
    kind: str
    name: str
    values: Mapping[str, object]
    main_secret: str = ""
    secrets: Mapping[str, Secret] = field(default_factory=dict[str, Secret])
    pace: Pace = field(default_factory=LocalPace)
    tick: Callable[[], None] | None = None
    journal: Journal | None = None

    @property
    def lane(self) -> str:
        """What shares a rate limit with others: this account at this provider."""
        return f"{self.kind}:{self.id}"

    def text(self, name: str) -> str:
        """A text value; "" when it isn't set."""
        value = self.values.get(name)
        return "" if value is None else str(value)

    def number(self, name: str, default: int = 0) -> int:
        """A number."""
        value = self.values.get(name)
        return value if isinstance(value, int) and not isinstance(value, bool) else default

    def flag(self, name: str, *, default: bool = False) -> bool:
        """A flag."""
        value = self.values.get(name)
        return value if isinstance(value, bool) else default

    def secret(self, name: str = "") -> Secret:
        """A secret, by default the main one. Raises SettingsError `secret_missing` or
        `keychain_unavailable`.
        """
        wanted = name or self.main_secret
        if found := self.secrets.get(wanted):
            return found
        return keychain.require(self.id, wanted, variable=self._variable(wanted), name=self.name)

    def maybe_secret(self, name: str = "") -> Secret | None:
        """An optional secret; None when there is none, or no keychain to keep it."""
        wanted = name or self.main_secret
        if found := self.secrets.get(wanted):
            return found
        return keychain.get(self.id, wanted, variable=self._variable(wanted))

    def client(
        self,
        base: str,
        *,
        credential: Credential | None = None,
        headers: Mapping[str, str] | None = None,
        policy: Policy | None = None,
        lane: str = "",
    ) -> Client:
        """A client for one of the connection's sites, paced with all other users of the account."""
        return Client(
            base,
            credential=credential,
            headers=headers,
            policy=policy,
            pace=self.pace,
            lane=lane or self.lane,
            tick=self.tick,
            journal=self.journal,
        )

    def _variable(self, name: str) -> str:
        further = "" if name == self.main_secret else name
        return keychain.environment_name(self.name, further)
