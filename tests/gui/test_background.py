import sys
import threading
from functools import partial

import shiboken6
from PySide6.QtCore import QObject

from courseporter.gui import background


def test_works_elsewhere_and_answers_in_the_gui_thread(qtbot):
    where = []
    background.run(
        lambda: where.append(threading.get_ident()), lambda _: where.append(threading.get_ident())
    )
    qtbot.waitUntil(lambda: len(where) == 2)
    assert where[0] != threading.get_ident() == where[1]


def test_an_error_reaches_the_one_who_asked(qtbot):
    errors = []
    background.run(lambda: 1 / 0, None, errors.append)
    qtbot.waitUntil(lambda: bool(errors))
    assert isinstance(errors[0], ZeroDivisionError)


def test_an_error_nobody_asked_for_reaches_the_hook(qtbot, monkeypatch):
    caught = []
    monkeypatch.setattr(sys, "excepthook", lambda *error: caught.append(error[1]))
    background.run(lambda: 1 / 0)
    qtbot.waitUntil(lambda: bool(caught))
    assert isinstance(caught[0], ZeroDivisionError)


def test_an_error_in_one_answer_does_not_keep_back_the_next(qtbot, monkeypatch):
    caught, answers = [], []
    monkeypatch.setattr(sys, "excepthook", lambda *error: caught.append(error[1]))
    background.run(lambda: 1, lambda one: one / 0)
    background.run(lambda: 2, answers.append)
    qtbot.waitUntil(lambda: answers == [2] and len(caught) == 1)


class Asker(QObject):
    answered = False

    def take(self, result):
        type(self).answered = True


def test_does_not_answer_to_what_is_gone(qtbot):
    asker = Asker()
    background.run(lambda: 1, asker.take)
    shiboken6.delete(asker)
    qtbot.waitUntil(background.idle)
    assert not Asker.answered


def test_does_not_answer_to_what_is_gone_inside_a_partial(qtbot):
    answered = []
    asker, other = Asker(), QObject()
    background.run(lambda: 1, partial(asker.take))
    background.run(lambda: 1, partial(lambda _one, _result: answered.append(1), other))
    shiboken6.delete(asker)
    shiboken6.delete(other)
    qtbot.waitUntil(background.idle)
    assert not Asker.answered
    assert not answered
