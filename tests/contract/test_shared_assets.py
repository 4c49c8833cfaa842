"""The larger files of a team's store: in a folder that all see, or in a bucket."""

from __future__ import annotations

import hashlib
import io
import shutil

import pytest
from sqlalchemy import delete, insert, select

from courseporter.errors import SettingsError, TransientError
from courseporter.store import open_store
from courseporter.store.assets import SMALL
from courseporter.store.schema import draft, meta
from courseporter.store.sweep import sweep

LARGE = b"0123456789abcdef" * (SMALL // 16) + b"!"


@pytest.fixture(scope="module")
def swift():
    """A bucket of a real S3 service."""
    from fakes.swift import Swift

    service = Swift()
    try:
        service.start()
        yield service
    finally:
        service.remove()


@pytest.fixture(params=["folder", "bucket"])
def place(request, tmp_path, monkeypatch):
    """Where the files lie; a folder or an address."""
    if request.param == "folder":
        return str(tmp_path / "shared")
    service = request.getfixturevalue("swift")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test:tester")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    return service.address.replace("/some/where", f"/{tmp_path.name}")


@pytest.fixture
def url(postgres):
    made = postgres.database()
    yield made
    postgres.drop(made)


def put(store, data):
    stored = store.assets.put(io.BytesIO(data))
    with store.write() as connection:
        store.assets.insert(connection, [stored])
    return stored.sha256


def test_what_one_machine_stores_another_reads(tmp_path, url, place):
    with open_store(tmp_path / "one", url, assets=place) as one:
        names = {put(one, data): data for data in (b"small", LARGE, LARGE * 150)}
    with open_store(tmp_path / "two", url) as two:  # the store says where they lie
        for name, data in names.items():
            with two.assets.open(name) as stream:
                assert stream.read(10) == data[:10]
                assert hashlib.sha256(data[:10] + stream.read()).hexdigest() == name


def test_files_are_read_from_any_place(tmp_path, url, place):
    with (
        open_store(tmp_path / "one", url, assets=place) as one,
        one.assets.open(put(one, LARGE * 30)) as stream,
    ):
        stream.seek(-5, io.SEEK_END)
        assert stream.read() == (LARGE * 30)[-5:]
        stream.seek(len(LARGE))
        assert stream.read(len(LARGE)) == LARGE


def test_a_machine_that_looks_elsewhere_does_not_start(tmp_path, url, place):
    open_store(tmp_path / "one", url, assets=place).close()
    with pytest.raises(SettingsError, match="aren't in") as caught:
        open_store(tmp_path / "two", url, assets=str(tmp_path / "elsewhere"))
    assert place in caught.value.hint


def test_the_place_of_another_store_is_refused(tmp_path, url, place, postgres):
    open_store(tmp_path / "one", url, assets=place).close()
    other = postgres.database()
    with pytest.raises(SettingsError, match="aren't in"):
        open_store(tmp_path / "two", other, assets=place)
    postgres.drop(other)


def test_a_folder_that_moved_with_its_files_is_known_again(tmp_path, url):
    with open_store(tmp_path / "one", url, assets=str(tmp_path / "a")) as store:
        name = put(store, LARGE)
    shutil.move(tmp_path / "a", tmp_path / "b")
    with pytest.raises(SettingsError):
        open_store(tmp_path / "one", url)
    open_store(tmp_path / "one", url, assets=str(tmp_path / "b")).close()
    with open_store(tmp_path / "one", url) as store, store.assets.open(name) as stream:
        assert stream.read() == LARGE


def test_files_that_no_draft_needs_are_swept_away(tmp_path, url, place):
    with open_store(tmp_path / "one", url, assets=place) as store:
        name = put(store, LARGE)
        assert sweep(store) == 0  # stored a moment ago
        assert sweep(store, grace=-5) == 1
        with pytest.raises(SettingsError) as caught:
            store.assets.open(name).read()
        assert caught.value.code == "store_unreadable"
        assert store.assets.marked() is not None


def test_what_a_worker_just_enters_again_is_passed_over(tmp_path, url):
    """A row that no draft needs, found again in the moment in which it is collected."""
    with open_store(tmp_path / "one", url) as one, open_store(tmp_path / "two", url) as two:
        put(one, b"small")
        stored = one.assets.put(io.BytesIO(b"small"))
        with one.write() as worker:
            one.assets.insert(worker, [stored])
            assert sweep(two, grace=-5) == 0
            worker.execute(insert(draft).values(id="d", key="d", created_at=0, updated_at=0))
            one.assets.keep(worker, "d", {"a.txt": stored})
        assert sweep(two, grace=-5) == 0
        with two.assets.open(stored.sha256) as stream:
            assert stream.read() == b"small"


def test_a_file_that_is_gone_is_named(tmp_path, url, place):
    with open_store(tmp_path / "one", url, assets=place) as store:
        with pytest.raises(SettingsError) as caught:
            store.assets.open("ab" * 32)
        assert "ab" * 32 in caught.value.where or place in caught.value.where


def test_a_wrong_key_is_no_reason_to_try_again(tmp_path, url, swift, monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test:tester")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "wrong")
    with pytest.raises(SettingsError, match="was denied"):
        open_store(tmp_path, url, assets=swift.address)


def test_a_bucket_that_is_away_is_a_passing_trouble(tmp_path, url, monkeypatch):
    from courseporter.store import bucket

    monkeypatch.setattr(bucket, "RETRIES", 0)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "a")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "b")
    with pytest.raises(TransientError, match="isn't responding") as caught:
        open_store(tmp_path, url, assets="s3://team?endpoint=http://127.0.0.1:1")
    assert caught.value.retryable


@pytest.mark.parametrize("place", ["s3://", "s3://team?colour=red"])
def test_an_address_that_is_none_is_refused(tmp_path, url, place):
    with pytest.raises(SettingsError, match="valid bucket address"):
        open_store(tmp_path, url, assets=place)


def test_a_place_that_was_marked_by_a_killed_process_is_settled_by_the_next(tmp_path, url, place):
    named = meta.c.name == "assets"
    with open_store(tmp_path / "one", url, assets=place) as one, one.write() as connection:
        connection.execute(delete(meta).where(named))  # as it is between mark and commit
    open_store(tmp_path / "one", url, assets=place).close()
    with open_store(tmp_path / "two", url) as two, two.read() as connection:
        assert connection.scalar(select(meta.c.value).where(named)) == place


def test_a_mark_that_was_not_written_to_its_end_is_written_again(tmp_path, url):
    place = tmp_path / "shared"
    place.mkdir()
    (place / "store-id").touch()
    open_store(tmp_path / "one", url, assets=str(place)).close()
    assert (place / "store-id").read_text()
