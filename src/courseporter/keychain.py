"""Secrets of connections: in the system's keychain, in memory for this session, or nowhere.

Nothing is ever written in plain text. Where the keychain is missing or locked, a secret can be
given for the session, or by the environment variable `COURSEPORTER_SECRET_<NAME>` on machines
without a desktop; such variables are taken out of the environment at once, so that no child process
inherits them.
"""

from __future__ import annotations

import logging
import os
import re
import threading
from collections.abc import Callable, Collection, Mapping
from typing import Protocol, TypeVar, cast

from courseporter.errors import Message, SettingsError, _
from courseporter.secret import Secret

__all__ = [
    "Secret",
    "adopt",
    "described",
    "environment_name",
    "forget",
    "get",
    "handed_over",
    "in_environment",
    "put",
    "require",
    "state",
    "unwatch",
    "watch",
]

log = logging.getLogger(__name__)
T = TypeVar("T")

SERVICE = "CoursePorter"
PREFIX = "COURSEPORTER_SECRET_"
ANSWER_SECONDS = 60.0  # a person may be typing the password of the keychain
_NOT_SECURE = ("keyrings.alt.", "keyrings.cryptfile.", "keyring.backends.null")
_MISSING = "keyring.backends.fail"


class _Backend(Protocol):
    """What is used of a backend of keyring."""

    def get_password(self, service: str, username: str) -> str | None: ...

    def set_password(self, service: str, username: str, password: str) -> None: ...

    def delete_password(self, service: str, username: str) -> None: ...


_session: dict[str, Secret] = {}
_environment: dict[str, Secret] = {}
_watchers: list[Callable[[], None]] = []
_lock = threading.Lock()


def get(ref: str, field: str, *, variable: str | None = None) -> Secret | None:
    """The secret: of this session, of the environment variable, else of the keychain; or None.

    `ref` is the connection's `secret_ref`. Never asks a person. Raises SettingsError with code
    `keychain_unavailable` when it may be in a keychain that is locked or missing.
    """
    absorb_environment()
    with _lock:
        found = _session.get(_entry(ref, field)) or _environment.get(variable or "")
    if found is not None:
        return found
    backend = _backend()
    if _is_locked(backend):
        raise _unavailable(_("The keychain is locked."))
    value = _ask(lambda: backend.get_password(SERVICE, _entry(ref, field)))
    return None if value is None else Secret(value)


def require(ref: str, field: str, *, variable: str | None = None, name: str = "") -> Secret:
    """As `get`, but raises SettingsError with code `secret_missing` instead of giving None.

    `name` is the connection's, for the message.
    """
    found = get(ref, field, variable=variable)
    if found is None:
        hint = _("Enter it again in the connection.")
        if variable:
            hint = _("Enter it again in the connection, or set {variable}.", variable=variable)
        raise SettingsError(
            _("The secret of “{name}” isn't in the keychain of this computer.", name=name),
            hint,
            code="secret_missing",
        )
    return found


def put(ref: str, field: str, secret: Secret, *, session_only: bool = False) -> None:
    """Keep the secret in the keychain, or in memory until the program ends.

    The keychain may ask the person for its password. Raises SettingsError with code
    `keychain_unavailable`; then nothing is kept.
    """
    if session_only:
        with _lock:
            _session[_entry(ref, field)] = secret
        for tell in _watchers:
            tell()
        return
    backend = _backend()
    entry = _entry(ref, field)
    _ask(lambda: backend.set_password(SERVICE, entry, secret.reveal()))
    if _ask(lambda: backend.get_password(SERVICE, entry)) != secret.reveal():
        raise _unavailable(_("The keychain didn't save the secret."))
    with _lock:
        _session.pop(entry, None)


def forget(ref: str, fields: Collection[str], *, session_only: bool = False) -> None:
    """Remove the secrets from this session and the keychain; missing ones are fine.

    Raises SettingsError with code `keychain_unavailable` when the keychain may still have one;
    `session_only` doesn't ask it.
    """
    entries = [_entry(ref, field) for field in fields]
    if not session_only:
        backend = _backend()
        for entry in entries:
            if _ask(lambda entry=entry: backend.get_password(SERVICE, entry)) is not None:
                _ask(lambda entry=entry: _delete(backend, entry))
    with _lock:
        for entry in entries:
            _session.pop(entry, None)


def in_environment(variable: str) -> bool:
    """Whether this environment variable held a secret when it was absorbed."""
    absorb_environment()
    with _lock:
        return variable in _environment


