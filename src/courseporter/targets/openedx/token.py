"""The OAuth token of a connection: client credentials, renewed before it expires.

`POST {LMS}/oauth2/access_token` gives a JWT that both LMS and Studio take as `Authorization: JWT`.
There is no refresh token for this grant.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import NamedTuple

import msgspec

from courseporter.errors import AuthError, RejectedError, SettingsError, _
from courseporter.net import Client
from courseporter.secret import Secret

PATH = "/oauth2/access_token"
MARGIN = 60.0  # seconds before its end at which a token counts as expired


class _Issued(msgspec.Struct):
    access_token: str
    expires_in: float = 300.0
    token_type: str = "JWT"  # noqa: S105 - the kind of token


class _Kept(NamedTuple):
    """A header, and the time of the clock until which it is good."""

    header: Secret
    until: float


_NAME = "token of the site"


class Token:
    """A `Credential` of the HTTP client.  Fetches a token when one is needed."""

    def __init__(
        self,
        client: Client,
        client_id: str,
        secret: Secret,
        memory: dict[str, object] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`memory` keeps the token from one session to the next; it lives in this process only."""
        self._client = client
        self._client_id = client_id
        self._secret = secret
        self._clock = clock
        self._memory: dict[str, object] = {} if memory is None else memory

    def headers(self) -> Mapping[str, str]:
        """The Authorization header.  Raises PorterError when no token can be had."""
        kept = self._memory.get(_NAME)
        if not isinstance(kept, _Kept) or self._clock() >= kept.until:
            kept = self.fetch()
        return {"Authorization": kept.header.reveal()}

    def renew(self) -> bool:
        """Forget the token, whatever the site had against it: it gives one answer for all."""
        self._memory.pop(_NAME, None)
        return True

    def fetch(self) -> _Kept:
        """Get a new token.  Raises AuthError `invalid_credentials`, SettingsError."""
        form = {
            "grant_type": "client_credentials",
            "client_id": self._client_id,
            "client_secret": self._secret.reveal(),
            "token_type": "jwt",
        }
        try:
            answer = self._client.post(PATH, form=form, repeat=True)
        except AuthError as error:
            raise AuthError(
                _("The site doesn't know this client ID and secret."),
                _(
                    "Check both in the connection. The site's administrator finds them under "
                    "Django OAuth Toolkit › Applications."
                ),
                error.where,
                code="invalid_credentials",
            ) from error
        except RejectedError as error:
            raise _no_lms(error) from error
        try:
            issued = answer.decode(_Issued)
        except RejectedError as error:
            raise _no_lms(error) from error
        life = issued.expires_in
        until = self._clock() + max(life - MARGIN, life / 2)
        kind = "JWT" if issued.token_type.upper() == "JWT" else "Bearer"
        Secret(issued.access_token)  # so that it is masked wherever it turns up
        kept = self._memory[_NAME] = _Kept(Secret(f"{kind} {issued.access_token}"), until)
        return kept


def _no_lms(error: RejectedError) -> SettingsError:
    return SettingsError(
        _("{address} isn't the token address of an Open edX LMS.", address=str(error.where)),
        _("Check the LMS address of the connection. It's the address where learners sign in."),
        error.where,
        code="settings_error",
    )
