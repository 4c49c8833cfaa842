"""Connections from the command line: add, list, show, test, forget."""

from __future__ import annotations

import getpass
import sys
from typing import Annotated

import msgspec
import typer

from courseporter import api
from courseporter.api.connections import Check, CheckReport, ConnectionView, Kind
from courseporter.cli.courses import AsJson
from courseporter.cli.say import acting, say, show_json, show_table
from courseporter.errors import SettingsError, _, gettext, shown
from courseporter.secret import Secret

app = typer.Typer(
    help="Connect schools, Open edX sites and services.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
Name = Annotated[str, typer.Argument(metavar="NAME", help="The connection's name or ID.")]
Text = str | None
STDIN_HELP = "Read secrets from stdin: one line, or name=value lines."


@app.command()
def add(
    kind: Annotated[str, typer.Argument(metavar="KIND", help="Such as openedx or teachable.")],
    name: Annotated[str, typer.Argument(metavar="NAME", help="A name of your choice.")],
    lms_url: Annotated[Text, typer.Option("--lms-url", metavar="URL")] = None,
    studio_url: Annotated[Text, typer.Option("--studio-url", metavar="URL")] = None,
    client_id: Annotated[Text, typer.Option("--client-id")] = None,
    default_org: Annotated[Text, typer.Option("--default-org", metavar="ORG")] = None,
    default_run: Annotated[Text, typer.Option("--default-run", metavar="RUN")] = None,
    import_timeout_seconds: Annotated[
        Text, typer.Option("--import-timeout", metavar="SECONDS", help="30 to 600.")
    ] = None,
    max_retries: Annotated[Text, typer.Option("--max-retries", metavar="N", help="1 to 5.")] = None,
    poll_interval_ms: Annotated[Text, typer.Option("--poll-interval", metavar="MS")] = None,
    no_create: Annotated[
        bool, typer.Option("--no-create", help="Never create a course run.")
    ] = False,
    subdomain: Annotated[
        Text, typer.Option("--subdomain", help="Subdomain of a Thinkific site.")
    ] = None,
    profile: Annotated[Text, typer.Option("--profile", metavar="NAME|FILE")] = None,
    url: Annotated[Text, typer.Option("--url", metavar="URL")] = None,
    model: Annotated[
        Text, typer.Option("--model", help="Model of a language model server.")
    ] = None,
    context: Annotated[
        Text, typer.Option("--context", metavar="TOKENS", help="Context window of the model.")
    ] = None,
    description: Annotated[Text, typer.Option("--description")] = None,
    secret_stdin: Annotated[bool, typer.Option("--secret-stdin", help=STDIN_HELP)] = False,
    as_json: AsJson = False,
) -> None:
    """Store a connection; its secret goes to the keychain of this computer."""
    known = api.connection_kind(kind)
    given = {
        "lms_url": lms_url,
        "studio_url": studio_url,
        "client_id": client_id,
        "default_org": default_org,
        "default_run": default_run,
        "import_timeout_seconds": import_timeout_seconds,
        "max_retries": max_retries,
        "poll_interval_ms": poll_interval_ms,
        "auto_create_course": False if no_create else None,
        "subdomain": subdomain,
        "profile": profile,
        "url": url,
        "model": model,
        "context": context,
    }
    values = {key: value for key, value in given.items() if value is not None}
    secrets = _from_stdin(known) if secret_stdin else _asked(known, name)
    with acting() as actor:
        made = api.add_connection(actor, kind, name, values, secrets, description=description)
    if as_json:
        show_json({"schema": 1, "connection": _row(made)})
        return
    say(gettext("Added the connection “{name}”.", name=made.name))
    say(gettext("Test it: courseporter connections test {name}", name=_quoted(made.name)))


@app.command("list")
def list_connections(as_json: AsJson = False) -> None:
    """List the connections."""
    with acting() as actor:
        found = api.connections(actor)
    if as_json:
        show_json({"schema": 1, "connections": [_row(one) for one in found]})
        return
    rows = [(one.name, one.kind, one.last_status or "–", _address(one)) for one in found]
    show_table((gettext("name"), gettext("kind"), gettext("last test"), gettext("address")), rows)


@app.command()
def show(name: Name, as_json: AsJson = False) -> None:
    """Show a connection's settings, without its secret."""
    with acting() as actor:
        found = api.connection(actor, name)
    if as_json:
        show_json({"schema": 1, "connection": _row(found)})
        return
    rows = [
        ("name", found.name),
        ("id", found.id),
        ("kind", found.kind),
        ("description", found.description or "–"),
        *((key, str(value)) for key, value in found.values.items()),
        ("secret", found.secrets_kept or "–"),
        ("last test", found.last_status or "–"),
    ]
    show_table(("", ""), rows)


@app.command("test")
def check(name: Name, as_json: AsJson = False) -> None:
    """Test a connection step by step: exit code 0, 4 if refused, 5 if unreachable."""
    with acting() as actor:
        result = api.check_connection(actor, name, None if as_json else _say_check)
    if as_json:
        show_json({"schema": 1, "test": _test_row(result)})
    else:
        say(str(result.message))
    if result.exit_code:
        raise typer.Exit(result.exit_code)


@app.command()
def forget(name: Name, as_json: AsJson = False) -> None:
    """Remove a connection and its secret; the history of jobs stays."""
    with acting() as actor:
        gone = api.forget_connection(actor, name)
    if as_json:
        show_json({"schema": 1, "forgotten": {"id": gone.record.id, "name": gone.record.name}})
        return
    say(gettext("Removed the connection “{name}” and its secret.", name=gone.record.name))


def _from_stdin(kind: Kind) -> dict[str, Secret]:
    """One line is the main secret; `name=value` lines name each."""
    lines = [line.rstrip("\r\n") for line in sys.stdin if line.strip()]
    names = {field.name for field in kind.secrets}
    named = [line.partition("=") for line in lines]
    if lines and all(name.strip() in names and mark for name, mark, _value in named):
        return {name.strip(): Secret(value.strip()) for name, _mark, value in named}
    if len(lines) > 1 or (lines and not names):
        raise SettingsError(
            _("Can't tell which secret on stdin is which."),
            _("Write one line, or lines like {names}.", names=_examples(kind)),
            "stdin",
        )
    return {kind.secrets[0].name: Secret(lines[0].strip())} if lines else {}


def _examples(kind: Kind) -> str:
    return ", ".join(f"{field.name}=…" for field in kind.secrets) or "–"


def _asked(kind: Kind, name: str) -> dict[str, Secret]:
    """Ask the terminal without echo for what the environment doesn't know."""
    if not sys.stdin.isatty():
        return {}
    found: dict[str, Secret] = {}
    for field in kind.secrets:
        if api.secret_in_environment(kind.name, name, field.name):
            continue
        more = "" if field.required else gettext(" (optional)")
        typed = getpass.getpass(f"{field.label}{more}: ").strip()
        if typed:
            found[field.name] = Secret(typed)
    return found


def _say_check(check: Check) -> None:
    marks = {"ok": "✓", "failed": "✗", "skipped": "–"}
    time = f"{check.ms} ms" if check.state != "skipped" else ""
    say(f"{marks[check.state]} {check.name:<16} {time:>8}  {check.message}".rstrip())
    if check.hint is not None:
        say(f"  {check.hint}")


def _test_row(result: CheckReport) -> dict[str, object]:
    checks = [
        {**msgspec.structs.asdict(check), "message": str(check.message), "hint": shown(check.hint)}
        for check in result.checks
    ]
    row = msgspec.structs.asdict(result)
    del row["exit_code"]
    return {**row, "message": str(result.message), "checks": checks}


def _row(found: ConnectionView) -> dict[str, object]:
    row = msgspec.structs.asdict(found)
    row["report"] = None if found.report is None else _test_row(found.report)
    return row


def _address(found: ConnectionView) -> str:
    for name in ("studio_url", "url", "subdomain", "profile"):
        if name in found.values:
            return str(found.values[name])
    return ""


def _quoted(name: str) -> str:
    return f'"{name}"' if " " in name else name