def state() -> str | None:
    """What is wrong with the keychain, in a sentence; None when it can be used."""
    try:
        if _is_locked(_backend()):
            return str(_("The keychain is locked."))
    except SettingsError as error:
        return error.message
    return None


def described() -> str:
    """The name of the keychain in use, and what is wrong with it, for `selftest`."""
    problem = state()
    try:
        backend = type(_backend())
    except SettingsError as error:
        return error.message
    name = f"{backend.__module__}.{backend.__name__}"
    return name if problem is None else f"{name}: {problem}"


def environment_name(name: str, field: str = "") -> str:
    """The variable for a connection of this name, and for one of its further secrets."""
    parts = [re.sub(r"[^A-Z0-9]", "_", part.upper()) for part in (name, field) if part]
    return PREFIX + "__".join(parts)


def absorb_environment() -> None:
    """Take the secrets out of the environment into memory."""
    with _lock:
        for name in [name for name in os.environ if name.startswith(PREFIX)]:
            value = os.environ.pop(name)
            if value:
                _environment[name] = Secret(value)


def watch(listener: Callable[[], None]) -> None:
    """Call `listener` when a secret of this session was added: workers need it, too."""
    _watchers.append(listener)


def unwatch(listener: Callable[[], None]) -> None:
    """Undo `watch`."""
    _watchers.remove(listener)


def handed_over() -> dict[str, str]:
    """Every secret that is only in memory, in the clear: for the pipe of a worker process."""
    absorb_environment()
    with _lock:
        known = {**_environment, **_session}
    return {name: secret.reveal() for name, secret in known.items()}


def adopt(secrets: Mapping[str, str]) -> None:
    """Take over what another process handed over; what it no longer has is dropped."""
    with _lock:
        for held in (_session, _environment):
            held.clear()
        for name, value in secrets.items():
            held = _environment if name.startswith(PREFIX) else _session
            held[name] = Secret(value)


def _entry(ref: str, field: str) -> str:
    return f"{ref}/{field}"


def _backend() -> _Backend:
    """The keychain in use. Raises SettingsError for none, or one that isn't secure."""
    from keyring import get_keyring

    chosen = get_keyring()
    several = getattr(chosen, "backends", None)  # of keyring's chainer
    for backend in cast("list[_Backend]", several or [chosen]):
        name = f"{type(backend).__module__}."
        if not name.startswith((*_NOT_SECURE, _MISSING)):
            return backend
        if name.startswith(_NOT_SECURE):
            log.warning("The keychain %s isn't secure and isn't used.", name.rstrip("."))
    raise _unavailable(_("This system has no secure keychain."))


def _is_locked(backend: _Backend) -> bool:
    """Whether using it would ask a person for a password, as far as it can tell."""
    if type(backend).__module__ != "keyring.backends.SecretService":
        return False
    import secretstorage
    from secretstorage.exceptions import SecretStorageException

    def look() -> bool:
        bus = secretstorage.dbus_init()
        try:
            return secretstorage.get_default_collection(bus).is_locked()
        finally:
            bus.close()

    try:
        return _ask(look)
    except SecretStorageException:
        return True


def _delete(backend: _Backend, entry: str) -> None:
    from keyring.errors import PasswordDeleteError

    try:
        backend.delete_password(SERVICE, entry)
    except PasswordDeleteError:
        log.info("The secret was no longer in the keychain.")


def _ask(question: Callable[[], T]) -> T:
    """The keychain's answer, waited for in a thread: a prompt nobody sees must not hang us."""
    answers: list[T] = []
    failures: list[Exception] = []

    def run() -> None:
        try:
            answers.append(question())
        except Exception as error:  # noqa: BLE001 - told to the caller below
            failures.append(error)

    thread = threading.Thread(target=run, name="keychain", daemon=True)
    thread.start()
    thread.join(ANSWER_SECONDS)
    if answers:
        return answers[0]
    if not failures:
        raise _unavailable(_("The keychain didn't respond."))
    raise _failed(failures[0]) from failures[0]


def _failed(error: Exception) -> SettingsError:
    from keyring.errors import KeyringLocked

    if isinstance(error, KeyringLocked):
        return _unavailable(_("The keychain is locked."))
    return _unavailable(_("The keychain can't be used ({kind}).", kind=type(error).__name__))


def _unavailable(what: Message) -> SettingsError:
    return SettingsError(
        what,
        _(
            "Unlock it and try again, or use the secret for this session only. On a machine "
            "without a keychain, set COURSEPORTER_SECRET_<NAME>."
        ),
        code="keychain_unavailable",
    )
