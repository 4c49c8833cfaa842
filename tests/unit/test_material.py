"""What a job is told by of the material that it reads."""

import os

import pytest

from courseporter.flows.material import fingerprint


def test_a_folder_with_a_name_that_is_no_text_has_a_fingerprint(tmp_path):
    plain = fingerprint(tmp_path)
    try:
        (tmp_path / os.fsdecode(b"f\xff.png")).write_bytes(b"x")
    except OSError:
        pytest.skip("this file system takes no such name")
    assert fingerprint(tmp_path) != plain
