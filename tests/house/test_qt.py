"""Qt for Python keeps its references: 6.12.0 lost them and ended the program in mid-work."""

from __future__ import annotations

import sys

import pytest

QtCore = pytest.importorskip("PySide6.QtCore")


class Sender(QtCore.QObject):
    beat = QtCore.Signal(int)


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="True is immortal there, nothing to count")
def test_signals_keep_the_reference_count_of_true():
    sender = Sender()
    received = []
    sender.beat.connect(received.append)
    before = sys.getrefcount(True)
    for number in range(200):
        sender.beat.emit(number)
    assert len(received) == 200
    assert abs(sys.getrefcount(True) - before) < 50, "this PySide6 must not be used"
