"""What a site answered, read whole into memory within its cap."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

import msgspec

from courseporter.errors import Message, RejectedError, _

T = TypeVar("T")


@dataclass(frozen=True)
class Answer:
    """Status, headers (names in lower case) and body. `url` has no query, `ms` is the latency."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str
    ms: int = 0

    @property
    def text(self) -> str:
        """The body as UTF-8; bytes that aren't are replaced."""
        return self.body.decode("utf-8", "replace")

    def json(self) -> object:
        """The body as JSON. Raises RejectedError with code `response_invalid`."""
        return self.decode(object)

    def decode(self, kind: type[T]) -> T:
        """The body as JSON of this shape. Raises RejectedError with code `response_invalid`."""
        try:
            return msgspec.json.decode(self.body, type=kind)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise RejectedError(
                _(
                    "{url} returned {found} instead of the expected data.",
                    url=self.url,
                    found=self._described(),
                ),
                _("Check the connection's address. A web page here is often a sign-in page."),
                f"{self.url}: {error}",
                code="response_invalid",
            ) from error

    def _described(self) -> Message:
        kind = self.headers.get("content-type", "").partition(";")[0].strip().lower()
        if "html" in kind:
            return _("a web page")
        if not self.body:
            return _("an empty response")
        return _("other data") if not kind or "json" in kind else _("{kind}", kind=kind)
