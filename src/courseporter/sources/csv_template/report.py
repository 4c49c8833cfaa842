"""Problems of single rows, told one by one up to a hundred per code, then summed up."""

from __future__ import annotations

from collections.abc import Mapping

from courseporter.errors import Problem, Severity

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
        message: str,
        *,
        where: str | None = None,
        hint: str | None = None,
        key: str | None = None,
    ) -> None:
        """Note one thing that happened in one row."""
        count = self.counts[code] = self.counts.get(code, 0) + 1
        if count <= MOST:
            self._waiting.append(
                Problem(
                    code=code, severity=severity, message=message, where=where, hint=hint, key=key
                )
            )

    def at(self, stem: str, line: int, column: str = "") -> str:
        """Where a row stands, as people find it: “questions.csv line 6 column points”."""
        where = f"{self.table(stem)} {self.row(line)}"
        return f"{where} column {column}" if column else where

    def table(self, stem: str) -> str:
        """What people call a table: “questions.csv”, or “sheet Questions” in a workbook."""
        if self._sheets is None:
            return f"{stem}.csv"
        return f"sheet {self._sheets.get(stem, stem).strip()}"

    def row(self, line: int) -> str:
        """What people call a row of a table that was named before."""
        return f"line {line}" if self._sheets is None else f"row {line}"

    def title(self, stem: str, line: int, key: str, written: str) -> str:
        """A title on one line; a row without one is called by its external_id."""
        title = " ".join(written.split())
        if not title:
            where = self.at(stem, line, "title")
            message = f"{where}: the title is empty; “{key}” stands for it."
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
                message=f"{count - MOST:,} more problems of this kind; the report lists every row.",
                count=count - MOST,
            )
            for code, count in sorted(self.counts.items())
            if count > MOST
        ]
