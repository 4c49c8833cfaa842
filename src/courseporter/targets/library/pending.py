"""An entity of an archive while it changes: its versions, and what they carry from before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from courseporter.targets.library.entities import Component, Container, Kind
from courseporter.targets.library.reader import Existing, ExistingVersion
from courseporter.targets.library.toml import TIME, Version, entity_toml
from courseporter.targets.library.writer import Content, Entity


class Pending:
    """`stem`: the path of its TOML without the ending, and of a component's folder."""

    def __init__(
        self, key: str, kind: Kind, stem: str, *, alone: bool = True, created: str = TIME
    ) -> None:
        self.key = key
        self.kind: Kind = kind
        self.stem = stem
        self._alone, self._created = alone, created
        self._versions: dict[int, Content] = {}
        self._old: set[int] = set()  # versions whose files are carried
        self._draft: int | None = None
        self._published: int | None = None
        self._highest = 0

    @classmethod
    def of(cls, existing: Existing) -> Pending:
        """An entity as the archive has it."""
        stem = existing.members[0].removesuffix(".toml")
        made = cls(
            existing.key, existing.kind, stem, alone=existing.alone, created=existing.created
        )
        for version in (existing.draft, existing.published):
            if version is not None:
                made._versions[version.number] = content_of(version)
                made._old.add(version.number)
        made._draft = existing.draft.number if existing.draft else None
        made._published = existing.published.number if existing.published else None
        made._highest = existing.highest
        return made

    @property
    def title(self) -> str:
        """As people see it."""
        content = self._content(self._draft) or self._content(self._published)
        return content.title if content else self.key

    def lists(self, key: str) -> bool:
        """Whether its draft or what is published has this child."""
        both = (self._content(self._draft), self._content(self._published))
        return any(content is not None and key in content.children for content in both)

    def following(self) -> int:
        """The number of the next version."""
        return self._highest + 1

    def write(
        self, number: int, part: Component | Container, fingerprint: str, *, publish: bool
    ) -> None:
        """This is the draft now, and published where asked; other versions stay while in use."""
        children = part.children if isinstance(part, Container) else ()
        files = part.files if isinstance(part, Component) else ()
        self._versions[number] = Content(
            title=part.title,
            fingerprint=fingerprint,
            children=children,
            files={file.path: file.sha256 for file in files},
        )
        self._highest, self._draft = number, number
        if publish:
            self._published = number
        used = {one for one in (self._draft, self._published) if one is not None}
        self._versions = {one: what for one, what in self._versions.items() if one in used}
        self._old &= used

    def entity(self) -> Entity:
        """As it will be."""
        return Entity(
            key=self.key,
            kind=self.kind,
            draft=self._content(self._draft),
            published=self._content(self._published),
            version=self._highest,
        )

    def carried(self, existing: Existing | None) -> Iterator[str]:
        """Members of the old archive that its versions still need."""
        if existing is None:
            return
        for version in {
            one.number: one for one in (existing.draft, existing.published) if one
        }.values():
            if version.number in self._old:
                yield from version.files.values()

    def toml(self) -> bytes:
        """Its file."""
        versions = [
            Version(number, what.title, what.children if self.kind != "component" else None)
            for number, what in sorted(self._versions.items())
        ]
        return entity_toml(
            self.key,
            self.kind,
            self._draft,
            self._published,
            versions,
            alone=self._alone,
            created=self._created,
        )

    def _content(self, number: int | None) -> Content | None:
        return None if number is None else self._versions.get(number)


def content_of(version: ExistingVersion, hashes: Mapping[str, str] | None = None) -> Content:
    """A version of the archive; `hashes`: of its stored files by path."""
    hashes = hashes or {}
    return Content(
        title=version.title,
        fingerprint=version.fingerprint,
        children=version.children,
        files={path: sha for path, sha in hashes.items() if path != "block.xml"},
        olx_sha256=hashes.get("block.xml"),
    )


def entity_of(existing: Existing) -> Entity:
    """An entity of the archive as the planner sees it."""
    return Entity(
        key=existing.key,
        kind=existing.kind,
        draft=content_of(existing.draft) if existing.draft else None,
        published=content_of(existing.published) if existing.published else None,
        version=existing.highest,
    )
