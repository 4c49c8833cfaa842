"""Names of rows: UUID version 7 (RFC 9562, section 5.7), which sort by the time of making."""

from __future__ import annotations

import os
import time
import uuid


def new_id() -> str:
    """A fresh UUID 7 as text.

    `rand_a` carries the fraction of the millisecond (section 6.2, method 3).
    """
    millis, nanos = divmod(time.time_ns(), 1_000_000)
    fraction = nanos * 4096 // 1_000_000
    tail = int.from_bytes(os.urandom(8)) & ((1 << 62) - 1)
    value = (millis & ((1 << 48) - 1)) << 80 | 7 << 76 | fraction << 64 | 2 << 62 | tail
    return str(uuid.UUID(int=value))
