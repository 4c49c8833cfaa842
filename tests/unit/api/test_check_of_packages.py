"""What `check` returns for packages that others wrote, as faces print it."""

from __future__ import annotations

import io
import json

import pytest

from courseporter import api
from fakes.olx import leaf, olx


@pytest.mark.parametrize("gate", [False, True])
def test_a_pointer_in_the_file_of_a_problem_is_a_failed_block(tmp_path, gate):
    path = olx(tmp_path, leaf('<problem url_name="p2"/>'))
    result = api.check(api.local_user(tmp_path / "home"), path, gate=gate)
    out = io.BytesIO()
    api.write_json(result, out)
    printed = json.loads(out.getvalue())
    assert printed["ledger"]["failed"] == 1
    assert printed["counts"]["quiz"] == 1
    assert ("gate_refused" in {one["code"] for one in printed["problems"]}) is gate
