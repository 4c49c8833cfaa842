"""Kinds of connections: what they ask for, what they accept, and what their check lists find."""

from __future__ import annotations

import json

import pytest
import typer

from courseporter.connections.checks import Checklist
from courseporter.connections.kind import valid_values, value_problems
from courseporter.connections.kinds import NAMES, all_kinds, kind_named
from courseporter.connections.opened import Opened
from courseporter.errors import SettingsError
from courseporter.secret import Secret
from fakes.web import Reply, served, unused_port

SITE = {
    "lms_url": "https://lms.example.com/",
    "studio_url": "http://127.0.0.1:18010",
    "client_id": "porter",
    "default_org": "MyOrg",
}


def opened(kind, values=(), **secrets):
    known = kind_named(kind)
    return Opened(
        id="c",
        kind=kind,
        name="School",
        values=valid_values(known, dict(values)),
        main_secret=known.secrets[0].name,
        secrets={name: Secret(value) for name, value in secrets.items()},
    )


def result_of(kind, values, **secrets):
    checks = Checklist()
    kind_named(kind).check(opened(kind, values, **secrets), checks)
    return checks.result()


def states(result):
    return {check.name: check.state for check in result.checks}


def test_a_connection_to_open_edx_has_the_defaults_of_the_contract():
    values = valid_values(kind_named("openedx"), SITE)
    assert values == {
        "lms_url": "https://lms.example.com",
        "studio_url": "http://127.0.0.1:18010",
        "client_id": "porter",
        "default_org": "MyOrg",
        "default_run": "self_paced",
        "auto_create_course": True,
        "import_timeout_seconds": 300,
        "max_retries": 3,
        "poll_interval_ms": 5000,
    }


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("lms_url", "http://lms.example.com"),
        ("lms_url", ""),
        ("studio_url", "studio"),
        ("client_id", None),
        ("default_org", "Универ"),
        ("default_org", "My Org"),
        ("default_org", "o" * 51),
        ("import_timeout_seconds", "29"),
        ("import_timeout_seconds", "601"),
        ("import_timeout_seconds", "five"),
        ("max_retries", "0"),
        ("max_retries", "6"),
        ("auto_create_course", "maybe"),
    ],
)
def test_a_value_that_breaks_a_rule_is_named(name, value):
    given = {**SITE, name: value}
    assert list(value_problems(kind_named("openedx"), given)) == [name]
    with pytest.raises(SettingsError) as caught:
        valid_values(kind_named("openedx"), given)
    assert caught.value.where in {name, None}


def test_an_unknown_value_is_refused():
    with pytest.raises(SettingsError, match="no setting “colour”"):
        valid_values(kind_named("teachable"), {"colour": "red"})


def test_an_unknown_kind_names_the_known_ones():
    with pytest.raises(SettingsError) as caught:
        kind_named("moodle")
    assert caught.value.code == "unknown_item"
    assert all(name in caught.value.hint for name in NAMES)


def test_every_kind_describes_itself():
    for kind in all_kinds():
        assert kind_named(kind.name) is kind
        assert str(kind.label)
        assert kind.help is not None
        assert kind.secrets


def test_every_field_has_its_option_in_the_command():
    from courseporter.cli.program import app

    command = typer.main.get_command(app).commands["connections"].commands["add"]
    options = {option for parameter in command.params for option in parameter.opts}
    assert {field.option for kind in all_kinds() for field in kind.fields} <= options


@pytest.mark.parametrize(
    "typed", ["my-school", "https://My-School.thinkific.com/manage", "my-school.thinkific.com"]
)
def test_a_subdomain_is_taken_from_what_people_paste(typed):
    assert valid_values(kind_named("thinkific"), {"subdomain": typed}) == {"subdomain": "my-school"}


def test_a_subdomain_of_another_site_is_refused():
    with pytest.raises(SettingsError):
        valid_values(kind_named("thinkific"), {"subdomain": "school.example.com"})


def test_a_good_school_passes_every_step(monkeypatch):
    def answer(request):
        if request.path == "/v1/courses":
            return Reply(body=json.dumps({"courses": [], "meta": {"total": 7}}).encode())
        return Reply(body=b'{"data": []}')

    with served(answer) as web:
        monkeypatch.setenv("COURSEPORTER_TEACHABLE_URL", web.url)
        result = result_of("teachable", {}, api_key="the-key-of-the-school")
    assert result.success
    assert result.exit_code == 0
    assert states(result) == dict.fromkeys(["secret", "name", "tls", "token", "api_v2"], "ok")
    assert result.api_version == "v2"
    assert result.can["texts"]
    assert "7 courses" in str(result.checks[3].message)
    assert web.requests[0].headers["apikey"] == "the-key-of-the-school"


