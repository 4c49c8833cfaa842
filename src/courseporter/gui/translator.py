"""Forms read the same gettext catalogue as everything else."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTranslator

from courseporter.errors.message import Translations


class CatalogueTranslator(QTranslator):
    """Answers what the compiled forms ask Qt for from a gettext catalogue."""

    def __init__(self, catalogue: Translations, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.catalogue = catalogue

    def translate(
        self,
        context: str,  # noqa: ARG002 - one catalogue, no contexts
        source_text: str,
        disambiguation: str | None = None,  # noqa: ARG002
        n: int = -1,  # noqa: ARG002 - numbers are put in by `ngettext`
    ) -> str:
        """The text in the language of the catalogue."""
        return self.catalogue.gettext(source_text) if source_text else ""

    def isEmpty(self) -> bool:
        """Never: Qt would not ask."""
        return False
