"""The editor for texts: looks like a page, and writes only what was changed."""
