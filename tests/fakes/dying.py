"""Runs a command of the program and dies, as from `kill -9`, at the commit of your choice.

`python dying.py NUMBER WORDS…`: at the commit of this number (0: never).  A doubt may be looked
into at once.
"""

import os
import signal
import sys

from sqlalchemy.engine.default import DefaultDialect

from courseporter.__main__ import main
from courseporter.jobs import effects


def watch(deadly: int) -> None:
    commit, seen = DefaultDialect.do_commit, [0]

    def do_commit(self, raw):
        if raw.execute("PRAGMA query_only").fetchone()[0]:
            commit(self, raw)
            return
        seen[0] += 1
        if seen[0] == deadly:
            os.kill(os.getpid(), signal.SIGKILL)
        commit(self, raw)

    DefaultDialect.do_commit = do_commit


if __name__ == "__main__":
    effects.SURE_SECONDS = 0.05
    watch(int(sys.argv[1]))
    sys.argv = ["courseporter", *sys.argv[2:]]
    sys.exit(main())
