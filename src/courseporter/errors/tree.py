"""The exceptions that stop a job, each with one JSON form."""

from __future__ import annotations

from typing import ClassVar

from courseporter.errors.codes import ERROR_CODES


class PorterError(Exception):
    """A trouble the user can do something about.

    `message` says what happened, `where` names the file, entry, element or line, `hint` says what
    now. `code` is a row of `ERROR_CODES`, which knows exit code, HTTP status and whether a retry
    can help.
    """

    default_code: ClassVar[str] = "input_error"

    def __init__(
        self,
        message: str,
        hint: str | None = None,
        where: str | None = None,
        *,
        code: str | None = None,
        metadata: dict[str, object] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.where = where
        self.code = code or self.default_code
        self.metadata = metadata or {}

    @property
    def retryable(self) -> bool:
        """Whether the same call may go through later."""
        return ERROR_CODES[self.code].retryable

    @property
    def exit_code(self) -> int:
        """Exit code of the command line (docs/reference/cli.md)."""
        return ERROR_CODES[self.code].exit_code

    def as_json(self) -> dict[str, object]:
        """The JSON form shared by command line, job table and REST."""
        return {
            "code": self.code,
            "message": self.message,
            "where": self.where,
            "hint": self.hint,
            "retryable": self.retryable,
        }


class InputError(PorterError):
    """The material is unreadable."""

    default_code = "input_error"


class SettingsError(PorterError):
    """Something is not filled in, or filled in wrongly."""

    default_code = "settings_error"


class AuthError(PorterError):
    """The far side does not know us, or forbids it."""

    default_code = "auth_error"


class TransientError(PorterError):
    """Network, time-out, 429, 5xx: retried with backoff."""

    default_code = "network_error"


class StoreAway(TransientError):  # noqa: N818 - a passing trouble with a name of its own
    """The connection to the shared store is cut: what was under way may or may not be stored."""

    default_code = "store_away"


class RejectedError(PorterError):
    """The far side, or our own read-back, refused the content."""

    default_code = "rejected"


class ConflictError(PorterError):
    """It already exists and the policy says stop."""

    default_code = "conflict"


class Canceled(Exception):  # noqa: N818 - control flow, not an error
    """The user asked this job to stop."""


class LeaseLost(Exception):  # noqa: N818 - control flow, not an error
    """Another worker owns this job now: write nothing more."""
