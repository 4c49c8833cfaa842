from __future__ import annotations

import threading

import pytest

from courseporter.errors import RejectedError
from courseporter.net import Client
from fakes.web import Reply, Web


class Stop(Exception):  # noqa: N818 - no error
    pass


@pytest.fixture
def serve():
    opened = []

    def start(answer):
        opened.append(Web(answer))
        return opened[-1]

    yield start
    for web in opened:
        web.close()


def test_files_are_downloaded_at_the_same_time(tmp_path, serve):
    together = threading.Barrier(4, timeout=30)

    def answer(_request):
        together.wait()  # a file after another would never come this far
        return Reply(200, b"film")

    web = serve(answer)
    with Client() as client:
        begun = [client.ahead(f"{web.url}/{n}", tmp_path / f"{n}", cap=9) for n in range(4)]
        assert [one().size for one in begun] == [4] * 4
    assert [(tmp_path / f"{n}").read_bytes() for n in range(4)] == [b"film"] * 4


def test_never_more_than_four_are_under_way(tmp_path, serve):
    lock, now, most = threading.Lock(), set(), []

    def answer(request):
        with lock:
            now.add(request.path)
            most.append(len(now))
        with lock:
            now.discard(request.path)
        return Reply(200, b"film")

    web = serve(answer)
    with Client() as client:
        begun = [client.ahead(f"{web.url}/{n}", tmp_path / f"{n}", cap=9) for n in range(40)]
        for one in begun:
            one()
    assert max(most) <= 4
    assert len(most) == 40


def test_a_failed_download_tells_it_when_asked(tmp_path, serve):
    web = serve(lambda _request: Reply(404, b""))
    with Client() as client:
        begun = client.ahead(f"{web.url}/a", tmp_path / "a", cap=9)
        with pytest.raises(RejectedError):
            begun()
    assert not (tmp_path / "a").exists()


def test_a_stop_ends_the_wait_and_the_next_run_continues_the_file(tmp_path, serve):
    asked = []
    body = bytes(range(250)) * 8000

    def answer(request):
        asked.append(request.headers.get("range"))
        if request.headers.get("range"):
            start = int(request.headers["range"][6:-1])
            span = {"Content-Range": f"bytes {start}-{len(body) - 1}/{len(body)}"}
            return Reply(206, body[start:], span)
        first = Reply(200, body, {"ETag": '"1"'}).encoded()
        return Reply(raw=first[: len(first) // 2], hang_after=True)

    web = serve(answer)
    part = tmp_path / "film.part"

    def tick():
        if part.exists() and part.stat().st_size > 100_000:
            raise Stop

    with Client(tick=tick) as client:
        begun = client.ahead(f"{web.url}/film", tmp_path / "film", cap=len(body))
        with pytest.raises(Stop):
            begun()
    assert part.stat().st_size > 0
    with Client() as client:
        client.ahead(f"{web.url}/film", tmp_path / "film", cap=len(body), size=len(body))()
    assert (tmp_path / "film").read_bytes() == body
    assert asked[0] is None
    assert asked[-1].startswith("bytes=")
