"""Content libraries in the window: the items of a plan or an import, and the history."""
