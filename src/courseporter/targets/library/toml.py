"""The TOML of a library archive, as openedx-core reads it (OPENEDX.md 5.1): one function a file."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from courseporter.targets.library.entities import Collection, Kind

# Archives of the same content are the same bytes, whenever they are made.
TIME = "2020-01-01T00:00:00Z"


class Version:
    """One version of an entity: its number, title and, for containers, its children."""

    def __init__(self, number: int, title: str, children: Sequence[str] | None = None) -> None:
        self.number = number
        self.title = title
        self.children = children


def package_toml(key: str, title: str, description: str) -> bytes:
    """`package.toml` of a library."""
    return _file(
        "[meta]",
        "format_version = 1",
        f"created_at = {TIME}",
        "",
        "[learning_package]",
        f"title = {text(title)}",
        f"key = {text(key)}",
        f"description = {text(description)}",
        f"created = {TIME}",
        f"updated = {TIME}",
    )


def entity_toml(
    key: str,
    kind: Kind,
    draft: int | None,
    published: int | None,
    versions: Iterable[Version],
    *,
    alone: bool = True,
    created: str = TIME,
) -> bytes:
    """The file of a component or container."""
    lines = [
        "[entity]",
        f"can_stand_alone = {str(alone).lower()}",
        f"key = {text(key)}",
        f"created = {created}",
        "",
        "[entity.draft]",
    ]
    lines += [f"version_num = {draft}"] if draft is not None else []
    lines += ["", "[entity.published]"]
    lines += [f"version_num = {published}"] if published is not None else []
    if kind != "component":
        lines += ["", f"[entity.container.{kind}]"]
    for one in versions:
        lines += ["", "[[version]]", f"title = {text(one.title)}", f"version_num = {one.number}"]
        if one.children is not None:
            listed = ", ".join(map(text, one.children))
            lines += ["", "[version.container]", f"children = [{listed}]"]
    return _file(*lines)


def collection_toml(collection: Collection, description: str = "", created: str = TIME) -> bytes:
    """The file of a collection."""
    listed = ",\n".join(f"    {text(key)}" for key in collection.entities)
    return _file(
        "[collection]",
        f"title = {text(collection.title)}",
        f"key = {text(collection.key)}",
        f"description = {text(description)}",
        f"created = {created}",
        f"entities = [\n{listed}\n]" if listed else "entities = []",
    )


def text(value: str) -> str:
    """A basic string; JSON's escapes are TOML's, but for DEL and lone surrogates."""
    clean = value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return json.dumps(clean, ensure_ascii=False).replace("\x7f", "\\u007f")


def _file(*lines: str) -> bytes:
    return ("\n".join(lines) + "\n").encode()
