"""Compiles ui/ and resources/ into the package while it is built or installed.

`ui/*.ui` become `courseporter/gui/forms/*.py`, `resources/courseporter.qrc` becomes
`resources_rc.py` beside them, and the folders in `BUNDLED` are copied to `courseporter/bundled/`.
Only what is out of date is done again, so that `python packaging/hatch_build.py` may run at every
start.
"""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

try:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface
except ImportError:  # called as a script where hatchling is not installed
    BuildHookInterface = object

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src" / "courseporter"
FORMS = PACKAGE / "gui" / "forms"
RESOURCES = ROOT / "resources"
NOT_BUNDLED = {"icons", "translations"}  # compiled into resources_rc.py
FORMS_DOCSTRING = '"""Forms compiled from ui/ and resources/; never edited, never committed."""\n'


class CustomBuildHook(BuildHookInterface):
    """Called by hatchling for wheels and editable installations."""

    def initialize(self, version: str, build_data: dict[str, object]) -> None:  # noqa: ARG002
        """Bring forms, resources and bundled files up to date before anything is collected."""
        compile_all()


def compile_all() -> list[str]:
    """Make what is missing or stale; names of what was made."""
    FORMS.mkdir(parents=True, exist_ok=True)
    made = [*compile_forms(), *compile_resources(), *copy_bundled(), *compile_translations()]
    marker = FORMS / "__init__.py"
    if not marker.exists():
        marker.write_text(FORMS_DOCSTRING, encoding="utf-8")
    return made


def compile_forms() -> Iterator[str]:
    """Each `ui/NAME.ui` as `forms/NAME.py`; forms whose source is gone are removed."""
    sources = sorted((ROOT / "ui").glob("*.ui"))
    for source in sources:
        form = FORMS / f"{source.stem}.py"
        if is_stale(form, [source, Path(__file__)]):
            text = run("uic", "-g", "python", "--from-imports", str(source))
            # uic names the module after the .qrc file; ours has one name everywhere.
            text = text.replace("from . import courseporter_rc", "from . import resources_rc")
            form.write_text(text, encoding="utf-8")
            yield f"ui/{source.name}"
    wanted = {source.stem for source in sources} | {"__init__", "resources_rc"}
    for form in FORMS.glob("*.py"):
        if form.stem not in wanted:
            form.unlink()


def compile_resources() -> Iterator[str]:
    """`resources/courseporter.qrc` and all that it may name as `forms/resources_rc.py`."""
    collection = RESOURCES / "courseporter.qrc"
    module = FORMS / "resources_rc.py"
    if not collection.exists():
        module.unlink(missing_ok=True)
        return
    parts = [path for path in RESOURCES.rglob("*") if path.is_file()]
    if is_stale(module, [*parts, Path(__file__)]):
        run("rcc", "-g", "python", "-o", str(module), str(collection))
        yield f"resources/{collection.name}"


def copy_bundled() -> Iterator[str]:
    """Folders of resources/ that travel as files; what is gone there is removed here."""
    bundled = PACKAGE / "bundled"
    parts: dict[Path, Path] = {}
    for folder in RESOURCES.iterdir() if RESOURCES.is_dir() else ():
        if folder.is_dir() and folder.name not in NOT_BUNDLED:
            files = (path for path in folder.rglob("*") if path.is_file())
            parts.update({bundled / path.relative_to(RESOURCES): path for path in files})
    for copy, source in sorted(parts.items()):
        if is_stale(copy, [source]):
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, copy)
            yield f"resources/{source.relative_to(RESOURCES)}"
    for copy in bundled.rglob("*") if bundled.is_dir() else ():
        if copy.is_file() and copy not in parts and copy.suffix != ".mo":
            copy.unlink()


def compile_translations() -> Iterator[str]:
    """Each `resources/translations/LANGUAGE.po` as a catalogue that gettext finds."""
    made = PACKAGE / "bundled" / "translations"
    for source in sorted((RESOURCES / "translations").glob("*.po")):
        catalogue = made / source.stem / "LC_MESSAGES" / "courseporter.mo"
        if is_stale(catalogue, [source]):
            from babel.messages.mofile import write_mo
            from babel.messages.pofile import read_po

            catalogue.parent.mkdir(parents=True, exist_ok=True)
            with source.open("rb") as text, catalogue.open("wb") as compiled:
                write_mo(compiled, read_po(text, locale=source.stem))
            yield f"resources/translations/{source.name}"


def is_stale(made: Path, sources: list[Path]) -> bool:
    """Whether `made` is missing or older than one of its sources."""
    if not made.exists():
        return True
    age = made.stat().st_mtime
    return any(source.stat().st_mtime > age for source in sources)


def run(tool: str, *arguments: str) -> str:
    """The output of a compiler that comes inside the Qt wheel."""
    try:
        result = subprocess.run(
            [find_tool(tool), *arguments], check=True, capture_output=True, encoding="utf-8"
        )
    except subprocess.CalledProcessError as error:
        sys.exit(f"{tool} refused {arguments[-1]}: {error.stderr.strip()}")
    return result.stdout


def find_tool(tool: str) -> str:
    """Where the wheel keeps `uic` or `rcc`: the folder differs between systems."""
    spec = importlib.util.find_spec("PySide6")
    if spec is None or not spec.submodule_search_locations:
        sys.exit("PySide6-Essentials is not installed: run `make setup`.")
    home = Path(next(iter(spec.submodule_search_locations)))
    for place in (home / "Qt" / "libexec" / tool, home / f"{tool}.exe", home / tool):
        if place.exists():
            return str(place)
    sys.exit(f"{tool} is not in {home}: run `make setup` again.")


if __name__ == "__main__":
    for name in compile_all():
        print(f"compiled {name}")
