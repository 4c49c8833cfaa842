"""A far side that misbehaves, and the job that writes to it."""

from __future__ import annotations

import http.client
import json
import random
import socket
import struct
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from torture.boundaries import Boundaries, watch
from torture.toil import CRASHES, testify

LATE = 0.25  # seconds after which a slow request is done, whoever waits for it
PATIENCE = 0.1  # seconds a client waits
QUARANTINE = 0.5
DONE_BY = 0.4  # seconds after which no request is done any more, however late it was read
SURE = 0.2  # seconds after which an intent is not fresh any more
ROWS, BATCH = 12, 4
FAULTS = ("429", "503", "reset_before", "reset_after", "cut", "late")


class Server(ThreadingHTTPServer):
    """Remembers what it was given; `share` of its answers are faulty."""

    daemon_threads = True

    def __init__(self, seed: int, share: float) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.chance, self.share = random.Random(seed), share
        self.lock = threading.Lock()
        self.kept: Counter[str] = Counter()
        self.idempotent: dict[str, str] = {}
        self.faults: Counter[str] = Counter()

    def find(self, key: str) -> str | None:
        """What was written down first."""
        with self.lock:
            return f"{key}#1" if self.kept[key] else None

    def keep(self, key: str, idempotency: str | None, sent: float) -> str | None:
        """Write it down; a known idempotency key is the same request again.

        None when it was sent too long ago: what it promises with its quarantine it keeps, on a
        busy machine, too.
        """
        with self.lock:
            if time.monotonic() > sent + DONE_BY:
                return None
            if idempotency is not None and idempotency in self.idempotent:
                return self.idempotent[idempotency]
            self.kept[key] += 1
            reference = f"{key}#{self.kept[key]}"
            if idempotency is not None:
                self.idempotent[idempotency] = reference
            return reference

    def fault(self) -> str | None:
        """What goes wrong with this request."""
        with self.lock:
            if self.chance.random() >= self.share:
                return None
            name = self.chance.choice(FAULTS)
            self.faults[name] += 1
            return name

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that are killed are no news."""


class Handler(BaseHTTPRequestHandler):
    """GET finds, POST writes."""

    server: Server

    def log_message(self, *_arguments: Any) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        key = self.path.rpartition("/")[2]
        self.say(200, {"ref": self.server.find(key)})

    def do_POST(self) -> None:
        key = self.path.rpartition("/")[2]
        self.rfile.read(int(self.headers["Content-Length"]))
        fault = self.server.fault()
        if fault in {"429", "503"}:
            return self.say(int(fault), {})
        if fault == "reset_before":
            return self.reset()
        if fault == "late":
            time.sleep(LATE)
        sent = float(self.headers["Sent"])
        reference = self.server.keep(key, self.headers.get("Idempotency-Key"), sent)
        if fault == "reset_after" or reference is None:
            return self.reset()
        return self.say(200, {"ref": reference}, cut=fault == "cut")

    def say(self, status: int, answer: Any, *, cut: bool = False) -> None:
        body = json.dumps(answer).encode()
        with suppress(OSError):
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body[: len(body) // 2] if cut else body)

    def reset(self) -> None:
        with suppress(OSError):
            hard = struct.pack("ii", 1, 0)
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, hard)
            self.connection.close()


@contextmanager
def serving(seed: int, share: float) -> Iterator[Server]:
    """A far side on this computer."""
    server = Server(seed, share)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Client:
    """The far side as jobs see it.  `keyed`: it knows idempotency keys; else it can be asked."""

    quarantine = QUARANTINE

    def __init__(self, port: int, job: str, *, keyed: bool, searchable: bool = True) -> None:
        self.port, self.job, self.repeatable = port, job, keyed
        self.searchable = searchable and not keyed

    def ask(self, method: str, path: str, body: bytes = b"", **headers: str) -> Any:
        from courseporter.errors import TransientError

        caller = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            caller.request(method, path, body, headers)
            answer = caller.getresponse()
            text = answer.read()
        except (OSError, http.client.HTTPException) as error:
            refused = isinstance(error, ConnectionRefusedError)
            raise TransientError("no answer", metadata={"not_done": refused}) from error
        finally:
            caller.close()
        if answer.status == 429:
            again = {"not_done": True, "retry_after": 0}
            raise TransientError("slow down", metadata=again)
        if answer.status != 200:
            raise TransientError(f"status {answer.status}")
        return json.loads(text)

    def find(self, key: str) -> str | None:
        return self.ask("GET", f"/rows/{key}")["ref"]

    def send(self, key: str, body: bytes) -> str:
        keyed = {"Idempotency-Key": f"{self.job}:{key}"} if self.repeatable else {}
        return self.ask("POST", f"/rows/{key}", body, **keyed, Sent=str(time.monotonic()))["ref"]


def flows() -> Any:
    """One job kind: it sends its rows, a few at a time."""
    from courseporter.jobs import effects
    from courseporter.jobs.flow import Flow, Step

    def send(run: Any) -> None:
        far = Client(run.args["port"], run.job.id, keyed=run.args["keyed"])
        for row in range((run.cursor or {"row": 0})["row"], ROWS, BATCH):
            keys = [f"{run.args['name']}-{n}" for n in range(row, row + BATCH)]
            effects.deliver(run, {key: key.encode() for key in keys}, far)
            run.save({"row": row + BATCH})

    return {"trade": Flow("trade", 1, (Step("send", send),))}


def enqueue(home: Path, url: str | None, name: str, port: int, *, keyed: bool) -> str:
    """Put such a job in."""
    from courseporter.jobs import queue
    from courseporter.jobs.job import NewJob
    from courseporter.store import open_store

    args = {"name": name, "port": port, "keyed": keyed}
    new = NewJob(kind="trade", input=args, max_attempts=1_000_000)
    with open_store(home, url) as store, store.write() as connection:
        return queue.enqueue(connection, new).id


def trade(
    home: Path,
    url: str | None,
    job_id: str,
    deadly: int = 0,
    *,
    before: bool = False,
    counted: bool = True,
    off: str = "",
) -> None:
    """Work until the job has ended.  `off` switches a safeguard off: the control of the torture.

    `counted`: its commits are, so none depends on how fast the machine is.
    """
    from courseporter.jobs import effects, lease, queue, run, settle, worker
    from courseporter.store import open_store

    run.BEAT_SECONDS = run.QUIET_SECONDS = run.LOOK_SECONDS = 3600.0
    settle.BASE_MS = 10
    lease.CRASH_LIMIT = CRASHES
    effects.SURE_SECONDS = SURE
    if counted:
        effects._now = lambda: 0.0
    if off == "quarantine":
        effects.quarantine_left = lambda *_: 0.0
    if off == "look-up":
        Client.find = lambda *_: None
    bounds = Boundaries(deadly, before)
    watch(bounds)
    testify(home / "witness.jsonl")
    with open_store(home, url) as store:
        while True:
            worker.run_one(store, flows(), job_id=job_id)
            with store.read() as connection:
                job = queue.get(connection, job_id)
            if job.finished:
                break
            time.sleep(max(0.0, job.run_after / 1000 - time.time()))
    (home / "boundaries.json").write_text(json.dumps([bounds.seen, 0.0]))
