from __future__ import annotations

import io

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

from courseporter.errors import _, ngettext
from courseporter.errors.message import speak
from courseporter.languages import DOMAIN, choose


@pytest.fixture
def german(tmp_path):
    catalogue = Catalog(locale="de")
    catalogue.add("“{name}” does not exist.", "„{name}“ gibt es nicht.")
    catalogue.add(("{count} file", "{count} files"), ("{count} Datei", "{count} Dateien"))
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    place = tmp_path / "de" / "LC_MESSAGES" / f"{DOMAIN}.mo"
    place.parent.mkdir(parents=True)
    place.write_bytes(compiled.getvalue())
    yield tmp_path
    speak(None)


@pytest.mark.parametrize("wanted", ["de", "de_AT", "de_AT.UTF-8"])
def test_a_compiled_catalogue_is_found_for_a_language_and_its_regions(german, wanted):
    assert choose(wanted, german) is not None
    assert str(_("“{name}” does not exist.", name="a")) == "„a“ gibt es nicht."
    assert str(ngettext("{count} file", "{count} files", 3)) == "3 Dateien"


def test_the_environment_names_the_language(german, monkeypatch):
    monkeypatch.setenv("COURSEPORTER_LANGUAGE", "de")
    assert choose(folder=german) is not None


@pytest.mark.parametrize("wanted", ["fr", "en", "../../etc", "\0"])
def test_a_language_without_a_catalogue_is_english(german, wanted):
    assert choose(wanted, german) is None
    assert str(_("“{name}” does not exist.", name="a")) == "“a” does not exist."


def test_a_damaged_catalogue_is_english(german):
    (german / "de" / "LC_MESSAGES" / f"{DOMAIN}.mo").write_bytes(b"no catalogue")
    assert choose("de", german) is None
