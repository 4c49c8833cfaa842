"""Schools and Targets: the list of connections, their forms, and the check list of a test."""
