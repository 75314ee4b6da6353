"""The tray: a notice when something is due, once a day for the day, at its time for a time."""

from datetime import date, datetime, time, timedelta
from types import TracebackType

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QMenu, QSystemTrayIcon

from custdesk.care import follow_ups
from custdesk.care.follow_ups import Due
from custdesk.i18n import _, ngettext
from custdesk.ui import theme
from custdesk.ui.desk import Desk

LOOK_MS, FIRST_LOOK_MS = 30_000, 2_000
"""How often the clock is looked at."""

DAY_BEGINS_AT = 9
"""The hour at which what is due on a day without a time is announced."""

LATE = timedelta(minutes=10)
"""How long after its time a notice still makes sense."""


class Notifier(QObject):
    """Announces what is due. A context: the icon is in the tray while it is entered."""

    open_requested = Signal()
    follow_ups_requested = Signal()
    quit_requested = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._desk = desk
        self._told: set[tuple[int | None, date, str | None]] = set()
        self._told_day = date.min
        self._menu: QMenu | None = None
        self._tray: QSystemTrayIcon | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self.look)

    def __enter__(self) -> "Notifier":
        if QSystemTrayIcon.isSystemTrayAvailable():
            self._tray = QSystemTrayIcon(QIcon(str(theme.icon_file("app"))), self)
            self._menu = QMenu()
            self._menu.aboutToShow.connect(self._fill_menu)
            self._fill_menu()
            self._tray.setContextMenu(self._menu)
            self._tray.activated.connect(lambda _reason: self.open_requested.emit())
            self._tray.messageClicked.connect(self._clicked)
            self._tray.show()
        self._timer.start()
        QTimer.singleShot(FIRST_LOOK_MS, self, self.look)
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
        if self._menu is not None:
            self._menu.deleteLater()
            self._menu = None

    def _fill_menu(self) -> None:
        """Each time it opens: the language may have changed."""
        if self._menu is None:
            return
        self._menu.clear()
        self._menu.addAction(_("Open CustDesk")).triggered.connect(self.open_requested)
        self._menu.addAction(_("Quit")).triggered.connect(self.quit_requested)

    def look(self) -> None:
        """Announce what has come due since the last look."""
        if self._tray is None:
            return
        sentence = self.news(self._desk.now)
        if sentence:
            icon = QSystemTrayIcon.MessageIcon.Information
            self._tray.showMessage(_("CustDesk"), sentence, icon, 10_000)

    def news(self, now: datetime) -> str:
        """What there is to announce at `now`, each thing once; "" for nothing, or while locked."""
        if self._desk.is_locked:
            return ""
        today = now.date()
        with self._desk.read() as db:
            timed = [one for one in follow_ups.at_times(db, today) if self._comes_due(one, now)]
            due = 0 if timed else follow_ups.overdue_count(db, today, to_contact=True)
        if timed:
            self._told.update((one.id, one.due, one.time) for one in timed)
            seen = map(self._desk.mask.over_due, timed[:3])
            return "\n".join(f"{one.time} {one.customer}: {one.reason}" for one in seen)
        if self._told_day == today or now.hour < DAY_BEGINS_AT:
            return ""
        self._told_day = today
        words = ngettext("{n} follow-up is due today.", "{n} follow-ups are due today.", due)
        return words.format(n=due) if due else ""

    def _comes_due(self, due: Due, now: datetime) -> bool:
        if due.time is None or (due.id, due.due, due.time) in self._told:
            return False
        at = datetime.combine(due.due, time.fromisoformat(due.time))
        return at <= now < at + LATE

    def _clicked(self) -> None:
        self.open_requested.emit()
        self.follow_ups_requested.emit()
