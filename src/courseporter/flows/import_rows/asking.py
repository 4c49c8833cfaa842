"""Asks services about films: an answer is kept over jobs, requests are counted, few at a time."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping
from pathlib import Path

from courseporter.connections.kinds import omdb as omdb_kind
from courseporter.connections.using import open_connection
from courseporter.errors import AuthError, PorterError, RejectedError, TransientError, _
from courseporter.jobs.run import Run
from courseporter.net import Client, Policy
from courseporter.rows.lookup import (
    Fallback,
    ImdbService,
    Matcher,
    Omdb,
    Question,
    decoded,
    opened_index,
)
from courseporter.store import Store
from courseporter.workspace import lookups

OMDB, IMDB = "omdb", "imdb"
INDEX_VARIABLE, SERVICE_VARIABLE = "COURSEPORTER_IMDB_INDEX", "COURSEPORTER_IMDB_URL"
HOUR = 3600.0  # when a day's requests are used up, one of them an hour: nobody says the reset
READS = 3  # of one answer that can't be understood
POLICY = Policy(total=30.0)
NOTHING: Mapping[str, object] = {"Response": "False"}


class Askers:
    """What all threads of a look-up share; each thread has its own clients."""

    def __init__(self, run: Run, connection_id: str) -> None:
        self.stop = threading.Event()
        self._store: Store = run.store
        self._org = run.job.org_id
        self._opened = open_connection(
            run.store, run.job.org_id, connection_id, kind="omdb", tick=self._tick
        )
        self._key = self._opened.secret()
        self.lane = self._opened.lane
        self._imdb_url = os.environ.get(SERVICE_VARIABLE, "")
        source = os.environ.get(INDEX_VARIABLE, "")
        self._index = (
            opened_index(Path(source), run.store.home / "imdb", run.tick) if source else None
        )
        self._own = threading.local()
        self._clients = list[Client]()
        self._asking = dict[bytes, threading.Lock]()
        self._lock = threading.Lock()

    def matcher(self) -> Matcher:
        """A matcher of the thread that calls."""
        made = getattr(self._own, "matcher", None)
        if made is None:
            made = self._own.matcher = Matcher(Omdb(self._omdb), self._fallback())
        assert isinstance(made, Matcher)
        return made

    def close(self) -> None:
        """End what is under way, and close every connection."""
        self.stop.set()
        for client in self._clients:
            client.close()

    def _fallback(self) -> Fallback | None:
        if self._index is not None:
            return self._index
        return ImdbService(self._imdb) if self._imdb_url else None

    def _omdb(self, question: Question) -> Mapping[str, object]:
        digest = lookups.digest(*(f"{name}={question[name]}" for name in sorted(question)))
        return self._answer(OMDB, digest, lambda: self._ask_omdb(question))

    def _imdb(self, query: str) -> Mapping[str, object]:
        return self._answer(IMDB, lookups.digest(query), lambda: self._ask_imdb(query))

    def _answer(
        self, service: str, digest: bytes, ask: Callable[[], bytes]
    ) -> Mapping[str, object]:
        """The kept answer, else the service's, which is kept before it is used."""
        with self._turn(digest):
            with self._store.read() as connection:
                kept = lookups.answer(connection, self._org, service, digest)
            if kept is not None:
                return decoded(kept) or NOTHING
            for _attempt in range(READS):
                body = ask()
                if (found := decoded(body)) is not None:
                    with self._store.write() as connection:
                        lookups.keep_answer(connection, self._org, service, digest, body)
                    return found
        return NOTHING  # unreadable again and again: as if the service didn't know the film

    def _turn(self, digest: bytes) -> threading.Lock:
        with self._lock:
            return self._asking.setdefault(digest, threading.Lock())

    def _ask_omdb(self, question: Question) -> bytes:
        site = self._client(OMDB, lambda: self._opened.client(omdb_kind.address(), policy=POLICY))
        with self._store.write() as connection:
            lookups.count_request(connection, self.lane)
        answer = site.get("/", params={"apikey": self._key.reveal(), **question}, accept=(401,))
        if answer.status != 401:
            return answer.body
        told = str((decoded(answer.body) or {}).get("Error", ""))
        if "limit" in told.casefold():
            with self._store.write() as connection:
                lookups.count_request(connection, self.lane, refused=True)
            raise TransientError(
                _("OMDb's requests for today are used up."),
                _("The import retries once an hour and continues automatically."),
                answer.url,
                code="rate_limited",
                metadata={"retry_after": HOUR, "not_done": True},
            )
        raise AuthError(
            _("OMDb didn't accept the key."),
            _("Check the key. If it's new, confirm it first with the link in OMDb's email."),
            answer.url,
            code="invalid_credentials",
        )

    def _ask_imdb(self, query: str) -> bytes:
        site = self._client(IMDB, lambda: Client(self._imdb_url, tick=self._tick, policy=POLICY))
        try:
            return site.get("/search", params={"query": query}).body
        except RejectedError:
            return b"{}"

    def _client(self, name: str, make: Callable[[], Client]) -> Client:
        found = getattr(self._own, name, None)
        if found is None:
            found = make()
            setattr(self._own, name, found)
            with self._lock:
                self._clients.append(found)
        assert isinstance(found, Client)
        return found

    def _tick(self) -> None:
        if self.stop.is_set():
            raise StoppedAskingError


class StoppedAskingError(PorterError):
    """Another thread has stopped the look-up, and says why."""

    def __init__(self) -> None:
        super().__init__(_("The lookup was stopped."))
