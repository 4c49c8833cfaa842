"""The web server for this computer alone, asked over real connections."""

import http.client
import io
import threading

import pytest

from courseporter.loopback import Loopback, Served, served

FOLDER = "/asset-v1:Clay+x7Fq+2026+type@asset+block"
PAGE = b"<p>Hello</p>"


@pytest.fixture
def server():
    made = Loopback()
    made.put(FOLDER, {"cpscorm-1-0.html": served(PAGE), "cpscorm-1.zip": served(bytes(range(100)))})
    yield made
    made.close()


@pytest.fixture
def ask(server):
    port = int(server.origin.rpartition(":")[2])
    connections = []

    def asked(path, method="GET", **headers):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        connections.append(connection)
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.read(), answer

    yield asked
    for connection in connections:
        connection.close()


@pytest.mark.parametrize(
    "path",
    [
        f"{FOLDER}/cpscorm-1-0.html",
        f"{FOLDER}@cpscorm-1-0.html",
        f"{FOLDER}/cpscorm-1-0.html?v=1&w=2",
        f"/assets/courseware/v1/{'0a' * 16}{FOLDER}/cpscorm-1-0.html",
        "/asset-v1%3AClay%2Bx7Fq%2B2026%2Btype%40asset%2Bblock/cpscorm-1-0.html",
    ],
)
def test_every_address_of_the_platform_leads_to_the_file(ask, path):
    status, body, answer = ask(path)
    assert (status, body) == (200, PAGE)
    assert answer.headers["Content-Type"] == "text/html"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/", 404),
        (f"{FOLDER}/other.html", 404),
        (f"{FOLDER}/", 400),
        (f"{FOLDER}/a/b.html", 400),
        (f"{FOLDER.replace('x7Fq', 'x7Fr')}/cpscorm-1-0.html", 404),
        (f"{FOLDER}/../cpscorm-1-0.html", 400),
        (f"{FOLDER}/%2e%2e/%2e%2e/etc/passwd", 400),
        ("//etc/passwd", 404),
    ],
)
def test_what_is_not_there_is_refused_as_the_platform_does(ask, path, status):
    got, body, answer = ask(path)
    assert (got, body) == (status, b"")
    assert answer.headers["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", "127.0.0.1:1", ""])
def test_a_request_under_another_name_is_refused(ask, host):
    assert ask(f"{FOLDER}/cpscorm-1-0.html", Host=host)[0] == 421


def test_this_computer_may_be_called_by_its_name(ask, server):
    host = server.origin.replace("http://127.0.0.1", "localhost")
    assert ask(f"{FOLDER}/cpscorm-1-0.html", Host=host)[0] == 200


def test_nothing_can_be_sent_to_it(ask):
    assert ask(f"{FOLDER}/cpscorm-1-0.html", "POST")[0] == 403
    assert ask(f"{FOLDER}/cpscorm-1-0.html", "PUT")[0] == 501


def test_head_tells_the_size_alone(ask):
    status, body, answer = ask(f"{FOLDER}/cpscorm-1.zip", "HEAD")
    assert (status, body, answer.headers["Content-Length"]) == (200, b"", "100")


@pytest.mark.parametrize(
    ("asked", "first", "end"),
    [("bytes=0-0", 0, 1), ("bytes=10-19", 10, 20), ("bytes=90-", 90, 100), ("bytes=-5", 95, 100),
     ("bytes=90-900", 90, 100), ("bytes=-900", 0, 100)],
)  # fmt: skip
def test_one_range_is_answered_by_its_bytes(ask, asked, first, end):
    status, body, answer = ask(f"{FOLDER}/cpscorm-1.zip", Range=asked)
    assert (status, body) == (206, bytes(range(first, end)))
    assert answer.headers["Content-Range"] == f"bytes {first}-{end - 1}/100"


