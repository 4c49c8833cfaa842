from __future__ import annotations

import gettext
import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from courseporter.errors import InputError, PorterError, Problem, _, joined, ngettext
from courseporter.errors.message import Message, pack, spoken, unpack
from courseporter.model import Entry


class German(gettext.NullTranslations):
    """A catalogue of two templates."""

    def gettext(self, message):
        return {"“{name}” does not exist.": "„{name}“ gibt es nicht."}.get(message, message)

    def ngettext(self, singular, plural, n):
        return "{count} Datei" if n == 1 else "{count} Dateien"


def test_a_message_is_rendered_in_the_language_of_whoever_reads_it():
    missing = _("“{name}” does not exist.", name="a.zip")
    assert str(missing) == "“a.zip” does not exist."
    with spoken(German()):
        assert str(missing) == "„a.zip“ gibt es nicht."
    assert str(missing) == "“a.zip” does not exist."


@pytest.mark.parametrize(("count", "said"), [(1, "1 Datei"), (0, "0 Dateien"), (7, "7 Dateien")])
def test_the_catalogue_chooses_the_form_for_a_number(count, said):
    files = ngettext("{count} file", "{count} files", count)
    with spoken(German()):
        assert str(files) == said


def test_messages_nest_and_join_and_are_listed_once():
    one, two = _("No title."), ngettext("{count} file", "{count} files", 2)
    assert str(joined([one, two, one])) == "No title.; 2 files"
    assert joined([one]) == one
    assert joined([]) is None
    with spoken(German()):
        assert str(joined([one, two])) == "No title.; 2 Dateien"


def test_an_error_is_kept_as_data_and_shown_as_a_sentence():
    error = InputError(_("“{name}” does not exist.", name="a.zip"), "Refresh the course.", "a.zip")
    assert (str(error), error.message) == ("“a.zip” does not exist.",) * 2
    kept = json.loads(json.dumps(error.as_stored()))
    back = PorterError.from_stored(kept)
    assert (back.code, back.hint, back.where) == ("input_error", "Refresh the course.", "a.zip")
    with spoken(German()):
        assert back.as_json()["message"] == "„a.zip“ gibt es nicht."


def test_a_problem_and_an_entry_survive_json_with_their_message():
    text = _("“{name}” does not exist.", name="a.zip")
    problem = Problem(code="missing_files", severity="warning", message=text)
    assert msgspec.json.decode(msgspec.json.encode(problem), type=Problem) == problem
    entry = Entry(kind="item", depth=1, title="A", ref=None, outcome="failed", reason=text)
    assert msgspec.json.decode(msgspec.json.encode(entry), type=Entry) == entry


@given(st.text())
def test_any_text_of_an_older_store_comes_back_as_it_was(text):
    assert str(unpack(pack(text))) == text
    assert str(unpack(text)) == text or text.startswith('{"template":')


@given(st.text(), st.integers() | st.text() | st.none())
def test_any_argument_comes_back_and_is_never_read_as_a_template(name, value):
    message = Message("{a} and {b}", {"a": name, "b": value if value is None else str(value)})
    back = unpack(pack(message))
    assert (back, str(back)) == (message, str(message))
    assert name in str(back)
