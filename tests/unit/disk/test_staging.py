from __future__ import annotations

import errno

import pytest

from courseporter.disk.staging import staged
from courseporter.errors import PorterError


def fill(out, error=None):
    with staged(out) as stream:
        stream.write(b"data")
        assert not out.exists()
        if error is not None:
            raise error


def test_the_file_appears_when_it_is_whole(tmp_path):
    out = tmp_path / "out.tar.gz"
    fill(out)
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [
        ("out.tar.gz", b"data")
    ]


@pytest.mark.parametrize("error", [ValueError("x"), KeyboardInterrupt(), MemoryError()])
def test_nothing_stays_when_the_work_breaks_off(tmp_path, error):
    with pytest.raises(type(error)):
        fill(tmp_path / "out.tar.gz", error)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("number", "code", "exit_code"),
    [
        (errno.ENOSPC, "disk_full", 5),
        (errno.EACCES, "permission_denied", 4),
        (errno.EROFS, "permission_denied", 4),
        (errno.EIO, "settings_error", 2),
    ],
)
def test_what_the_system_refuses_is_said_in_plain_words(tmp_path, number, code, exit_code):
    with pytest.raises(PorterError) as caught:
        fill(tmp_path / "out.tar.gz", OSError(number, "no"))
    assert (caught.value.code, caught.value.exit_code) == (code, exit_code)
    assert str(tmp_path) in caught.value.message
    assert list(tmp_path.iterdir()) == []


def test_very_long_names_are_staged_under_a_short_one(tmp_path):
    out = tmp_path / ("x" * 245 + ".tar.gz")
    fill(out)
    assert out.read_bytes() == b"data"
