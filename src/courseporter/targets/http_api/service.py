"""A web service as the far side of the effect journal: find what is there, send what isn't."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

import msgspec

from courseporter.errors import ConflictError, RejectedError, TransientError, _
from courseporter.net import Answer, Client
from courseporter.targets.http_api.profile import Profile, Resource, Value

EXISTS = "exists:"  # before the name of a record that was there before we sent it
MAX_RECORDS = 64 << 20  # bytes of a list of all records


class RowService:
    """`repeatable`, `searchable` and `quarantine` as jobs.effects asks for them."""

    def __init__(self, site: Client, profile: Profile, resource: Resource) -> None:
        self._site = site
        self._resource = resource
        self.repeatable = bool(resource.idempotency_header)
        self.searchable = resource.lookup is not None
        self.quarantine = profile.quarantine_seconds
        self._known: dict[tuple[Value, ...], str] | None = None
        self._bodies: dict[str, bytes] = {}

    def body(self, key: str, seed: Mapping[str, Value]) -> bytes:
        """The bytes to send for a row; remembered until they were looked for or sent."""
        made = msgspec.json.encode(self._resource.record(seed))
        self._bodies[key] = made
        return made

    def mark(self, seed: Mapping[str, Value]) -> tuple[Value, ...]:
        """What tells this row's record apart from others."""
        return self._mark(self._resource.record(seed))

    def existing(self, seed: Mapping[str, Value]) -> str | None:
        """The name of a record like this row's, from the list read once per run; None: none."""
        if not self.searchable:
            return None
        if self._known is None:
            self._known = self._read()
        return self._known.get(self._mark(self._resource.record(seed)))

    def find(self, key: str) -> str | None:
        """See `jobs.effects.RemoteSystem`: the list is read anew."""
        self._known = self._read()
        body = cast("dict[str, Value]", msgspec.json.decode(self._bodies[key]))
        return self._known.get(self._mark(body))

    def send(self, key: str, body: bytes) -> str:
        """See `jobs.effects.RemoteSystem`.  A record that exists already comes back as `EXISTS`."""
        resource = self._resource
        method, path = resource.create.split(" ", 1)
        headers = {"Content-Type": "application/json"}
        if resource.idempotency_header:
            headers[resource.idempotency_header] = key
        duplicate = resource.duplicate
        try:
            answer = self._site.request(
                method,
                path,
                body=body,
                headers=headers,
                accept=(duplicate.status,) if duplicate else (),
            )
        except ConflictError as error:  # a refusal of this row, not of the job
            raise RejectedError(error.phrase, None, error.where) from error
        if duplicate is not None and answer.status == duplicate.status:
            return EXISTS + (_pointed(_document(answer), duplicate.id) or "")
        name = _pointed(_document(answer), resource.id)
        if name is None:  # perhaps a sign-in page: nobody knows whether the record was made
            raise TransientError(
                _("{url} didn't answer with the new record.", url=answer.url),
                _("Check the address of the connection and its profile."),
                answer.url,
                code="server_error",
            )
        self._learn(body, name)
        return name

    def _learn(self, body: bytes, name: str) -> None:
        if self._known is not None:
            record = cast("dict[str, Value]", msgspec.json.decode(body))
            self._known[self._mark(record)] = name

    def _read(self) -> dict[tuple[Value, ...], str]:
        """Every record there is, by what it is matched with."""
        assert self._resource.lookup is not None
        method, path = self._resource.lookup.split(" ", 1)
        answer = self._site.request(method, path, journal=False, cap=MAX_RECORDS)
        found = answer.decode(list[dict[str, object]])
        return {
            self._mark(cast("dict[str, Value]", one)): name
            for one in found
            if (name := _pointed(one, self._resource.id)) is not None
        }

    def _mark(self, record: Mapping[str, Value]) -> tuple[Value, ...]:
        return tuple(_comparable(record.get(name)) for name in self._resource.matching)


def _comparable(value: Value) -> Value:
    """A value as the service may give it back: texts without case and blanks around them."""
    return value.strip().casefold() if isinstance(value, str) else value


def _document(answer: Answer) -> object:
    try:
        return answer.json()
    except RejectedError:
        return None


def _pointed(document: object, pointer: str) -> str | None:
    """What a JSON pointer (RFC 6901) names, as text; None when it names nothing."""
    for step in pointer.removeprefix("/").split("/"):
        name = step.replace("~1", "/").replace("~0", "~")
        if isinstance(document, dict):
            document = cast("dict[str, object]", document).get(name)
        elif isinstance(document, list) and name.isdigit():
            items = cast("list[object]", document)
            document = items[int(name)] if int(name) < len(items) else None
        else:
            return None
    return str(document) if isinstance(document, str | int) and document != "" else None
