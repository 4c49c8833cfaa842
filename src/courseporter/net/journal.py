"""Answers that are kept, so that a job which is resumed asks a service nothing twice."""

from __future__ import annotations

import hashlib
from typing import Protocol

import msgspec

from courseporter.net.answer import Answer
from courseporter.net.call import Call


class Journal(Protocol):
    """Where the answers of one job are kept."""

    def find(self, key: str) -> Answer | None:
        """The answer kept under this key."""
        ...

    def keep(self, key: str, answer: Answer) -> None:
        """Keep an answer; a second one under the same key is ignored."""
        ...


def key_of(call: Call) -> str:
    """SHA-256 of what was asked: method, address with its query in any order, and the body."""
    import httpx

    given = () if call.params is None else httpx.QueryParams(dict(call.params)).multi_items()
    query = sorted([*call.url.params.multi_items(), *given])
    body = call.body if isinstance(call.body, bytes) else None
    asked = [call.method, str(call.url.copy_with(query=None)), query, call.json, call.form, body]
    return hashlib.sha256(msgspec.json.encode(asked, order="sorted")).hexdigest()
