"""Which addresses may be called, and what of them may be shown."""

from __future__ import annotations

import pytest

from courseporter.errors import SettingsError
from courseporter.net import check_address, is_loopback, join_address, without_query


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" https://Studio.Example.com/ ", "https://studio.example.com"),
        ("https://example.com/edx/?a=1#b", "https://example.com/edx"),
        ("http://127.0.0.1:8001", "http://127.0.0.1:8001"),
        ("http://[::1]:8001/x/", "http://[::1]:8001/x"),
        ("http://localhost:18010", "http://localhost:18010"),
    ],
)
def test_keeps_a_usable_address_in_one_form(typed, kept):
    assert check_address(typed) == kept


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("studio.example.com", "address_invalid"),
        ("ftp://example.com", "address_invalid"),
        ("https://", "address_invalid"),
        ("https://example.com:port", "address_invalid"),
        ("https://[::1", "address_invalid"),
        ("https://me:pass@example.com", "address_invalid"),
        ("http://example.com", "address_insecure"),
        ("http://127.0.0.1.example.com", "address_insecure"),
        ("http://10.0.0.1", "address_insecure"),
    ],
)
def test_refuses_an_unusable_address(typed, code):
    with pytest.raises(SettingsError) as caught:
        check_address(typed)
    assert caught.value.code == code
    assert "pass" not in caught.value.message.replace("password", "")


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "127.9.9.9", "::1", "[::1]", "localhost", "A.localhost."]
)
def test_knows_this_computer(host):
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["127.0.0.1.evil.com", "localhost.evil.com", "0.0.0.0", "example"])
def test_takes_no_other_host_for_this_computer(host):
    assert not is_loopback(host)


def test_joins_below_a_base_with_a_path():
    assert join_address("https://a.com/v1", "/courses?x=1") == "https://a.com/v1/courses?x=1"
    assert join_address("https://a.com/v1/", "courses/") == "https://a.com/v1/courses/"
    assert (
        join_address("https://a.com", "/asset-v1:O+N+R@a.png")
        == "https://a.com/asset-v1:O+N+R@a.png"
    )
    assert join_address("https://a.com/v1", "https://b.com/f") == "https://b.com/f"


def test_shows_an_address_without_what_may_be_secret():
    assert without_query("https://u:p@a.com/f?token=x#y") == "https://a.com/f"
