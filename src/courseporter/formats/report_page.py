"""The report of an import as a web page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from html import escape
from typing import NamedTuple

from courseporter.errors import Message, Problem, _, gettext, ngettext, place_of
from courseporter.model import Entry

OUTCOMES = {
    "converted": _("converted"),
    "converted_with_loss": _("partly converted"),
    "skipped": _("skipped"),
    "failed": _("failed"),
}
_SEVERITIES = {"info": _("info"), "warning": _("warning"), "error": _("error")}
_STYLE = (
    "body{font:14px/1.5 Inter,system-ui,sans-serif;max-width:72rem;margin:2rem auto;padding:0 1rem;"
    "color:#1b1f27;background:#fff}table{border-collapse:collapse;width:100%}"
    "td,th{text-align:left;padding:.35rem .75rem .35rem 0;border-bottom:1px solid #e3e6eb;"
    "vertical-align:top}th{color:#5c6675;font-weight:400}.failed,.error{color:#b3261e}"
    ".converted_with_loss,.warning{color:#946200}.skipped,.info{color:#5c6675}"
    "td:first-child{white-space:nowrap}@media(prefers-color-scheme:dark){body{background:#17191d;"
    "color:#e8eaee}td,th{border-color:#343a44}}"
)


class ScriptRow(NamedTuple):
    """A host or a call that was found in a SCORM package."""

    words: str
    number: int
    files: tuple[str, ...]
    serious: bool


class ScormFacts(NamedTuple):
    """How many lessons work which way, and what their scripts do.

    `allowed`: whether the user lets scripts run; None when nobody has been asked.
    """

    play: int
    plugin: int
    download: int
    allowed: bool | None
    rows: tuple[ScriptRow, ...]


class SiteFacts(NamedTuple):
    """How publishing went: in one sentence, in detail, and the addresses of the course."""

    headline: str
    details: tuple[str, ...]
    links: tuple[str, ...]


class Report(NamedTuple):
    """What the page shows; `videos`: how many there are, and how many have captions."""

    title: str
    source: str
    sums: Mapping[str, int]
    problems: tuple[Problem, ...]
    videos: tuple[int, int]
    scorm: ScormFacts | None
    entries: Iterable[Entry]
    site: SiteFacts | None = None


def render_report(report: Report) -> Iterator[str]:
    """Yield the page piece by piece."""
    yield _top(report.title)
    if report.site is not None:
        yield from _site(report.site)
    yield _paragraph(gettext("From {source}.", source=report.source))
    yield _paragraph(balance(report.sums))
    yield from _captions(*report.videos)
    if report.problems:
        yield f"<h2>{escape(gettext('Problems'))}</h2><table>"
        yield from map(_problem, report.problems)
        yield "</table>"
    yield from _scorm(report.scorm)
    yield f"<h2>{escape(gettext('All items'))}</h2><table>"
    yield _head(_("Kind"), _("Title"), _("Identifier"), _("Outcome"), _("Reason"))
    for entry in report.entries:
        yield (
            f'<tr><td>{escape(entry.kind)}<td style="padding-left:{entry.depth}rem">'
            f"{escape(entry.title or '')}<td>{escape(entry.ref or '')}"
            f'<td class="{entry.outcome}">{escape(str(OUTCOMES[entry.outcome]))}'
            f"<td>{escape(str(entry.reason or ''))}\n"
        )
    yield "</table></body></html>\n"


def render_published(title: str, site: SiteFacts) -> Iterator[str]:
    """The page of a package that was published without a draft."""
    yield _top(title)
    yield from _site(site)
    yield "</body></html>\n"


def _top(title: str) -> str:
    title = escape(title)
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f"<style>{_STYLE}</style></head><body><h1>{title}</h1>"
    )


def _site(facts: SiteFacts) -> Iterator[str]:
    yield f"<h2>{escape(gettext('On the site'))}</h2>{_paragraph(facts.headline)}"
    if facts.details:
        yield "<ul>" + "".join(f"<li>{escape(one)}" for one in facts.details) + "</ul>"
    for link in facts.links:
        yield f'<p><a href="{escape(link)}">{escape(link)}</a></p>'


def balance(sums: Mapping[str, int]) -> str:
    """Return such as `61 items: 58 converted, 1 partly, 2 skipped, 0 failed`."""
    return str(
        ngettext(
            "{count:,} item: {converted:,} converted, {partly:,} partly, {skipped:,} skipped, "
            "{failed:,} failed",
            "{count:,} items: {converted:,} converted, {partly:,} partly, {skipped:,} skipped, "
            "{failed:,} failed",
            sums["found"],
            converted=sums["converted"],
            partly=sums["converted_with_loss"],
            skipped=sums["skipped"],
            failed=sums["failed"],
        )
    )


def _captions(videos: int, captioned: int) -> Iterator[str]:
    """How many videos have captions: without them, some learners can't follow."""
    if videos:
        share = round(100 * captioned / videos)
        yield _paragraph(
            gettext(
                "Captions: {done} of {videos} videos ({share}%)",
                done=captioned,
                videos=videos,
                share=share,
            )
        )


def _scorm(facts: ScormFacts | None) -> Iterator[str]:
    """What the package does, and whether the user has allowed it."""
    if facts is None:
        return
    yield f"<h2>{escape(gettext('SCORM package'))}</h2>{_paragraph(_allowed(facts))}"
    if facts.rows:
        yield "<table>"
        yield _head(_("Loads from, or calls"), _("Occurrences"), _("First files"))
        for one in facts.rows:
            files = escape(", ".join(one.files))
            kind = "warning" if one.serious else "info"
            yield f'<tr><td class="{kind}">{escape(one.words)}<td>{one.number:,}<td>{files}\n'
        yield "</table>"


def _allowed(facts: ScormFacts) -> str:
    parts = [
        gettext("lessons that play in the course: {count:,}", count=facts.play),
        gettext("lessons that use the SCORM XBlock: {count:,}", count=facts.plugin),
        gettext("lessons offered as a download: {count:,}", count=facts.download),
    ]
    scripts = gettext("Scripts run with the permissions of whoever opens the lesson.")
    if facts.play and facts.allowed is None:
        answer = f"{scripts} {gettext('You have not decided yet whether they may run.')}"
    elif facts.play:
        answer = f"{scripts} {gettext('You allowed this package to run scripts.')}"
    else:
        answer = gettext("No scripts of the package run in the course.")
    return f"{'; '.join(parts)}. {answer}"


def _problem(one: Problem) -> str:
    hint = f"<br>{escape(str(one.hint))}" if one.hint else ""
    return (
        f'<tr><td class="{one.severity}">{escape(str(_SEVERITIES[one.severity]))}'
        f"<td>{escape(str(one.message))}{hint}<td>{escape(place_of(one) or '')}\n"
    )


def _paragraph(text: str) -> str:
    return f"<p>{escape(text)}</p>"


def _head(*words: Message) -> str:
    return "<tr>" + "".join(f"<th>{escape(str(word))}" for word in words)
