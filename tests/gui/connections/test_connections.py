"""Schools and Targets in the window: connect, test, edit, forget, bring back."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit

from courseporter import api
from courseporter.api.connections import Check, CheckReport
from courseporter.gui import background
from courseporter.gui.connections.checklist import Relay
from courseporter.gui.window import Window
from courseporter.secret import Secret
from courseporter.settings import Preferences
from fakes.web import Reply, served, unused_port

KEY = "the-key-of-the-school"
SITE = {
    "lms_url": "https://lms.example.com",
    "studio_url": "https://studio.example.com",
    "client_id": "porter",
    "default_org": "MyOrg",
}


@pytest.fixture
def real(qtbot, dressed, plain_locale, actor, settle, keychain_in_memory):
    """A window on a real store."""
    made = Window()
    qtbot.addWidget(made)
    made.resize(1180, 760)
    made.show()
    made.furnish(actor, Preferences())
    made.may_close = lambda: True
    settle(made)
    yield made
    made.actions_of_app.watcher.stop()
    settle()


@pytest.fixture
def schools(real):
    return real.pages["schools"]


@pytest.fixture
def targets(real):
    return real.pages["targets"]


def filled(page, kind, name="School", **values):
    """The open form of a kind, filled in."""
    page.come(kind)
    page.form.name.put(name)
    for field, value in values.items():
        row = page.form.fields.get(field) or page.form.secrets[field]
        if field in page.form.secrets:
            row.line.setText(value)
        else:
            row.put(value)
    return page.form


def saved(qtbot, page):
    page.form.save.click()
    qtbot.waitUntil(lambda: background.idle() and page.form.save.isEnabled())


def test_home_leads_to_connecting_a_school(real, qtbot):
    qtbot.mouseClick(real.pages["home"].welcome.zone.form.school, Qt.MouseButton.LeftButton)
    assert real.stack.currentWidget() is real.pages["schools"]
    assert [offer.kind.name for offer in real.pages["schools"].listing.offers] == [
        "teachable",
        "thinkific",
    ]


def test_the_sidebar_shows_what_is_connected(real, actor, settle):
    assert real.sidebar.places["schools"].isHidden()
    assert real.sidebar.places["targets"].isHidden()
    api.add_connection(actor, "teachable", "School", {}, {"api_key": Secret(KEY)})
    settle(real)
    assert not real.sidebar.places["schools"].isHidden()
    assert real.sidebar.places["targets"].isHidden()


def test_a_school_is_connected_and_tested(real, schools, qtbot, actor, monkeypatch, settle):
    with served(Reply(body=b'{"meta": {"total": 7}}')) as web:
        monkeypatch.setenv("COURSEPORTER_TEACHABLE_URL", web.url)
        filled(schools, "teachable", api_key=KEY)
        saved(qtbot, schools)
    (view,) = api.connections(actor)
    assert (view.name, view.last_status, view.secrets_kept) == ("School", "success", "keychain")
    assert schools.form.checks.title.text() == "It works"
    assert [check.name for check in schools.form.checks.shown] == [
        "secret", "name", "tls", "token", "api_v2",
    ]  # fmt: skip
    schools.form.cancel.click()
    settle(real)
    (row,) = schools.listing.connections
    assert row.badge.word == "Works"


def test_a_failed_test_says_what_to_do_and_the_form_stays(real, schools, qtbot, monkeypatch):
    monkeypatch.setenv("COURSEPORTER_TEACHABLE_URL", f"http://127.0.0.1:{unused_port()}")
    filled(schools, "teachable", api_key=KEY)
    saved(qtbot, schools)
    panel = schools.form.checks
    assert panel.title.text() == "It doesn't work yet"
    failed = next(check for check in panel.shown if check.state == "failed")
    assert failed.name == "tls"
    assert failed.hint is not None
    assert schools.form.view is not None


def test_what_is_missing_is_said_below_each_field_once_somebody_saves(real, targets, actor):
    form = filled(targets, "openedx", "Site", lms_url="studio")
    assert not form.fields["lms_url"].note.text().startswith("The")
    form.save.click()
    assert "isn't a web address" in form.fields["lms_url"].note.text()
    assert form.fields["studio_url"].note.text() == "Studio address is missing."
    assert form.secrets["client_secret"].note.text() == "Client secret is missing."
    assert form.fields["lms_url"].line.hasFocus()
    form.fields["lms_url"].put("https://lms.example.com")
    assert "Where learners" in form.fields["lms_url"].note.text()
    assert api.connections(actor) == ()


def test_rare_settings_are_behind_a_link_and_come_out_when_they_are_wrong(real, targets):
    form = filled(targets, "openedx", "Site", **SITE, client_secret=KEY)
    assert form.fields["import_timeout_seconds"].isHidden()
    form.fields["import_timeout_seconds"].put("5")
    form.save.click()
    assert not form.fields["import_timeout_seconds"].isHidden()
    assert "30 to 600" in form.fields["import_timeout_seconds"].note.text()


def test_a_taken_name_is_said_below_the_name(real, schools, qtbot, actor):
    api.add_connection(actor, "teachable", "School", {}, {"api_key": Secret(KEY)})
    form = filled(schools, "teachable", api_key=KEY)
    form.save.click()
    qtbot.waitUntil(lambda: background.idle() and form.save.isEnabled())
    assert "already exists" in form.name.note.text()


def test_a_secret_is_shown_as_dots_and_kept_when_it_is_left_empty(
    real, targets, qtbot, actor, keychain_in_memory, settle
):
    api.add_connection(actor, "openedx", "Site", SITE, {"client_secret": Secret(KEY)})
    settle(real)
    targets.come()
    targets.listing.connections[0].edit.click()
    line = targets.form.secrets["client_secret"].line
    assert line.echoMode() == QLineEdit.EchoMode.Password
    assert (line.text(), line.placeholderText()) == ("", "Unchanged")
    targets.form.fields["lms_url"].put(f"http://127.0.0.1:{unused_port()}")
    targets.form.fields["default_org"].put("Other")
    saved(qtbot, targets)
    (view,) = api.connections(actor)
    assert view.values["default_org"] == "Other"
    assert list(keychain_in_memory.values()) == [KEY]


def test_without_a_keychain_the_secret_is_kept_for_the_session(
    real, schools, qtbot, actor, monkeypatch
):
    monkeypatch.setattr(api, "keychain_problem", lambda: "The keychain is locked.")
    monkeypatch.setenv("COURSEPORTER_TEACHABLE_URL", f"http://127.0.0.1:{unused_port()}")
    form = filled(schools, "teachable", api_key=KEY)
    qtbot.waitUntil(lambda: not form.warning.isHidden())
    assert form.warning.text().startswith("The keychain is locked. The secret is kept only")
    saved(qtbot, schools)
    (view,) = api.connections(actor)
    assert view.secrets_kept == "session"


def test_forgetting_is_undone_from_the_toast(
    real, schools, qtbot, actor, keychain_in_memory, settle
):
    api.add_connection(actor, "teachable", "School", {}, {"api_key": Secret(KEY)})
    settle(real)
    schools.come()
    schools.listing.connections[0].forget.click()
    qtbot.waitUntil(lambda: background.idle() and not api.connections(actor))
    assert not keychain_in_memory
    real.toaster.button.click()
    qtbot.waitUntil(lambda: background.idle() and bool(api.connections(actor)))
    assert list(keychain_in_memory.values()) == [KEY]


def test_a_test_that_nobody_looks_at_any_more_ends(real, schools, qtbot, monkeypatch):
    with served(Reply(hang=True)) as web:
        monkeypatch.setenv("COURSEPORTER_TEACHABLE_URL", web.url)
        form = filled(schools, "teachable", api_key=KEY)
        form.save.click()
        qtbot.waitUntil(lambda: any(check.name == "tls" for check in form.checks.shown))
        form.cancel.click()
        qtbot.waitUntil(background.idle)
    assert schools.form is None
    assert schools.currentWidget() is schools.listing


def test_every_input_has_a_name_for_screen_readers(real, targets):
    form = filled(targets, "openedx", "Site")
    for row in form.all_rows():
        assert row.entry.accessibleName()


def test_escape_leaves_the_form(real, schools, qtbot):
    form = filled(schools, "teachable", api_key=KEY)
    qtbot.keyClick(form.name.line, Qt.Key.Key_Escape)
    assert schools.form is None


def test_a_step_that_arrives_behind_the_result_is_not_shown_twice(real, schools):
    form = filled(schools, "teachable", api_key=KEY)
    relay = schools.relay = Relay(form)
    relay.checks.append(Check(name="token", state="ok"))
    done = (Check(name="secret", state="ok"), Check(name="token", state="ok"))
    schools.tested(form, CheckReport(success=True, latency_ms=1, message="", checks=done))
    schools.step_done(relay)
    assert [check.name for check in form.checks.shown] == ["secret", "token"]
