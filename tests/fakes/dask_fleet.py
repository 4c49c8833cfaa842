"""A program that lets Dask dispatch jobs: `python dask_fleet.py ID …`; prints what came back."""

from __future__ import annotations

import json
import sys


def run(job_id: str) -> str | None:
    """Do one job in a process of Dask; None when another one has it, or it is done."""
    from courseporter import api
    from courseporter.api import workers

    actor = api.start()
    try:
        done = workers.run_one(actor, job_id)
        return done.status if done is not None else None
    finally:
        api.stop(actor)


def main() -> None:
    from distributed import Client, LocalCluster

    with (
        LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
        ) as cluster,
        Client(cluster) as client,
    ):
        futures = client.map(run, sys.argv[1:], pure=False)
        print(json.dumps(client.gather(futures)))


if __name__ == "__main__":
    main()
