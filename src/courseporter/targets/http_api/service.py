"""A web service as the remote system of the effect journal: find what is there, send what isn't."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import cast
from urllib.parse import quote

import msgspec

from courseporter.errors import (
    ConflictError,
    PorterError,
    RejectedError,
    SettingsError,
    TransientError,
    _,
)
from courseporter.formats.record_profile import Profile, Resource, Value
from courseporter.net import Answer, Client
from courseporter.targets.http_api.answers import document, pointed, records_in
from courseporter.targets.http_api.marks import Records

EXISTS = "exists:"  # before the name of a record that was there before we sent it
MAX_RECORDS = 64 << 20  # bytes of a list of all records
# Answers to a new record that say nothing about the record: the profile or the site is wrong.
_NOT_THIS_ROW = frozenset({"remote_missing", "redirect_refused"})
_UNKNOWN_END = frozenset({"response_invalid", "response_too_large"})


class RowService:
    """`repeatable`, `searchable` and `quarantine` as jobs.effects asks for them."""

    def __init__(self, site: Client, profile: Profile, resource: Resource) -> None:
        self._site = site
        self._resource = resource
        self._ways = [way for way in (resource.match, resource.own_fields) if way]
        self.deletes = resource.undo is not None
        self.repeatable = bool(resource.idempotency_header)
        self.searchable = resource.lookup is not None and bool(self._ways)
        self.quarantine = profile.quarantine_seconds
        self._known: dict[str, Records] = {}  # by the path that was asked
        self._found: dict[str, str] = {}
        self._sent: dict[str, tuple[bytes, Mapping[str, Value], Collection[str]]] = {}

    def body(self, key: str, facts: Mapping[str, Value], taken: Collection[str] = ()) -> bytes:
        """The bytes to send for a row; remembered until they were looked for or sent.

        `taken` are records of other rows of the same title and day: none of them is this row's.
        """
        made = msgspec.json.encode(self._resource.record(facts))
        self._sent[key] = made, facts, taken
        return made

    def existing(self, facts: Mapping[str, Value], taken: Collection[str] = ()) -> str | None:
        """The name of a record like this row's, by what was read in this run; None: none."""
        if not self.searchable:
            return None
        return self._records(facts).name_of(self._resource.record(facts), taken)

    def planned(self) -> Records:
        """Room for the records that are about to be sent."""
        return Records(self._ways)

    def record(self, facts: Mapping[str, Value]) -> dict[str, Value]:
        """The record of a row."""
        return self._resource.record(facts)

    def find(self, key: str) -> str | None:
        """See `jobs.effects.RemoteSystem`: the service is asked again."""
        body, facts, taken = self._sent[key]
        self._known.clear()
        record = cast("dict[str, Value]", msgspec.json.decode(body))
        others = {name for name, owner in self._found.items() if owner != key}
        name = self._records(facts).name_of(record, {*taken, *others})
        if name is not None:
            self._found[name] = key  # a record belongs to one row
        return name

    def send(self, key: str, body: bytes) -> str:
        """See `jobs.effects.RemoteSystem`.  A record that already exists comes back as `EXISTS`."""
        answer = self._post(key, body)
        resource, duplicate = self._resource, self._resource.duplicate
        if duplicate is not None and answer.status == duplicate.status:
            return EXISTS + (pointed(document(answer), duplicate.id) or "")
        name = pointed(document(answer), resource.id)
        if name is None:  # perhaps a sign-in page: nobody knows whether the record was made
            raise TransientError(
                _("{url} didn't answer with the new record.", url=answer.url),
                _("Check the connection's address and profile."),
                answer.url,
                code="server_error",
            )
        self._learn(key, body, name)
        return name

    def delete(self, name: str) -> str:
        """Delete a record; one that is gone already is fine.  Raises RejectedError and others."""
        assert self._resource.undo is not None
        method, path = self._resource.undo.split(" ", 1)
        path = path.replace("{id}", quote(name, safe=""))
        return str(self._site.request(method, path, accept=(404, 410), repeat=True).status)

    def _post(self, key: str, body: bytes) -> Answer:
        resource = self._resource
        method, path = resource.create.split(" ", 1)
        headers = {"Content-Type": "application/json"}
        if resource.idempotency_header:
            headers[resource.idempotency_header] = key
        accept = (resource.duplicate.status,) if resource.duplicate else ()
        try:
            return self._site.request(method, path, body=body, headers=headers, accept=accept)
        except ConflictError as error:  # a refusal of this row, not of the job
            raise RejectedError(error.phrase, None, error.where) from error
        except RejectedError as error:
            raise _meant(error) from error

    def _records(self, facts: Mapping[str, Value]) -> Records:
        """The records that the service has, or those that it finds for this row."""
        path = self._lookup(facts)
        if path not in self._known:
            self._known[path] = self._read(path)
        return self._known[path]

    def _lookup(self, facts: Mapping[str, Value]) -> str:
        assert self._resource.lookup is not None
        return self._resource.filled(self._resource.lookup.split(" ", 1)[1], facts)

    def _read(self, path: str) -> Records:
        answer = self._site.get(path, journal=False, cap=MAX_RECORDS, accept=(404,))
        found = Records(self._ways)
        for one in records_in(answer) if answer.status != 404 else ():
            if (name := pointed(one, self._resource.id)) is not None:
                found.add(one, name)
        return found

    def _learn(self, key: str, body: bytes, name: str) -> None:
        """A record that was made is among those that are there."""
        facts = self._sent.pop(key, (body, {}, ()))[1]
        if self.searchable and (known := self._known.get(self._lookup(facts))) is not None:
            known.add(cast("dict[str, Value]", msgspec.json.decode(body)), name)


def _meant(error: RejectedError) -> PorterError:
    """What a refusal of a new record means: the row, the whole profile, or nothing certain."""
    if error.code in _NOT_THIS_ROW:
        return SettingsError(
            error.phrase,
            _("Check the connection's address and the requests in its profile."),
            error.where,
            metadata={**error.metadata, "not_done": True},
        )
    if error.code in _UNKNOWN_END:
        return TransientError(error.phrase, error.hint, error.where, code="server_error")
    return error
