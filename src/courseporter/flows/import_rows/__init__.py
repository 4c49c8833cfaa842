"""Importing rows: the file is read into the store, rows are looked up, and each is sent once.

A chunk of rows, its counters and the cursor behind it are one transaction.  What is sent goes
through the effect journal; a row ends in the transaction that moves its counter.
"""

from courseporter.flows.import_rows.enrich import enrich
from courseporter.flows.import_rows.order import KIND, UNDO_KIND, Order, film_of, kind_of, order_of
from courseporter.flows.import_rows.read import read, replaced
from courseporter.flows.import_rows.send import begin_again, forget_refusals, send
from courseporter.flows.import_rows.undo import undo
from courseporter.jobs.flow import Flow, Step

IMPORT_ROWS = Flow(
    KIND, 1, (Step("read", read, 1), Step("enrich", enrich, 4), Step("send", send, 9))
)
UNDO_ROWS = Flow(UNDO_KIND, 1, (Step("undo", undo),))

__all__ = [
    "IMPORT_ROWS",
    "KIND",
    "UNDO_KIND",
    "UNDO_ROWS",
    "Order",
    "begin_again",
    "film_of",
    "forget_refusals",
    "kind_of",
    "order_of",
    "replaced",
]
