"""The first steps of a connection by themselves: does the name resolve, is the certificate good."""

from __future__ import annotations

import socket
import ssl

import httpx

from courseporter.errors import Message, _
from courseporter.net import failures
from courseporter.net.address import is_address, is_loopback
from courseporter.net.transport import certificates, proxy_for

SECONDS = 10.0


def is_direct(address: str) -> bool:
    """Whether the address is reached without a proxy: only then can its name be checked here."""
    return proxy_for(httpx.URL(address)) is None


def resolve(address: str) -> Message | None:
    """Look the host's name up. Raises TransientError `dns_error`."""
    url = httpx.URL(address)
    try:
        found = socket.getaddrinfo(url.host, _port(url), type=socket.SOCK_STREAM)
    except OSError as error:
        raise failures.from_exception(_connect_error(error), url) from error
    if is_address(url.host):
        return None
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    return _("{host} resolves to {addresses}.", host=url.host, addresses=", ".join(addresses[:3]))


def handshake(address: str) -> Message | None:
    """Connect and check the certificate. Raises TransientError."""
    url = httpx.URL(address)
    try:
        with socket.create_connection((url.host, _port(url)), SECONDS) as plain:
            if url.scheme != "https":
                return _("Not needed on this computer.") if is_loopback(url.host) else None
            with certificates().wrap_socket(plain, server_hostname=url.host) as secure:
                return _("{version}, trusted certificate.", version=secure.version() or "TLS")
    except (OSError, ssl.SSLError) as error:
        raise failures.from_exception(_connect_error(error), url) from error


def _connect_error(error: OSError) -> httpx.HTTPError:
    wrapped: httpx.HTTPError = (
        httpx.ConnectTimeout(str(error))
        if isinstance(error, TimeoutError)
        else httpx.ConnectError(str(error))
    )
    wrapped.__cause__ = error
    return wrapped


def _port(url: httpx.URL) -> int:
    return url.port or (443 if url.scheme == "https" else 80)
