"""Start a face: the command line, or the desktop app when no command is given."""

from __future__ import annotations

import sys


def main() -> int:
    """Run CoursePorter; returns the exit code."""
    arguments = sys.argv[1:]
    if arguments and arguments[0] != "--home":
        from courseporter.cli import run

        return run(arguments)
    if len(arguments) in (0, 2):
        from courseporter.gui.app import run as open_window

        return open_window(arguments[1] if arguments else None)
    from courseporter.cli import run

    return run(arguments)


if __name__ == "__main__":
    sys.exit(main())
