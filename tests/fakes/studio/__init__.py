"""A Studio and an LMS on real sockets, for tests and for practice: `python -m tests.fakes.studio`.

They answer as the platform of mid-2025 was recorded to answer, read what is really uploaded, lose
what the real importer loses, and misbehave on request.
"""

from .faults import Fault
from .server import Studio
from .site import Client, Run, Site

__all__ = ["Client", "Fault", "Run", "Site", "Studio"]
