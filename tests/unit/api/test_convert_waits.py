from __future__ import annotations

from importlib import import_module

import msgspec
import pytest

from courseporter import api
from courseporter.errors import PorterError
from fakes.material import scorm


def test_a_command_does_not_wait_for_room_on_the_disk(tmp_path, monkeypatch):
    conversion = import_module("courseporter.api.convert")
    run = conversion.run_one

    def full(actor, job_id):
        error = {"code": "disk_full", "message": "The disk is full.", "hint": None, "where": "/x"}
        done = run(actor, job_id)
        return msgspec.structs.replace(done, status="pending", waiting_for="disk", error=error)

    monkeypatch.setattr(conversion, "run_one", full)
    actor = api.start(tmp_path / "home")
    source = scorm(tmp_path / "golf.zip", [(1, "Play", "a.html")])
    try:
        with pytest.raises(PorterError) as caught:
            api.convert(actor, source, tmp_path / "o.tar.gz")
    finally:
        api.stop(actor)
    assert (caught.value.code, caught.value.exit_code) == ("disk_full", 5)
