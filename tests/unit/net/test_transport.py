"""The system's certificates and proxies are used."""

from __future__ import annotations

import httpx
import pytest

from courseporter.errors import SettingsError, TransientError
from courseporter.net import Client, Policy
from courseporter.net.transport import certificates, proxy_for
from fakes.web import Reply, served

PROXIES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch):
    for name in PROXIES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
def fresh_certificates():
    certificates.cache_clear()
    yield
    certificates.cache_clear()


def test_a_certificate_that_the_system_trusts_is_accepted(
    tls, certificate, monkeypatch, fresh_certificates
):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with served(Reply(body=b"[7]"), context=tls) as web, Client(web.url) as site:
        assert site.get("/a").json() == [7]


def test_a_request_goes_through_the_proxy_of_the_system(monkeypatch):
    with served(Reply(raw=b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n")) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://me:word@127.0.0.1:{proxy.port}")
        with (
            Client("https://studio.invalid", policy=Policy(tries=1)) as site,
            pytest.raises(TransientError) as caught,
        ):
            site.get("/a")
    assert proxy.requests[0].method == "CONNECT"
    assert proxy.requests[0].target == "studio.invalid:443"
    assert proxy.requests[0].headers["proxy-authorization"].startswith("Basic ")
    assert "proxy" in caught.value.message


def test_this_computer_is_reached_directly(monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    with served(Reply(body=b"[]")) as web, Client(web.url) as site:
        assert site.get("/a").json() == []


def test_hosts_of_no_proxy_are_reached_directly(monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", "127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "example.com")
    assert proxy_for(httpx.URL("https://studio.example.com/")) is None
    assert proxy_for(httpx.URL("https://example.org/")) == "http://127.0.0.1:9"


def test_a_proxy_of_another_kind_is_refused_by_name(monkeypatch):
    monkeypatch.setenv("ALL_PROXY", "socks5://me:word@127.0.0.1:9")
    with pytest.raises(SettingsError) as caught:
        proxy_for(httpx.URL("https://example.org/"))
    assert caught.value.code == "proxy_unsupported"
    assert "word" not in caught.value.message
