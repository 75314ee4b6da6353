"""What happens by itself while the window is open: the day's backup, the checks, the lock."""

import math
import time
from datetime import datetime, timedelta
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QWindow

from custdesk import business
from custdesk.errors import CustdeskError
from custdesk.i18n import _
from custdesk.people import lists
from custdesk.store import backup, checking, claim
from custdesk.store.backup import Backup, Reason
from custdesk.ui import background
from custdesk.ui.desk import Desk
from custdesk.ui.process_side import Report

FIRST_CARE_MS = 3_000
"""After the start the window has the machine for itself first."""

LOOK_MS = 10_000
SLEPT_S = 60.0
"""A look at the clock that comes so much later than it should: the PC slept meanwhile."""

AGAIN_S = 3_600.0
"""How long a backup that failed is not tried again by itself."""

ABSENT = timedelta(days=14)
"""After so long without the second folder the user is reminded of it."""

_SOMEBODY_IS_THERE = {
    QEvent.Type.KeyPress,
    QEvent.Type.MouseButtonPress,
    QEvent.Type.MouseMove,
    QEvent.Type.Wheel,
    QEvent.Type.TouchBegin,
}


class Caretaker(QObject):
    """Looks after the open file. Signals come in the window's thread."""

    backups_changed = Signal()
    """There is another backup, or the second folder's state is another."""
    damage_found = Signal(list)
    """What is wrong with the file, one sentence each."""
    idle = Signal()
    """Nobody was there for as long as was chosen, or the PC slept."""

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._backing_up = False
        self._not_before = 0.0
        self._renewed = self._active = time.monotonic()
        self._looked_wall = desk.now
        self._clock = QTimer(self)
        self._clock.setInterval(LOOK_MS)
        self._clock.timeout.connect(self._look)
        self._first = QTimer(self)
        self._first.setSingleShot(True)
        self._first.setInterval(FIRST_CARE_MS)
        self._first.timeout.connect(self._begin)

    def start(self, window: QWindow) -> None:
        """From now on; the check and the day's backup come a few seconds later.

        A filter on the one native window sees what somebody does; on the application it would be
        asked about every event of every widget.
        """
        window.installEventFilter(self)
        self._clock.start()
        self._first.start()

    def quiet_s(self) -> float:
        """For how many seconds nobody has touched the window."""
        return time.monotonic() - self._active

    # --- backups ----------------------------------------------------------------------------------

    def last_good(self) -> Backup | None:
        """The newest backup."""
        return backup.last(self._desk.store.path, self._desk.today)

    def is_backed_up(self) -> bool:
        """Whether this file is one of which backups are made: not a sample, not only looked at."""
        if self._desk.store.read_only:
            return False
        with self._desk.read() as db:
            return not business.get(db, business.IS_SAMPLE) and lists.how_many(db) > 0

    def back_up(self, reason: Reason = Reason.ASKED) -> None:
        """Back up in the background if it is time, or asked for; into the second folder too."""
        if self._backing_up:
            return
        self._backing_up = True
        store, second = self._desk.store, self.second_folder()

        def work(report: Report) -> bool:
            if reason is Reason.ASKED or backup.is_due(store.path, store.today):
                store.back_up(reason, report)
            else:  # something may have been cut off while the backups were locked or purged
                store.tend(backup.folder_of(store.path))
            return second is not None and self._send(second)

        def done(sent: bool) -> None:
            self._backing_up = False
            if sent:
                self._desk.preferences.second_backup = self._desk.now.isoformat(" ", "seconds")
                self._desk.preferences.save()
            self.backups_changed.emit()
            if reason is Reason.ASKED:
                self._desk.said.emit(_("The backup is written and checked."), False)

        def failed(error: CustdeskError) -> None:
            self._backing_up = False
            self._not_before = time.monotonic() + AGAIN_S
            self._desk.warned.emit(str(error))

        background.run(work, done, failed, owner=self)

    def _send(self, folder: Path) -> bool:
        """Bring the newest backup into the second folder; whether it is there now."""
        store = self._desk.store
        there = {one.path.name for one in store.backups_in(folder)}
        newest = backup.last(store.path, store.today)
        if newest is None:
            return False
        try:
            if newest.path.name not in there:
                backup.send(newest, folder, store.key)
        except OSError:
            return False
        store.tend(folder)
        return True

    def second_folder(self) -> Path | None:
        """The second folder, if one is named and it is there now."""
        named = self._desk.preferences.second_folder
        return Path(named) if named and Path(named).is_dir() else None

    def reminder(self) -> str:
        """A sentence when the second folder has been absent for long; "" else."""
        preferences = self._desk.preferences
        if not preferences.second_folder or self.second_folder() is not None:
            return ""
        try:
            last = datetime.fromisoformat(preferences.second_backup)
        except ValueError:
            return ""
        if self._desk.now - last < ABSENT:
            return ""
        return _("The second place for backups was last there {n} days ago. Plug it in.").format(
            n=(self._desk.now - last).days
        )

    # --- by itself --------------------------------------------------------------------------------

    def _begin(self) -> None:
        """A few seconds after the start: is all well, and has today's backup been made?"""
        store = self._desk.store
        if store.read_only:
            return
        if self._desk.is_busy:
            self._first.start()
            return

        def done(faults: list[str]) -> None:
            if faults:
                self._not_before = math.inf  # of a damaged file no backup is good
                self.damage_found.emit(faults)
            elif self.is_backed_up():
                if reminder := self.reminder():
                    self._desk.warned.emit(reminder)
                self.back_up(Reason.DAILY)

        look = checking.check if store.was_cut_off else checking.quick
        background.run(lambda _report: look(store), done, self._warn, owner=self)

    def _care_for_today(self) -> None:
        """Once a day, as soon as there is somebody in the file; what failed waits for an hour."""
        if self._desk.is_busy or time.monotonic() < self._not_before:
            return
        last = self.last_good()
        if (last is None or last.at.date() < self._desk.today) and self.is_backed_up():
            if reminder := self.reminder():
                self._desk.warned.emit(reminder)
            self.back_up(Reason.DAILY)

    def _look(self) -> None:
        now, wall = time.monotonic(), self._desk.now
        slept = (wall - self._looked_wall).total_seconds() > LOOK_MS / 1000 + SLEPT_S
        self._looked_wall = wall
        if now - self._renewed >= claim.RENEW_S or slept:
            self._renewed = now
            self._desk.store.stay()
        minutes = self._desk.preferences.lock_after
        if slept or (minutes and now - self._active >= minutes * 60):
            self.idle.emit()
        self._care_for_today()

    def _warn(self, error: CustdeskError) -> None:
        self._desk.warned.emit(str(error))

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() in _SOMEBODY_IS_THERE:
            self._active = time.monotonic()
        return False
