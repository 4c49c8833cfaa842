"""Files are streamed to disk, continued where they broke off, and appear only when whole."""

from __future__ import annotations

import hashlib

import pytest

from courseporter.errors import RejectedError, TransientError
from courseporter.net import Client, Policy
from fakes.web import Reply, served

FILM = bytes(range(256)) * 2000
ETAG = '"v1"'
ONCE = Policy(tries=1, total=5)
TWICE = Policy(tries=2, total=5)


def ranged(request, content=FILM, etag=ETAG):
    """What a server that knows ranges answers."""
    wanted = request.headers.get("range")
    if wanted is None or request.headers.get("if-range") != etag:
        return Reply(body=content, headers={"ETag": etag, "Content-Type": "video/mp4"})
    start = int(wanted.removeprefix("bytes=").removesuffix("-"))
    if start >= len(content):
        return Reply(416, headers={"Content-Range": f"bytes */{len(content)}"})
    span = f"bytes {start}-{len(content) - 1}/{len(content)}"
    return Reply(206, content[start:], {"ETag": etag, "Content-Range": span})


def broken(request):
    reply = ranged(request)
    head = reply.encoded().index(b"\r\n\r\n") + 4
    return Reply(raw=reply.encoded()[: head + 100_000])


def fetch(web, path, policy=ONCE, **options):
    with Client(policy=policy) as client:
        return client.download(f"{web.url}/film.mp4?sig=x", path, **{"cap": 1 << 20, **options})


def test_a_download_is_whole_and_measured(tmp_path):
    seen = []
    with served(ranged) as web:
        done = fetch(web, tmp_path / "a.mp4", progress=lambda *at: seen.append(at))
    assert (tmp_path / "a.mp4").read_bytes() == FILM
    assert (done.size, done.sha256) == (len(FILM), hashlib.sha256(FILM).hexdigest())
    assert (done.type, done.etag) == ("video/mp4", ETAG)
    assert seen[-1] == (len(FILM), len(FILM))
    assert [path.name for path in tmp_path.iterdir()] == ["a.mp4"]


def test_a_download_continues_within_the_call(tmp_path):
    with served(broken, ranged) as web:
        fetch(web, tmp_path / "a.mp4", TWICE)
    assert (tmp_path / "a.mp4").read_bytes() == FILM
    assert web.requests[1].headers["range"] == "bytes=100000-"


def test_a_download_continues_in_a_later_call(tmp_path):
    with served(broken, ranged) as web:
        with pytest.raises(TransientError):
            fetch(web, tmp_path / "a.mp4")
        assert not (tmp_path / "a.mp4").exists()
        fetch(web, tmp_path / "a.mp4")
    assert (tmp_path / "a.mp4").read_bytes() == FILM
    assert web.requests[1].headers["range"] == "bytes=100000-"


def test_a_file_that_has_changed_is_downloaded_anew(tmp_path):
    other = FILM[::-1]
    with served(broken, lambda request: ranged(request, other, '"v2"')) as web:
        fetch(web, tmp_path / "a.mp4", TWICE)
    assert (tmp_path / "a.mp4").read_bytes() == other


def test_a_file_that_was_whole_already_is_kept(tmp_path):
    (tmp_path / "a.mp4.part").write_bytes(FILM)
    (tmp_path / "a.mp4.part.json").write_bytes(b'{"validator": "\\"v1\\""}')
    with served(ranged) as web:
        done = fetch(web, tmp_path / "a.mp4")
    assert done.size == len(FILM)


def test_the_wrong_part_starts_the_download_again(tmp_path):
    wrong = Reply(206, FILM[5:], {"ETag": ETAG, "Content-Range": f"bytes 5-9/{len(FILM)}"})
    with served(broken, wrong, ranged) as web:
        fetch(web, tmp_path / "a.mp4", Policy(tries=3, total=5))
    assert (tmp_path / "a.mp4").read_bytes() == FILM


@pytest.mark.parametrize("options", [{"sha256": "0" * 64}, {"size": 3}])
def test_a_file_that_is_not_the_expected_one_is_refused(tmp_path, options):
    with served(ranged) as web, pytest.raises(RejectedError) as caught:
        fetch(web, tmp_path / "a.mp4", **options)
    assert caught.value.code == "response_invalid"
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("length", [True, False])
def test_a_file_above_the_cap_is_refused(tmp_path, length):
    with served(Reply(body=FILM, length=length)) as web, pytest.raises(RejectedError) as caught:
        fetch(web, tmp_path / "a.mp4", cap=100_000)
    assert caught.value.code == "response_too_large"
    assert not (tmp_path / "a.mp4").exists()
