"""Everything a user can meet has its place in the docs: commands, codes, formats, settings."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
import typer

from courseporter.errors import ERROR_CODES, PROBLEM_CODES

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
LINK = re.compile(r"\]\((?!https?:|mailto:)([^)#]+)(?:#[^)]*)?\)")


def page(name):
    return (DOCS / "reference" / name).read_text("utf-8")


def commands(command, path=("courseporter",)):
    """Every command that does something, with its words and its click object."""
    inner = getattr(command, "commands", None)
    if inner is None:
        yield " ".join(path), command
        return
    for name, child in inner.items():
        if not child.hidden:
            yield from commands(child, (*path, name))


def all_commands():
    from courseporter.cli.program import app

    return dict(commands(typer.main.get_command(app)))


def section(text, command):
    """What stands under the heading of one command, up to the next heading."""
    _, found, rest = text.partition(f"## {command}\n")
    return rest.partition("\n## ")[0] if found else None


def test_every_command_has_its_heading():
    text = page("cli.md")
    missing = [name for name in all_commands() if section(text, name) is None]
    assert not missing, f"docs/reference/cli.md wants a heading for each of these: {missing}"


def test_every_option_is_named_under_its_command():
    text = page("cli.md")
    missing = [
        f"{name} {option}"
        for name, command in all_commands().items()
        for parameter in command.params
        for option in (*parameter.opts, *parameter.secondary_opts)
        if option.startswith("-") and option != "--help"
        if f"`{option}" not in (section(text, name) or "")
    ]
    assert not missing, f"docs/reference/cli.md does not tell of {missing}"


def test_no_option_is_documented_that_does_not_exist():
    text = page("cli.md")
    invented = [
        f"{name} {option}"
        for name, command in all_commands().items()
        for option in re.findall(r"(?m)(?<=`)--[a-z-]+(?=[` ])", section(text, name) or "")
        if not any(
            option in (*parameter.opts, *parameter.secondary_opts) for parameter in command.params
        )
    ]
    assert not invented, f"docs/reference/cli.md tells of what is not there: {invented}"


def test_no_command_is_documented_that_does_not_exist():
    headings = re.findall(r"^## (courseporter .+)$", page("cli.md"), re.MULTILINE)
    invented = set(headings) - set(all_commands())
    assert not invented, f"docs/reference/cli.md tells of what is not there: {sorted(invented)}"


def test_every_error_code_is_documented():
    text = page("errors.md")
    missing = [code for code in ERROR_CODES if f"`{code}`" not in text]
    assert not missing, f"run `make docs`; docs/reference/errors.md lacks {missing}"


def test_every_problem_code_is_documented():
    text = page("problems.md")
    missing = [code for code in PROBLEM_CODES if f"`{code}`" not in text]
    assert not missing, f"run `make docs`; docs/reference/problems.md lacks {missing}"


def test_tables_made_from_the_code_are_fresh():
    command = [sys.executable, ROOT / "packaging" / "write_tables.py", "--check"]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, f"run `make docs`; behind: {result.stdout}{result.stderr}"


@pytest.mark.parametrize("kind", ["sources", "targets"])
def test_every_format_is_documented(kind):
    from courseporter import api

    found = [one.name for one in getattr(api, kind)()]
    assert found, f"there are no {kind}"
    missing = [name for name in found if f"| `{name}` |" not in page("formats.md")]
    assert not missing, f"docs/reference/formats.md wants a row for {missing}"


def test_every_setting_is_documented():
    from courseporter import settings

    text = page("settings.md")
    structs = [
        kind
        for kind in vars(settings).values()
        if isinstance(kind, type) and issubclass(kind, msgspec.Struct)
    ]
    missing = [
        field
        for kind in structs
        for field in kind.__struct_fields__
        if f"| `{field}` |" not in text
    ]
    assert not missing, f"docs/reference/settings.md wants a row for {missing}"


def test_every_environment_variable_is_documented(modules):
    text = page("settings.md")
    used = {
        name
        for path in modules.values()
        for name in re.findall(r"COURSEPORTER_[A-Z_]+", path.read_text("utf-8"))
    }
    missing = [name for name in sorted(used) if f"`{name}" not in text]
    assert not missing, f"docs/reference/settings.md wants a row for {missing}"


def test_links_between_pages_lead_somewhere():
    pages = [*DOCS.rglob("*.md"), ROOT / "README.md"]
    broken = [
        f"{source.relative_to(ROOT)}: {target}"
        for source in pages
        for target in LINK.findall(source.read_text("utf-8"))
        if not (source.parent / target).exists()
    ]
    assert not broken, f"these pages or pictures are missing: {broken}"


def test_every_page_can_be_found():
    text = "\n".join(path.read_text("utf-8") for path in DOCS.rglob("*.md"))
    text += (ROOT / "README.md").read_text("utf-8")
    lost = [
        str(path.relative_to(DOCS))
        for path in sorted(DOCS.rglob("*.md"))
        if path.name != "index.md" and path.name not in text
    ]
    assert not lost, f"no page links to {lost}"


def test_the_list_of_decisions_is_complete():
    text = (DOCS / "decisions" / "index.md").read_text("utf-8")
    missing = [
        path.name
        for path in sorted((DOCS / "decisions").glob("0*.md"))
        if f"]({path.name})" not in text
    ]
    assert not missing, f"docs/decisions/index.md wants a line for {missing}"


def test_decisions_have_four_parts_and_numbers_of_their_own():
    pages = sorted(path for path in (DOCS / "decisions").glob("*.md") if path.name != "index.md")
    numbers = [path.name[:4] for path in pages]
    assert len(numbers) == len(set(numbers)), f"two decisions share a number: {numbers}"
    for path in pages:
        headings = re.findall(r"^## (.+)$", path.read_text("utf-8"), re.MULTILINE)
        assert headings == ["Context", "Decision", "Consequences", "Rejected"], path.name


def test_readme_names_the_two_commands():
    text = (ROOT / "README.md").read_text("utf-8")
    assert "make run" in text
    assert "courseporter convert" in text
