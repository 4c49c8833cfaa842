import sys
import threading

import pytest

from courseporter.gui.hooks import Hooks


@pytest.fixture
def hooks(qapp, tmp_path):
    kept = (sys.excepthook, threading.excepthook)
    made = Hooks()
    made.install(tmp_path / "logs")
    yield made
    made.remove()
    sys.excepthook, threading.excepthook = kept


def test_an_error_in_the_gui_thread_is_kept_and_told(hooks, qtbot):
    with qtbot.waitSignal(hooks.caught):
        sys.excepthook(ValueError, ValueError("bad"), None)
    assert [str(error) for error in hooks.errors] == ["bad"]


def test_an_error_in_a_thread_is_kept_and_told(hooks, qtbot):
    with qtbot.waitSignal(hooks.caught):
        threading.Thread(target=lambda: 1 / 0).start()
    assert isinstance(hooks.errors[0], ZeroDivisionError)


def test_crashes_of_the_interpreter_have_a_file(hooks, tmp_path):
    assert (tmp_path / "logs" / "crash.log").exists()
