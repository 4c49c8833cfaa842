"""Start a face: the command line, or the desktop app when no command is given."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import NoReturn


def main() -> NoReturn:
    """Run CoursePorter and end the process with its exit code."""
    arguments = sys.argv[1:]
    if not arguments or (arguments[0] == "--home" and len(arguments) == 2):
        from courseporter.gui.app import run as open_window

        sys.exit(open_window(arguments[1] if arguments else None))
    from courseporter.cli import run

    leave(run(arguments))


def leave(code: int) -> NoReturn:
    """End a command at once: all is closed, and the interpreter's farewell only takes time."""
    with suppress(OSError, ValueError):
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    main()
