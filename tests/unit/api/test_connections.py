"""Connections in one organization: added, changed, tested, forgotten, and brought back."""

from __future__ import annotations

from dataclasses import replace

import pytest

from courseporter import api, keychain
from courseporter.connections import stored
from courseporter.connections.using import open_connection
from courseporter.errors import AuthError, ConflictError, SettingsError
from courseporter.secret import Secret
from fakes.web import Reply, served

KEY = Secret("the-key-of-the-school")
SITE = {
    "lms_url": "https://lms.example.com",
    "studio_url": "https://studio.example.com",
    "client_id": "porter-client",
    "default_org": "MyOrg",
}
pytestmark = pytest.mark.usefixtures("keychain_in_memory")


def school(actor, name="School", **options):
    return api.add_connection(actor, "teachable", name, {}, {"api_key": KEY}, **options)


def test_a_connection_is_stored_with_its_secret_in_the_keychain(actor, keychain_in_memory):
    made = api.add_connection(
        actor, "openedx", "  Our   Site ", SITE, {"client_secret": KEY}, description="Spring"
    )
    found = api.connection(actor, "Our Site")
    assert found == made
    assert found.values["import_timeout_seconds"] == 300
    assert (found.description, found.secrets_kept) == ("Spring", "keychain")
    assert found.created_by == actor.user
    assert list(keychain_in_memory.values()) == [KEY.reveal()]
    assert api.connections(actor) == (made,)


def test_the_secret_is_in_no_table(actor):
    school(actor)
    with actor.store.read() as connection:
        rows = connection.exec_driver_sql("SELECT * FROM connection").fetchall()
    assert KEY.reveal() not in str(rows)


def test_a_name_is_unique_and_a_taken_one_keeps_no_secret(actor, keychain_in_memory):
    school(actor)
    with pytest.raises(ConflictError) as caught:
        school(actor)
    assert caught.value.exit_code == 6
    assert len(keychain_in_memory) == 1


@pytest.mark.parametrize("name", ["", "   ", "n" * 101])
def test_a_name_has_1_to_100_characters(actor, name):
    with pytest.raises(SettingsError):
        school(actor, name)


def test_a_missing_secret_is_named_with_its_variable(actor):
    with pytest.raises(SettingsError) as caught:
        api.add_connection(actor, "teachable", "My School", {}, {})
    assert caught.value.code == "secret_missing"
    assert "COURSEPORTER_SECRET_MY_SCHOOL" in caught.value.hint


def test_a_variable_is_enough_where_there_is_no_keychain(actor, monkeypatch):
    monkeypatch.undo()
    monkeypatch.setenv("COURSEPORTER_SECRET_SCHOOL", "value-of-a-variable")
    made = api.add_connection(actor, "teachable", "School", {}, {})
    assert made.secrets_kept == "environment"
    opened = open_connection(actor.store, "personal", "School")
    assert opened.secret().reveal() == "value-of-a-variable"


def test_without_a_keychain_nothing_is_stored(actor, monkeypatch):
    monkeypatch.undo()
    with pytest.raises(SettingsError) as caught:
        school(actor)
    assert caught.value.code == "keychain_unavailable"
    assert api.connections(actor) == ()
    assert school(actor, session_only=True).secrets_kept == "session"


def test_another_organization_sees_nothing(actor):
    made = school(actor)
    stranger = replace(actor, organisation="other")
    assert api.connections(stranger) == ()
    for wanted in (made.id, made.name):
        with pytest.raises(SettingsError) as caught:
            api.connection(stranger, wanted)
        assert caught.value.code == "unknown_item"
    with pytest.raises(SettingsError):
        api.forget_connection(stranger, made.id)
    assert school(stranger).name == made.name


def test_members_see_connections_without_private_values_and_change_nothing(actor):
    api.add_connection(actor, "openedx", "Site", SITE, {"client_secret": KEY})
    member = replace(actor, role="member")
    assert "client_id" not in api.connection(member, "Site").values
    assert api.connection(member, "Site").values["default_org"] == "MyOrg"
    for call in (
        lambda: school(member),
        lambda: api.edit_connection(member, "Site", name="X"),
        lambda: api.forget_connection(member, "Site"),
    ):
        with pytest.raises(AuthError):
            call()


def test_a_change_keeps_what_it_does_not_name(actor, keychain_in_memory):
    api.add_connection(actor, "openedx", "Site", SITE, {"client_secret": KEY})
    changed = api.edit_connection(
        actor, "Site", name="Campus", values={"max_retries": 5}, active=False
    )
    assert (changed.name, changed.active) == ("Campus", False)
    assert (changed.values["max_retries"], changed.values["client_id"]) == (5, "porter-client")
    assert changed.secrets_kept == "keychain"
    with pytest.raises(SettingsError, match="turned off"):
        open_connection(actor.store, "personal", "Campus")
    api.edit_connection(actor, "Campus", secrets={"client_secret": Secret("another-secret")})
    assert list(keychain_in_memory.values()) == ["another-secret"]


def test_forgetting_removes_the_secret_and_keeps_the_name_for_the_history(
    actor, keychain_in_memory
):
    made = school(actor)
    api.forget_connection(actor, "School")
    assert api.connections(actor) == ()
    assert not keychain_in_memory
    with actor.store.read() as connection:
        assert stored.name_of(connection, "personal", made.id) == "School"
        assert stored.name_of(connection, "other", made.id) is None


def test_forgetting_can_be_undone(actor, keychain_in_memory):
    made = school(actor)
    gone = api.forget_connection(actor, made.id)
    assert KEY.reveal() not in repr(gone)
    back = api.restore_connection(actor, gone)
    assert (back.id, back.name) == (made.id, made.name)
    assert keychain.get(made.id, "api_key") == KEY
    api.forget_connection(actor, made.id)


def test_a_test_is_kept_with_its_outcome(actor, monkeypatch):
    made = school(actor)
    seen = []
    with served(Reply(403, b'{"message": "no plan"}')) as web:
        monkeypatch.setenv("COURSEPORTER_TEACHABLE_URL", web.url)
        result = api.check_connection(actor, "School", seen.append)
    assert not result.success
    assert tuple(seen) == result.checks
    kept = api.connection(actor, made.id)
    assert kept.last_status == "failed"
    assert kept.report == result
    assert kept.last_test is not None


def test_settings_can_be_tried_before_they_are_saved(actor, monkeypatch, keychain_in_memory):
    with served(Reply()) as web:
        monkeypatch.setenv("COURSEPORTER_TEACHABLE_URL", web.url)
        result = api.try_connection(actor, "teachable", "School", {}, {"api_key": KEY})
    assert result.success
    assert api.connections(actor) == ()
    assert not keychain_in_memory


def test_a_job_opens_a_connection_by_its_id_and_kind(actor):
    made = school(actor)
    opened = open_connection(actor.store, "personal", made.id, kind="teachable")
    assert opened.secret() == KEY
    assert KEY.reveal() not in repr(opened)
    with pytest.raises(SettingsError, match="not to Thinkific"):
        open_connection(actor.store, "personal", made.id, kind="thinkific")
