"""A second import of the same source: what it changes, and bringing that over as one step."""
