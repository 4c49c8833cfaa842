"""Start a face: the command line, or the desktop app when no command is given."""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from types import FrameType
from typing import NoReturn


def main() -> NoReturn:
    """Run CoursePorter and end the process with its exit code."""
    arguments = sys.argv[1:]
    home, given = split_home(arguments)
    if all(map(is_document, given)):
        open_window(home, given)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, partial(_interrupted, "--json" in arguments))
    gc.disable()  # modules being loaded leave nothing to collect
    from courseporter.api.workers import collect_seldom
    from courseporter.cli import run
    from courseporter.languages import choose

    choose()
    collect_seldom()
    leave(run(arguments))


def split_home(arguments: list[str]) -> tuple[str | None, list[str]]:
    """Return the folder of a leading `--home`, and the other arguments."""
    if len(arguments) >= 2 and arguments[0] == "--home":
        return arguments[1], arguments[2:]
    return None, arguments


def is_document(argument: str) -> bool:
    """Whether an argument is a file, a folder or a web address, and not a command or an option.

    No command has a full stop or a slash in its name; a name without them must exist.
    """
    if argument.startswith("-") or not argument:
        return False
    if any(sign in argument for sign in "./\\"):
        return True
    return os.path.exists(argument) and not is_command(argument)  # noqa: PTH110 - any text


def is_command(name: str) -> bool:
    """Whether the command line knows this word."""
    from courseporter.cli.commands import COMMANDS, GROUPS

    return name in COMMANDS or name in GROUPS


def open_window(home: str | None, documents: Sequence[str]) -> NoReturn:
    """Open the app with these documents, or say that no window can open here."""
    from courseporter.gui.display import refusal

    if why := refusal(os.environ):
        from courseporter.cli.say import fail
        from courseporter.errors import PorterError, _

        hint = _("All commands work without a display: courseporter --help")
        leave(fail(PorterError(why, hint, code="usage"), as_json=False))
    from courseporter.gui.app import run as open_app

    sys.exit(open_app(home, documents))


def _interrupted(as_json: bool, _signal: int, _frame: FrameType | None) -> NoReturn:  # noqa: FBT001
    """Asked to stop: end at once, nothing is lost by it; commands that run jobs listen themselves.

    An exception would come out of half-loaded modules and half-done statements as anything.
    """
    if as_json:
        os.write(1, b'{"schema":1,"error":{"code":"canceled","message":"Stopped.","where":null,')
        os.write(1, b'"hint":"The same command continues later.","retryable":false}}\n')
    os.write(2, b"courseporter: Stopped.\n")
    os._exit(130)


def leave(code: int) -> NoReturn:
    """End a command at once: all is closed, and the interpreter's farewell only takes time."""
    with suppress(OSError, ValueError):
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    main()
