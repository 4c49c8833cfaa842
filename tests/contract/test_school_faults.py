"""What schools do wrong: an import ends as if nothing had happened, or says what to do.

Both providers, over real sockets and through the job store.
"""

from __future__ import annotations

import email.utils
import time

import msgspec
import pytest

from courseporter import api
from courseporter.errors import PorterError
from courseporter.net import Policy
from courseporter.secret import Secret
from fakes.service import Reply, found, gateway, too_many, truncated
from fakes.teachable import Teachable
from fakes.teachable import grown as school_grown
from fakes.thinkific import KEY, TOKEN, Thinkific
from fakes.thinkific import grown as site_grown

CLOUDFLARE = (520, 521, 522, 523, 524, 525, 526, 527, 530)


def soon(form):
    """A second from now, as a header value."""
    now = time.time() + 1
    return {
        "date": email.utils.formatdate(now + 1, usegmt=True),
        "epoch": str(int(now) + 1),
        "milliseconds": str(int(now * 1000)),
    }[form]


FAULTS = {
    "429 Retry-After in seconds": lambda: too_many({"Retry-After": "1"}),
    "429 Retry-After as a date": lambda: too_many({"Retry-After": soon("date")}),
    "429 RateLimit-Reset in seconds": lambda: too_many({"RateLimit-Reset": "1"}),
    "429 RateLimit-Reset in epoch seconds": lambda: too_many({"RateLimit-Reset": soon("epoch")}),
    "429 RateLimit-Reset in epoch milliseconds": lambda: too_many(
        {"RateLimit-Reset": soon("milliseconds")}
    ),
    "429 X-RateLimit-Reset": lambda: too_many({"X-RateLimit-Reset": "1"}),
    "429 RateLimit, new form": lambda: too_many({"RateLimit": '"default";r=0;t=1'}),
    "429 RateLimit, old form": lambda: too_many({"RateLimit": "limit=100, remaining=0, reset=1"}),
    "429 HTML": lambda: Reply(429, b"<html>", {"Retry-After": "1", "Content-Type": "text/html"}),
    "403 rate limit, as of old": lambda: Reply(403, b"Rate Limit Exceeded", {"Retry-After": "1"}),
    **{f"{status} HTML": (lambda s=status: gateway(s)) for status in (500, 502, 503, 504)},
    **{f"{status} HTML": (lambda s=status: gateway(s)) for status in CLOUDFLARE},
    "HTML in place of JSON": lambda: gateway(200),
    "truncated JSON": lambda: truncated({"lecture": {"id": 1}, "items": [], "data": {}}),
    "a list in place of an object": lambda: found([1, 2]),
    "a reset before the answer": lambda: Reply(reset=0),
    "a reset in the middle": lambda: Reply(body=b'{"lecture": {', reset=90),
    "fewer bytes than announced": lambda: Reply(
        raw=b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\nConnection: close\r\n\r\n{}"
    ),
}


@pytest.fixture
def unpaced(monkeypatch):
    """As fast as the fake answers; backoff is short."""
    for kind in ("teachable", "thinkific"):
        monkeypatch.setattr(f"courseporter.connections.kinds.{kind}.POLICY", Policy())
    monkeypatch.setattr("courseporter.net.client.FIRST_WAIT", 0.01)
    monkeypatch.setattr("courseporter.jobs.settle.BASE_MS", 10)


@pytest.fixture
def teachable(actor, monkeypatch, keychain_in_memory, unpaced):
    with Teachable(school_grown(3, 6), limit=None) as fake:
        monkeypatch.setenv("COURSEPORTER_TEACHABLE_URL", fake.url)
        api.add_connection(actor, "teachable", "School", {}, {"api_key": Secret(fake.key)})
        yield fake, lambda: api.import_course(actor, "School", "1450000", {})


@pytest.fixture
def thinkific(actor, monkeypatch, keychain_in_memory, unpaced):
    with Thinkific(site_grown(3, 12), limit=None) as fake:
        monkeypatch.setenv("COURSEPORTER_THINKIFIC_URL", fake.rest.url)
        monkeypatch.setenv("COURSEPORTER_THINKIFIC_GRAPHQL_URL", fake.graphql.url)
        secrets = {"api_key": Secret(KEY), "access_token": Secret(TOKEN)}
        api.add_connection(actor, "thinkific", "Site", {"subdomain": "school"}, secrets)
        yield fake, lambda: api.import_course(actor, "Site", "1264001", {})


