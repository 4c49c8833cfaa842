"""What look-ups leave in the store: answers, used requests, choices, and mapped columns."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Mapping, Sequence
from contextlib import suppress

from sqlalchemy import Connection, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from courseporter.store.clock import now_ms
from courseporter.store.row_tables import lookup_answer, lookup_quota, row_choice, row_mapping
from courseporter.store.rows import insert_missing

LEVEL = 1
NOBODY = "none"  # what a choice says when none of the candidates is the film
DAY_MS = 86_400_000


def digest(*parts: object) -> bytes:
    """Sixteen bytes that are equal for equal parts."""
    line = "\0".join("" if part is None else str(part) for part in parts)
    return hashlib.blake2b(line.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def answer(connection: Connection, org_id: str, service: str, question: bytes) -> bytes | None:
    """The kept answer to a question."""
    kept = connection.scalar(
        select(lookup_answer.c.body).where(
            lookup_answer.c.org_id == org_id,
            lookup_answer.c.service == service,
            lookup_answer.c.question == question,
        )
    )
    return None if kept is None else zlib.decompress(kept)


def keep_answer(
    connection: Connection, org_id: str, service: str, question: bytes, body: bytes
) -> None:
    """Keep an answer; one that is there already stays."""
    now = connection.scalar(select(now_ms()))
    columns = ("org_id", "service", "question", "at", "body")
    row = (org_id, service, question, now, zlib.compress(body, LEVEL))
    insert_missing(connection, lookup_answer, columns, [row])


def count_request(connection: Connection, lane: str, *, refused: bool = False) -> None:
    """Count a request of today; `refused`: the service said that it was one too many."""
    day = _day(connection)
    mine = (lookup_quota.c.lane == lane) & (lookup_quota.c.day == day)
    insert_missing(connection, lookup_quota, ("lane", "day", "used"), [(lane, day, 0)])
    values = {"refused_at": now_ms()} if refused else {"used": lookup_quota.c.used + 1}
    connection.execute(update(lookup_quota).where(mine).values(values))


def used_today(connection: Connection, lane: str) -> int:
    """How many requests were sent in this lane on this day (UTC)."""
    query = select(lookup_quota.c.used).where(
        lookup_quota.c.lane == lane, lookup_quota.c.day == _day(connection)
    )
    return connection.scalar(query) or 0


def seconds_to_midnight(connection: Connection) -> float:
    """Seconds until the next day begins (UTC)."""
    now = connection.scalar(select(now_ms())) or 0
    return (DAY_MS - now % DAY_MS) / 1000


def _day(connection: Connection) -> str:
    import datetime as dt

    now = connection.scalar(select(now_ms())) or 0
    return dt.datetime.fromtimestamp(now / 1000, dt.UTC).date().isoformat()


def chosen(
    connection: Connection, org_id: str, kind: str, films: Sequence[bytes]
) -> dict[bytes, str]:
    """What was chosen for these films: an id, or `NOBODY`."""
    query = select(row_choice.c.film, row_choice.c.record).where(
        row_choice.c.org_id == org_id, row_choice.c.kind == kind, row_choice.c.film.in_(films)
    )
    return {bytes(film): record or NOBODY for film, record in connection.execute(query)}


def choose(connection: Connection, org_id: str, kind: str, film: bytes, record: str | None) -> None:
    """Remember a choice; it replaces an earlier one."""
    forget_choice(connection, org_id, kind, film)
    new = insert(row_choice).values(org_id=org_id, kind=kind, film=film, record=record, at=now_ms())
    connection.execute(new)


def forget_choice(connection: Connection, org_id: str, kind: str, film: bytes) -> None:
    """Forget a choice."""
    mine = (row_choice.c.org_id == org_id) & (row_choice.c.kind == kind)
    connection.execute(delete(row_choice).where(mine, row_choice.c.film == film))


def mapping_of(
    connection: Connection, org_id: str, header: Sequence[str]
) -> tuple[str, dict[str, str]] | None:
    """The format and mapped columns that were remembered for this header."""
    row = connection.execute(
        select(row_mapping.c.format, row_mapping.c.mapped).where(
            row_mapping.c.org_id == org_id, row_mapping.c.header == header_digest(header)
        )
    ).one_or_none()
    return None if row is None else (row.format, dict(row.mapped))


def remember_mapping(
    connection: Connection,
    org_id: str,
    header: Sequence[str],
    format_: str,
    mapped: Mapping[str, str],
) -> None:
    """Remember how the columns of this header are mapped; an earlier mapping is replaced."""
    mine = (row_mapping.c.org_id == org_id) & (row_mapping.c.header == header_digest(header))
    connection.execute(delete(row_mapping).where(mine))
    new = insert(row_mapping).values(
        org_id=org_id, header=header_digest(header), format=format_, mapped=dict(mapped),
        at=now_ms(),
    )  # fmt: skip
    with suppress(IntegrityError), connection.begin_nested():
        connection.execute(new)


def header_digest(header: Sequence[str]) -> bytes:
    """The same for headers of the same columns in the same order."""
    return digest(*(cell.strip().casefold() for cell in header))


def count_answers(connection: Connection, org_id: str) -> int:
    """How many answers are kept."""
    query = select(func.count()).where(lookup_answer.c.org_id == org_id)
    return connection.scalar(query.select_from(lookup_answer)) or 0
