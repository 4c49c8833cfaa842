"""What belongs to no theme: the template, the sample course, the self-test."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from courseporter.api.actor import Actor
from courseporter.disk.staging import refuse_existing, staged
from courseporter.errors import SettingsError, _
from courseporter.settings import full_path
from courseporter.sources.registry import SOURCES, named

BUNDLED = Path(__file__).parent.parent / "bundled"


def write_template(out: Path, *, name: str = "csv") -> None:
    """Write the template of a source with example rows.  Raises PorterError when `out` exists."""
    source = named(name)
    if not source.has_template:
        names = ", ".join(one.name for one in SOURCES if one.has_template)
        raise SettingsError(
            _("“{name}” has no template.", name=name),
            _("Available templates: {names}.", names=names),
            code="usage",
        )
    refuse_existing(out, _("Choose another name."))
    with staged(full_path(out)) as stream:
        source.write_template(stream)


def sample(actor: Actor, name: str = "csv") -> Path:
    """The bundled sample course of a source, as one ZIP file in the data folder."""
    found = named(name).sample
    bundled = BUNDLED / (found.folder if found is not None else name)
    if found is None or not bundled.is_dir():
        raise SettingsError(
            _("This installation has no sample course."),
            _("Install CoursePorter again."),
            str(bundled),
        )
    out = actor.home / "sample" / found.file
    if not out.exists():
        out.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=out.parent) as folder:
            made = shutil.make_archive(str(Path(folder) / "sample"), "zip", bundled)
            Path(made).replace(out)
    return out
