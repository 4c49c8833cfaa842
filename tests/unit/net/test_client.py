"""What a call does with answers, good and bad, on a real socket."""

from __future__ import annotations

import gzip
import logging
import time

import pytest

from courseporter.errors import (
    AuthError,
    ConflictError,
    PorterError,
    RejectedError,
    SettingsError,
    TransientError,
)
from courseporter.net import Client, FilePart, HeaderCredential, LocalPace, Policy, Rate, RawFile
from courseporter.net.pace import rate_below
from courseporter.secret import Secret
from fakes.web import Reply, served, unused_port

KEY = Secret("key-that-nobody-may-see")
QUICK = Policy(total=5, silence=2, connect=2, patience=1)


def client(web, **options):
    return Client(web.url, **{"policy": QUICK, **options})


def test_gives_the_answer_and_its_latency():
    with served(Reply(body=b'{"id": 7}')) as web, client(web) as site:
        answer = site.get("/v1/courses", params={"page": 2, "per": 1})
    assert answer.json() == {"id": 7}
    assert answer.status == 200
    assert answer.url == f"{web.url}/v1/courses"
    assert web.requests[0].query == {"page": ["2"], "per": ["1"]}
    assert web.requests[0].headers["user-agent"].startswith("CoursePorter/")


@pytest.mark.parametrize(
    ("status", "kind", "code", "exit_code"),
    [
        (401, AuthError, "invalid_credentials", 4),
        (403, AuthError, "permission_error", 4),
        (404, RejectedError, "remote_missing", 8),
        (409, ConflictError, "conflict", 6),
        (413, RejectedError, "remote_too_large", 8),
        (422, RejectedError, "rejected", 8),
        (429, TransientError, "rate_limited", 5),
        (500, TransientError, "server_error", 5),
        (503, TransientError, "server_error", 5),
    ],
)
def test_turns_a_status_into_a_typed_error(status, kind, code, exit_code):
    body = b'{"message": ["The quota of", "this school"]}'
    with (
        served(Reply(status, body)) as web,
        client(web, policy=Policy(tries=1)) as site,
        pytest.raises(kind) as caught,
    ):
        site.get("/a", params={"token": "hidden"})
    error = caught.value
    assert (error.code, error.exit_code) == (code, exit_code)
    assert "hidden" not in f"{error} {error.where} {error.metadata}"
    assert error.metadata["http"]["status"] == status
    if status != 429:
        assert "The quota of this school" in error.message


def test_hands_over_a_status_that_the_caller_accepts():
    with served(Reply(404, b"gone")) as web, client(web) as site:
        assert site.get("/a", accept=(404,)).text == "gone"


def test_repeats_a_read_until_it_works():
    with served(Reply(503), Reply(reset=10), Reply(body=b"[1]")) as web, client(web) as site:
        assert site.get("/a").json() == [1]
    assert len(web.requests) == 3


def test_sends_a_write_once_when_nobody_knows_whether_it_was_carried_out():
    with served(Reply(500)) as web, client(web) as site, pytest.raises(TransientError) as caught:
        site.post("/a", json={"x": 1})
    assert len(web.requests) == 1
    assert "not_done" not in caught.value.metadata


def test_repeats_a_write_that_certainly_was_not_carried_out():
    busy = Reply(429, headers={"Retry-After": "0"})
    with served(busy, Reply(body=b"{}")) as web, client(web) as site:
        site.post("/a", json={"x": 1})
    assert [request.body for request in web.requests] == [b'{"x":1}'] * 2


def test_repeats_a_write_that_the_caller_declares_repeatable():
    with served(Reply(500), Reply(body=b"{}")) as web, client(web) as site:
        site.post("/a", json={}, repeat=True)
    assert len(web.requests) == 2


def test_gives_back_a_wait_that_is_too_long():
    busy = Reply(429, headers={"Retry-After": "600"})
    with served(busy) as web, client(web) as site, pytest.raises(TransientError) as caught:
        site.get("/a")
    assert caught.value.metadata["retry_after"] == 600
    assert len(web.requests) == 1


