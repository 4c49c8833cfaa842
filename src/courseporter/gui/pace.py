"""The rate of a job over 30 s and the time left, which never jumps back."""

from __future__ import annotations

from collections import deque
from typing import Final

WINDOW: Final = 30.0  # seconds the rate looks back
WARM_UP: Final = 5.0  # no time left is shown before that
LOOKED: Final = 5  # percent done once the file is detected; more means that items are counted
STEADY: Final = 1.25  # a longer estimate is shown only when it is longer by this factor


class Pace:
    """The rate of one job.  Times are seconds of a monotonic clock."""

    def __init__(self) -> None:
        self.stage = ""
        self.seen: deque[tuple[float, int]] = deque()
        self.began = 0.0
        self.total: int | None = None
        self.ends: float | None = None
        self.percent = 0  # of the whole job
        self.counted = False

    def see(
        self, now: float, stage: str, done: int | None, total: int | None, percent: int = 0
    ) -> None:
        """Record the progress of the job; each stage counts from zero."""
        self.percent = max(self.percent, percent)
        self.counted = self.counted or bool(total) or percent > LOOKED
        if stage != self.stage or not self.seen:
            self.stage, self.began, self.ends = stage, now, None
            self.seen.clear()
        done = max(done or 0, self.done)
        self.total = total
        if self.seen and self.seen[-1][1] == done and now - self.seen[-1][0] < 1:
            return
        self.seen.append((now, done))
        while len(self.seen) > 2 and self.seen[1][0] < now - WINDOW:
            self.seen.popleft()

    @property
    def done(self) -> int:
        """Return the highest number reported in this stage."""
        return self.seen[-1][1] if self.seen else 0

    @property
    def share(self) -> float | None:
        """Return how much of the job is done, 0 to 1; None while the total is unknown."""
        return self.percent / 100 if self.counted else None

    def rate(self) -> float | None:
        """Return units per second; None until enough is known."""
        if len(self.seen) < 2:
            return None
        (start, first), (end, last) = self.seen[0], self.seen[-1]
        return (last - first) / (end - start) if end - start >= 1 and last > first else None

    def left(self, now: float) -> float | None:
        """Return the seconds left; None during the first five seconds."""
        rate = self.rate()
        if rate is None or not self.total or now - self.began < WARM_UP:
            return None
        estimate = now + max(0, self.total - self.done) / rate
        if self.ends is None or estimate < self.ends or estimate - now > STEADY * (self.ends - now):
            self.ends = estimate
        return max(0.0, self.ends - now)
