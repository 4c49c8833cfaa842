"""Token buckets in the store: shared by processes, on both databases."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from courseporter.net import Rate
from courseporter.store import open_store
from courseporter.store.damage import look
from courseporter.store.pace import StoredPace
from courseporter.store.store import FILE_NAME, PrivateStore

RATE = Rate(2, 2)


@pytest.fixture
def clock():
    return [1_000_000]


@pytest.fixture
def store(tmp_path, clock):
    made = open_store(tmp_path, clock=lambda: clock[0])
    yield made
    made.close()


def test_requests_are_spread_to_the_rate(store, clock):
    pace = StoredPace(store)
    waits = [pace.take("lane", RATE, 1, 10) for _ in range(4)]
    assert waits == pytest.approx([0, 0, 0.5, 1.0])
    clock[0] += 10_000
    assert pace.take("lane", RATE, 1, 10) == 0


def test_two_processes_share_one_bucket(store, tmp_path, clock):
    other = open_store(tmp_path, clock=lambda: clock[0])
    waits = [StoredPace(one).take("lane", RATE, 1, 10) for one in (store, other, store, other)]
    other.close()
    assert waits == pytest.approx([0, 0, 0.5, 1.0])


def test_lanes_do_not_wait_for_each_other(store):
    pace = StoredPace(store)
    for _ in range(5):
        pace.take("busy", RATE, 1, 10)
    assert pace.take("quiet", RATE, 1, 10) == 0


def test_a_wait_beyond_patience_reserves_nothing(store):
    pace = StoredPace(store)
    assert pace.take("lane", RATE, 100, 10) == pytest.approx(49)
    assert pace.take("lane", RATE, 2, 10) == 0


def test_a_pause_holds_everybody_and_is_never_shortened(store, clock):
    pace = StoredPace(store)
    pace.pause("lane", 30)
    pace.pause("lane", 5)
    assert pace.take("lane", None, 1, 0) == pytest.approx(30)
    assert pace.take("lane", RATE, 1, 0) == pytest.approx(30)
    clock[0] += 30_000
    assert pace.take("lane", None, 1, 0) == 0


def test_a_used_up_limit_holds_until_its_window_ends(store):
    pace = StoredPace(store)
    pace.learn("lane", 5, 60)
    assert pace.take("lane", RATE, 1, 100) == 0
    pace.learn("lane", 0, 60)
    assert pace.take("lane", RATE, 1, 100) == pytest.approx(60)


def test_a_private_store_has_buckets_too(tmp_path):
    made = PrivateStore(tmp_path, lambda: 5)
    assert StoredPace(made).take("lane", RATE, 1, 10) == 0
    made.close()


def test_a_lane_is_no_damage_of_the_store(tmp_path, store):
    pace = StoredPace(store)
    pace.take("lane", RATE, 1, 10)
    pace.pause("other", 5)
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as raw:
        assert look(raw) is None
