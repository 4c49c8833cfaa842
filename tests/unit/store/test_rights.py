"""Who may read what: the data folder is its owner's alone, a team's folder is the team's."""

import io
import logging
import os
import stat

import pytest

from courseporter.disk.staging import staged
from courseporter.errors import PorterError
from courseporter.logs import log_to
from courseporter.settings import Preferences, write_preferences
from courseporter.store import backup, open_store
from courseporter.store.assets import SMALL, AssetStore
from courseporter.store.sweep import sweep

pytestmark = pytest.mark.skipif(os.name != "posix", reason="rights as POSIX has them")


@pytest.fixture(autouse=True)
def _open_handed():
    before = os.umask(0o022)
    yield
    os.umask(before)


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def too_open(folder):
    """Everything in and below the folder, itself included, that others may look at."""
    return [path for path in (folder, *folder.rglob("*")) if mode(path) & 0o077]


def large(store):
    return store.assets.put(io.BytesIO(b"x" * (SMALL + 1)))


def filled(home):
    with open_store(home) as store:
        large(store)
        backup.daily(store.path)
        sweep(store)
    write_preferences(home, Preferences())
    log_to(home)
    logging.getLogger("courseporter").error("a line")


def test_a_new_data_folder_is_its_owners_alone(tmp_path):
    home = tmp_path / "data" / "CoursePorter"
    filled(home)
    assert too_open(home) == []
    assert len(list(home.rglob("*"))) > 8


def test_a_data_folder_that_others_could_read_is_tightened(tmp_path):
    home = tmp_path / "home"
    filled(home)
    for path in (home, home / "backups", home / "assets"):
        path.chmod(0o755)
    for path in (*home.glob("*.*"), *(home / "backups").iterdir()):
        path.chmod(0o644)
    open_store(home).close()
    assert too_open(home) == []


def test_a_folder_that_is_no_data_folder_yet_keeps_its_own_rights(tmp_path):
    home = tmp_path / "srv"
    home.mkdir(mode=0o755)
    open_store(home).close()
    assert mode(home) == 0o755
    assert mode(home / "courseporter.sqlite3") == 0o600


def test_files_of_a_team_have_the_rights_of_its_folder(tmp_path):
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o2770)
    with open_store(tmp_path / "home") as store:
        store.assets = AssetStore(store, shared)
        stored = large(store)
        store.assets.mark("id")
    shelf = shared / stored.sha256[:2]
    assert mode(shelf) == 0o2770
    assert (
        mode(shelf / stored.sha256) == mode(shared / "lock") == mode(shared / "store-id") == 0o660
    )


# ------------------------------------------------------------------------------------------ staging


def test_a_link_at_the_hidden_name_is_not_followed(tmp_path):
    foreign, out = tmp_path / "foreign", tmp_path / "course.tar.gz"
    foreign.write_text("theirs")
    (tmp_path / ".course.tar.gz.part").symlink_to(foreign)
    with staged(out) as stream:
        stream.write(b"ours")
    assert foreign.read_text() == "theirs"
    assert out.read_bytes() == b"ours"
    assert not out.is_symlink()
    assert mode(out) == 0o644  # a package is for whom the user's own rules say


def test_another_name_is_taken_where_the_hidden_one_cannot_be_had(tmp_path):
    out = tmp_path / "course.tar.gz"
    (tmp_path / ".course.tar.gz.part").mkdir()  # as good as a file of somebody else
    with staged(out) as stream:
        stream.write(b"ours")
    assert out.read_bytes() == b"ours"
    assert sorted(path.name for path in tmp_path.iterdir()) == [".course.tar.gz.part", out.name]


def test_what_a_killed_run_left_is_removed(tmp_path):
    out = tmp_path / "course.tar.gz"
    (tmp_path / ".course.tar.gz.part").write_bytes(b"half of it")
    refusal = PorterError("no", code="bug")
    with pytest.raises(PorterError), staged(out):
        raise refusal
    assert list(tmp_path.iterdir()) == []
