"""From what went wrong on the wire to the error tree, in sentences for people.

`metadata["not_done"]` is true when the site has certainly done nothing (refused connection,
unknown host, 429, 503 with Retry-After); `metadata["retry_after"]` holds the seconds that the site
asks to wait.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from typing import cast

import httpx
import msgspec

from courseporter.errors import (
    AuthError,
    ConflictError,
    Message,
    PorterError,
    RejectedError,
    TransientError,
    _,
)
from courseporter.net.address import without_query
from courseporter.net.answer import Answer
from courseporter.net.waits import wait_from_headers
from courseporter.secret import scrub

WAIT_UNTOLD = 60.0  # after a 429 that doesn't say how long
_WORDS = ("message", "detail", "error_description", "developer_message", "error", "errors")
_LONGEST = 200


def from_exception(error: Exception, url: httpx.URL) -> PorterError:
    """The typed error for an exception of httpx."""
    host, where = url.host, without_query(url)
    causes = list(_causes(error))
    if any(isinstance(cause, ssl.SSLCertVerificationError) for cause in causes):
        return _tls(host, where, causes)
    if any(isinstance(cause, ssl.SSLError) for cause in causes):
        what = _("A secure connection to {host} failed.", host=host)
        return _broken(what, where, "tls_error", causes)
    if isinstance(error, httpx.ConnectError):
        return _not_connected(host, where, causes)
    if isinstance(error, httpx.TimeoutException):
        return late(url, not_done=isinstance(error, httpx.ConnectTimeout))
    if isinstance(error, httpx.DecodingError):
        return RejectedError(
            _("{host} sent a response that can't be decompressed.", host=host),
            _("Try again later; if it happens again, the site has a problem."),
            where,
            code="response_invalid",
        )
    what = _("The connection to {host} was lost.", host=host)
    if isinstance(error, httpx.ProxyError):
        what = _("The proxy refused the connection.")
    return _broken(what, where, "network_error", causes)


def late(url: httpx.URL, *, not_done: bool = False) -> TransientError:
    """The site took too long."""
    return TransientError(
        _("{host} took too long to answer.", host=url.host),
        _("Check your internet connection. The site may be busy; try again later."),
        without_query(url),
        code="timeout_error",
        metadata={"not_done": True} if not_done else None,
    )


def too_large(url: httpx.URL, cap: int) -> RejectedError:
    """The answer is larger than the caller allows."""
    return RejectedError(
        _("{host} sent more than {cap:,} bytes, more than was expected.", host=url.host, cap=cap),
        _("Check the connection's address."),
        without_query(url),
        code="response_too_large",
    )


def from_answer(answer: Answer, method: str, now: float) -> PorterError:
    """The typed error for an answer whose status isn't the expected one."""
    status, host = answer.status, httpx.URL(answer.url).host
    metadata: dict[str, object] = {"http": _http(answer, method)}
    if status == 401:
        return AuthError(
            _with_answer(_("{host} didn't accept the credentials.", host=host), answer),
            _("Check the key or secret of this connection and test the connection."),
            answer.url,
            code="invalid_credentials",
            metadata=metadata,
        )
    if status == 403 and not _is_limit(answer):
        return AuthError(
            _with_answer(
                _("These credentials aren't allowed to do this on {host}.", host=host), answer
            ),
            _("Ask an administrator of the site for the missing permission."),
            answer.url,
            code="permission_error",
            metadata=metadata,
        )
    if status in {403, 408, 425, 429} or status >= 500:
        return _again_later(answer, metadata, now)
    if status == 409:
        what = _with_answer(_("{host} reports a conflict.", host=host), answer)
        return ConflictError(what, None, answer.url, metadata=metadata)
    return _refused(answer, host, metadata)


def reason_in(answer: Answer) -> str:
    """The site's own words, from the usual members of a JSON error; "" when there are none."""
    try:
        found = _words(msgspec.json.decode(answer.body))
    except msgspec.DecodeError:
        return ""
    text = scrub(" ".join(found.split()))
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _is_limit(answer: Answer) -> bool:
    """Whether a 403 means that too much was asked, as older sites answer."""
    return "rate limit" in answer.body[:_LONGEST].decode(errors="replace").lower()


