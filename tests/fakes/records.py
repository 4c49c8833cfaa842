"""A web service that keeps records, on a real socket, with faults for single titles."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager

from fakes.web import Reply, Web

KEY = "k3y-of-the-service"
PROFILE = """
name = "records"
base_url = "{url}"
quarantine_seconds = 0
[auth]
header = "apiKey"
[movies]
create = "POST /movies"
{more}
[movies.body]
title = "{{title}}"
year = "{{year}}"
viewingDate = "{{date}}T00:00:00.000Z"
imdbId = "{{imdb_id}}"
imdbRating = "{{imdb_rating}}"
genre = "{{genre}}"
description = "{{description}}"
[enrollments]
create = "POST /enrollments"
[enrollments.body]
email = "{{email}}"
"""
ASKED = 'lookup = "GET /movies"\nmatch = ["title", "year", "viewingDate"]'


class Records:
    """`faults`: title → what to do the first times: a status, a Reply, "lost" (made, the answer
    cut), "made" (made, but the answer is 500) or "page" (a web page instead).  `keys`: an
    `Idempotency-Key` that comes again gets its first answer, when `knows_keys`.
    """

    def __init__(self) -> None:
        self.records: list[dict] = []
        self.faults: dict[str, list[object]] = {}
        self.posts: list[str] = []
        self.keys: dict[str, bytes] = {}
        self.knows_keys = False
        self._next = 1
        self._lock = threading.Lock()
        self.web = Web(self._answer)

    def _answer(self, request):
        if request.headers.get("apikey") != KEY:
            return Reply(401, b'{"message": "Invalid apikey"}')
        with self._lock:
            if request.method == "DELETE":
                return self._delete(request.path.rpartition("/")[2])
            if request.method == "GET":
                return Reply(200, json.dumps(self.records).encode())
            key = request.headers.get("idempotency-key") if self.knows_keys else None
            if key in self.keys:
                return Reply(200, self.keys[key])
            return self._create(json.loads(request.body), key)

    def _delete(self, name):
        left = [one for one in self.records if str(one["id"]) != name]
        found = len(left) < len(self.records)
        self.records = left
        return Reply(200 if found else 404, b"{}")

    def _create(self, body, key=None):
        title = body.get("title") or body.get("email")
        self.posts.append(title)
        faults = self.faults.get(title)
        fault = faults.pop(0) if faults else None
        if isinstance(fault, int):
            return Reply(fault, b'{"message": "no"}')
        if isinstance(fault, Reply):
            return fault
        if fault == "page":
            return Reply(200, b"<html>Sign in</html>", {"Content-Type": "text/html"})
        made = {**body, "id": self._next}
        self._next += 1
        self.records.append(made)
        answer = json.dumps(made).encode()
        if key is not None:
            self.keys[key] = answer
        if fault == "made":
            return Reply(500, b'{"message": "no"}')
        return Reply(201, answer, reset=0 if fault == "lost" else None)

    def titles(self):
        """What the service holds."""
        return [record.get("title") or record.get("email") for record in self.records]

    def profile(self, folder, more=ASKED):
        """A profile file for it; its path."""
        path = folder / "records.toml"
        path.write_text(PROFILE.format(url=self.web.url, more=more))
        return path


@contextmanager
def served_records():
    """A running service."""
    made = Records()
    try:
        yield made
    finally:
        made.web.close()
