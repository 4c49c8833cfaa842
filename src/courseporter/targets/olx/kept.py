"""What a course from Open edX has beside its blocks: attributes, policies, pages, other files.

The source keeps them as files of the draft named `olx:PATH`; they are written back as they are,
except for what the draft itself says.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import cast

from courseporter.context import Context
from courseporter.formats.names import OLX, OLX_STATIC
from courseporter.formats.olx.attributes import escape_attribute
from courseporter.model import Asset

ATTRIBUTES = "olx:attributes.json"
Attributes = dict[str, dict[str, str]]
_OWN = frozenset(("display_name", "visible_to_staff_only"))  # the draft says these
Settings = dict[str, object]


class Kept:
    """The kept files of one draft; empty for a course that was never in Open edX."""

    def __init__(self, assets: Iterable[Asset], ctx: Context) -> None:
        self._ctx = ctx
        self._assets = {
            asset.path: asset
            for asset in assets
            if asset.path.startswith(OLX) and not asset.path.startswith(OLX_STATIC)
        }
        found = self._json(ATTRIBUTES)
        values = cast("Settings", found) if isinstance(found, dict) else {}
        self._attributes = cast("Attributes", values.get("blocks") or {})
        self.course = cast("dict[str, str]", values.get("course") or {})
        self.elements = cast("list[str]", values.get("elements") or [])
        self.run = str(values.get("run") or "")

    def __bool__(self) -> bool:
        """Whether there are any."""
        return bool(self._assets)

    def attributes(self, key: str) -> str:
        """More attributes of a block, as they are in its tag."""
        found = self._attributes.get(key)
        return as_text(found) if found else ""

    def values(self, key: str) -> Mapping[str, str]:
        """The same by name."""
        return self._attributes.get(key) or {}

    def policy(self, run: str, settings: Settings, given: Iterable[str]) -> Settings:
        """policy.json: the course's own settings, those of the draft over them (`given`)."""
        whole = self._json(f"{OLX}policies/{self.run}/policy.json")
        if not isinstance(whole, dict):
            whole = self._json(f"{OLX}policies/{self.run}.json")
        entries = cast("Settings", whole) if isinstance(whole, dict) else {}
        before = entries.pop(f"course/{self.run}", {})
        course = cast("Settings", before) if isinstance(before, dict) else {}
        own = {name: settings[name] for name in given if name in settings}
        kept = {name: _without_own(entry) for name, entry in entries.items()}
        course.pop("display_name", None)
        return {f"course/{run}": course | own, **kept}

    def files(self, run: str) -> Iterable[tuple[str, bytes]]:
        """Other files under their paths; policies move along with the run."""
        for path, asset in self._assets.items():
            name = path.removeprefix(OLX)
            if path == ATTRIBUTES or name.endswith(("/policy.json", f"policies/{self.run}.json")):
                continue
            name = name.replace(f"policies/{self.run}/", f"policies/{run}/", 1)
            with self._ctx.open_asset(asset.sha256) as stream:
                yield name, stream.read()

    def _json(self, path: str) -> object:
        asset = self._assets.get(path)
        if asset is None:
            return None
        with self._ctx.open_asset(asset.sha256) as stream:
            try:
                return cast("object", json.loads(stream.read()))
            except (ValueError, RecursionError):
                return None


def as_text(attributes: Mapping[str, str]) -> str:
    """Attributes as they are in a tag, a blank in front of each."""
    return "".join(f' {name}="{escape_attribute(value)}"' for name, value in attributes.items())


def _without_own(entry: object) -> object:
    if not isinstance(entry, dict):
        return entry
    settings = cast("Settings", entry)
    return {name: value for name, value in settings.items() if name not in _OWN}