def _with_answer(message: Message, answer: Answer) -> Message:
    """The message, followed by the site's own words when there are any."""
    reason = reason_in(answer)
    if not reason:
        return message
    return _("{message} It says: “{reason}”", message=message, reason=reason)


def _again_later(answer: Answer, metadata: dict[str, object], now: float) -> TransientError:
    status, host = answer.status, httpx.URL(answer.url).host
    wait = wait_from_headers(answer.headers, now)
    if status in {403, 429}:
        wait = WAIT_UNTOLD if wait is None else max(1.0, wait)
        what, code = _("{host} asked CoursePorter to slow down.", host=host), "rate_limited"
    else:
        broken = _("{host} has a problem ({status}).", host=host, status=status)
        what, code = _with_answer(broken, answer), "server_error"
    if code == "rate_limited" or (status == 503 and wait is not None):
        metadata |= {"not_done": True, "retry_after": wait}
    return TransientError(what, _("Try again later."), answer.url, code=code, metadata=metadata)


def _refused(answer: Answer, host: str, metadata: dict[str, object]) -> RejectedError:
    status, hint = answer.status, None
    if status in {404, 410}:
        what, code = _("{host} can't find what was requested.", host=host), "remote_missing"
        hint = _("Check the connection's address. The item may have been deleted on the site.")
    elif status == 413:
        what, code = _("{host} doesn't accept this much data.", host=host), "remote_too_large"
        hint = _("Ask the site's administrator to allow larger uploads.")
    elif 300 <= status < 400:
        what, code = _("{host} redirected the request.", host=host), "redirect_refused"
        hint = _("Check the connection's address.")
    else:
        what = _("{host} refused the request ({status}).", host=host, status=status)
        code = "rejected"
    return RejectedError(_with_answer(what, answer), hint, answer.url, code=code, metadata=metadata)


def _http(answer: Answer, method: str) -> dict[str, object]:
    about: dict[str, object] = {"method": method, "url": answer.url, "status": answer.status}
    for name in ("x-request-id", "x-amzn-trace-id", "cf-ray"):
        if name in answer.headers:
            about["request_id"] = answer.headers[name][:100]
            break
    return about


def _words(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        members = cast("list[object]", value)
        return " ".join(filter(None, (_words(one) for one in members[:5])))
    if isinstance(value, dict):
        named = cast("dict[str, object]", value)
        for name in _WORDS:
            if found := _words(named.get(name)):
                return found
        return " ".join(f"{name}: {_words(one)}" for name, one in list(named.items())[:3])
    return ""


def _not_connected(host: str, where: str, causes: list[BaseException]) -> TransientError:
    done_nothing: dict[str, object] = {"not_done": True}
    if any(isinstance(cause, socket.gaierror) for cause in causes):
        return TransientError(
            _("Can't find the host {host}.", host=host),
            _("Check the address for typos, and check your internet connection."),
            where,
            code="dns_error",
            metadata=done_nothing,
        )
    return TransientError(
        _("Can't connect to {host}.", host=host),
        _("Check the address and your internet connection. The site may be down."),
        where,
        code="connection_refused",
        metadata=done_nothing,
    )


def _tls(host: str, where: str, causes: list[BaseException]) -> TransientError:
    found = (c.verify_message for c in causes if isinstance(c, ssl.SSLCertVerificationError))
    return TransientError(
        _("The certificate of {host} isn't trusted: {why}.", host=host, why=next(found, "")),
        _(
            "Don't enter a secret here until the site's administrator has fixed this. On a "
            "company network, add its certificate to this computer."
        ),
        where,
        code="certificate_error",
        metadata={"not_done": True},
    )


def _broken(what: Message, where: str, code: str, causes: list[BaseException]) -> TransientError:
    return TransientError(
        what,
        _("Check your internet connection and try again."),
        where,
        code=code,
        metadata={"causes": [type(cause).__name__ for cause in causes]},
    )


def _causes(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    following: BaseException | None = error
    while following is not None and id(following) not in seen:
        seen.add(id(following))
        yield following
        following = following.__cause__ or following.__context__
