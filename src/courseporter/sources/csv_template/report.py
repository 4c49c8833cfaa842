"""Problems of single rows: reported one by one up to a hundred per code, then summed up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from courseporter.errors import Message, Phrase, Problem, Severity, _

MOST = 100
PLACES = {"sections": "section", "lessons": "lesson", "exercises": "exercise"}


class Report:
    """Collects problems.  `counts` says how many of each code there were.

    It travels in the cursor.  `sheets`: table → name of its sheet; None when the tables are files.
    """

    def __init__(self, sheets: Mapping[str, str] | None = None) -> None:
        self._sheets = sheets
        self.counts: dict[str, int] = {}
        self._waiting: list[Problem] = []

    def tell(
        self,
        code: str,
        severity: Severity,
        message: Phrase,
        *,
        where: Phrase | None = None,
        hint: Phrase | None = None,
        key: str | None = None,
        fix: str | None = None,
    ) -> None:
        """Report one problem of one row."""
        count = self.counts[code] = self.counts.get(code, 0) + 1
        if count <= MOST:
            self._waiting.append(
                Problem(
                    code=code,
                    severity=severity,
                    message=message,
                    where=where,
                    hint=hint,
                    key=key,
                    fix=fix,
                )
            )

    def at(self, stem: str, line: int, column: str = "") -> Message:
        """Where a row is, as people find it: “questions.csv line 6 column points”."""
        table = self.table(stem)
        if self._sheets is None and column:
            return _("{table} line {line} column {column}", table=table, line=line, column=column)
        if self._sheets is None:
            return _("{table} line {line}", table=table, line=line)
        if column:
            return _("{table} row {line} column {column}", table=table, line=line, column=column)
        return _("{table} row {line}", table=table, line=line)

    def table(self, stem: str) -> Phrase:
        """What people call a table: “questions.csv”, or “sheet Questions” in a workbook."""
        if self._sheets is None:
            return f"{stem}.csv"
        return _("sheet {name}", name=self._sheets.get(stem, stem).strip())

    def row(self, line: int) -> Message:
        """What people call a row of a table that was named before."""
        if self._sheets is None:
            return _("line {line}", line=line)
        return _("row {line}", line=line)

    def title(self, stem: str, line: int, key: str, written: str) -> str:
        """A title on one line; a row without one is called by its external_id."""
        title = " ".join(written.split())
        if not title:
            where = self.at(stem, line, "title")
            message = _("{where}: the title is empty; “{key}” is used.", where=where, key=key)
            place = f"{PLACES[stem]}:{key}" if stem in PLACES else None
            self.tell("row_value", "warning", message, where=where, key=place)
        return title or key

    def take(self) -> list[Problem]:
        """The problems since the last call."""
        taken, self._waiting = self._waiting, []
        return taken

    def summaries(self) -> list[Problem]:
        """One problem for each code that had more than could be told singly."""
        return [
            Problem(
                code=code,
                severity="error" if code in ("row_failed", "row_orphaned") else "warning",
                message=_(
                    "{more:,} more problems of this kind; the report lists every row.",
                    more=count - MOST,
                ),
                count=count - MOST,
            )
            for code, count in sorted(self.counts.items())
            if count > MOST
        ]


def listed(names: Sequence[str], limit: int) -> Phrase:
    """The names in quotation marks, at most this many, and how many more there are."""
    first = ", ".join(f"“{name}”" for name in names[:limit])
    if len(names) <= limit:
        return first
    return _("{names} and {more:,} more", names=first, more=len(names) - limit)
