"""What every view may ask of the house: read, write through the one door, speak to the user."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import TypeVar

from PySide6.QtCore import QObject, Signal
from sqlmodel import Session

from custdesk.errors import CustdeskError
from custdesk.i18n import _
from custdesk.settings import Preferences
from custdesk.store.journal import Step
from custdesk.store.store import Change, Store
from custdesk.ui import background

T = TypeVar("T")

LARGE_STEP = 2000
"""Undoing more rows than this takes longer than a window may stand still."""


class Desk(QObject):
    """One open customer file as the window sees it; lives in the window's thread.

    While another process writes (an import), `is_busy` is set: writes wait their turn in the
    order they came and happen when it ends, so that nothing fails and nothing freezes.
    """

    changed = Signal(object)
    """A `Change`: the file is different now; ask it whether you are concerned."""
    said = Signal(str, bool)
    """A sentence for the strip at the bottom; True when Undo belongs beside it."""
    warned = Signal(str)
    """A sentence about something that could not be done."""
    worked = Signal(str)
    """Something that takes a while began in the background; what is said next ends it."""
    busy_changed = Signal(bool)
    day_turned = Signal()

    def __init__(
        self, store: Store, preferences: Preferences, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.store = store
        self.preferences = preferences
        self.is_busy = False
        self._waiting: list[Callable[[], None]] = []
        store.changed.append(self._announce)

    def _announce(self, change: Change) -> None:
        """Called in whatever thread wrote; the signal brings it home to the window's."""
        self.changed.emit(change)

    def leave(self) -> None:
        """Hear of no more changes; called when the window goes."""
        self.store.changed.remove(self._announce)

    @property
    def today(self) -> date:
        return self.store.today

    @property
    def now(self) -> datetime:
        return self.store.clock()

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that sees one state of the file; for what takes less than 50 ms."""
        with self.store.read() as db:
            yield db

    def write(self, label: str, work: Callable[[Session], T], said: str = "") -> T | None:
        """Do `work(db)` as one undoable step called `label`.

        With `said`, the strip says so and offers Undo. Raises the CustdeskError of a value that
        cannot be accepted: show it beside the field. While the file is busy the work waits, and
        None comes back.
        """
        if self.is_busy:

            def later() -> None:
                self.attempt(label, work, said)

            self._waiting.append(later)
            self.said.emit(_("This is saved as soon as the other work has ended."), False)
            return None
        with self.store.write(label) as db:
            result = work(db)
        if said:
            self.said.emit(said, True)
        return result

    def attempt(self, label: str, work: Callable[[Session], T], said: str = "") -> T | None:
        """`write` for where there is no field to show an error beside: the strip shows it."""
        try:
            return self.write(label, work, said)
        except CustdeskError as error:
            self.warned.emit(str(error))
            return None

    def undo(self) -> None:
        """Take back the last step, and say which it was."""
        self._step_back(
            self.store.undo, _("Undone: {label}"), _("There is nothing to undo."), undone=False
        )

    def redo(self) -> None:
        """Do again what was taken back last."""
        self._step_back(
            self.store.redo, _("Done again: {label}"), _("There is nothing to redo."), undone=True
        )

    def _step_back(
        self, go: Callable[[], Step | None], words: str, nothing: str, *, undone: bool
    ) -> None:
        """Undo or redo; a large step (an import) in the background, while writes wait."""
        if self.is_busy:
            self.warned.emit(_("Wait until this has ended; then undo or redo."))
            return

        def done(step: Step | None) -> None:
            self.said.emit(
                words.format(label=step.label) if step else nothing, undone and bool(step)
            )

        if self.store.step_size(undone=undone) <= LARGE_STEP:
            try:
                done(go())
            except CustdeskError as error:
                self.warned.emit(str(error))
            return

        def ended(step: Step | None) -> None:
            self._set_waiting(False)
            done(step)

        def failed(error: CustdeskError) -> None:
            self._set_waiting(False)
            self.warned.emit(str(error))

        self._set_waiting(True)
        self.worked.emit(_("Putting everything back as it was …"))
        background.run(lambda _report: go(), ended, failed, owner=self)

    def set_busy(self, busy: bool) -> None:
        """Another process starts or ends writing; what it wrote is told, what waited happens."""
        if not busy:
            self.store.announce_last()
        self._set_waiting(busy)

    def _set_waiting(self, busy: bool) -> None:
        self.is_busy = busy
        self.busy_changed.emit(busy)
        if not busy:
            waiting, self._waiting = self._waiting, []
            for work in waiting:
                work()

    def turn_day(self) -> None:
        """Bring the file up to today: at the start, at midnight, and after sleep."""
        if not self.is_busy and self.store.new_day():
            self.day_turned.emit()
