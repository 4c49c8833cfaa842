"""Every form in which a site says how long to wait."""

from __future__ import annotations

import pytest

from courseporter.net.waits import (
    limit_from_headers,
    remaining_from_headers,
    seconds_until,
    wait_from_headers,
)

NOW = 1_795_478_400.0  # 2026-11-24T00:00:00Z


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "7"}, 7),
        ({"retry-after": "Tue, 24 Nov 2026 00:00:30 GMT"}, 30),
        ({"retry-after": "Mon, 23 Nov 2026 23:00:00 GMT"}, 0),
        ({"ratelimit": '"default";r=0;t=12'}, 12),
        ({"ratelimit": "limit=100, remaining=0, reset=9"}, 9),
        ({"ratelimit-reset": "41"}, 41),
        ({"ratelimit-reset": str(int(NOW) + 8)}, 8),
        ({"ratelimit-reset": str(int(NOW * 1000) + 2500)}, 2.5),
        ({"x-ratelimit-reset": str(int(NOW) + 3)}, 3),
        ({"retry-after": "2", "ratelimit-reset": "50"}, 2),
        ({"retry-after": "soon", "ratelimit-reset": "5"}, 5),
        ({"retry-after": "999999"}, 3600),
        ({"retry-after": "-5"}, None),
        ({"retry-after": "1e9"}, None),
        ({}, None),
    ],
)
def test_reads_how_long_to_wait(headers, seconds):
    assert wait_from_headers(headers, NOW) == (None if seconds is None else pytest.approx(seconds))


@pytest.mark.parametrize(
    ("headers", "left"),
    [
        ({"ratelimit-remaining": "4"}, 4),
        ({"x-ratelimit-remaining": "0"}, 0),
        ({"ratelimit": '"default";r=17;t=12'}, 17),
        ({"ratelimit": "limit=100, remaining=3, reset=9"}, 3),
        ({"ratelimit-remaining": "many"}, None),
        ({}, None),
    ],
)
def test_reads_what_is_left_of_a_limit(headers, left):
    assert remaining_from_headers(headers) == left


def test_reads_the_iso_date_of_a_graphql_answer():
    assert seconds_until("2026-11-24T00:01:00Z", NOW) == 60


@pytest.mark.parametrize(
    ("headers", "limit"),
    [
        ({"ratelimit-limit": "100"}, (100, 60)),
        ({"ratelimit-limit": "100", "ratelimit-reset": "30"}, (100, 60)),
        ({"ratelimit-limit": "100, 100;w=60"}, (100, 60)),
        ({"ratelimit-limit": "10;w=1"}, (10, 1)),
        ({"x-ratelimit-limit": "1000"}, (1000, 60)),
        ({"ratelimit-limit": "25000", "ratelimit-reset": "864000"}, None),
        ({"ratelimit-limit": "0"}, None),
        ({"ratelimit-limit": "many"}, None),
        ({}, None),
    ],
)
def test_reads_how_many_requests_are_allowed(headers, limit):
    assert limit_from_headers(headers, NOW) == limit
