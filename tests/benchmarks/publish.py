"""Publishing: memory for a package of 300 MB against a small one, and calls of the read-back."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MEGABYTES = int(os.environ.get("COURSEPORTER_BENCH_MB", "300"))
SERVE = """
import sys, threading
sys.path.insert(0, {tests!r})
from fakes.studio import Studio
fake = Studio("eager")
print(fake.lms, fake.studio, flush=True)
threading.Event().wait()
"""

PACK = """
import random, sys
from pathlib import Path
sys.path.insert(0, {tests!r})
from fakes.olx_course import members, pack
film = random.Random(1).randbytes(1 << 20) * {megabytes}
pack(Path({path!r}), members() | {{"static/film.mp4": film}})
"""


def publish(home: Path, package: Path, addresses: tuple[str, str]) -> int:
    """The peak memory of the command, in kilobytes."""
    environment = {
        **os.environ,
        "COURSEPORTER_HOME": str(home),
        "COURSEPORTER_SECRET_CAMPUS": "staff-secret",
        "PYTHONPATH": str(ROOT / "src"),
    }

    def run(*words: object) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "courseporter", *map(str, words)]
        return subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)

    lms, studio = addresses
    run("connections", "add", "openedx", "campus", "--lms-url", lms, "--studio-url", studio,
        "--client-id", "staff-client", "--default-org", "Bench").wait()  # fmt: skip
    process = run("publish", package, "--to", "campus", "--run", home.name)
    _pid, status, usage = os.wait4(process.pid, 0)
    assert os.waitstatus_to_exitcode(status) == 0, "the course was not published"
    return usage.ru_maxrss


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        small, large = work / "small.tar.gz", work / "large.tar.gz"
        for path, megabytes in ((small, 0), (large, MEGABYTES)):
            # in a process of its own: a child's peak begins with the memory of its parent
            made = PACK.format(tests=str(ROOT / "tests"), path=str(path), megabytes=megabytes)
            subprocess.run([sys.executable, "-c", made], check=True)
        code = SERVE.format(tests=str(ROOT / "tests"))
        server = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
        try:
            lms, studio = server.stdout.readline().split()
            first = publish(work / "home1", small, (lms, studio))
            second = publish(work / "home2", large, (lms, studio))
        finally:
            server.kill()
            server.wait()
    print(f"peak memory: {first / 1024:.0f} MB for a small package, {second / 1024:.0f} MB for "
          f"{MEGABYTES} MB; growth {(second - first) / 1024:.1f} MB, limit 40 MB")  # fmt: skip


if __name__ == "__main__":
    main()
