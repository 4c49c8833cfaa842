"""In a language that nobody speaks, no command answers in English."""

import re

import pytest

from courseporter.cli import program
from courseporter.errors.message import speak
from fakes.pseudo import Pseudo, english_in

# What is the same in every language: names of commands, options, files, formats and codes.
DATA = re.compile(
    r"“[^”]*”|courseporter(:| [\w -]+(?=[”\n]|$))|--?[\w-]+|[\w./…-]+\.(zip|csv|html|tar\.gz)"
    r"|/[\w./-]+"
    r"|CoursePorter|Open edX|OLX|SCORM|Studio|Teachable|Thinkific|LMS|CSV|YouTube|OMDb|OpenAI"
    r"|Letterboxd|sqlite|olx|scorm|csv|teachable|thinkific|\bok\b|\bjob \d|COURSEPORTER_\w+"
)


@pytest.fixture
def command(monkeypatch, tmp_path, capsys):
    """Run a command; what it printed for people."""
    monkeypatch.setenv("COURSEPORTER_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(program, "choose", lambda: speak(Pseudo()))
    monkeypatch.chdir(tmp_path)

    def run(*words):
        program.run(words)
        seen = capsys.readouterr()
        return seen.out + seen.err

    yield run
    speak(None)


@pytest.mark.parametrize(
    "words",
    [
        ("convert", "missing.zip", "-o", "x.tar.gz"),
        ("inspect", "missing.zip"),
        ("drafts", "list"),
        ("drafts", "show", "1"),
        ("jobs", "list"),
        ("jobs", "show", "1"),
        ("connections", "list"),
        ("connections", "show", "1"),
        ("report", "1", "-o", "x.html"),
        ("drafts", "history", "1"),
        ("undo", "1"),
        ("template", "1", "x.zip"),
        ("store", "health"),
        ("worker", "--once"),
    ],
    ids=" ".join,
)
def test_a_command_answers_without_english(command, words):
    answer = command(*words)
    assert not english_in(answer, DATA), answer
