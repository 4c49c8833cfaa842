"""Paints the state of a row as a badge; everything else as tables do."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QApplication, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from courseporter.gui.jobs_delegate import PAD, paint_badge
from courseporter.gui.rows import wording
from courseporter.gui.rows.model import RowsModel


class StateDelegate(QStyledItemDelegate):
    """For the column of states."""

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Paint the background by the style, then the badge."""
        model = index.model()
        line = model.line(index.row()) if isinstance(model, RowsModel) else None
        QApplication.style().drawPrimitive(
            QStyle.PrimitiveElement.PE_PanelItemViewItem, option, painter, option.widget
        )
        if line is None:
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        place = option.rect.adjusted(PAD // 2, 0, -PAD, 0)
        rtl = option.direction == Qt.LayoutDirection.RightToLeft
        paint_badge(painter, place, wording.state_badge(line.status), rtl=rtl)
        painter.restore()
