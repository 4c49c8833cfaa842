from __future__ import annotations

import pytest

from courseporter.store import location

MOUNTS = """\
/dev/sda1 / ext4 rw 0 0
server:/homes /shared nfs4 rw 0 0
/dev/sdb1 /shared/ann/fast ext4 rw 0 0
//nas/my\\040files /mnt/my\\040files cifs rw 0 0
"""


@pytest.fixture
def mounts(tmp_path, monkeypatch):
    (tmp_path / "mounts").write_text(MOUNTS)
    monkeypatch.setattr(location, "MOUNTS", tmp_path / "mounts")


@pytest.mark.parametrize(
    ("home", "doubtful"),
    [
        ("/var/lib/courseporter", False),
        ("/shared/ann/data", True),
        ("/shared/ann/fast/data", False),
        ("/mnt/my files/data", True),
    ],
)
@pytest.mark.usefixtures("mounts")
def test_a_network_drive_is_doubtful(home, doubtful):
    found = location.doubts(location.Path(home))
    assert len(found) == doubtful
    assert all("network" in sentence and home in sentence for sentence in found)


@pytest.mark.usefixtures("mounts")
def test_a_synchronised_folder_is_doubtful():
    (sentence,) = location.doubts(location.Path("/srv/OneDrive - School/data"))
    assert "onedrive" in sentence


def test_a_system_that_tells_nothing_raises_no_doubt(tmp_path, monkeypatch):
    monkeypatch.setattr(location, "MOUNTS", tmp_path / "none")
    assert location.doubts(tmp_path) == []