def test_a_school_without_the_newer_interface_still_passes(monkeypatch):
    with served(lambda r: Reply() if r.path.startswith("/v1") else Reply(404)) as web:
        monkeypatch.setenv("COURSEPORTER_TEACHABLE_URL", web.url)
        result = result_of("teachable", {}, api_key="the-key-of-the-school")
    assert result.success
    assert states(result)["api_v2"] == "failed"
    assert result.api_version == "v1"


def test_a_refused_key_says_what_to_do_and_skips_the_rest(monkeypatch):
    with served(Reply(401)) as web:
        monkeypatch.setenv("COURSEPORTER_TEACHABLE_URL", web.url)
        result = result_of("teachable", {}, api_key="the-key-of-the-school")
    assert (result.success, result.exit_code) == (False, 4)
    failed = next(check for check in result.checks if check.state == "failed")
    assert failed.name == "token"
    assert failed.hint is not None
    assert result.can["outline"] is False


def test_a_school_that_cannot_be_reached_is_no_matter_of_the_key(monkeypatch):
    monkeypatch.setenv("COURSEPORTER_TEACHABLE_URL", f"http://127.0.0.1:{unused_port()}")
    result = result_of("teachable", {}, api_key="the-key-of-the-school")
    assert (result.success, result.exit_code) == (False, 5)
    assert states(result)["tls"] == "failed"


def test_thinkific_signs_in_with_key_and_subdomain(monkeypatch):
    body = {"items": [], "meta": {"pagination": {"total_items": 1}}}
    with served(Reply(body=json.dumps(body).encode())) as web:
        monkeypatch.setenv("COURSEPORTER_THINKIFIC_URL", f"{web.url}/api/public/v1")
        monkeypatch.setattr("courseporter.keychain.get", lambda *_args, **_words: None)
        result = result_of("thinkific", {"subdomain": "my-school"}, api_key="k" * 32)
    assert result.success
    assert (web.requests[0].path, web.requests[0].headers["x-auth-api-key"]) == (
        "/api/public/v1/courses",
        "k" * 32,
    )
    assert web.requests[0].headers["x-auth-subdomain"] == "my-school"
    assert states(result)["graphql"] == "skipped"
    assert result.can == {
        "outline": True,
        "texts": False,
        "files": False,
        "quizzes": False,
        "captions": False,
        "videos": False,
    }
    assert "1 course found" in str(result.checks[3].message)


def test_thinkific_reads_texts_with_an_access_token(monkeypatch):
    def answer(request):
        return Reply(body=b'{"data": {"site": {}}}' if request.method == "POST" else b"{}")

    with served(answer) as web:
        monkeypatch.setenv("COURSEPORTER_THINKIFIC_URL", web.url)
        monkeypatch.setenv("COURSEPORTER_THINKIFIC_GRAPHQL_URL", f"{web.url}/stable/graphql")
        secrets = {"api_key": "k" * 32, "access_token": "the-token"}
        result = result_of("thinkific", {"subdomain": "s"}, **secrets)
    assert result.can["texts"]
    assert web.requests[-1].path == "/stable/graphql"
    assert web.requests[-1].headers["authorization"] == "Bearer the-token"


def test_a_language_model_that_the_server_lacks_is_named():
    with served(Reply(body=b'{"data": [{"id": "small"}]}')) as web:
        values = {"url": f"{web.url}/v1", "model": "large"}
        result = result_of("openai", values, api_key="some-key")
    assert (result.success, result.exit_code) == (False, 8)
    assert "small" in str(result.checks[-1].hint)


def test_a_failed_step_skips_what_follows_unless_it_is_optional():
    checks = Checklist()

    def fail():
        raise SettingsError("Broken.", "Mend it.")

    checks.step("a", fail, optional=True)
    checks.step("b", lambda: "fine")
    checks.step("c", fail)
    checks.step("d", lambda: None)
    checks.step("e", lambda: None, anyway=True)
    assert [check.state for check in checks.result().checks] == [
        "failed",
        "ok",
        "failed",
        "skipped",
        "ok",
    ]
