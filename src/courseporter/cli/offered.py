"""Options that are made from what sources and targets offer: a new one brings its own."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Annotated, Any, TypeVar, get_type_hints

import click
import typer

from courseporter import api
from courseporter.api.values import ChoiceInfo, SettingInfo

Command = TypeVar("Command", bound=Callable[..., Any])


def with_offered(command: Command) -> Command:
    """The command with one option for each choice of sources and each setting of targets.

    What was given reaches the command as its keywords `choices` and `settings`: value by name.
    """
    return _with(command, _choices(), _settings())


def with_settings(command: Command) -> Command:
    """The command with one option for each setting of targets, in its keyword `settings`."""
    return _with(command, {}, _settings())


def _with(
    command: Command, choices: dict[str, ChoiceInfo], settings: dict[str, SettingInfo]
) -> Command:
    signature = inspect.signature(command)
    hints = get_type_hints(command, include_extras=True)
    kept = [
        one.replace(annotation=hints.get(one.name, one.annotation))
        for one in signature.parameters.values()
        if one.name not in ("choices", "settings")
    ]
    added = [*map(_choice, choices.values()), *map(_setting, settings.values())]

    def call(**given: object) -> object:
        chosen = {name: given.pop(name) for name in choices}
        filled = {name: given.pop(name) for name in settings}
        values = {name: value for name, value in filled.items() if value}
        more = {"choices": chosen} if choices else {}
        return command(**given, **more, settings=values)

    call.__name__, call.__doc__ = command.__name__, command.__doc__
    call.__annotations__ = {one.name: one.annotation for one in (*kept, *added)}
    call.__annotations__["return"] = hints.get("return")
    call.__signature__ = signature.replace(parameters=[*kept, *added])
    return call  # pyright: ignore[reportReturnType]  # the same to callers, apart from the two


def _choices() -> dict[str, ChoiceInfo]:
    """Every choice that has an option, by name; of several sources' the first one counts."""
    found: dict[str, ChoiceInfo] = {}
    for source in api.sources():
        for one in source.choices:
            if one.option is not None:
                found.setdefault(one.name, one)
    return found


def _settings() -> dict[str, SettingInfo]:
    """Every setting that has an option, by name; of several targets' the first one counts."""
    found: dict[str, SettingInfo] = {}
    for target in api.targets():
        for one in target.settings:
            if one.option is not None:
                found.setdefault(one.name, one)
    return found


def _choice(one: ChoiceInfo) -> inspect.Parameter:
    values = [value for value, _words in one.values]
    option = typer.Option(one.option, click_type=click.Choice(values), help=one.help or one.label)
    return _parameter(one.name, Annotated[str, option], values[0])


def _setting(one: SettingInfo) -> inspect.Parameter:
    flag = one.kind == "flag"
    option = typer.Option(one.option, help=one.help or one.label)
    kind = Annotated[bool, option] if flag else Annotated[str | None, option]
    return _parameter(one.name, kind, False if flag else None)


def _parameter(name: str, kind: object, default: object) -> inspect.Parameter:
    keyword = inspect.Parameter.KEYWORD_ONLY
    return inspect.Parameter(name, keyword, default=default, annotation=kind)
