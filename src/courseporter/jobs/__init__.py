"""Jobs: work that survives a crash.

`queue` puts jobs in and steers them, `worker` runs them, `flow` and `run` are what steps see.
"""
