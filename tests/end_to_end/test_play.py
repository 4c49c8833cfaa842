"""Trying a lesson: the files of the course package, served on this computer until the app ends."""

from __future__ import annotations

import errno
import http.client
import json
import re
import threading
from multiprocessing import Pipe, active_children
from urllib.parse import urlsplit

import pytest

from courseporter import api
from courseporter.api import workers
from courseporter.api.play import attend
from courseporter.errors import SettingsError
from courseporter.flows.play_server import Playroom
from fakes.material import scorm, simple_template

ITEMS = [(1, "Start", None), (2, "One </script>", "R"), (2, "Two", "R")]


@pytest.fixture
def house(tmp_path):
    actor = api.start(tmp_path / "home")
    yield actor
    api.stop(actor)


@pytest.fixture
def room(house):
    """What the process does, in this one: quicker."""
    made = Playroom(house.store, house.organisation)
    yield made
    made.close()


@pytest.fixture
def draft(house, tmp_path):
    return imported(house, scorm(tmp_path / "a.zip", ITEMS))


def imported(house, path):
    job = api.prepare(house, path)
    workers.work(house, once=True)
    return api.job(house, job).draft_id


def key_of(house, draft, title):
    return api.find(house, draft, title)[0].key


def fetch(address):
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=60)
    try:
        connection.request("GET", parts.path)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def config_of(page):
    return json.loads(re.search(rb'id="config">(.*?)</script>', page)[1])


def beside(address, name):
    return f"{address.rpartition('/')[0]}/{name}"


def lesson_address(address):
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}{config_of(fetch(address)[1])['lesson']}"


def test_the_page_and_all_that_the_lesson_needs_are_served(house, room, draft):
    address = room.play(draft, key_of(house, draft, "One"))
    status, page = fetch(address)
    assert status == 200
    assert b"One &lt;/script&gt;" in page
    assert b"{{" not in page
    assert [fetch(beside(address, name))[0] for name in ("play.css", "play.js")] == [200, 200]
    lesson = lesson_address(address)
    assert re.search(r"/asset-v1:[^/]+\+type@asset\+block/cpscorm-[0-9a-f]{10}-0\.html$", lesson)
    player = config_of(page)["id"]
    names = [f"cpscorm-{player}.{ending}" for ending in ("zip", "json", "js")]
    for name in (*names, "cpscorm-sw.js"):
        assert fetch(beside(lesson, name))[0] == 200, name


def test_what_plays_is_what_the_package_carries(house, room, draft, tmp_path):
    import tarfile

    lesson = lesson_address(room.play(draft, key_of(house, draft, "Two")))
    out = tmp_path / "course.tar.gz"
    api.answer_scorm(house, draft, "play")
    api.publish(house, draft, out)
    workers.work(house, once=True)
    with tarfile.open(out) as package:
        written = {
            name.rpartition("/")[2]: package.extractfile(name).read()
            for name in package.getnames()
            if "/static/cpscorm-" in name
        }
    assert len(written) == 6
    page = lesson.rpartition("/")[2]
    for name in [name for name in written if not name.endswith(".html")] + [page]:
        assert fetch(beside(lesson, name)) == (200, written[name]), name


def test_lessons_of_one_package_play_side_by_side(house, room, draft):
    first = room.play(draft, key_of(house, draft, "One"))
    second = room.play(draft, key_of(house, draft, "Two"))
    assert first.rpartition("/")[0] == second.rpartition("/")[0]
    assert [fetch(lesson_address(one))[0] for one in (first, second)] == [200, 200]


def test_courses_do_not_know_each_others_addresses(house, room, draft, tmp_path):
    other = imported(house, scorm(tmp_path / "b.zip", ITEMS))
    first = room.play(draft, key_of(house, draft, "Two"))
    second = room.play(other, key_of(house, other, "Two"))
    assert urlsplit(first).netloc != urlsplit(second).netloc  # another origin
    assert len({re.search(r"/play-([0-9a-f]{32})/", one)[1] for one in (first, second)}) == 2


def test_a_changed_course_keeps_its_address(house, room, draft):
    place = key_of(house, draft, "Two")
    before = room.play(draft, place)
    api.rename(house, draft, place, "Twice")
    api.set_course(house, draft, language="de")
    assert room.play(draft, place) == before
    assert b"Twice" in fetch(before)[1]
    lesson = lesson_address(before)
    assert b'lang="de"' in fetch(lesson)[1]
    assert fetch(beside(lesson, f"cpscorm-{config_of(fetch(before)[1])['id']}.zip"))[0] == 200


def test_a_lesson_can_be_tried_whatever_is_to_become_of_it(house, room, draft):
    api.choose_scorm(house, draft, None, "download")
    assert fetch(lesson_address(room.play(draft, key_of(house, draft, "Two"))))[0] == 200


def test_a_place_without_a_lesson_says_so(house, room, tmp_path):
    draft = imported(house, simple_template(tmp_path / "c.zip"))
    with pytest.raises(SettingsError, match="no playable SCORM lesson"):
        room.play(draft, api.tree(house, draft, None)[0].key)


def test_nothing_is_served_and_nothing_is_left_when_the_room_is_closed(house, draft):
    room = Playroom(house.store, house.organisation)
    address = room.play(draft, key_of(house, draft, "Two"))
    assert list((house.home / "scratch").iterdir()) == []
    room.close()
    with pytest.raises(ConnectionRefusedError):
        fetch(address)


def test_a_process_of_its_own_serves_until_it_is_stopped(house, draft):
    address = api.play(house, draft, key_of(house, draft, "Two"))
    assert fetch(lesson_address(address))[0] == 200
    with pytest.raises(SettingsError, match="no playable SCORM lesson") as refused:
        api.play(house, draft, "nowhere")
    assert refused.value.code == "unknown_item"
    assert refused.value.hint
    assert api.play(house, draft, key_of(house, draft, "Two")) == address
    api.stop_playing(house)
    with pytest.raises(ConnectionRefusedError):
        fetch(address)
    api.stop_playing(house)  # nothing to stop is no fault


def test_a_full_disk_is_said_and_the_server_goes_on(tmp_path, monkeypatch):
    answers = [OSError(errno.ENOSPC, "No space left on device", "/x"), "http://127.0.0.1/play"]

    def play(_room, *_place):
        answer = answers.pop(0)
        if isinstance(answer, OSError):
            raise answer
        return answer

    monkeypatch.setattr(Playroom, "play", play)
    ours, theirs = Pipe()
    for _ in range(2):
        ours.send(("play", "draft", "key"))
    server = threading.Thread(target=attend, args=(str(tmp_path / "home"), theirs))
    server.start()
    refusal, address = [ours.recv() for _ in range(2) if ours.poll(60)]
    ours.close()
    server.join()
    assert (refusal.code, address) == ("disk_full", "http://127.0.0.1/play")


def test_a_server_that_died_is_started_again(house, draft):
    key = key_of(house, draft, "Two")
    api.play(house, draft, key)
    child = next(one for one in active_children() if one.name == "courseporter-play")
    child.kill()
    child.join()
    assert fetch(api.play(house, draft, key))[0] == 200
    api.stop_playing(house)
