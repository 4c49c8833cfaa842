"""A private message bus with a real gnome-keyring, gone with its test."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NEEDED = ("dbus-run-session", "gnome-keyring-daemon")


def missing() -> str | None:
    """Why there can be no real keychain here; None when there can."""
    lacking = [name for name in NEEDED if shutil.which(name) is None]
    return f"needs {', '.join(lacking)} (packaging/setup.sh test)" if lacking else None


def run_with_keyring(
    folder: Path, script: str, *, unlocked: bool = True, variables: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a Python script beside an unlocked (or locked) keyring of its own."""
    for name in ("run", "share", "cache"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    (folder / "run").chmod(0o700)
    environment = {
        **{name: text for name, text in os.environ.items() if "DBUS" not in name},
        "HOME": str(folder),
        "XDG_RUNTIME_DIR": str(folder / "run"),
        "XDG_DATA_HOME": str(folder / "share"),
        "XDG_CACHE_HOME": str(folder / "cache"),
        "PYTHON_KEYRING_BACKEND": "keyring.backends.SecretService.Keyring",
        **(variables or {}),
    }
    daemon = "gnome-keyring-daemon --components=secrets --unlock >/dev/null 2>&1"
    lock = "" if unlocked else _LOCK
    shell = f'printf "test-password\\n" | {daemon}; {lock} exec "$0" -c "$1"'
    return subprocess.run(
        ["dbus-run-session", "--", "sh", "-c", shell, sys.executable, script],
        env=environment, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


_LOCK = """"$0" -c 'import secretstorage as s
c = s.get_default_collection(s.dbus_init()); c.lock(); assert c.is_locked()';"""