def ledger(imported):
    return [msgspec.to_builtins(one) for one in imported.result.entries]


def twice(actor, run, fault):
    """The ledgers of a calm import, and of one with the fault."""
    calm = run()
    calm_ledger = ledger(calm)
    api.acknowledge_import(actor, calm)
    fault()
    return calm_ledger, ledger(run())


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_of_teachable_leaves_no_trace(actor, teachable, fault):
    fake, run = teachable
    calm, after = twice(actor, run, lambda: fake.fail(r"/lectures/", FAULTS[fault](), after=2))
    assert after == calm
    assert all(one.times == 0 for one in fake.faults)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_of_thinkifics_rest_api_leaves_no_trace(actor, thinkific, fault):
    fake, run = thinkific
    calm, after = twice(actor, run, lambda: fake.rest.fail(r"/contents", FAULTS[fault](), after=1))
    assert after == calm
    assert all(one.times == 0 for one in fake.rest.faults)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_of_thinkifics_graphql_api_leaves_no_trace(actor, thinkific, fault):
    fake, run = thinkific
    calm, after = twice(actor, run, lambda: fake.graphql.fail(".", FAULTS[fault](), after=5))
    assert after == calm
    assert all(one.times == 0 for one in fake.graphql.faults)


def test_a_used_up_budget_told_with_status_200_is_waited_for(actor, thinkific):
    fake, run = thinkific
    moment = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    used_up = {
        "errors": [{"message": "API rate limit exceeded", "extensions": {"code": "RATE_LIMITED"}}],
        "extensions": {"rateLimit": {"cost": 9, "remaining": 0, "resetAt": moment, "limit": 2000}},
    }
    calm, after = twice(actor, run, lambda: fake.graphql.fail(".", found(used_up), after=5))
    assert after == calm


def test_part_of_an_answer_with_errors_is_asked_for_again(actor, thinkific):
    fake, run = thinkific
    usual, once = fake.graphql.answer, []

    def partly(request):
        answer = usual(request)
        if b"query Lessons" in request.body and not once and len(answer["data"]) > 1:
            once.append(True)
            answer["data"]["l0"] = None
            answer["errors"] = [{"message": "timeout"}]
        return answer

    def fault():
        fake.graphql.answer = partly

    calm, after = twice(actor, run, fault)
    assert once
    assert after == calm


def test_a_redirect_to_another_host_never_carries_the_key(actor, teachable):
    fake, run = teachable
    seen = []
    fake.cdn.answer = lambda request: seen.append(dict(request.headers)) or Reply(200, b"{}")
    away = Reply(302, b"", {"Location": f"{fake.cdn.url}/elsewhere"})
    fake.fail(r"/lectures/", away, times=1, after=1)
    run()
    there = [headers for headers in seen if "apikey" in headers]
    assert seen
    assert there == []


def test_a_key_revoked_in_the_middle_ends_with_4_and_the_import_resumes(actor, teachable):
    fake, run = teachable
    fake.fail(r"/lectures/", found({"message": "Unauthorized"}, 401), times=99, after=3)
    with pytest.raises(PorterError) as caught:
        run()
    assert (caught.value.code, caught.value.exit_code) == ("invalid_credentials", 4)
    fake.faults.clear()
    read = set(fake.lecture_calls()[:3])
    fake.asked.clear()
    run()
    assert not read & set(fake.lecture_calls())


def test_a_fault_that_stays_ends_with_5_and_a_sentence(actor, teachable):
    fake, run = teachable
    fake.fail(r"/lectures/", gateway(522), times=999)
    with pytest.raises(PorterError) as caught:
        run()
    assert caught.value.exit_code == 5
    assert "522" in caught.value.message
    assert fake.key not in str(caught.value.as_json())


def test_a_slow_body_is_waited_for(actor, teachable):
    fake, run = teachable
    usual = fake.answer

    def slowly(request):
        answer = usual(request)
        if request.path.endswith("/lectures/14500000001"):
            reply = found(answer)
            reply.drip = 0.001
            return reply
        return answer

    def fault():
        fake.answer = slowly

    calm, after = twice(actor, run, fault)
    assert after == calm
