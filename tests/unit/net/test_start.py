"""What talks to the network is loaded when it is needed, not with every command."""

from __future__ import annotations

import subprocess
import sys

HEAVY = ("httpx", "stamina", "keyring", "secretstorage", "certifi")
SCRIPT = "import sys, courseporter.api; print([name for name in {names} if name in sys.modules])"


def test_a_command_that_needs_no_network_loads_none_of_it():
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT.format(names=HEAVY)],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.strip() == "[]"
