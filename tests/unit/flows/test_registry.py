"""Each kind of job has its flow, and a command loads only what it needs."""

import subprocess
import sys

from courseporter.flows.registry import FLOWS

LOADED = "import sys; print(*sys.modules)"


def loaded_by(words):
    code = f"import sys; from courseporter.cli import run; run({words!r}); {LOADED}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_every_kind_of_job_has_its_flow():
    assert {kind: flow.kind for kind, flow in FLOWS.items()} == {kind: kind for kind in FLOWS}


def test_a_conversion_loads_nothing_of_libraries_and_rows(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSEPORTER_HOME", str(tmp_path / "home"))
    out = tmp_path / "out.tar.gz"
    loaded = loaded_by(["sample", "-o", str(out)])
    assert out.exists()
    assert "courseporter.flows.prepare" in loaded
    assert not {"courseporter.flows.import_library", "courseporter.flows.import_rows"} & loaded
    assert "courseporter.cli.library" not in loaded
