"""A real Chromium for each module that asks, and a course to play lessons from."""

from __future__ import annotations

import pytest

from browser.runtimes import page, runtime  # noqa: F401 – fixtures of every module here
from browser.servers import Platform, serving
from browser.webdriver import Browser, missing


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    """One browser with an empty profile; tests of a module share it."""
    reason = missing()
    if reason:
        pytest.skip(reason)
    found = Browser(tmp_path_factory.mktemp("chromium"))
    yield found
    found.close()


@pytest.fixture
def platform():
    """An empty course; every test has its own address, so no storage or worker is shared."""
    with serving(Platform()) as found:
        yield found
