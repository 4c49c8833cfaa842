"""The way out: connections with the system's certificates and proxies, under a Watch."""

from __future__ import annotations

import ssl
from functools import cache
from urllib.request import getproxies, proxy_bypass

import certifi
import httpcore
import httpx

from courseporter.errors import SettingsError, _
from courseporter.net.address import is_loopback, without_query
from courseporter.net.watch import WatchedBackend

CONNECTIONS = 10
KEPT_SECONDS = 30.0


class Router(httpx.BaseTransport):
    """Sends each request directly or through the system's proxy for its address."""

    def __init__(self) -> None:
        self._ways: dict[str | None, httpx.HTTPTransport] = {}

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The answer, its body still to be read."""
        return self._way(proxy_for(request.url)).handle_request(request)

    def close(self) -> None:
        """Close every connection."""
        for way in self._ways.values():
            way.close()
        self._ways.clear()

    def _way(self, proxy: str | None) -> httpx.HTTPTransport:
        if proxy not in self._ways:
            self._ways[proxy] = _Watched(proxy)
        return self._ways[proxy]


class _Watched(httpx.HTTPTransport):
    """httpx's transport over sockets that keep to a deadline."""

    def __init__(self, proxy: str | None) -> None:
        # httpx offers no way to hand over httpcore's network backend (its discussion 2895), so the
        # pool is made here; tests/unit/net/test_deadline.py notices when that stops working
        self._pool = _direct() if proxy is None else _through(proxy)


def proxy_for(url: httpx.URL) -> str | None:
    """The proxy that the system names for this address; None for a direct connection.

    From HTTPS_PROXY, NO_PROXY and the like, and the system settings of macOS and Windows. This
    computer itself is always reached directly.
    """
    if is_loopback(url.host) or proxy_bypass(url.host):
        return None
    proxies = getproxies()
    found = proxies.get(url.scheme) or proxies.get("all")
    if not found:
        return None
    found = found if "://" in found else f"http://{found}"
    if not found.startswith(("http://", "https://")):
        raise SettingsError(
            _("The proxy {proxy} is of an unsupported type.", proxy=without_query(found)),
            _("Set HTTPS_PROXY to an HTTP proxy, or add the host to NO_PROXY."),
            code="proxy_unsupported",
        )
    return found


@cache
def certificates() -> ssl.SSLContext:
    """The certificates that this system trusts; the bundled list where it has none."""
    context = ssl.create_default_context()
    paths = ssl.get_default_verify_paths()
    if not (context.cert_store_stats()["x509_ca"] or paths.cafile or paths.capath):
        context.load_verify_locations(certifi.where())
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _direct() -> httpcore.ConnectionPool:
    return httpcore.ConnectionPool(
        ssl_context=certificates(),
        max_connections=CONNECTIONS,
        keepalive_expiry=KEPT_SECONDS,
        network_backend=WatchedBackend(),
    )


def _through(proxy: str) -> httpcore.HTTPProxy:
    address = httpx.URL(proxy)
    user = (address.username.encode(), address.password.encode()) if address.username else None
    return httpcore.HTTPProxy(
        str(address.copy_with(username=None, password=None)),
        proxy_auth=user,
        ssl_context=certificates(),
        max_connections=CONNECTIONS,
        keepalive_expiry=KEPT_SECONDS,
        network_backend=WatchedBackend(),
    )