def test_a_refused_connection_is_certainly_not_done():
    with (
        Client(f"http://127.0.0.1:{unused_port()}", policy=Policy(tries=1)) as site,
        pytest.raises(TransientError) as caught,
    ):
        site.post("/a")
    assert caught.value.code == "connection_refused"
    assert caught.value.metadata["not_done"] is True


def test_an_unknown_host_is_named():
    with (
        Client("https://nobody.invalid", policy=Policy(tries=1)) as site,
        pytest.raises(TransientError) as caught,
    ):
        site.get("/a")
    assert caught.value.code == "dns_error"
    assert "nobody.invalid" in caught.value.message


def test_a_short_body_is_not_taken_for_a_whole_one():
    cut = Reply(raw=b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{}")
    with (
        served(cut) as web,
        client(web, policy=Policy(tries=1)) as site,
        pytest.raises(TransientError) as caught,
    ):
        site.get("/a")
    assert caught.value.code == "network_error"


def test_a_web_page_instead_of_data_is_refused_with_a_hint():
    page = Reply(body=b"<html>Sign in</html>", headers={"Content-Type": "text/html"})
    with served(page) as web, client(web) as site, pytest.raises(RejectedError) as caught:
        site.get("/a").json()
    assert caught.value.code == "response_invalid"
    assert "web page" in caught.value.message


def test_an_answer_above_the_cap_is_refused():
    with (
        served(Reply(body=b"x" * 70_000)) as web,
        client(web) as site,
        pytest.raises(RejectedError) as caught,
    ):
        site.get("/a", cap=65_536)
    assert caught.value.code == "response_too_large"


def test_a_compressed_answer_is_unpacked():
    packed = Reply(body=gzip.compress(b'{"a": 1}'), headers={"Content-Encoding": "gzip"})
    with served(packed) as web, client(web) as site:
        assert site.get("/a").json() == {"a": 1}


def test_a_bomb_is_refused_at_the_cap():
    bomb = gzip.compress(bytes(200 << 20), 9)
    with (
        served(Reply(body=bomb, headers={"Content-Encoding": "gzip"})) as web,
        client(web) as site,
        pytest.raises(RejectedError) as caught,
    ):
        site.get("/a", cap=1 << 20)
    assert caught.value.code == "response_too_large"


@pytest.mark.parametrize("body", [b"no gzip", gzip.compress(b"x" * 5000, mtime=0)[:-9]])
def test_a_damaged_compression_is_an_error(body):
    packed = Reply(body=body, headers={"Content-Encoding": "gzip"})
    with (
        served(packed) as web,
        client(web, policy=Policy(tries=1)) as site,
        pytest.raises(PorterError),
    ):
        site.get("/a")


def test_uploads_a_file_and_tells_how_far_it_is(tmp_path):
    file = tmp_path / "course.tar.gz"
    file.write_bytes(b"z" * 300_000)
    seen = []
    with served(Reply(500), Reply(body=b'{"task_id": "t"}')) as web, client(web) as site:
        site.post(
            "/import/",
            files={"course_data": FilePart.of(file, "up.tar.gz", "application/gzip")},
            form={"kind": "olx"},
            repeat=True,
            progress=lambda done, total: seen.append((done, total)),
        )
    assert web.requests[0].body == web.requests[1].body or len(web.requests) == 2
    assert b"z" * 300_000 in web.requests[1].body
    assert b'filename="up.tar.gz"' in web.requests[1].body
    assert "content-length" in web.requests[1].headers  # Django refuses chunked uploads
    assert seen[-1] == (300_000, 300_000)


def test_sends_a_file_as_the_whole_body(tmp_path):
    file = tmp_path / "a.bin"
    file.write_bytes(b"q" * 100_000)
    with served(Reply()) as web, client(web) as site:
        site.request("PUT", "/a", body=RawFile.of(file, "video/mp4"))
    assert web.requests[0].body == b"q" * 100_000
    assert web.requests[0].headers["content-type"] == "video/mp4"


# ------------------------------------------------------------------------- credentials, redirects


def test_a_credential_goes_to_its_own_host():
    with served(Reply()) as web, client(web, credential=HeaderCredential(apiKey=KEY)) as site:
        site.get("/a")
    assert web.requests[0].headers["apikey"] == KEY.reveal()


def test_a_redirect_to_another_host_carries_no_credential():
    with served(Reply(body=b"[]")) as other:
        away = Reply(302, headers={"Location": f"{other.url}/b?x=1"})
        with served(away) as web:
            credential = HeaderCredential(apiKey=KEY)
            with client(web, credential=credential, headers={"X-Auth-Subdomain": "me"}) as site:
                assert site.get("/a").json() == []
    received = other.requests[0].headers
    assert KEY.reveal() not in str(received)
    assert "x-auth-subdomain" not in received


def test_a_whole_address_on_another_host_gets_no_credential():
    with (
        served(Reply()) as other,
        served(Reply()) as web,
        client(web, credential=HeaderCredential(apiKey=KEY)) as site,
    ):
        site.get(f"{other.url}/file")
    assert "apikey" not in other.requests[0].headers


def test_a_redirect_on_the_same_host_keeps_the_credential():
    with (
        served(Reply(301, headers={"Location": "/b/"}), Reply()) as web,
        client(web, credential=HeaderCredential(apiKey=KEY)) as site,
    ):
        site.get("/a")
    assert web.requests[1].path == "/b/"
    assert web.requests[1].headers["apikey"] == KEY.reveal()


def test_a_write_is_never_redirected():
    with (
        served(Reply(301, headers={"Location": "/b/"})) as web,
        client(web) as site,
        pytest.raises(RejectedError) as caught,
    ):
        site.post("/a", json={})
    assert caught.value.code == "redirect_refused"
    assert len(web.requests) == 1


@pytest.mark.parametrize(
    "target", ["http://example.com/", "file:///etc/passwd", "http://[", "/again"]
)
def test_an_unsafe_or_endless_redirect_is_refused(target):
    with (
        served(Reply(302, headers={"Location": target})) as web,
        client(web) as site,
        pytest.raises(RejectedError) as caught,
    ):
        site.get("/again")
    assert caught.value.code == "redirect_refused"


def test_a_refused_token_is_renewed_once():
    class Token:
        def __init__(self):
            self.value = "old-token"

        def headers(self):
            return {"Authorization": f"JWT {self.value}"}

        def renew(self):
            self.value = "new-token"
            return True

    with served(Reply(401), Reply(body=b"{}")) as web, client(web, credential=Token()) as site:
        site.post("/a", json={})
    assert [r.headers["authorization"] for r in web.requests] == ["JWT old-token", "JWT new-token"]


def test_cookies_are_not_kept():
    with served(Reply(headers={"Set-Cookie": "sessionid=s; Path=/"})) as web, client(web) as site:
        site.get("/a")
        site.get("/b")
    assert "cookie" not in web.requests[1].headers


def test_plain_http_is_refused_before_anything_is_sent():
    with pytest.raises(SettingsError) as caught:
        Client("http://example.com")
    assert caught.value.code == "address_insecure"


def test_an_untrusted_certificate_is_refused(tls):
    with (
        served(Reply(), context=tls) as web,
        client(web, policy=Policy(tries=3)) as site,
        pytest.raises(TransientError) as caught,
    ):
        site.get("/a")
    assert caught.value.code == "certificate_error"
    assert not web.requests


def test_an_echoed_secret_reaches_neither_error_nor_log(caplog):
    echo = Reply(400, b'{"message": "bad key %s"}' % KEY.reveal().encode())
    with (
        caplog.at_level(logging.DEBUG),
        served(echo) as web,
        client(web, credential=HeaderCredential(apiKey=KEY)) as site,
        pytest.raises(RejectedError) as caught,
    ):
        site.get("/a", params={"q": "hidden"})
    everything = f"{caught.value} {caught.value.metadata} {caplog.text}"
    assert KEY.reveal() not in everything
    assert "hidden" not in everything
    assert "bad key ***" in caught.value.message


# --------------------------------------------------------------------- deadline, cancel, pacing


@pytest.mark.parametrize("reply", [Reply(hang=True), Reply(drip=0.05, body=b"x" * 500)])
def test_a_call_ends_at_its_deadline(reply):
    started = time.monotonic()
    with (
        served(reply) as web,
        client(web, policy=Policy(total=0.5, silence=30, tries=5)) as site,
        pytest.raises(TransientError) as caught,
    ):
        site.get("/a")
    assert caught.value.code == "timeout_error"
    assert time.monotonic() - started < 5


def test_a_body_that_drips_ends_at_the_deadline():
    def slow(_request):
        head = b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n"
        return Reply(raw=head + b"x" * 500, drip=0.02)

    with (
        served(slow) as web,
        client(web, policy=Policy(total=0.5, silence=30)) as site,
        pytest.raises(TransientError) as caught,
    ):
        site.get("/a")
    assert caught.value.code == "timeout_error"


class StopError(Exception):
    pass


@pytest.mark.parametrize("reply", [Reply(hang=True), Reply(429, headers={"Retry-After": "9"})])
def test_a_stop_is_seen_while_a_call_waits(reply):
    started = time.monotonic()

    def tick():
        if time.monotonic() - started > 0.2:
            raise StopError

    patient = Policy(total=60, silence=30, patience=30)
    with (
        served(reply) as web,
        client(web, policy=patient, tick=tick) as site,
        pytest.raises(StopError),
    ):
        site.get("/a")
    assert time.monotonic() - started < 3


def test_calls_are_spread_to_the_rate():
    now = [100.0]
    pace = LocalPace(lambda: now[0])
    rate = Rate(2, 2)
    waits = [pace.take("lane", rate, 1, 10) for _ in range(4)]
    assert waits == pytest.approx([0, 0, 0.5, 1.0])
    now[0] += 10
    assert pace.take("lane", rate, 1, 10) == 0


def test_a_wait_beyond_patience_reserves_nothing():
    pace = LocalPace(lambda: 0.0)
    rate = Rate(1, 1)
    pace.take("lane", rate, 1, 10)
    assert pace.take("lane", rate, 100, 10) == pytest.approx(100)
    assert pace.take("lane", rate, 1, 10) == pytest.approx(1)


def test_a_pause_stops_every_client_of_the_lane():
    pace = LocalPace()
    busy = Reply(429, headers={"Retry-After": "500"})
    with served(busy) as web, client(web, pace=pace, lane="a") as site:
        with pytest.raises(TransientError):
            site.get("/a")
        with client(web, pace=pace, lane="a") as other, pytest.raises(TransientError) as caught:
            other.get("/b")
    assert caught.value.code == "rate_limited"
    assert caught.value.metadata["retry_after"] == pytest.approx(500, abs=5)
    assert len(web.requests) == 1


def test_a_limit_that_is_used_up_is_respected_before_the_site_refuses():
    last = Reply(headers={"RateLimit-Remaining": "0", "RateLimit-Reset": "300"})
    with served(last) as web, client(web) as site:
        site.get("/a")
        with pytest.raises(TransientError) as caught:
            site.get("/b")
    assert caught.value.metadata["retry_after"] == pytest.approx(300, abs=5)
    assert len(web.requests) == 1


@pytest.mark.parametrize("limit", [1, 5, 20, 100, 120, 1000])
def test_the_rate_of_a_limit_never_exceeds_it_in_any_minute(limit):
    rate = rate_below(limit, 60)
    now, sent = 0.0, []
    pace = LocalPace(lambda: now)
    while now < 300:
        now += pace.take("lane", rate, 1, 1e9)
        sent.append(now)
    assert max(sum(at <= one < at + 60 for one in sent) for at in sent) <= limit


def test_a_limit_that_the_site_tells_sets_the_pace():
    told = Reply(headers={"RateLimit-Limit": "6000", "RateLimit-Remaining": "5999"})
    slow = Policy(rate=Rate(0.001, 1), patience=0.1)
    with served(told) as web, client(web, policy=slow) as site:
        for _ in range(5):
            site.get("/a")
    assert len(web.requests) == 5


def test_an_old_refusal_for_too_many_requests_is_no_matter_of_rights():
    refused = Reply(403, b"Rate Limit Exceeded", {"Retry-After": "900"})
    with served(refused) as web, client(web) as site, pytest.raises(TransientError) as caught:
        site.get("/a")
    assert caught.value.code == "rate_limited"