@pytest.mark.parametrize("asked", ["bytes=100-", "bytes=500-600", "bytes=-0"])
def test_a_range_behind_the_end_is_refused(ask, asked):
    status, _, answer = ask(f"{FOLDER}/cpscorm-1.zip", Range=asked)
    assert (status, answer.headers["Content-Range"]) == (416, "bytes */100")


@pytest.mark.parametrize("asked", ["bytes=0-1,5-6", "bytes=-", "lines=1-2", "bytes=9-5", "bytes=x"])
def test_ranges_that_are_none_or_many_bring_the_whole_file(ask, asked):
    status, body, _ = ask(f"{FOLDER}/cpscorm-1.zip", Range=asked)
    assert (status, len(body)) == (200, 100)


def test_a_file_the_browser_has_already_is_not_sent_again(ask):
    first = ask(f"{FOLDER}/cpscorm-1.zip")[2].headers["Last-Modified"]
    assert ask(f"{FOLDER}/cpscorm-1.zip", If_Modified_Since=first)[:2] == (304, b"")
    assert ask(f"{FOLDER}/cpscorm-1.zip", If_Modified_Since="yesterday")[0] == 200


def test_one_connection_serves_many_requests(server):
    connection = http.client.HTTPConnection("127.0.0.1", int(server.origin.rpartition(":")[2]))
    for path, status in (("/no", 404), (f"{FOLDER}/cpscorm-1-0.html", 200), ("/no", 404)) * 3:
        connection.request("GET", path)
        answer = connection.getresponse()
        answer.read()
        assert answer.status == status
    connection.close()


class Slowly(io.BytesIO):
    """A stream that is read from its start, a little at a time."""

    def seekable(self):
        return False

    def read(self, size=-1):
        return super().read(min(size, 1000))


def test_parts_of_a_file_that_cannot_jump_are_found_by_reading(server, ask):
    content = bytes(range(256)) * 64
    server.put("/big", {"a.mp4": Served(len(content), lambda: Slowly(content))})
    status, body, answer = ask("/big/a.mp4", Range="bytes=5000-9999")
    assert (status, body) == (206, content[5000:10_000])
    assert answer.headers["Content-Type"] == "video/mp4"


def test_many_readers_at_once_get_what_they_asked_for(server, ask):
    content = bytes(range(256)) * 4096
    server.put("/big", {"a.zip": served(content)})
    wrong = []

    def read(start):
        body = ask("/big/a.zip", Range=f"bytes={start}-{start + 400_000}")[1]
        if body != content[start : start + 400_001]:
            wrong.append(start)

    threads = [threading.Thread(target=read, args=(start,)) for start in range(0, 8_000, 1_000)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_new_files_take_the_place_of_old_ones(server, ask):
    server.put("/one", {"a.zip": served(b"old"), "b.zip": served(b"old")})
    server.put("/one", {"a.zip": served(b"new")})
    assert ask("/one/a.zip")[1] == b"new"
    assert ask("/one/b.zip")[0] == 404


def test_a_copy_of_an_old_file_is_not_good_for_a_new_one(server, ask):
    server.put("/one", {"a.zip": served(b"old")})
    first = ask("/one/a.zip")[2].headers["Last-Modified"]
    server.put("/one", {"a.zip": served(b"new")})
    assert ask("/one/a.zip", If_Modified_Since=first)[:2] == (200, b"new")


def test_a_file_that_is_gone_breaks_the_connection_and_nothing_else(server, ask):
    def gone():
        raise ValueError("closed")

    server.put("/one", {"a.zip": Served(3, gone), "b.zip": served(b"b")})
    with pytest.raises((http.client.HTTPException, ConnectionError)):
        ask("/one/a.zip")
    assert ask("/one/b.zip")[1] == b"b"


def test_after_its_end_nobody_answers():
    server = Loopback()
    server.put("/one", {"a.zip": served(b"a")})
    port = int(server.origin.rpartition(":")[2])
    server.close()
    with pytest.raises(ConnectionRefusedError):
        http.client.HTTPConnection("127.0.0.1", port, timeout=60).request("GET", "/one/a.zip")
