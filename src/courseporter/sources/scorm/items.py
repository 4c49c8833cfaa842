"""The values that a manifest is read into, before anything is resolved or laid out."""

from __future__ import annotations

import msgspec

from courseporter.errors import Message


class LaunchSettings(msgspec.Struct, frozen=True):
    """What the manifest tells a lesson when it starts (see model.Package); nothing by default."""

    mastery: float | None = None
    threshold: float | None = None
    launch_data: str = ""
    max_time: str = ""
    time_action: str = ""


DEFAULTS = LaunchSettings()


class Resource(msgspec.Struct):
    """One `resource`: `web` is false when its type says that no browser shows it, as of a question.

    `url` is its launch address with every xml:base applied, None without href; `only` is then the
    address of its page, when there is one alone.  `others` are addresses the author may have meant
    when nothing lies at `url`.
    """

    identifier: str
    sco: bool
    web: bool
    url: str | None
    others: tuple[str, ...] = ()
    line: int = 0
    only: str | None = None


class Declared(msgspec.Struct):
    """An address that a resource declares; `counts` is false for a doubled resource."""

    url: str
    others: tuple[str, ...]
    counts: bool


class Scope(msgspec.Struct):
    """One manifest, the outer one or a sub-manifest: its resources by identifier."""

    identifier: str
    resources: dict[str, Resource]


class Item(msgspec.Struct):
    """One `item` in manifest order; `depth` counts from 1, sub-manifests included.

    `ref` is the identifierref as written; `fault` says why it leads nowhere, when that is known.
    """

    identifier: str
    title: str | None
    depth: int
    hidden: bool
    ref: str
    parameters: str
    scope: Scope
    parent: bool = False  # has items below it
    fault: Message | None = None
    line: int = 0
    settings: LaunchSettings = DEFAULTS

    @property
    def is_lesson(self) -> bool:
        """Whether it is more than a heading of the items below it."""
        return bool(self.ref) or not self.parent


class Organization(msgspec.Struct):
    """One way through the content: `key` is its identifier, or its number when it has none.

    `number` counts the manifest's organizations from 0.
    """

    number: int
    key: str
    title: str
    items: list[Item]
