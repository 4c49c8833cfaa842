"""Collects every sentence of the program into one gettext template (`make messages`).

Sources are the calls of `_`, `gettext` and `ngettext` in src/ and the strings of the forms in ui/.
The template is written to build/courseporter.pot; each resources/translations/LANGUAGE.po is
brought up to date with it.  Translations are compiled when the package is built.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po
from lxml import etree

ROOT = Path(__file__).resolve().parent.parent
TEMPLATE = ROOT / "build" / "courseporter.pot"
TRANSLATIONS = ROOT / "resources" / "translations"
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2)}
COMMENT = "Translators:"


def main() -> None:
    """Write the template and bring the translations up to date."""
    template = collect()
    TEMPLATE.parent.mkdir(exist_ok=True)
    with TEMPLATE.open("wb") as stream:
        write_po(stream, template, width=100)
    print(f"{TEMPLATE.relative_to(ROOT)}: {len(template)} messages")
    for path in sorted(TRANSLATIONS.glob("*.po")):
        with path.open("rb") as stream:
            catalog = read_po(stream, locale=path.stem)
        catalog.update(template)
        with path.open("wb") as stream:
            write_po(stream, catalog, width=100)
        print(f"{path.relative_to(ROOT)}: {sum(not one.string for one in catalog if one.id)} open")


def collect() -> Catalog:
    """All messages with the places they come from."""
    catalog = Catalog(project="CoursePorter", charset="utf-8")
    for folder, methods in (("src", [("**.py", "python")]), ("ui", [("**.ui", form_strings)])):
        found = extract_from_dir(
            str(ROOT / folder), methods, keywords=KEYWORDS, comment_tags=(COMMENT,)
        )
        for name, line, message, comments, context in found:
            if "forms" not in Path(name).parts:
                catalog.add(
                    message,
                    None,
                    [(f"{folder}/{name}", line)],
                    (),
                    comments,
                    (),
                    None,
                    None,
                    context,
                )
    return catalog


def form_strings(
    stream: BinaryIO, keywords: object, tags: object, options: object
) -> Iterator[tuple[int, str, str, list[str]]]:
    """The texts of a form that uic would translate, for Babel."""
    del keywords, tags, options
    for one in etree.parse(stream).iter("string"):
        if one.text and one.text.strip() and one.get("notr") != "true":
            yield one.sourceline, "gettext", one.text, []


if __name__ == "__main__":
    main()
