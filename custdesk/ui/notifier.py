"""The tray: a notice when something is due, once a day for the day, at its time for a time."""

from datetime import datetime, timedelta
from types import TracebackType

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QMenu, QSystemTrayIcon

from custdesk.care import follow_ups
from custdesk.care.follow_ups import Due
from custdesk.i18n import _, ngettext
from custdesk.ui import theme
from custdesk.ui.desk import Desk

LOOK_MS = 30_000
"""How often the clock is looked at."""
DAY_BEGINS_AT = 9
"""The hour at which what is due on a day without a time is announced (product.md has none)."""


class Notifier(QObject):
    """Announces what is due. A context: the icon is in the tray while it is entered."""

    open_requested = Signal()
    follow_ups_requested = Signal()
    quit_requested = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._desk = desk
        self._told: set[int] = set()
        self._told_day: datetime | None = None
        self._tray: QSystemTrayIcon | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self.look)

    def __enter__(self) -> "Notifier":
        if QSystemTrayIcon.isSystemTrayAvailable():
            self._tray = QSystemTrayIcon(QIcon(str(theme.icon_file("app"))), self)
            menu = QMenu()
            menu.addAction(_("Open CustDesk")).triggered.connect(self.open_requested)
            menu.addAction(_("Quit")).triggered.connect(self.quit_requested)
            self._menu = menu
            self._tray.setContextMenu(menu)
            self._tray.activated.connect(lambda _reason: self.open_requested.emit())
            self._tray.messageClicked.connect(self._clicked)
            self._tray.show()
        self._timer.start()
        QTimer.singleShot(2000, self, self.look)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._timer.stop()
        if self._tray is not None:
            self._tray.hide()
            self._tray = None

    def look(self) -> None:
        """Announce what has come due since the last look."""
        sentence = self.news(self._desk.now)
        if sentence and self._tray is not None:
            self._tray.showMessage(
                _("CustDesk"), sentence, QSystemTrayIcon.MessageIcon.Information, 10_000
            )

    def news(self, now: datetime) -> str:
        """What there is to announce at `now`, each thing once; "" for nothing."""
        today = now.date()
        with self._desk.read() as db:
            due = follow_ups.due(db, today, today, today)
        timed = [one for one in due if self._comes_due(one, now)]
        self._told.update(one.id for one in timed if one.id is not None)
        if timed:
            return "\n".join(f"{one.time} {one.customer}: {one.reason}" for one in timed[:3])
        first = self._told_day is None or self._told_day.date() != today
        if not first or now.hour < DAY_BEGINS_AT:
            return ""
        self._told_day = now
        n = len(due)
        words = ngettext("{n} follow-up is due today.", "{n} follow-ups are due today.", n)
        return words.format(n=n) if n else ""

    def _comes_due(self, due: Due, now: datetime) -> bool:
        """At its time, or up to ten minutes after it, on its own day."""
        if due.time is None or due.due != now.date() or due.id in self._told:
            return False
        at = datetime.combine(due.due, datetime.strptime(due.time, "%H:%M").time())
        return at <= now < at + timedelta(minutes=10)

    def _clicked(self) -> None:
        self.open_requested.emit()
        self.follow_ups_requested.emit()
