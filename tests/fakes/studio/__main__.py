"""A practice target: `python -m tests.fakes.studio`, then connect to what it prints."""

from __future__ import annotations

import argparse
import threading

from .server import Studio


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--studio-port", type=int, default=18010)
    parser.add_argument("--lms-port", type=int, default=18000)
    parser.add_argument("--pace", type=float, default=0.5, help="seconds between import states")
    parser.add_argument("--gate", type=int, default=0, choices=(0, 1, 8), help="the OLX gate")
    given = parser.parse_args()
    with Studio(given.pace, studio_port=given.studio_port, lms_port=given.lms_port) as fake:
        fake.site.gate = given.gate
        print(f"Studio   {fake.studio}\nLMS      {fake.lms}")
        for name, client in fake.site.clients.items():
            print(f"client   {name}  secret {client.secret}  (user {client.user})")
        print("\nStop with Ctrl+C.", flush=True)
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            print()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
