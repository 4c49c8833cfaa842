"""Options that are made from the settings of the targets: a new target brings its own."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Annotated, Any, TypeVar, get_type_hints

import typer

from courseporter import api
from courseporter.api.values import SettingInfo

Command = TypeVar("Command", bound=Callable[..., Any])
PARAMETER = "settings"  # that of the command: a mapping of what was given


def with_settings(command: Command) -> Command:
    """The command with one option for each setting that targets offer, instead of `settings`.

    What was given reaches the command as its keyword `settings`, by the names of the settings.
    """
    offered = settings()
    signature = inspect.signature(command)
    hints = get_type_hints(command, include_extras=True)
    kept = [
        one.replace(annotation=hints.get(one.name, one.annotation))
        for one in signature.parameters.values()
        if one.name != PARAMETER
    ]
    added = [_parameter(one) for one in offered.values()]

    def call(**given: object) -> object:
        chosen = {name: given.pop(name) for name in offered}
        return command(**given, **{PARAMETER: {k: v for k, v in chosen.items() if v}})

    call.__name__, call.__doc__ = command.__name__, command.__doc__
    call.__annotations__ = {one.name: one.annotation for one in (*kept, *added)}
    call.__annotations__["return"] = hints.get("return")
    call.__signature__ = signature.replace(parameters=[*kept, *added])
    return call  # pyright: ignore[reportReturnType]  # the same to callers, apart from `settings`


def settings() -> dict[str, SettingInfo]:
    """Every setting that has an option, by name; of several targets' the first one counts."""
    found: dict[str, SettingInfo] = {}
    for target in api.targets():
        for one in target.settings:
            if one.option is not None:
                found.setdefault(one.name, one)
    return found


def _parameter(one: SettingInfo) -> inspect.Parameter:
    kind = bool if one.kind == "flag" else (str | None)
    option = typer.Option(one.option, help=one.help or one.label)
    return inspect.Parameter(
        one.name,
        inspect.Parameter.KEYWORD_ONLY,
        default=False if one.kind == "flag" else None,
        annotation=Annotated[kind, option],
    )
