"""What every test can rely on: no display, no keychain, a data folder of its own, no deadlines."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"

STOPS = ("SIGINT", "SIGTERM", "SIGHUP")

SLOW_FOLDERS = {"end_to_end", "torture", "browser"}

# The machine may be busy: a slow example is no failure, and examples are few where each is dear.
settings.register_profile(
    "house",
    deadline=None,
    max_examples=50,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("house")

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # the shell that began us put us behind it
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files whose tests wait for processes come first: at the end, the others would wait for them.

    The order within a file stays, as does that of the other files.
    """
    items.sort(key=lambda item: not SLOW_FOLDERS.intersection(item.path.parts))


@pytest.fixture(autouse=True)
def private_home(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Keep every test away from the user's own data folder; the folder is made when it is used."""
    home = tmp_path_factory.getbasetemp() / "home-of-a-test"
    monkeypatch.setenv("COURSEPORTER_HOME", str(home / str(os.getpid()) / os.urandom(6).hex()))


@pytest.fixture(autouse=True)
def no_secrets() -> Iterator[None]:
    """What a test kept in memory ends with it."""
    yield
    loaded = sys.modules.get("courseporter.keychain")
    if loaded is not None:
        loaded.adopt({})


@pytest.fixture(autouse=True)
def own_signals():
    """A command that was run in here heeds no signal at its end, as its process would end; what
    later tests start must not inherit that, nor what “nohup” and “&” let a run of tests ignore.
    """
    numbers = [getattr(signal, name) for name in STOPS if hasattr(signal, name)]
    before = {number: signal.getsignal(number) for number in numbers}
    for number, handler in before.items():
        if handler == signal.SIG_IGN:
            signal.signal(number, signal.SIG_DFL)
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.fixture
def actor(tmp_path):
    """Somebody at an open store in `tmp_path`/home."""
    from courseporter import api

    made = api.start(tmp_path / "home")
    yield made
    api.stop(made)


@pytest.fixture
def keychain_in_memory(monkeypatch):
    """A keychain that works, in memory; what it has kept."""
    from fakes.keychain import MemoryKeychain

    made = MemoryKeychain()
    monkeypatch.setattr("keyring.get_keyring", lambda: made)
    return made.kept


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def postgres():
    """A PostgreSQL server of this test session; without one the test is skipped."""
    from fakes.postgres import started

    server = started()
    yield server
    server.remove()


@pytest.fixture(scope="module")
def database(postgres):
    """An empty database for the tests of one module; its address."""
    url = postgres.database()
    yield url
    postgres.drop(url)
