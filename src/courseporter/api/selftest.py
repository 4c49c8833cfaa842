"""Does this installation work?  One line per thing that everything else relies on."""

from __future__ import annotations

import multiprocessing
import os
import sqlite3
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path

import msgspec

from courseporter.api.actor import Caller
from courseporter.settings import assets_place, database_address
from courseporter.store import open_sqlite, open_store
from courseporter.store.store import FILE_NAME

NEEDED = ("lxml.etree", "sqlalchemy", "httpx", "msgspec", "nh3", "isal", "anyascii", "keyring")


class CheckResult(msgspec.Struct, frozen=True):
    """One line: what was tried, whether it went well, what was seen."""

    name: str
    fine: bool
    detail: str


def selftest(caller: Caller) -> Iterator[CheckResult]:
    """Try imports, SQLite, data folder, job store, key store, a spawned process and the window."""
    for name, trial in (
        ("libraries", _libraries),
        ("sqlite", _sqlite),
        ("data folder", lambda: _folder(caller.home)),
        ("job store", lambda: _job_store(caller.home)),
        ("spawn", _spawn),
    ):
        yield _tried(name, trial)
    yield _tried("key store", _keychain, must=False)
    yield _tried("window", _window, must=False)


def _tried(name: str, trial: Callable[[], str], *, must: bool = True) -> CheckResult:
    try:
        return CheckResult(name, True, trial())
    except Exception as error:  # noqa: BLE001 - whatever it is, it is the result
        return CheckResult(name, not must, f"{type(error).__name__}: {error}")


def _libraries() -> str:
    for name in NEEDED:
        import_module(name)
    return f"{len(NEEDED)} libraries, Python {sys.version.split()[0]}"


def _sqlite() -> str:
    connection = sqlite3.connect(":memory:")
    connection.execute("SELECT 1")
    connection.close()
    mode = "WAL" if sqlite3.sqlite_version_info >= (3, 51, 3) else "TRUNCATE"
    return f"{sqlite3.sqlite_version}, journal {mode}"


def _folder(home: Path) -> str:
    home.mkdir(parents=True, exist_ok=True)
    trial = home / ".selftest"
    trial.write_bytes(b"x")
    trial.unlink()
    return str(home)


def _job_store(home: Path) -> str:
    address = database_address(home)
    if address is not None:
        with open_store(home, address, assets=assets_place(home)) as store:
            return f"{store.url}, files in {store.assets.place}"
    path = home / FILE_NAME
    if not path.exists():
        return "none yet"
    open_sqlite.check(path)
    return f"{path.stat().st_size:,} bytes, whole"


def _keychain() -> str:
    from courseporter import keychain

    return keychain.described()


def _spawn() -> str:
    process = multiprocessing.get_context("spawn").Process(target=os.getpid)
    process.start()
    process.join(20)
    if process.exitcode != 0:
        raise RuntimeError(f"the process ended with {process.exitcode}")
    return "a process was started and ended"


def _window() -> str:
    if sys.platform == "linux" and not (
        os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    ):
        return "no display here: not tried"
    import subprocess

    done = subprocess.run(
        [sys.executable, "-m", "courseporter.gui.first_paint"],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stderr.strip().splitlines()[-1] if done.stderr else "no window")
    return done.stdout.strip()
