from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication

from courseporter.errors import InputError
from courseporter.gui.notice import Notice, redact


@pytest.fixture
def notice(qtbot):
    made = Notice()
    qtbot.addWidget(made)
    return made


def test_says_what_happened_where_and_what_now(notice):
    notice.show_error(InputError("It is damaged.", "Download it again.", "golf.zip"))
    assert notice.message.text() == "It is damaged."
    assert notice.where.text() == "golf.zip"
    assert notice.hint.text() == "Download it again."


def test_a_bug_is_named_as_ours_with_the_traceback_in_the_details(notice):
    try:
        {}["lesson"]
    except KeyError as error:
        notice.show_error(error)
    assert "internal error" in notice.message.text()
    assert "saved" in notice.hint.text()
    notice.copy.click()
    details = QGuiApplication.clipboard().text()
    assert "Traceback" in details
    assert "KeyError" in details


@pytest.mark.parametrize(
    "text",
    ["token=hunter2", "Authorization: Bearer hunter2", "api_key: hunter2", "password = hunter2"],
)
def test_details_hold_no_secret(text):
    assert "hunter2" not in redact(text)


def test_details_do_not_name_the_user():
    assert redact(f"{Path.home()}/courses/golf.zip") == "~/courses/golf.zip"


def test_closing_says_so(notice, qtbot):
    notice.show_error(InputError("It is damaged."))
    with qtbot.waitSignal(notice.closed):
        notice.shut.click()
    assert not notice.isVisible()
