"""Writes the tables of docs/reference that come from the code; `--check` only compares.

A table stands between `<!-- table: NAME -->` and `<!-- end -->`; whatever stands around it is
written by people.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from courseporter.errors import ERROR_CODES, PROBLEM_CODES
from courseporter.formats.olx.package.problems import SENTENCES
from courseporter.gui.commands import COMMANDS
from courseporter.targets import Fix
from courseporter.targets.olx.fixes import FIXES

REFERENCE = Path(__file__).resolve().parent.parent / "docs" / "reference"
BLOCK = re.compile(r"(<!-- table: (?P<name>[a-z-]+) -->\n).*?(<!-- end -->)", re.DOTALL)
EXITS = {
    1: "a bug in CoursePorter",
    2: "wrong usage or settings",
    3: "the input was rejected",
    4: "not allowed",
    5: "the network gave up",
    6: "the output or the course already exists",
    8: "the content was refused",
    130: "stopped by the user",
}


def error_table() -> str:
    """One row per error code, in the order of the table in the code."""
    rows = (
        (f"`{code}`", row.meaning, str(row.exit_code), str(row.http_status), yes(row.retryable))
        for code, row in ERROR_CODES.items()
    )
    return table(("code", "what it means", "exit", "HTTP", "tried again"), rows)


def exit_table() -> str:
    """One row per exit code, with the error codes that lead to it."""
    rows = (
        (str(number), words, ", ".join(f"`{code}`" for code in codes_of(number)))
        for number, words in EXITS.items()
    )
    return table(("exit", "what it means", "error codes"), rows)


def codes_of(number: int) -> list[str]:
    """The error codes that end a command with this exit code."""
    return [code for code, row in ERROR_CODES.items() if row.exit_code == number]


def problem_table() -> str:
    """One row per problem code, by name."""
    rows = ((f"`{code}`", row.severity, row.meaning) for code, row in sorted(PROBLEM_CODES.items()))
    return table(("code", "severity", "what it means"), rows)


def olx_rule_table() -> str:
    """One row per rule for OLX courses, in the order of the table of codes."""
    rows = (
        (f"`{code}`", row.severity, row.meaning, str(SENTENCES[code][1]))
        for code, row in PROBLEM_CODES.items()
        if code in SENTENCES
    )
    return table(("code", "severity", "what it means", "what it causes, what to do"), rows)


def fix_table() -> str:
    """One row per automatic fix."""
    rows = (
        (f"`{name}`", str(fix.label), "the course" if fix.course else "an item", _first_line(fix))
        for name, fix in FIXES.items()
    )
    return table(("fix", "button", "changes", "what is left"), rows)


def _first_line(fix: Fix) -> str:
    if fix.remove:
        return "Nothing of the item: it's removed."
    if fix.links:
        return "Links to lessons in the old school lead to the lessons of the course."
    given = {
        "files": "Missing files are taken from a file or folder of yours, by name.",
        "captions": "Videos get captions from a file or folder of yours, by name and language.",
        "editor": "Nothing is changed: the editor opens.",
    }
    if fix.asks in given:
        return given[fix.asks]
    lines = ((fix.node or fix.by_request or fix.course).__doc__ or "").strip().splitlines()
    return lines[0]


def shortcut_tables() -> str:
    """One table per group of the menu, with the keys of each command."""
    groups = dict.fromkeys(command.group for command in COMMANDS)
    return "\n".join(f"\n## {group}\n\n{shortcut_table(group)}" for group in groups)


def shortcut_table(group: str) -> str:
    """The commands of one group, in the order of the table in the code."""
    rows = (
        (command.words, ", ".join(f"`{key}`" for key in command.keys) or "–")
        for command in COMMANDS
        if command.group == group
    )
    return table(("Command", "Keys"), rows)


def yes(value: bool) -> str:  # noqa: FBT001 - a word for a flag
    """A flag as a word."""
    return "yes" if value else ""


def table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """A Markdown table."""
    lines = [head, ("---",) * len(head), *rows]
    return "".join(f"| {' | '.join(escape(cell) for cell in line)} |\n" for line in lines)


def escape(cell: str) -> str:
    """A cell may hold the sign that ends it."""
    return cell.replace("|", "\\|")


TABLES: dict[str, Callable[[], str]] = {
    "errors": error_table,
    "fixes": fix_table,
    "exits": exit_table,
    "olx-rules": olx_rule_table,
    "problems": problem_table,
    "shortcuts": shortcut_tables,
}


def renew(text: str) -> str:
    """The page with its tables as the code has them now."""

    def fill(match: re.Match[str]) -> str:
        return f"{match[1]}{TABLES[match['name']]()}{match[3]}"

    return BLOCK.sub(fill, text)


def main() -> int:
    """Write or compare; 1 when `--check` finds a page that is behind."""
    behind = 0
    for page in sorted(REFERENCE.rglob("*.md")):
        text = page.read_text("utf-8")
        fresh = renew(text)
        if fresh != text:
            behind += 1
            print(f"docs/reference/{page.relative_to(REFERENCE)}")
            if "--check" not in sys.argv:
                page.write_text(fresh, encoding="utf-8")
    return int("--check" in sys.argv and behind > 0)


if __name__ == "__main__":
    sys.exit(main())
