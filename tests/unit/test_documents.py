"""A file on the command line opens the window; a command does what it is called."""

import pytest

from courseporter.__main__ import is_document, split_home


@pytest.mark.parametrize(
    "argument", ["golf.zip", "./courses", "/courses/golf", "C:\\golf", "https://school.example/c"]
)
def test_paths_and_addresses_open_the_window(argument):
    assert is_document(argument)


@pytest.mark.parametrize("argument", ["convert", "jobs", "--help", "-h", "", "no-such-command"])
def test_commands_and_options_do_not(argument):
    assert not is_document(argument)


def test_a_folder_without_a_full_stop_in_its_name_opens_the_window(tmp_path, monkeypatch):
    (tmp_path / "pottery").mkdir()
    (tmp_path / "convert").mkdir()
    monkeypatch.chdir(tmp_path)
    assert is_document("pottery")
    assert not is_document("convert")


def test_the_data_folder_is_no_document():
    assert split_home(["--home", "/data", "golf.zip"]) == ("/data", ["golf.zip"])
    assert split_home(["--home"]) == (None, ["--home"])
