"""Start a face: the command line, or the desktop app when no command is given."""

from __future__ import annotations

import gc
import os
import signal
import sys
from contextlib import suppress
from functools import partial
from types import FrameType
from typing import NoReturn


def main() -> NoReturn:
    """Run CoursePorter and end the process with its exit code."""
    arguments = sys.argv[1:]
    if not arguments or (arguments[0] == "--home" and len(arguments) == 2):
        open_window(arguments[1] if arguments else None)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, partial(_interrupted, "--json" in arguments))
    gc.disable()  # modules being loaded leave nothing to collect
    from courseporter.api.workers import collect_seldom
    from courseporter.cli import run
    from courseporter.languages import choose

    choose()
    collect_seldom()
    leave(run(arguments))


def open_window(home: str | None) -> NoReturn:
    """Open the app, or say that no window can open here."""
    from courseporter.gui.display import refusal

    if why := refusal(os.environ):
        from courseporter.cli.say import fail
        from courseporter.errors import PorterError

        hint = "Every command works without a display; see: courseporter --help"
        leave(fail(PorterError(why, hint, code="usage"), as_json=False))
    from courseporter.gui.app import run as open_app

    sys.exit(open_app(home))


def _interrupted(as_json: bool, _signal: int, _frame: FrameType | None) -> NoReturn:  # noqa: FBT001
    """Asked to stop: end at once, nothing is lost by it; commands that run jobs listen themselves.

    An exception would come out of half-loaded modules and half-done statements as anything.
    """
    if as_json:
        os.write(1, b'{"schema":1,"error":{"code":"canceled","message":"Stopped.","where":null,')
        os.write(1, b'"hint":"The same command goes on later.","retryable":false}}\n')
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
