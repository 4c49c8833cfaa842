"""A package on its way into a draft: its facts, its definitions as they are, its other files."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryFile
from typing import BinaryIO, Self, cast

from courseporter.context import Context
from courseporter.formats.names import OLX, OLX_STATIC
from courseporter.formats.olx.package import Index, Package
from courseporter.formats.olx.package.members import PackageFile, package_files
from courseporter.formats.olx.package.references import static_name
from courseporter.formats.tar import PIECE
from courseporter.model import Asset

_STEP = 200  # files between two reports of progress


class Material:
    """One package, read once.  A context manager.

    `assets` are static files, which become part of the draft at once; the first `keep_from` of them
    are there already, when the work resumes.  `pages`: read everything, not the course's own
    settings alone.
    """

    def __init__(self, path: Path, ctx: Context, *, keep_from: int = 0, pages: bool = True) -> None:
        self._ctx = ctx
        self._keep_from = keep_from
        self._stack = ExitStack()
        scratch = TemporaryFile(dir=ctx.scratch)  # noqa: SIM115 - the stack closes it
        self._raw = cast("BinaryIO", self._stack.enter_context(scratch))
        self._at: dict[str, tuple[int, int]] = {}
        self.assets: list[Asset] = []
        self.statics: dict[str, str] = {}  # static name: path of the asset
        self.index = Index(path.name)
        try:
            self._read(path, pages=pages)
            self.package = Package(self.index)
        except BaseException:
            self._stack.close()
            raise

    def _read(self, path: Path, *, pages: bool) -> None:
        for count, file in enumerate(package_files(path, self._ctx.limits)):
            if pages or _is_course(file.path):
                self._take(file)
            if not count % _STEP:
                self._ctx.tick(count, None, "files")
        self.index.find_root()

    def raw(self, path: str) -> bytes | None:
        """The bytes of a definition, page or policy below the course's folder."""
        found = self._at.get(self.index.root + path)
        if found is None:
            return None
        self._raw.seek(found[0])
        return self._raw.read(found[1])

    def others(self, used: set[str]) -> list[str]:
        """Paths below the course's folder of files that no block came from."""
        root = self.index.root
        return [
            path.removeprefix(root)
            for path in self._at
            if path.startswith(root) and path.removeprefix(root) not in used
        ]

    def keep(self, path: str, data: bytes) -> Asset:
        """A file that the draft keeps as it is."""
        return self._ctx.asset(OLX + path, io.BytesIO(data))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._stack.close()

    def _take(self, file: PackageFile) -> None:
        index = self.index
        if file.read is None:
            index.add_link(file.path, file.targets)
        elif index.wants(file.path, file.size):
            data = file.read()
            self._write(file.path, data)
            index.add(file.path, data)
        elif "/static/" in "/" + file.path:
            self._static(file)
        else:
            self._write(file.path, file.read())

    def _write(self, path: str, data: bytes) -> None:
        self._raw.seek(0, io.SEEK_END)
        self._at[path] = (self._raw.tell(), len(data))
        self._raw.write(data)

    def _static(self, file: PackageFile) -> None:
        before = len(self.index.statics)
        with TemporaryFile(dir=self._ctx.scratch) as copy:
            for piece in file.pieces():
                copy.write(piece)

            def pieces() -> Iterator[bytes]:
                copy.seek(0)
                while piece := copy.read(PIECE):
                    yield piece

            self.index.add_static(file.path, pieces)
            if len(self.index.statics) == before:
                return  # clutter, or another file of the same name
            path = OLX_STATIC + ("/" + file.path).partition("/static/")[2]
            self.statics[static_name(path.removeprefix(OLX_STATIC))] = path
            if len(self.statics) > self._keep_from:
                copy.seek(0)
                self.assets.append(self._ctx.asset(path, cast("BinaryIO", copy)))


def _is_course(path: str) -> bool:
    """course.xml, course/RUN.xml and the policies say what the course is."""
    parts = path.split("/")
    return parts[-1] == "course.xml" or "course" in parts[:-1][-1:] or "policies" in parts
