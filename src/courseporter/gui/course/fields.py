"""The settings of a course as fields: their values, and the sentences below them."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import NamedTuple

from PySide6.QtWidgets import QLabel, QLineEdit

from courseporter.api.values import DraftView, FieldError
from courseporter.gui import theme
from courseporter.gui.words import quoted


class Tried(NamedTuple):
    """What came of writing into the folder of the file `text`: empty when all is well."""

    text: str
    sentence: str


def values_of(view: DraftView) -> dict[str, str]:
    """The settings as the fields show them, defaults filled in."""
    course = view.course
    return {
        "title": course.title,
        "org": view.org,
        "number": view.number,
        "run": view.run,
        "language": course.language or "",
        "start": course.start or "",
        "end": course.end or "",
        "enrollment_start": course.enrollment_start or "",
        "enrollment_end": course.enrollment_end or "",
    }


def mark(field: QLineEdit, label: QLabel, error: FieldError | None) -> None:
    """Show or take away the sentence below a field."""
    label.setText(error.message if error else "")
    label.setVisible(error is not None)
    wanted = "error" if error else ""
    if field.property("class") != wanted:
        theme.set_class(field, wanted)
    field.setAccessibleDescription(error.message if error else "")


def mark_file(field: QLineEdit, label: QLabel, tried: Tried) -> bool:
    """Say what is wrong with the file to write, or what it replaces; whether it can be written."""
    text = field.text().strip()
    sentence = about_file(text) or (tried.sentence if tried.text == text else "")
    replaces = bool(text) and not sentence and Path(text).expanduser().exists()
    if replaces:
        label.setText(f"{quoted(Path(text).name)} exists already and will be replaced.")
        theme.set_class(label, "warning", "small")
        label.show()
        theme.set_class(field, "")
    else:
        theme.set_class(label, "error", "small")
        mark(field, label, FieldError(field="file", message=sentence) if sentence else None)
    return bool(text) and not sentence


def about_file(text: str) -> str:
    """Why this file cannot be written; empty when it can."""
    if not text or "\0" in text:
        return "A file name cannot hold this character." if text else ""
    try:
        return _about(Path(text).expanduser())
    except RuntimeError:  # of ~somebody
        return "This home folder is not there."
    except OSError as error:  # such as a name that is too long
        return f"The system does not take this name: {error.strerror}."


def _about(path: Path) -> str:
    if not path.name.endswith(".tar.gz"):
        return "Studio takes files whose names end in .tar.gz."
    if not path.is_absolute():
        return "Name the whole path, or choose a folder."
    if not path.parent.is_dir():
        return f"The folder {quoted(str(path.parent))} is not there. Choose another folder."
    return "A folder has this name." if path.is_dir() else ""


def try_folder(text: str) -> Tried:
    """Write a file into the folder of this file and remove it again; off the GUI thread.

    Only that tells: rights say nothing of /proc, of a full disk or a folder that lies elsewhere.
    """
    if not text or about_file(text):
        return Tried(text, "")
    folder = Path(text).expanduser().parent
    try:
        tempfile.TemporaryFile(dir=folder).close()
    except OSError:
        return Tried(
            text, f"Nothing can be written into {quoted(str(folder))}. Choose another folder."
        )
    return Tried(text, "")
