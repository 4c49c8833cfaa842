"""A PostgreSQL server for the tests: started when asked for, gone with its process."""

from __future__ import annotations

import ctypes
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest

PORT = 54321  # of the socket's name; nothing listens on the network
SETTINGS = {
    "listen_addresses": "",
    "port": str(PORT),
    "max_connections": "120",
    "shared_buffers": "32MB",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
}
DURABLE = {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on"}
BOUND_MS = 120_000
_STOP_WITH_PARENT = 1  # PR_SET_PDEATHSIG of prctl(2)


def programs() -> Path | None:
    """The folder of initdb and postgres: Debian keeps them off the path."""
    found = shutil.which("initdb")
    if found:
        return Path(found).resolve().parent
    installed = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest = max(installed, key=lambda path: int(path.parts[-3]), default=None)
    return newest.parent if newest else None


def _account() -> tuple[int, int] | None:
    """User and group of the server where it cannot be ours: it refuses to be root."""
    import pwd

    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            found = pwd.getpwnam(name)
        except KeyError:
            continue
        return found.pw_uid, found.pw_gid
    raise RuntimeError("no account for the server")


class Postgres:
    """One server with a data folder of its own, reached through a socket in that folder."""

    def __init__(self, **settings: str) -> None:
        found = programs()
        if found is None:
            raise FileNotFoundError("PostgreSQL is not installed")
        self.programs = found
        self.settings = {**SETTINGS, **settings}
        self.account = _account()
        self.folder = Path(tempfile.mkdtemp(prefix="courseporter-postgres-", dir="/tmp"))
        if self.account is not None:
            os.chown(self.folder, *self.account)
        self.process: subprocess.Popen[bytes] | None = None

    def _run(self, *command: str) -> None:
        subprocess.run(command, check=True, cwd="/", capture_output=True, **self._as_account())

    def _as_account(self) -> dict[str, object]:
        if self.account is None:
            return {}
        return {"user": self.account[0], "group": self.account[1], "extra_groups": []}

    def make(self) -> None:
        """Make the data folder."""
        self._run(
            str(self.programs / "initdb"), "-D", str(self.folder / "data"), "-U", "porter",
            "-A", "trust", "-E", "UTF8", "--no-sync", "--locale=C.UTF-8",
        )  # fmt: skip

    def start(self) -> None:
        """Start the server and wait until it answers.

        To be called in a thread that stays: the server ends with the thread that started it.
        """
        words = [f"{name}={value}" for name, value in self.settings.items()]
        words.append(f"unix_socket_directories={self.folder}")
        command = [str(self.programs / "postgres"), "-D", str(self.folder / "data")]
        for word in words:
            command += ["-c", word]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                command, cwd="/", stdout=log, stderr=log, preexec_fn=_stop_with_parent,  # noqa: PLW1509
                **self._as_account(),
            )  # fmt: skip
        deadline = time.monotonic() + BOUND_MS / 1000
        while not self.answers():
            if time.monotonic() > deadline or self.process.poll() is not None:
                raise RuntimeError((self.folder / "log").read_text()[-2000:])
            time.sleep(0.02)

    def answers(self) -> bool:
        """Whether connections are taken."""
        import psycopg

        try:
            psycopg.connect(self.words("postgres")).close()
        except psycopg.OperationalError:
            return False
        return True

    def stop(self, sign: signal.Signals = signal.SIGQUIT) -> None:
        """End the server; SIGQUIT is `pg_ctl stop -m immediate`: it recovers when it starts."""
        if self.process is not None:
            self.process.send_signal(sign)
            self.process.wait(BOUND_MS / 1000)
            self.process = None

    @contextmanager
    def frozen(self):
        """All of it stands still: connections are taken by the system, and nobody answers."""
        main = self.process.pid
        stopped = [main]
        try:
            _stop(main)  # first, and seen to: no child is made or reaped from here on
            for pid in Path(f"/proc/{main}/task/{main}/children").read_text().split():
                stopped.append(int(pid))
                _stop(int(pid))
            yield
        finally:
            for pid in reversed(stopped):
                os.kill(pid, signal.SIGCONT)

    def remove(self) -> None:
        """End the server and remove its folder."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def words(self, database: str) -> str:
        """Connection words of libpq."""
        return f"host={self.folder} port={PORT} user=porter dbname={database}"

    def url(self, database: str) -> str:
        """The address as CoursePorter takes it."""
        return f"postgresql://porter@/{database}?host={self.folder}&port={PORT}"

    def execute(self, statement: str, database: str = "postgres") -> list[tuple[object, ...]]:
        """Run a statement outside any transaction; its rows."""
        import psycopg

        bound = f"-c statement_timeout={BOUND_MS}"  # no test waits for a server without end
        with psycopg.connect(self.words(database), autocommit=True, options=bound) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []

    def database(self) -> str:
        """A new, empty database; its address."""
        name = f"store_{uuid4().hex}"
        self.execute(f"CREATE DATABASE {name}")
        return self.url(name)

    def drop(self, url: str) -> None:
        """Remove a database, whoever uses it."""
        name = url.partition("/store_")[2].partition("?")[0]
        self.execute(f"DROP DATABASE IF EXISTS store_{name} WITH (FORCE)")

    def cut(self, url: str) -> int:
        """Cut every connection to a database, and see it gone; how many there were."""
        name = "store_" + url.partition("/store_")[2].partition("?")[0]
        rows = self.execute(
            f"SELECT pg_terminate_backend(pid, {BOUND_MS}) FROM pg_stat_activity"
            f" WHERE datname = '{name}'"
        )
        return len(rows)


def _stop(pid: int) -> None:
    """Stop a process and wait until it stands, or is dead and not reaped."""
    os.kill(pid, signal.SIGSTOP)
    while _state(pid) not in "TZ":
        time.sleep(0.001)


def _state(pid: int) -> str:
    """The letter that proc(5) gives: the first word behind the name, which may hold blanks."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]


def _stop_with_parent() -> None:
    """A killed test run leaves no server behind."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_STOP_WITH_PARENT, signal.SIGQUIT)


def started(**settings: str) -> Postgres:
    """A running server; the test is skipped where none can be had."""
    try:
        import psycopg  # noqa: F401 - asked for, not used
    except ModuleNotFoundError:
        pytest.skip("psycopg is not installed: pip install 'courseporter[postgres]'")
    if os.name == "nt" or programs() is None:
        pytest.skip("PostgreSQL is not installed: packaging/setup.sh test installs it on Debian")
    server = Postgres(**settings)
    try:
        server.make()
        server.start()
    except BaseException:
        server.remove()
        raise
    return server
