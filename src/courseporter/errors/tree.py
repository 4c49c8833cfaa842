"""The exceptions that stop a job, each with one JSON form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from courseporter.errors.codes import ERROR_CODES
from courseporter.errors.message import Phrase, _, pack, shown, unpack


class PorterError(Exception):
    """Something went wrong that the user can do something about.

    `message` says what happened, `where` names the file, entry, element or line, `hint` says what
    now; read, they are sentences in the language of this context, and the arguments may be
    messages (errors/message.py).  `code` is a row of `ERROR_CODES`, which knows exit code, HTTP
    status and whether a retry can help.
    """

    default_code: ClassVar[str] = "input_error"

    def __init__(
        self,
        message: Phrase,
        hint: Phrase | None = None,
        where: Phrase | None = None,
        *,
        code: str | None = None,
        metadata: dict[str, object] | None = None,
    ) -> None:
        super().__init__(message)
        self.texts: Mapping[str, Phrase | None] = {"message": message, "where": where, "hint": hint}
        self.code = code or self.default_code
        self.metadata = metadata or {}

    @property
    def phrase(self) -> Phrase:
        """What happened, as data."""
        return self.texts["message"] or ""

    @property
    def message(self) -> str:
        """What happened."""
        return str(self.phrase)

    @property
    def hint(self) -> str | None:
        """What the user can do."""
        return shown(self.texts["hint"])

    @property
    def where(self) -> str | None:
        """The file, entry, element or line."""
        return shown(self.texts["where"])

    @property
    def retryable(self) -> bool:
        """Whether the same call may succeed later."""
        return ERROR_CODES[self.code].retryable

    @property
    def exit_code(self) -> int:
        """Exit code of the command line (docs/reference/cli.md)."""
        return ERROR_CODES[self.code].exit_code

    def as_json(self) -> dict[str, object]:
        """The JSON form shown by the command line and REST, rendered."""
        return {
            "code": self.code,
            "message": self.message,
            "where": self.where,
            "hint": self.hint,
            "retryable": self.retryable,
        }

    def as_stored(self) -> dict[str, object]:
        """The JSON form kept in the job table: the same keys, texts as data."""
        kept = {name: pack(text) for name, text in self.texts.items()}
        return {"code": self.code, **kept, "retryable": self.retryable}

    @classmethod
    def from_stored(cls, kept: Mapping[str, object]) -> PorterError:
        """The error that `as_stored` has kept, as a plain PorterError with its code."""
        texts = {name: unpack(_string(kept.get(name))) for name in ("message", "hint", "where")}
        message = texts["message"] or _("The job failed.")
        code = _string(kept.get("code")) or "bug"
        return PorterError(message, texts["hint"], texts["where"], code=code)


def _string(value: object) -> str | None:
    return value if isinstance(value, str) else None


class InputError(PorterError):
    """The material is unreadable."""

    default_code = "input_error"


class SettingsError(PorterError):
    """Something is not filled in, or filled in wrongly."""

    default_code = "settings_error"


class AuthError(PorterError):
    """The site doesn't accept the account, or forbids this."""

    default_code = "auth_error"


class TransientError(PorterError):
    """Network, time-out, 429, 5xx: retried with backoff."""

    default_code = "network_error"


class StoreAway(TransientError):  # noqa: N818 - a passing trouble with a name of its own
    """The connection to the shared store is cut: what was under way may or may not be stored."""

    default_code = "store_away"


class RejectedError(PorterError):
    """The remote system, or our own read-back, refused the content."""

    default_code = "rejected"


class ConflictError(PorterError):
    """It already exists and the policy says stop."""

    default_code = "conflict"


class Canceled(Exception):  # noqa: N818 - control flow, not an error
    """The user asked this job to stop."""


class LeaseLost(Exception):  # noqa: N818 - control flow, not an error
    """Another worker owns this job now: write nothing more."""
