"""Secrets are kept by the system's keychain, in memory, or not at all."""

from __future__ import annotations

import json
import os
import pickle

import pytest

from courseporter import keychain
from courseporter.errors import SettingsError
from courseporter.logs import redact
from courseporter.secret import Secret, scrub
from fakes import keyrings

REF = "connection-1"
real = pytest.mark.skipif(keyrings.missing() is not None, reason=str(keyrings.missing()))


def test_a_secret_never_shows_itself():
    secret = Secret("top-secret-value")
    shown = f"{secret} {secret!r} {secret!s:>10} {[secret]}"
    assert "top-secret" not in shown
    assert secret.reveal() == "top-secret-value"
    with pytest.raises(TypeError):
        pickle.dumps(secret)
    with pytest.raises(TypeError):
        json.dumps(secret)


def test_a_secret_is_cleaned_from_texts_in_every_spelling():
    Secret("a b/c&d+e")
    assert scrub("x=a b/c&d+e; a%20b%2Fc%26d%2Be; a+b%2Fc%26d%2Be") == "x=***; ***; ***"
    assert "a b/c" not in redact("the server said: a b/c&d+e")


def test_keeps_gives_and_forgets(keychain_in_memory):
    keychain.put(REF, "api_key", Secret("value-1"))
    assert keychain.get(REF, "api_key") == Secret("value-1")
    assert keychain.get("another", "api_key") is None
    keychain.forget(REF, ["api_key", "access_token"])
    assert keychain.get(REF, "api_key") is None
    assert not keychain_in_memory


def test_a_missing_secret_is_named_with_its_connection(keychain_in_memory):
    with pytest.raises(SettingsError) as caught:
        keychain.require(REF, "api_key", variable="COURSEPORTER_SECRET_X", name="My School")
    assert caught.value.code == "secret_missing"
    assert "My School" in caught.value.message
    assert "COURSEPORTER_SECRET_X" in caught.value.hint


def test_a_secret_of_the_session_reaches_no_keychain(keychain_in_memory):
    keychain.put(REF, "api_key", Secret("value-2"), session_only=True)
    assert keychain.get(REF, "api_key") == Secret("value-2")
    assert not keychain_in_memory
    keychain.forget(REF, ["api_key"])
    assert keychain.get(REF, "api_key") is None


def test_without_a_keychain_nothing_is_kept():
    with pytest.raises(SettingsError) as caught:
        keychain.put(REF, "api_key", Secret("value-3"))
    assert caught.value.code == "keychain_unavailable"
    assert "no secure keychain" in caught.value.message
    assert "session" in caught.value.hint
    assert keychain.state() == "This system has no secure keychain."


def test_a_keychain_in_plain_text_is_not_used(monkeypatch, keychain_in_memory):
    unsafe = type("PlaintextKeyring", (), {"__module__": "keyrings.alt.file"})
    monkeypatch.setattr("keyring.get_keyring", unsafe)
    with pytest.raises(SettingsError) as caught:
        keychain.put(REF, "api_key", Secret("value-4"))
    assert caught.value.code == "keychain_unavailable"


def test_a_keychain_that_loses_the_secret_is_noticed(monkeypatch, keychain_in_memory):
    monkeypatch.setattr("keyring.get_keyring", Forgetful)
    with pytest.raises(SettingsError):
        keychain.put(REF, "api_key", Secret("value-5"))


class Forgetful:
    def get_password(self, service, username):
        return None

    def set_password(self, service, username, password):
        pass


def test_a_keychain_that_never_answers_does_not_hang_us(monkeypatch):
    import threading

    class Stuck:
        def get_password(self, service, username):
            threading.Event().wait(30)

    monkeypatch.setattr("keyring.get_keyring", Stuck)
    monkeypatch.setattr(keychain, "ANSWER_SECONDS", 0.1)
    with pytest.raises(SettingsError) as caught:
        keychain.get(REF, "api_key")
    assert "didn't respond" in caught.value.message


def test_names_the_variable_of_a_connection():
    assert keychain.environment_name("My School") == "COURSEPORTER_SECRET_MY_SCHOOL"
    assert (
        keychain.environment_name("é-1", "access_token") == "COURSEPORTER_SECRET___1__ACCESS_TOKEN"
    )


def test_a_variable_is_taken_out_of_the_environment(monkeypatch):
    name = keychain.environment_name("School")
    monkeypatch.setenv(name, "value-6")
    assert keychain.get(REF, "api_key", variable=name) == Secret("value-6")
    assert name not in os.environ
    assert keychain.get(REF, "api_key", variable=name) == Secret("value-6")


def test_a_worker_takes_over_what_is_only_in_memory(monkeypatch):
    name = keychain.environment_name("School")
    monkeypatch.setenv(name, "value-7")
    keychain.put(REF, "api_key", Secret("value-8"), session_only=True)
    handed = keychain.handed_over()
    keychain.adopt({})
    with pytest.raises(SettingsError):
        keychain.get(REF, "api_key", variable=name)
    keychain.adopt(handed)
    assert keychain.get(REF, "api_key") == Secret("value-8")
    assert keychain.get("another", "api_key", variable=name) == Secret("value-7")


# ------------------------------------------------------------------------------ a real keychain

KEEP = """
from courseporter import keychain
from courseporter.secret import Secret
keychain.put("c", "api_key", Secret("value-in-gnome-keyring ü"))
assert keychain.get("c", "api_key").reveal() == "value-in-gnome-keyring ü"
assert keychain.get("c", "other") is None
keychain.forget("c", ["api_key", "other"])
assert keychain.get("c", "api_key") is None
assert keychain.state() is None
print("kept and forgotten")
"""

LOCKED = """
from courseporter import keychain
from courseporter.errors import SettingsError
from courseporter.secret import Secret
assert keychain.state() == "The keychain is locked.", keychain.state()
try:
    keychain.get("c", "api_key")
except SettingsError as error:
    print(error.code, error.message)
keychain.put("c", "api_key", Secret("session value"), session_only=True)
assert keychain.get("c", "api_key").reveal() == "session value"
"""


@real
def test_a_real_keyring_keeps_and_forgets(tmp_path):
    result = keyrings.run_with_keyring(tmp_path, KEEP)
    assert result.stdout.strip() == "kept and forgotten", result.stderr


@real
def test_a_locked_keyring_is_named_and_asks_nobody(tmp_path):
    result = keyrings.run_with_keyring(tmp_path, LOCKED, unlocked=False)
    expected = "keychain_unavailable The keychain is locked."
    assert result.stdout.strip() == expected, result.stderr


@real
def test_a_real_keyring_writes_no_plain_text(tmp_path):
    script = KEEP.replace('keychain.forget("c", ["api_key", "other"])', "")
    keyrings.run_with_keyring(tmp_path, script.partition('assert keychain.get("c", "other")')[0])
    written = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert written
    assert b"value-in-gnome-keyring" not in written
