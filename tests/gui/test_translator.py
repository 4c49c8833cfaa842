from __future__ import annotations

import gettext

from PySide6.QtCore import QCoreApplication

from courseporter.gui.translator import CatalogueTranslator


class Shouting(gettext.NullTranslations):
    """A language that is easy to see."""

    def gettext(self, message):
        return message.upper()


def test_forms_speak_the_language_of_the_catalogue(qapp):
    translator = CatalogueTranslator(Shouting(), qapp)
    assert qapp.installTranslator(translator)
    try:
        assert QCoreApplication.translate("AnyForm", "Choose a file…") == "CHOOSE A FILE…"
    finally:
        qapp.removeTranslator(translator)
    assert QCoreApplication.translate("AnyForm", "Choose a file…") == "Choose a file…"
