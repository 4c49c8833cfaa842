"""Archives of libraries that somebody edited: what a test changes in the backup of one."""

from __future__ import annotations

import re
import tomllib
import zipfile
from collections.abc import Mapping
from pathlib import Path


def members(path: Path) -> dict[str, bytes]:
    """Everything in the archive."""
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def write(path: Path, contents: Mapping[str, bytes]) -> Path:
    """An archive with these members."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in sorted(contents.items()):
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), data)
    return path


def stem_of(key: str) -> str:
    """Where an entity lies."""
    return f"entities/{key.replace(':', '/')}" if ":" in key else f"entities/{key}"


def edited(path: Path, key: str, word: str = "EDITED", *, draft: bool = False) -> Path:
    """Somebody changed the text of a page: published, or as a draft above it."""
    contents = members(path)
    stem = stem_of(key)
    below = f"{stem}/component_versions"
    (block,) = [name for name in contents if name.startswith(below) and name.endswith("/block.xml")]
    number = int(re.search(r"/v(\d+)/", block)[1])
    new = contents[block].replace(b"<![CDATA[", f"<![CDATA[{word} ".encode())
    entity = contents[f"{stem}.toml"].decode()
    if draft:
        title = re.search(r"\ntitle = (.*)\n", entity)[1]
        entity = entity.replace(
            f"[entity.draft]\nversion_num = {number}",
            f"[entity.draft]\nversion_num = {number + 1}",
        )
        entity += f"\n[[version]]\ntitle = {title}\nversion_num = {number + 1}\n"
        for name in [name for name in contents if name.startswith(f"{below}/v{number}/")]:
            contents[name.replace(f"/v{number}/", f"/v{number + 1}/")] = contents[name]
        contents[block.replace(f"/v{number}/", f"/v{number + 1}/")] = new
    else:
        contents[block] = new
    contents[f"{stem}.toml"] = entity.encode()
    return write(path, contents)


def without(path: Path, key: str) -> Path:
    """Somebody deleted an entity: its files, and its name everywhere."""
    contents = members(path)
    stem = stem_of(key)
    kept = {
        name: data
        for name, data in contents.items()
        if name != f"{stem}.toml" and not name.startswith(f"{stem}/")
    }
    line = re.compile(rf'\s*"{re.escape(key)}",?'.encode())
    for name, data in kept.items():
        if name.endswith(".toml"):
            kept[name] = line.sub(b"", data)
    return write(path, kept)


def text_of(path: Path, key: str, *, published: bool = False) -> str | None:
    """The block of an entity's draft, or of what is published; None where there is none."""
    contents = members(path)
    stem = stem_of(key)
    if f"{stem}.toml" not in contents:
        return None
    entity = tomllib.loads(contents[f"{stem}.toml"].decode())["entity"]
    number = entity["published" if published else "draft"].get("version_num")
    if number is None:
        return None
    return contents[f"{stem}/component_versions/v{number}/block.xml"].decode()


def children_of(path: Path, key: str) -> list[str]:
    """The children of a container's draft."""
    document = tomllib.loads(members(path)[f"{stem_of(key)}.toml"].decode())
    number = document["entity"]["draft"]["version_num"]
    (version,) = [one for one in document["version"] if one["version_num"] == number]
    return version["container"]["children"]


def edit_children(path: Path, key: str, add: str) -> Path:
    """Somebody added a child to a container, behind its first."""
    contents = members(path)
    name = f"{stem_of(key)}.toml"
    found = re.search(rb"children = \[(\"[^\"]*\")", contents[name])
    new = found[0] + f', "{add}"'.encode()
    contents[name] = contents[name].replace(found[0], new)
    return write(path, contents)
