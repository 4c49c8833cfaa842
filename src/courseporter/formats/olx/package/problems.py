"""Makes the problems of OLX courses, in drafts and in packages."""

from __future__ import annotations

from typing import cast

from courseporter.errors import PROBLEM_CODES, Message, Phrase, Problem, Severity
from courseporter.formats.olx.package.block_sentences import BLOCK_SENTENCES
from courseporter.formats.olx.package.course_sentences import COURSE_SENTENCES

MAX_SHOWN = 80  # characters of a title in a sentence
SENTENCES = BLOCK_SENTENCES | COURSE_SENTENCES


def problem(
    code: str,
    what: str = "",
    detail: Phrase = "",
    *,
    key: str | None = None,
    where: str | None = None,
    fix: str | None = None,
    count: int = 1,
) -> Problem:
    """A problem with the usual severity of its code; `what` is the block's title, `detail` what was
    found.
    """
    message, hint = SENTENCES[code]
    if len(what) > MAX_SHOWN:
        what = what[: MAX_SHOWN - 1] + "…"
    return Problem(
        code=code,
        severity=cast("Severity", PROBLEM_CODES[code].severity),
        message=Message(message.template, {"what": what, "detail": detail}),
        where=where,
        hint=hint,
        key=key,
        fix=fix,
        count=count,
    )
