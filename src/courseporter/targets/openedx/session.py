"""The calls to one site: its LMS and its Studio, with one token for both."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from types import TracebackType
from typing import Self

import msgspec

from courseporter.errors import AuthError, Message, _
from courseporter.net import Client, Pace, Policy
from courseporter.secret import Secret
from courseporter.targets.openedx.token import Token

HEADERS = {"Accept": "application/json", "Accept-Language": "en"}
BIG = 256 << 20  # bytes of an outline: a unit takes about 1.5 kB


class Site(msgspec.Struct, frozen=True, kw_only=True):
    """What a connection says of a site (seed 001, sections 1 and 11: OpenEdXConfig)."""

    lms_url: str
    studio_url: str
    client_id: str
    default_org: str = ""
    default_run: str = "self_paced"
    import_timeout: int = 300  # seconds
    max_retries: int = 3
    poll_interval: int = 5000  # milliseconds
    may_create: bool = True

    def studio_page(self, key: object) -> str:
        """Where authors open the course."""
        return f"{self.studio_url}/course/{key}"

    def lms_page(self, key: object) -> str:
        """Where learners open the course."""
        return f"{self.lms_url}/courses/{key}/about"


class Session:
    """Clients for one job.  `tick` is asked while a call waits and may raise to end it; `memory`
    keeps the token for the next session.

    `studio` and `lms` answer within a minute; `sender` may take as long as an import, because a
    site without a task queue answers an upload when all is done.
    """

    def __init__(
        self,
        site: Site,
        secret: Secret,
        *,
        tick: Callable[[], None] | None = None,
        pace: Pace | None = None,
        memory: dict[str, object] | None = None,
    ) -> None:
        self.site = site

        def client(base: str, token: Token | None, policy: Policy) -> Client:
            return Client(
                base, credential=token, headers=HEADERS, policy=policy, pace=pace, tick=tick
            )

        usual = Policy(total=60.0)
        self.lms_anonymous = client(site.lms_url, None, usual)
        self.studio_anonymous = client(site.studio_url, None, usual)
        self.token = Token(self.lms_anonymous, site.client_id, secret, memory)
        self.studio = client(site.studio_url, self.token, usual)
        self.lms = client(site.lms_url, self.token, usual)
        patient = Policy(total=site.import_timeout + 60.0, silence=float(site.import_timeout))
        self.sender = client(site.studio_url, self.token, patient)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close every connection."""
        every = (self.lms_anonymous, self.studio_anonymous, self.studio, self.lms, self.sender)
        for client in every:
            client.close()


@contextmanager
def authorized(what: Message) -> Generator[None]:
    """Say what a 401 or 403 of the block means: `what` is the sentence for a 403."""
    try:
        yield
    except AuthError as error:
        if error.code == "permission_error":
            raise AuthError(
                what,
                _(
                    "Ask the site's administrator for staff access, or to add the account to "
                    "the course team."
                ),
                error.where,
                code="insufficient_role",
                metadata=error.metadata,
            ) from error
        if error.code == "invalid_credentials" and error.metadata.get("http"):
            raise AuthError(
                _("Studio didn't accept a token that the LMS had just issued."),
                _("Check that both addresses belong to the same site and that its clocks match."),
                error.where,
                code="token_expired",
                metadata=error.metadata,
            ) from error
        raise
