"""The disk is full at one write after the other: nothing is damaged, and with room it goes on."""

from __future__ import annotations

import os
import subprocess
from shutil import rmtree

import pytest

from courseporter.store.store import RESERVE
from torture.oracle import violations
from torture.toil import Task, convert, convert_or_say, finish

BIG = 64 << 20  # bytes


@pytest.fixture
def disk(tmp_path):
    """A disk of 64 MiB of its own."""
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={BIG}", "none", str(folder)]
    if os.name != "posix" or os.geteuid() != 0 or subprocess.run(command, check=False).returncode:
        pytest.skip("only root may mount a disk; the limit on file sizes is tried instead")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def leave(disk, room):
    """Fill the disk but for so many bytes."""
    free = os.statvfs(disk)
    with (disk / "ballast").open("wb") as ballast:
        os.posix_fallocate(ballast.fileno(), 0, free.f_bavail * free.f_frsize - room)


def rooms(needed, long):
    """From nothing to enough: with the reserve it takes as much more as the reserve is large."""
    steps = 100 if long else 8
    return [
        start + needed * step // steps for start in (0, RESERVE) for step in range(1, steps + 1)
    ]


@pytest.mark.slow
def test_a_full_disk_damages_nothing_and_the_job_goes_on(source, disk, scratch, calm, note, long):
    full, broken, said = 0, [], scratch / "said"
    free = os.statvfs(disk).f_bavail
    roomy = Task(disk / "home", source, disk / "course.tar.gz")
    assert finish(convert, roomy) == 0
    needed = (free - os.statvfs(disk).f_bavail) * os.statvfs(disk).f_frsize - RESERVE
    rmtree(roomy.home)
    roomy.out.unlink()
    tried = rooms(needed, long)
    for number, room in enumerate(tried):
        one = Task(disk / f"home{number}", source, disk / f"{number}.tar.gz")
        one.home.mkdir()
        leave(disk, room)
        said.unlink(missing_ok=True)
        assert finish(convert_or_say, one, said) == 0
        (disk / "ballast").unlink()
        if said.exists():
            full += 1
            assert said.read_text().startswith("disk_full"), said.read_text()
            if (one.home / "witness.jsonl").exists():
                broken += violations(one, calm.package, finished=False)
        assert finish(convert, one) == 0
        broken += violations(one, calm.package)
        rmtree(one.home)
        one.out.unlink()
    note("disk full at one write after the other", len(tried), f"{full} full", len(broken))
    assert not broken
    assert full >= len(tried) // 3


@pytest.mark.slow
def test_a_limit_on_file_sizes_is_said_and_survived(source, scratch, calm, note):
    said, broken, refused = scratch / "said", [], 0
    limits = (16_000, 100_000, 300_000, 500_000)
    for number, limit in enumerate(limits):
        one = Task(scratch / f"home{number}", source, scratch / f"{number}.tar.gz")
        said.unlink(missing_ok=True)
        assert finish(convert_or_say, one, said, limit) == 0
        refused += said.exists()
        assert finish(convert, one) == 0
        broken += violations(one, calm.package)
    note("files may not grow (RLIMIT_FSIZE)", len(limits), f"{refused} refused", len(broken))
    assert not broken
    assert refused
