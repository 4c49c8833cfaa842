"""One attempt: build the request, follow redirects safely, hand over the answer's body."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from http.cookiejar import CookieJar, DefaultCookiePolicy

import httpx

from courseporter import __version__
from courseporter.errors import Message, RejectedError, SettingsError, TransientError, _
from courseporter.net import failures, inflate
from courseporter.net.address import origin, require_secure, without_query
from courseporter.net.answer import Answer
from courseporter.net.call import SAFE, Call, Policy
from courseporter.net.credential import Credential
from courseporter.net.transport import Router
from courseporter.net.watch import Watch

log = logging.getLogger(__name__)

REDIRECTS = 5
ERROR_CAP = 64 << 10
_EVERYWHERE = frozenset({"accept", "accept-encoding", "user-agent", "range", "if-range"})

for _noisy in ("httpx", "httpcore"):  # they log whole addresses, queries included
    logging.getLogger(_noisy).setLevel(logging.WARNING)


class Exchange:
    """The connections of one client."""

    def __init__(
        self, base: str, credential: Credential | None, headers: Mapping[str, str]
    ) -> None:
        self._home = origin(httpx.URL(base)) if base else None
        self._credential = credential
        self._headers = dict(headers)
        self._client = httpx.Client(
            transport=Router(),
            trust_env=False,  # the router asks the system for its proxies
            follow_redirects=False,
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
            headers={
                "User-Agent": f"CoursePorter/{__version__}",
                "Accept": "application/json",
                "Accept-Encoding": inflate.ACCEPTED,
            },
        )

    def close(self) -> None:
        """Close every connection."""
        self._client.close()

    @contextmanager
    def open(self, call: Call, policy: Policy, watch: Watch) -> Generator[httpx.Response]:
        """The answer with its body still to be read. Raises PorterError."""
        with ExitStack() as stack:
            response = self._open(call, policy, watch, stack)
            if response.status_code == 401 and self._renewed(response):
                response = self._open(call, policy, watch, stack)
            yield response

    def _renewed(self, response: httpx.Response) -> bool:
        if self._credential is None or origin(response.url) != self._home:
            return False
        if not self._credential.renew():
            return False
        response.close()
        return True

    def _open(self, call: Call, policy: Policy, watch: Watch, stack: ExitStack) -> httpx.Response:
        url, method = call.url, call.method
        for hop in range(REDIRECTS + 1):
            request = self._request(call, url, policy, watch, stack, first=hop == 0)
            try:
                response = self._client.send(request, stream=True)
            except (httpx.HTTPError, OSError) as error:
                raise failures.from_exception(error, url) from error
            stack.callback(response.close)
            if not response.has_redirect_location or method not in SAFE:
                return response
            response.close()
            url = _following(response, url)
        raise _refused(url, _("{host} redirects in a loop.", host=url.host))

    def _request(
        self,
        call: Call,
        url: httpx.URL,
        policy: Policy,
        watch: Watch,
        stack: ExitStack,
        *,
        first: bool,
    ) -> httpx.Request:
        at_home = self._home is None or origin(url) == self._home
        headers = {**self._headers, **call.own_headers()}
        if not at_home:
            headers = {name: text for name, text in headers.items() if name.lower() in _EVERYWHERE}
        elif self._credential is not None and self._home is not None:
            headers |= self._credential.headers()
        silence = max(0.001, min(policy.silence, watch.left))
        times = {"connect": policy.connect, "read": silence, "write": silence, "pool": silence}
        return self._client.build_request(
            call.method,
            url,
            params=_query(url, call) if first else None,
            headers=headers,
            extensions={"timeout": times},
            **call.content(stack),
        )


def read_all(response: httpx.Response, cap: int, watch: Watch, policy: Policy) -> bytes:
    """The whole body. Raises RejectedError above the cap, TransientError when it breaks off."""
    body = bytearray()
    for block in read(response, watch, policy):
        body += block
        if len(body) > cap:
            raise failures.too_large(response.url, cap)
    return bytes(body)


def read(response: httpx.Response, watch: Watch, policy: Policy) -> Iterator[bytes]:
    """The body in unpacked blocks; each extends the deadline by what it may have taken."""
    try:
        for block in inflate.blocks(response):
            watch.check()
            watch.extend(len(block) / policy.slowest)
            yield block
    except (httpx.HTTPError, httpx.StreamError, OSError) as error:
        raise failures.from_exception(error, response.url) from error


def refuse(
    response: httpx.Response, call: Call, watch: Watch, policy: Policy, now: Callable[[], float]
) -> Answer:
    """Raise the typed error for an unexpected status; its body is read as far as it is short."""
    try:
        body = read_all(response, ERROR_CAP, watch, policy)
    except (RejectedError, TransientError):
        body = b""
    raise failures.from_answer(answer(response, body, 0), call.method, now())


def answer(response: httpx.Response, body: bytes, ms: int) -> Answer:
    """The answer as callers see it."""
    headers = {name.lower(): text for name, text in response.headers.items()}
    return Answer(response.status_code, headers, body, without_query(response.url), ms)


def since(started: float) -> int:
    """Milliseconds since a reading of the monotonic clock."""
    return round((time.monotonic() - started) * 1000)


def _query(url: httpx.URL, call: Call) -> httpx.QueryParams | None:
    return None if call.params is None else url.params.merge(httpx.QueryParams(dict(call.params)))


def _following(response: httpx.Response, url: httpx.URL) -> httpx.URL:
    try:
        following = url.join(response.headers["location"])
        require_secure(str(following))
    except (httpx.InvalidURL, SettingsError) as error:
        raise _insecure(url) from error
    if url.scheme == "https" and following.scheme != "https":
        raise _insecure(url)
    return following


def _insecure(url: httpx.URL) -> RejectedError:
    return _refused(url, _("{host} redirects to an address that isn't secure.", host=url.host))


def _refused(url: httpx.URL, what: Message) -> RejectedError:
    return RejectedError(
        what,
        _("Check the connection's address."),
        without_query(url),
        code="redirect_refused",
    )
