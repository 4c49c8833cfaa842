"""Publishing: memory for a large package against a small one, and requests of the read-back.

python publish.py FOLDER MEGABYTES LESSONS
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SERVE = """
import sys
sys.path.insert(0, {tests!r})
from fakes.studio import Studio
fake = Studio("eager")
print(fake.lms, fake.studio, flush=True)
for _ in sys.stdin:
    calls = [f"{{method}} {{path}}" for method, path, _ in fake.site.calls]
    sent = max(at for at, call in enumerate(calls) if call.startswith("POST /api/courses"))
    asked = [call for call in calls[sent:] if call.startswith("GET") and "/import/" not in call]
    print(len(asked), flush=True)
"""

PACK = """
import random, sys
from pathlib import Path
sys.path.insert(0, {tests!r})
from fakes.olx_course import members, pack
files = members()
film = random.Random(1).randbytes(1 << 20) * {megabytes}
if film:
    files["static/film.mp4"] = film
chapter = '<sequential url_name="s1"/>'
for at in range({lessons}):
    chapter += f'<sequential url_name="more{{at}}"/>'
    blocks = "".join(f'<html url_name="more{{at}}-{{n}}"/>' for n in range(3))
    files[f"sequential/more{{at}}.xml"] = (
        f'<sequential display_name="More {{at}}"><vertical url_name="unit{{at}}"/></sequential>'
    )
    files[f"vertical/unit{{at}}.xml"] = f'<vertical display_name="U">{{blocks}}</vertical>'
    for n in range(3):
        page = f"more{{at}}-{{n}}"
        files[f"html/{{page}}.xml"] = f'<html filename="{{page}}" display_name="{{n}}"/>'
        files[f"html/{{page}}.html"] = f"<p>{{n}}</p>"
files["chapter/c1.xml"] = f'<chapter display_name="Clay">{{chapter}}</chapter>'
pack(Path({path!r}), files)
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
        return subprocess.Popen(
            command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )

    lms, studio = addresses
    run("connections", "add", "openedx", "campus", "--lms-url", lms, "--studio-url", studio,
        "--client-id", "staff-client", "--default-org", "Bench").wait()  # fmt: skip
    process = run("publish", package, "--to", "campus", "--run", home.name)
    _pid, status, usage = os.wait4(process.pid, 0)
    assert os.waitstatus_to_exitcode(status) == 0, "the course was not published"
    return usage.ru_maxrss


def made(path: Path, megabytes: int, lessons: int) -> Path:
    """In a process of its own: a child's peak begins with the memory of its parent."""
    code = PACK.format(
        tests=str(ROOT / "tests"), path=str(path), megabytes=megabytes, lessons=lessons
    )
    subprocess.run([sys.executable, "-c", code], check=True)
    return path


def measure(work: Path, megabytes: int, lessons: int) -> dict[str, float]:
    """Peaks in MB; blocks of a course of many lessons, and GET requests after its upload."""
    work.mkdir(parents=True, exist_ok=True)
    small = made(work / "small.tar.gz", 0, 0)
    large = made(work / "large.tar.gz", megabytes, 0)
    many = made(work / "many.tar.gz", 0, lessons)
    code = SERVE.format(tests=str(ROOT / "tests"))
    pipe = subprocess.PIPE
    server = subprocess.Popen([sys.executable, "-c", code], stdin=pipe, stdout=pipe, text=True)
    try:
        lms, studio = server.stdout.readline().split()
        first = publish(work / "home1", small, (lms, studio))
        second = publish(work / "home2", large, (lms, studio))
        publish(work / "home3", many, (lms, studio))
        print("count", file=server.stdin, flush=True)
        calls = int(server.stdout.readline())
    finally:
        server.kill()
        server.wait()
    blocks = 3 + 5 * lessons + 7
    return {"small": first / 1024, "large": second / 1024, "blocks": blocks, "calls": calls}


if __name__ == "__main__":
    print(json.dumps(measure(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))))
