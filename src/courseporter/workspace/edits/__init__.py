"""What people change in a draft: one language of operations, each step whole and undoable."""
