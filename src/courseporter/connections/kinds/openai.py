"""A server with the interface of OpenAI, its own or another one, that writes notes and quizzes."""

from __future__ import annotations

import msgspec

from courseporter.connections.checks import Checklist
from courseporter.connections.kind import Field, Kind
from courseporter.connections.kinds.writing import ADDRESS, KEY, client
from courseporter.connections.opened import Opened
from courseporter.connections.sites import reach
from courseporter.errors import Phrase, RejectedError, _
from courseporter.net import Client


class _Model(msgspec.Struct):
    id: str = ""


class _Models(msgspec.Struct):
    data: list[_Model] = []


def check(opened: Opened, checks: Checklist) -> None:
    """The server lists its models, and the chosen one is among them."""
    if not reach(checks, opened.text("url")):
        return
    with client(opened) as server:
        checks.step("token", lambda: _models(server, opened.text("model")))


def _models(server: Client, wanted: str) -> Phrase:
    names = [model.id for model in server.get("/models").decode(_Models).data]
    if names and wanted not in names:
        raise RejectedError(
            _("The server has no model “{name}”.", name=wanted),
            _("It has: {names}.", names=", ".join(names[:10])),
            "model",
        )
    return ""


KIND = Kind(
    name="openai",
    label=_("OpenAI-compatible server"),
    group="service",
    help=_("Write notes and quizzes with a language model."),
    fields=(
        ADDRESS,
        Field(name="model", label=_("Model"), required=True, maximum=200, option="--model"),
        Field(
            name="context",
            label=_("Context size"),
            type="number",
            unit=_("tokens"),
            default=8192,
            minimum=512,
            maximum=10_000_000,
            advanced=True,
            option="--context",
        ),
    ),
    secrets=(KEY,),
    check=check,
)
