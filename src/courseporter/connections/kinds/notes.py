"""A service that writes notes from the transcript of a video."""

from __future__ import annotations

from courseporter.connections.kind import Kind
from courseporter.connections.kinds.writing import ADDRESS, KEY, check
from courseporter.errors import _

KIND = Kind(
    name="notes",
    label=_("Notes service"),
    group="service",
    help=_("Write notes from a video's transcript."),
    fields=(ADDRESS,),
    secrets=(KEY,),
    check=check,
)
