"""The icon in the tray: how much is due, the first of it to open at once, and the way in."""

from PySide6.QtCore import QObject, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QMenu, QSystemTrayIcon

from custdesk import formats
from custdesk.care import follow_ups
from custdesk.care.follow_ups import Counts, Due
from custdesk.i18n import _
from custdesk.ui import theme
from custdesk.ui.desk import Desk

FIRST = 5
"""Follow-ups in the menu."""

WIDEST = 320
"""Pixels that a line of the menu may have for its words."""

SIZES = (16, 20, 22, 24, 32, 40, 48, 64)
_ONE_DIGIT_UP_TO = 20
"""An icon no larger shows "9+" for more than nine: two digits would be too small to read."""


class Tray(QObject):
    """Where the system has a tray. While the file is locked it tells nothing."""

    open_requested = Signal()
    follow_ups_requested = Signal()
    follow_up_requested = Signal(int)
    quit_requested = Signal()

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._counts = Counts()
        self._menu: QMenu | None = None
        self._icon: QSystemTrayIcon | None = None
        desk.mask.changed.connect(lambda _on: self._fill())
        desk.day_turned.connect(self._fill)

    def appear(self) -> bool:
        """Show the icon, if there is a tray by now: at the start of a session it may come late."""
        if self._icon is None and QSystemTrayIcon.isSystemTrayAvailable():
            self._icon = QSystemTrayIcon(badged(0), self)
            self._menu = QMenu()
            self._menu.aboutToShow.connect(self._fill)
            self._icon.setContextMenu(self._menu)
            self._icon.activated.connect(self._activated)
            self.refresh()
            self._icon.show()
        return self._icon is not None

    def close(self) -> None:
        if self._icon is not None:
            self._icon.hide()
            self._icon.deleteLater()
            self._icon = None
        if self._menu is not None:
            self._menu.deleteLater()
            self._menu = None

    def show_counts(self, counts: Counts) -> None:
        self._counts = counts
        self.refresh()

    def refresh(self) -> None:
        """Say everything anew: other counts, another language, locked or open."""
        if self._icon is None:
            return
        counts = Counts() if self._desk.is_locked else self._counts
        self._icon.setIcon(badged(counts.now))
        self._icon.setToolTip(" · ".join(filter(None, (_("CustDesk"), counts.words()))))
        self._fill()

    def tell_where_it_is(self) -> None:
        """Once on this PC: that the program goes on, and where it is ended."""
        preferences = self._desk.preferences
        if self._icon is None or preferences.told_of_tray:
            return
        preferences.told_of_tray = True
        preferences.save()
        self._icon.showMessage(
            _("CustDesk waits in the tray"),
            _("It goes on telling what is due. Quit is in the menu of its icon."),
        )

    def menu(self) -> QMenu | None:
        return self._menu

    def icon(self) -> QSystemTrayIcon | None:
        return self._icon

    def _activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason is not QSystemTrayIcon.ActivationReason.Context:
            self.open_requested.emit()

    def _fill(self) -> None:
        menu = self._menu
        if menu is None:
            return
        menu.clear()
        menu.addAction(_("Open CustDesk")).triggered.connect(self.open_requested)
        menu.addSeparator()
        if not self._desk.is_locked:
            for due in self._first():
                id = due.id or 0
                action = menu.addAction(self._line(due).replace("&", "&&"))
                action.triggered.connect(lambda _on=False, id=id: self.follow_up_requested.emit(id))
            menu.addAction(_("Follow-ups …")).triggered.connect(self.follow_ups_requested)
            menu.addSeparator()
            mask = menu.addAction(_("Mask the screen"))
            mask.setCheckable(True)
            mask.setChecked(self._desk.mask.is_on)
            mask.triggered.connect(self._desk.mask.put)
            menu.addSeparator()
        menu.addAction(_("Quit")).triggered.connect(self.quit_requested)

    def _first(self) -> list[Due]:
        today = self._desk.today
        with self._desk.read() as db:
            ids = [id for id, _due in follow_ups.waiting(db, today, today)[:FIRST]]
            found = follow_ups.these(db, ids, today)
        return [self._desk.mask.over_due(found[id]) for id in ids if id in found]

    def _line(self, due: Due) -> str:
        """Overdue 2 days · 张丽华 · Birthday; 10:30 · …"""
        today = self._desk.today
        late = due.is_late(today)
        when = formats.overdue(due.overdue_days(today)) if late else due.time or ""
        words = " · ".join(filter(None, (when, due.customer, due.reason)))
        metrics = QFontMetrics(theme.font())
        return metrics.elidedText(words.replace("\n", " "), Qt.TextElideMode.ElideRight, WIDEST)


def badged(count: int) -> QIcon:
    """The app's icon, with `count` in red at its corner; nothing there for 0."""
    made = QIcon()
    for size in SIZES:
        made.addPixmap(_badged(count, size))
    return made


def _badged(count: int, size: int) -> QPixmap:
    made = QPixmap(size, size)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    QSvgRenderer(str(theme.icon_file("app"))).render(painter, QRectF(0, 0, size, size))
    if count:
        _paint_badge(painter, count, size)
    painter.end()
    return made


def _paint_badge(painter: QPainter, count: int, size: int) -> None:
    """A clear rim around it keeps it apart from the icon on any ground, light or dark."""
    most = 9 if size <= _ONE_DIGIT_UP_TO else 99
    text = str(count) if count <= most else f"{most}+" if most == 9 else "99"
    height = round(size * 0.64)
    painter.setFont(theme.font(max(8, round(height * 0.86)), bold=True))
    wide = painter.fontMetrics().horizontalAdvance(text) + round(size * 0.16)
    width = min(size, max(height, wide))
    box = QRectF(size - width, size - height, width, height)
    rim = max(1.0, size / 20)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Clear)
    painter.setBrush(Qt.GlobalColor.black)
    radius = height / 2
    painter.drawRoundedRect(box.adjusted(-rim, -rim, rim, rim), radius + rim, radius + rim)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)
    painter.setBrush(QColor(theme.LIGHT.red))
    painter.drawRoundedRect(box, radius, radius)
    painter.setPen(QColor(theme.LIGHT.on_red))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
