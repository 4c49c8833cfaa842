from __future__ import annotations

import hashlib
import io
import os
import time

import pytest
from sqlalchemy import delete, func, insert, select, update

from courseporter.errors import SettingsError
from courseporter.store import open_store, temporary_store
from courseporter.store.assets import GRACE, SMALL
from courseporter.store.schema import asset, draft
from courseporter.store.sweep import sweep

LARGE = b"0123456789abcdef" * (SMALL // 16) + b"!"


@pytest.fixture(params=["file", "temporary"])
def store(request, tmp_path):
    make = open_store if request.param == "file" else temporary_store
    with make(tmp_path) as opened:
        yield opened


@pytest.fixture
def on_disk(tmp_path):
    with open_store(tmp_path) as opened:
        yield opened


def keep(store, path, content, draft_id="d"):
    stored = store.assets.put(io.BytesIO(content))
    with store.write() as connection:
        there = connection.scalar(select(func.count()).where(draft.c.id == draft_id))
        if not there:
            connection.execute(
                insert(draft).values(id=draft_id, key=draft_id, created_at=0, updated_at=0)
            )
        store.assets.keep(connection, draft_id, {path: stored})
    return stored


def forget(store, draft_id="d"):
    with store.write() as connection:
        connection.execute(delete(draft).where(draft.c.id == draft_id))


def collect(store, grace=-5.0):
    """Unless said otherwise, as if some seconds had passed."""
    return sweep(store, grace)


def files(store):
    return sorted(path.name for path in store.assets.folder.glob("??/*"))


@pytest.mark.parametrize("content", [b"", b"x", LARGE[:SMALL], LARGE, LARGE * 40])
def test_bytes_come_back_as_they_went_in(store, content):
    stored = keep(store, "a/b.bin", content)
    assert (stored.sha256, stored.size) == (hashlib.sha256(content).hexdigest(), len(content))
    assert (stored.data is not None) == (len(content) <= SMALL)
    with store.assets.open(stored.sha256) as stream:
        assert stream.read() == content


def test_two_readers_do_not_disturb_each_other(store):
    stored = keep(store, "a", LARGE)
    with store.assets.open(stored.sha256) as one, store.assets.open(stored.sha256) as two:
        assert one.read(10) == LARGE[:10]
        assert two.read() == LARGE
        assert one.read() == LARGE[10:]


def test_a_stream_that_gives_little_at_a_time_is_read_to_its_end(store):
    class Drops(io.BytesIO):
        def read(self, size=-1):
            return super().read(min(size, 1000) if size > 0 else 1000)

    assert store.assets.put(Drops(LARGE)).sha256 == hashlib.sha256(LARGE).hexdigest()


def test_the_same_bytes_are_kept_once(on_disk):
    for path in ("one", "two"):
        keep(on_disk, path, LARGE)
        keep(on_disk, path + "s", b"small")
    assert files(on_disk) == [hashlib.sha256(LARGE).hexdigest()]
    with on_disk.read() as connection:
        assert connection.scalar(select(func.count()).select_from(asset)) == 2


def test_a_stream_that_breaks_leaves_no_file(on_disk):
    class Broken(io.BytesIO):
        def read(self, size=-1):
            if self.tell() > SMALL:
                raise OSError("cut")
            return super().read(size)

    with pytest.raises(OSError, match="cut"):
        on_disk.assets.put(Broken(LARGE * 2))
    assert [path.name for path in on_disk.assets.folder.iterdir()] == []


def test_what_a_draft_needs_is_not_collected(on_disk):
    keep(on_disk, "a", LARGE)
    keep(on_disk, "b", b"small")
    assert collect(on_disk) == 0


def test_what_no_draft_needs_is_collected(on_disk):
    keep(on_disk, "a", LARGE)
    keep(on_disk, "b", b"small")
    keep(on_disk, "a", LARGE + b"shared", draft_id="other")
    forget(on_disk)
    assert collect(on_disk) == 2
    assert files(on_disk) == [hashlib.sha256(LARGE + b"shared").hexdigest()]


def test_what_a_running_job_has_just_stored_is_not_collected(on_disk):
    stored = on_disk.assets.put(io.BytesIO(LARGE))
    assert collect(on_disk, grace=60) == 0
    assert files(on_disk) == [stored.sha256]


def test_storing_known_bytes_again_keeps_them_from_the_collector(on_disk):
    stored = on_disk.assets.put(io.BytesIO(LARGE))
    path = on_disk.assets.folder / stored.sha256[:2] / stored.sha256
    os.utime(path, (0, 0))
    on_disk.assets.put(io.BytesIO(LARGE))
    assert collect(on_disk, grace=60) == 0
    assert path.exists()


def flipped(content):
    return bytes([content[0] ^ 1]) + content[1:]


def test_storing_the_same_bytes_again_heals_a_damaged_file(on_disk):
    stored = keep(on_disk, "a", LARGE)
    path = on_disk.assets.folder / stored.sha256[:2] / stored.sha256
    path.write_bytes(flipped(LARGE))
    assert keep(on_disk, "a", LARGE) == stored
    assert path.read_bytes() == LARGE


def test_storing_the_same_bytes_again_heals_a_damaged_row(store):
    stored = keep(store, "a", b"small")
    with store.write() as connection:
        connection.execute(update(asset).values(data=b"smale"))
    keep(store, "a", b"small")
    with store.assets.open(stored.sha256) as stream:
        assert stream.read() == b"small"


def test_an_empty_folder_gives_way_to_the_asset_whose_place_it_takes(on_disk):
    path = on_disk.assets.folder / hashlib.sha256(LARGE).hexdigest()[:2]
    (path / hashlib.sha256(LARGE).hexdigest()).mkdir(parents=True)
    stored = keep(on_disk, "a", LARGE)
    with on_disk.assets.open(stored.sha256) as stream:
        assert stream.read() == LARGE


def test_a_full_folder_in_the_place_of_an_asset_is_named_and_kept(on_disk):
    place = on_disk.assets.folder / hashlib.sha256(LARGE).hexdigest()[:2]
    place /= hashlib.sha256(LARGE).hexdigest()
    place.mkdir(parents=True)
    (place / "mine.txt").write_text("mine")
    os.utime(place, (0, 0))
    with pytest.raises(SettingsError) as caught:
        keep(on_disk, "a", LARGE)
    assert (caught.value.code, caught.value.where) == ("store_unreadable", str(place))
    collect(on_disk)
    assert (place / "mine.txt").exists()
    with pytest.raises(SettingsError):
        on_disk.assets.open(place.name)


def test_an_asset_that_is_gone_is_named(on_disk):
    stored = keep(on_disk, "a", LARGE)
    (on_disk.assets.folder / stored.sha256[:2] / stored.sha256).unlink()
    with pytest.raises(SettingsError) as caught:
        on_disk.assets.open(stored.sha256)
    assert caught.value.code == "store_unreadable"
    assert stored.sha256 in caught.value.where


def test_small_assets_are_read_together_and_large_ones_left_out(store):
    first, second = keep(store, "a", b"first"), keep(store, "b", b"second")
    large = keep(store, "c", LARGE)
    wanted = [first.sha256, second.sha256, large.sha256, "0" * 64]
    assert store.assets.small(wanted) == {first.sha256: b"first", second.sha256: b"second"}
    assert store.assets.small([]) == {}


def test_a_half_written_file_of_long_ago_is_collected(on_disk):
    folder = on_disk.assets.folder
    folder.mkdir(exist_ok=True)
    for name, age in (("new-shared-old", 2 * GRACE), ("new-shared-fresh", 0)):
        (folder / name).write_bytes(b"half")
        then = time.time() - age
        os.utime(folder / name, (then, then))
    assert sweep(on_disk) == 1
    assert (folder / "new-shared-fresh").exists()
