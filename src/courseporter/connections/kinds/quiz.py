"""A service that writes quiz from the transcript of a video."""

from __future__ import annotations

from courseporter.connections.kind import Kind
from courseporter.connections.kinds.writing import ADDRESS, KEY, check
from courseporter.errors import _

KIND = Kind(
    name="quiz",
    label=_("Quiz service"),
    group="service",
    help=_("Write quiz questions from a video's transcript."),
    fields=(ADDRESS,),
    secrets=(KEY,),
    check=check,
)
