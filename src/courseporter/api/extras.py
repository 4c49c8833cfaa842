"""What belongs to no theme: the template, the sample course, the self-test."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from courseporter.api.actor import Actor
from courseporter.disk.staging import staged
from courseporter.errors import ConflictError, SettingsError
from courseporter.settings import full_path

BUNDLED = Path(__file__).parent.parent / "bundled"
SAMPLES = {  # folder of the installation, and what its ZIP file is called
    "csv": ("sample", "Pottery for beginners.zip"),
    "scorm": ("sample_scorm", "Glazes in ten minutes.zip"),
}


def write_template(out: Path, *, name: str = "csv") -> None:
    """Write the template of a source with example rows.  Raises PorterError when `out` exists."""
    if name != "csv":
        raise SettingsError(
            f"There is no template called “{name}”.", "There is: csv.", code="usage"
        )
    if out.exists():
        raise ConflictError(f"“{out.name}” exists already.", "Choose another name.", str(out))
    from courseporter.sources.csv_template import write_template as write_csv_template

    with staged(full_path(out)) as stream:
        write_csv_template(stream)


def sample(actor: Actor, name: str = "csv") -> Path:
    """The bundled sample course of a source (csv, scorm), as one ZIP file in the data folder."""
    folder_name, file_name = SAMPLES[name]
    bundled = BUNDLED / folder_name
    if not bundled.is_dir():
        raise SettingsError(
            "This installation has no sample course.", "Install CoursePorter again.", str(bundled)
        )
    out = actor.home / "sample" / file_name
    if not out.exists():
        out.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=out.parent) as folder:
            made = shutil.make_archive(str(Path(folder) / "sample"), "zip", bundled)
            Path(made).replace(out)
    return out
