"""The second step: films and shows are looked up, as far as that was ordered."""

from __future__ import annotations

from courseporter.flows.import_rows.order import order_of
from courseporter.jobs.run import Run


def enrich(run: Run) -> None:
    """Find out which film or show each pending row is."""
    order = order_of(run)
    if order.enrich_id is None:
        return
