"""Which module has which command: a command loads no more than it needs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, MutableMapping
from importlib import import_module
from typing import Any, Final, cast

import click
import typer
from typer.core import TyperGroup
from typer.main import get_group

MODULES: Final = {  # modules of this package with their commands, in the order of --help
    "courses": ("inspect", "convert", "check", "sample"),
    "updates": ("update",),
    "schools": ("courses", "import"),
    "publish": ("publish", "status", "undo"),
    "misc": ("sources", "targets", "template", "worker", "report", "selftest"),
}
GROUPS: Final = ("jobs", "library", "drafts", "store", "connections", "rows")
COMMANDS: Final = {name: module for module, names in MODULES.items() for name in names}


class Loaded(Mapping[str, click.Command]):
    """Every command, and every group of commands, by its name; loaded when it is asked for."""

    def __getitem__(self, name: str) -> click.Command:
        if name in GROUPS:
            group = get_group(import_module(f"courseporter.cli.{name}").app)
            group.name = name
            return group
        module = import_module(f"courseporter.cli.{COMMANDS[name]}")
        app = typer.Typer(rich_markup_mode=None)
        module.register(app)
        return get_group(app).commands[name]

    def __iter__(self) -> Iterator[str]:
        yield from COMMANDS
        yield from GROUPS

    def __len__(self) -> int:
        return len(COMMANDS) + len(GROUPS)


class Commands(TyperGroup):
    """The whole command line."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        self.commands = cast("MutableMapping[str, click.Command]", Loaded())
