from __future__ import annotations

import errno

import pytest

from courseporter.errors import refused_by_system


@pytest.mark.parametrize(
    ("number", "code", "exit_code"),
    [
        (errno.ENOSPC, "disk_full", 5),
        (errno.EACCES, "permission_denied", 4),
        (errno.EROFS, "permission_denied", 4),
        (errno.EIO, "input_error", 3),
        (errno.ENAMETOOLONG, "input_error", 3),
    ],
)
def test_a_refusal_of_the_system_is_told_in_plain_words(number, code, exit_code):
    refusal = refused_by_system(OSError(number, "no", "/somewhere/course.zip"))
    assert (refusal.code, refusal.exit_code) == (code, exit_code)
    assert refusal.where == "/somewhere/course.zip"


@pytest.mark.parametrize("number", [errno.ENOENT, errno.EBADF, None])
def test_what_the_system_did_not_refuse_is_a_bug(number):
    assert refused_by_system(OSError(number, "no")) is None
