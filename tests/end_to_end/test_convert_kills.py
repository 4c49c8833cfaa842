"""SIGKILL at any instant: the same command again gives the same bytes and reads no chunk twice.

More of it: COURSEPORTER_KILLS=100 COURSEPORTER_KILL_LESSONS=3000.
"""

from __future__ import annotations

import os
import random
import time

from fakes.material import simple_template

KILLS = int(os.environ.get("COURSEPORTER_KILLS", "5"))
LESSONS = int(os.environ.get("COURSEPORTER_KILL_LESSONS", "600"))


def test_a_killed_conversion_goes_on_and_gives_the_same_bytes(shell, tmp_path):
    source = simple_template(tmp_path / "course.zip", lessons=LESSONS)
    began = time.monotonic()
    whole = type(shell)(tmp_path / "calm")
    assert whole.run("convert", source, "-o", tmp_path / "calm.tar.gz").code == 0
    usual = time.monotonic() - began
    seed = random.randrange(1 << 30)
    print(f"seed {seed}")
    chance = random.Random(seed)

    for number in range(KILLS):
        one, out = type(shell)(tmp_path / f"home{number}"), tmp_path / f"{number}.tar.gz"
        process = one.start("convert", source, "-o", out)
        time.sleep(chance.uniform(0.1, 1.0) * usual)
        process.kill()
        process.wait()
        again = one.run("convert", source, "-o", out, "--json", timeout=600)
        # 6: it had finished and said so, and the kill met it on its way out
        assert again.code in (0, 6), again.said
        assert out.read_bytes() == (tmp_path / "calm.tar.gz").read_bytes()
        assert_no_chunk_twice(one)
        assert not list(tmp_path.glob(".*.part"))


def assert_no_chunk_twice(shell) -> None:
    jobs = shell.run("jobs", "list", "--json").document["jobs"]
    prepare = next(job for job in jobs if job["kind"] == "prepare")
    log = shell.run("jobs", "show", prepare["id"], "--json").document["log"]
    stored = [line["message"] for line in log if line["code"] == "chunk_stored"]
    assert len(stored) == len(set(stored))
