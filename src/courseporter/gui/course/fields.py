"""The fields of the course settings, and the messages below them."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import NamedTuple

import msgspec
from PySide6.QtWidgets import QLabel, QLineEdit

from courseporter.api.values import DraftView, FieldError
from courseporter.errors import gettext
from courseporter.gui import theme
from courseporter.gui.words import quoted


class Tried(NamedTuple):
    """Whether a file can be written into the folder of the file `text`; `sentence`: why not."""

    text: str
    sentence: str


def values_of(view: DraftView) -> dict[str, str | bool]:
    """Return the settings as the fields show them, with defaults filled in."""
    course = view.course
    shown: dict[str, str | bool] = {
        name: value if isinstance(value, bool) else str(value or "")
        for name, value in msgspec.structs.asdict(course).items()
        if value is None or isinstance(value, str | bool)
    }
    return shown | {"org": view.org, "number": view.number, "run": view.run}


def mark(field: QLineEdit, label: QLabel, error: FieldError | None) -> None:
    """Show or hide the message below a field."""
    label.setText(error.message if error else "")
    label.setVisible(error is not None)
    wanted = "error" if error else ""
    if field.property("class") != wanted:
        theme.set_class(field, wanted)
    field.setAccessibleDescription(error.message if error else "")


def mark_file(field: QLineEdit, label: QLabel, tried: Tried) -> bool:
    """Show why the file can't be written, or that it replaces one; return whether it can."""
    text = field.text().strip()
    sentence = about_file(text) or (tried.sentence if tried.text == text else "")
    replaces = bool(text) and not sentence and Path(text).expanduser().exists()
    if replaces:
        name = quoted(Path(text).name)
        label.setText(gettext("{file} already exists and will be replaced.", file=name))
        theme.set_class(label, "warning", "small")
        label.show()
        theme.set_class(field, "")
    else:
        theme.set_class(label, "error", "small")
        mark(field, label, FieldError(field="file", message=sentence) if sentence else None)
    return bool(text) and not sentence


def about_file(text: str) -> str:
    """Return why this file can't be written; empty when it can."""
    if not text or "\0" in text:
        return gettext("File names can't contain this character.") if text else ""
    try:
        return _about(Path(text).expanduser())
    except RuntimeError:  # of ~somebody
        return gettext("This home folder doesn't exist.")
    except OSError as error:  # such as a name that is too long
        return gettext("The system doesn't allow this name: {reason}.", reason=error.strerror)


def _about(path: Path) -> str:
    if not path.name.endswith(".tar.gz"):
        return gettext("Use a .tar.gz file name; Studio accepts no other.")
    if not path.is_absolute():
        return gettext("Enter the full path, or choose a folder.")
    if not path.parent.is_dir():
        return gettext("The folder {folder} doesn't exist.", folder=quoted(str(path.parent)))
    return gettext("A folder has this name.") if path.is_dir() else ""


def try_folder(text: str) -> Tried:
    """Off the GUI thread: write a file into the folder of this file and remove it again.

    Permissions alone don't tell: /proc, a full disk, or a network drive may still refuse.
    """
    if not text or about_file(text):
        return Tried(text, "")
    folder = Path(text).expanduser().parent
    try:
        tempfile.TemporaryFile(dir=folder).close()
    except OSError:
        name = quoted(str(folder))
        return Tried(text, gettext("You can't save to {folder}. Choose another one.", folder=name))
    return Tried(text, "")
