"""The client: calls to one site, repeated where that is safe, paced, and stopped at once."""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self, TypeAlias, TypeVar, Unpack

from courseporter.errors import PorterError, TransientError, _
from courseporter.net.address import check_address, join_address, require_secure, without_query
from courseporter.net.answer import Answer
from courseporter.net.bodies import Progress
from courseporter.net.call import Call, Policy
from courseporter.net.credential import Credential
from courseporter.net.journal import Journal, key_of
from courseporter.net.options import Options
from courseporter.net.pace import LocalPace, Pace, rate_below
from courseporter.net.waits import limit_from_headers, remaining_from_headers, wait_from_headers

if TYPE_CHECKING:  # a command that needs no network doesn't load them: a fifth of its start
    import httpx
    import stamina

    from courseporter.net import download
    from courseporter.net.ahead import Ahead
    from courseporter.net.watch import Watch

log = logging.getLogger(__name__)
T = TypeVar("T")

FIRST_WAIT = 0.5
ROUNDED = 0.5  # seconds that a site may have rounded off the wait it asks for
Take: TypeAlias = "Callable[[httpx.Response, Watch], T]"


class Client:
    """Calls to the site at `base`; without a base, to any https address, without credentials.

    `lane` names what shares a rate limit (provider and account), `pace` keeps the buckets, `tick`
    is asked about 20 times a second while a call waits and may raise to end it. With a `journal`,
    answers to GET are kept and not asked for again; see the option of that name. Not to be used by
    two threads at once. Every call raises AuthError, TransientError, RejectedError, ConflictError,
    SettingsError, or what `tick` raises.
    """

    def __init__(  # noqa: PLR0913 - who calls whom, how patient, and who is asked meanwhile
        self,
        base: str = "",
        *,
        credential: Credential | None = None,
        headers: Mapping[str, str] | None = None,
        policy: Policy | None = None,
        pace: Pace | None = None,
        lane: str = "",
        tick: Callable[[], None] | None = None,
        journal: Journal | None = None,
    ) -> None:
        self._journal = journal
        from courseporter.net import exchange

        self.base = check_address(base) if base else ""
        self.policy = policy or Policy()
        self._pace = pace or LocalPace()
        self._rate = self.policy.rate  # until the site says another one
        self._lane = lane or self.base
        self._tick = tick
        self._exchange = exchange.Exchange(self.base, credential, headers or {})
        self._ahead: Ahead | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close every connection; downloads in the background stop."""
        if self._ahead is not None:
            self._ahead.close()
        self._exchange.close()

    def get(self, path: str, **options: Unpack[Options]) -> Answer:
        """GET `path` below the base, or a whole address."""
        return self.request("GET", path, **options)

    def post(self, path: str, **options: Unpack[Options]) -> Answer:
        """POST. Sent again only when certainly nothing was done, unless `repeat` is true."""
        return self.request("POST", path, **options)

    def request(self, method: str, path: str, **options: Unpack[Options]) -> Answer:
        """Send and read the answer; statuses other than 2xx and `accept` raise."""
        from courseporter.net import exchange

        cap = options.get("cap", self.policy.cap)
        call = self._call(method, path, options)
        keep = options.get("keep")
        wanted = keep is not None or options.get("journal", call.method == "GET")
        journal = self._journal if wanted else None
        if journal is not None and (kept := journal.find(key_of(call))) is not None:
            return kept

        def take(response: httpx.Response, watch: Watch) -> Answer:
            started = time.monotonic()
            body = exchange.read_all(response, cap, watch, self.policy)
            ms = round(response.elapsed.total_seconds() * 1000)
            return exchange.answer(response, body, ms or exchange.since(started))

        answer = self._run(call, take)
        if journal is not None and (keep is None or keep(answer)):
            journal.keep(key_of(call), answer)
        return answer

    def download(
        self,
        address: str,
        path: Path,
        *,
        cap: int,
        progress: Progress | None = None,
        size: int | None = None,
        sha256: str | None = None,
    ) -> download.Download:
        """Stream a file to `path`, which appears only when whole.

        Continues where an earlier download of the same file broke off, when the site supports it.
        `size` and `sha256` are compared when given.
        """
        from courseporter.net import download

        sink = download.Sink(path, cap, progress, size=size, sha256=sha256)
        call = self._call("GET", address, {"accept": (416,)}, sink.headers)
        return self._run(call, lambda response, watch: sink.take(response, watch, self.policy))

    def ahead(
        self, address: str, path: Path, *, cap: int, size: int | None = None
    ) -> Callable[[], download.Download]:
        """Begin a download in the background, without credentials; the result waits for its end.

        Up to four run at once.  The result raises what `download` raises.
        """
        from courseporter.net import ahead

        if self._ahead is None:
            self._ahead = ahead.Ahead(self._beside)
        begun = self._ahead.begin(address, path, cap=cap, size=size)
        return lambda: ahead.finished(begun, self._tick)

    def _beside(self, tick: Callable[[], None]) -> Client:
        return Client(policy=self.policy, pace=self._pace, lane=self._lane, tick=tick)

    def pause(self, seconds: float) -> None:
        """Send nothing in this lane for so long: for limits that are in a body, not a header."""
        self._pace.pause(self._lane, seconds)

    def _call(
        self,
        method: str,
        path: str,
        options: Options,
        headers: Callable[[], Mapping[str, str]] | None = None,
    ) -> Call:
        import httpx

        address = join_address(self.base, path)
        require_secure(address)
        given = dict(options.get("headers") or {})
        return Call(
            method.upper(),
            httpx.URL(address),
            headers=headers or (lambda: given),
            params=options.get("params"),
            json=options.get("json"),
            form=options.get("form"),
            files=options.get("files"),
            body=options.get("body"),
            accept=options.get("accept", ()),
            repeat=options.get("repeat"),
            cost=options.get("cost", 1.0),
            progress=options.get("progress"),
        )

    def _run(self, call: Call, take: Take[T]) -> T:
        from courseporter.net import failures
        from courseporter.net.watch import DeadlinePassed, Watch, current

        watch = Watch(self.policy.total, self._tick)
        token = current.set(watch)
        try:
            return self._attempts(call, take, watch)
        except DeadlinePassed as error:
            raise failures.late(call.url) from error
        finally:
            current.reset(token)

    def _attempts(self, call: Call, take: Take[T], watch: Watch) -> T:
        import stamina

        stamina.instrumentation.set_on_retry_hooks([])  # they would write to the terminal
        again = _Again(self.policy, call, watch)
        context = stamina.retry_context(
            on=again,
            attempts=self.policy.tries,
            timeout=None,  # the watch has the deadline
            wait_initial=FIRST_WAIT,
            wait_max=self.policy.patience,
            wait_jitter=0,
        )
        for attempt in context:
            with attempt:
                again.attempt = attempt
                return self._once(call, take, watch)
        raise AssertionError("the last attempt returns or raises")

    def _once(self, call: Call, take: Take[T], watch: Watch) -> T:
        from courseporter.net import exchange

        self._keep_pace(call, watch)
        watch.extend(call.size / self.policy.slowest)
        started = time.monotonic()
        with self._exchange.open(call, self.policy, watch) as response:
            self._note_limits(response)
            status = response.status_code
            log.debug(
                "%s %s: %d in %d ms",
                call.method, without_query(call.url), status, exchange.since(started),
            )  # fmt: skip
            if not (200 <= status < 300 or status in call.accept):
                exchange.refuse(response, call, watch, self.policy, time.time)
            return take(response, watch)

    def _keep_pace(self, call: Call, watch: Watch) -> None:
        patience = self.policy.patience
        wait = self._pace.take(self._lane, self._rate, call.cost, patience)
        if wait > patience:
            raise TransientError(
                _("{host} asked CoursePorter to slow down.", host=call.url.host),
                _("The request will be sent as soon as the site allows it."),
                without_query(call.url),
                code="rate_limited",
                metadata={"not_done": True, "retry_after": wait},
            )
        if wait > 0:
            watch.extend(wait)
            watch.wait(wait)

    def _note_limits(self, response: httpx.Response) -> None:
        headers = {name.lower(): text for name, text in response.headers.items()}
        now = time.time()
        wait = wait_from_headers(headers, now)
        limit = limit_from_headers(headers, now)
        if limit is not None and self._rate is not None:
            self._rate = rate_below(*limit)
        if response.status_code in {429, 503}:
            if wait is not None:
                self._pace.pause(self._lane, wait + ROUNDED)
            return
        remaining = remaining_from_headers(headers)
        if remaining is not None and wait is not None:
            self._pace.learn(self._lane, remaining, wait + ROUNDED)


class _Again:
    """Stamina's question after each failed attempt: again, and when?

    Stamina counts the attempts and computes the backoff; the waiting is done here, because its own
    sleep can't be interrupted.
    """

    def __init__(self, policy: Policy, call: Call, watch: Watch) -> None:
        self._policy = policy
        self._call = call
        self._watch = watch
        self.attempt: stamina.Attempt | None = None

    def __call__(self, error: Exception) -> bool | float:
        if self.attempt is None or self.attempt.num >= self._policy.tries:
            return False
        if not isinstance(error, PorterError) or not error.retryable:
            return False
        if not (self._call.repeatable or error.metadata.get("not_done")):
            return False
        longest = min(self._policy.patience, self._watch.left)
        wait = error.metadata.get("retry_after")
        if not isinstance(wait, int | float):
            wait = min(longest, self.attempt.next_wait * (0.5 + random.random()))
        if wait > longest:
            return False
        self._watch.wait(wait)
        return 0.0
