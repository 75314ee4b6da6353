"""What every view may ask of the house: read, write through the one door, speak to the user."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import TypeVar

from PySide6.QtCore import QObject, QTimer, Signal
from sqlmodel import Session

from custdesk import business
from custdesk.errors import Busy, CustdeskError
from custdesk.i18n import _
from custdesk.people import erasing, lists
from custdesk.people.erasing import Receipt
from custdesk.settings import Preferences
from custdesk.store import backup, forgetting, journal
from custdesk.store.journal import Step
from custdesk.store.store import Change, Store
from custdesk.store.taking_back import Taken
from custdesk.ui import background
from custdesk.ui.mask import Mask

T = TypeVar("T")
Refused = Callable[[CustdeskError], None]

AFTER_PAINT_MS = 300
"""A new day that takes long waits until the window is there: two threads of Python are slower than
one after the other, and nobody would see anything for twice as long."""
LARGE_STEP = 2000
"""Work on more rows than this takes longer than a window may stand still."""

MANY = backup.LARGE_CHANGE
"""Customers; before more of them change at once, a backup is made, which takes a while."""

AGAIN_MS = 400
"""How soon a write is tried again that another program was in the way of."""


class Desk(QObject):
    """One open customer file as the window sees it; lives in the window's thread.

    One thing writes at a time. While something does so in the background (an import, a large undo,
    another program), `is_busy` is set: writes wait their turn in the order they came, so that
    nothing fails and nothing freezes.
    """

    changed = Signal(object)
    """A `Change`: the file is different now; ask it whether you are concerned."""
    said = Signal(str, bool)
    """A sentence for the strip at the bottom; True when Undo belongs beside it."""
    warned = Signal(str)
    """A sentence about something that could not be done."""
    busy_changed = Signal(bool)
    day_turned = Signal()

    def __init__(
        self, store: Store, preferences: Preferences, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.store = store
        self.preferences = preferences
        self.mask = Mask(preferences, self)
        self.is_busy = False
        self.is_locked = False
        """Nobody may see anything: no notices either."""
        self._waiting: list[Callable[[], None]] = []
        self._is_trying_again = False
        """What waits is tried once more: that it waits has been said."""
        self._again = QTimer(self)
        self._again.setSingleShot(True)
        self._again.setInterval(AGAIN_MS)
        self._again.timeout.connect(self._go_on)
        self._turning = QTimer(self)
        self._turning.setSingleShot(True)
        self._turning.setInterval(AFTER_PAINT_MS)
        self._turning.timeout.connect(self._turn_apart)
        store.changed.append(self._announce)

    def _announce(self, change: Change) -> None:
        """Called in whatever thread wrote; the signal brings it home to the window's."""
        self.changed.emit(change)

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

    # --- writing ----------------------------------------------------------------------------------

    def write(self, label: str, work: Callable[[Session], T], said: str = "") -> T | None:
        """Do `work(db)` as one undoable step called `label`.

        With `said`, the strip says so and offers Undo. Raises the CustdeskError of a value that
        cannot be accepted: show it beside the field. While the file is busy the work waits, and
        None comes back.
        """

        def later() -> None:
            self.attempt(label, work, said)

        if self.is_busy or self._waiting:
            self._wait(later)
            return None
        try:
            with self.store.write(label, hastily=True) as db:
                result = work(db)
        except Busy:
            self._wait(later)
            return None
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

    def write_apart(
        self,
        label: str,
        work: Callable[[Session], object],
        said: str = "",
        refused: Refused | None = None,
        *,
        with_backup: bool = False,
    ) -> None:
        """`attempt` for work that takes more than 50 ms: in the background, while others wait.

        `with_backup`, what is there before is backed up first.
        """
        if self.is_busy or self._waiting:
            self._wait(
                lambda: self.write_apart(label, work, said, refused, with_backup=with_backup)
            )
            return

        def go() -> None:
            with self.store.write(label) as db:
                work(db)

        def done(_nothing: object) -> None:
            if said:
                self.said.emit(said, True)

        self._apart(self._backed_up(go) if with_backup else go, done, refused)

    def attempt_on(
        self, rows: int, label: str, work: Callable[[Session], object], said: str = ""
    ) -> None:
        """`attempt`, or `write_apart` where so many customers are concerned that it takes long."""
        if rows > MANY:
            self.write_apart(label, work, said, with_backup=True)
        else:
            self.attempt(label, work, said)

    def erase(
        self, customer_ids: Sequence[int], done: Callable[[Receipt], None], refused: Refused
    ) -> None:
        """Erase customers for good, in the background; `done` brings the receipt.

        Never later than it was asked for: while the file is busy it is refused.
        """
        if self.is_busy or self._waiting:
            refused(CustdeskError(_("Wait until the other work has ended; then erase.")))
            return
        self._apart(lambda: erasing.erase(self.store, customer_ids), done, refused)

    def _backed_up(self, go: Callable[[], T]) -> Callable[[], T]:
        """`go`, with what is there before backed up first; a sample needs no backup."""

        def first() -> T:
            with self.store.read() as db:
                real = not business.get(db, business.IS_SAMPLE)
            if real and not self.store.read_only:
                self.store.back_up(backup.Reason.BULK)
            return go()

        return first

    def _apart(
        self, go: Callable[[], T], done: Callable[[T], None], refused: Refused | None = None
    ) -> None:
        """Do `go()` in the background; writes wait until it has ended."""

        def ended(result: T) -> None:
            self.set_writing(False)
            done(result)

        def failed(error: CustdeskError) -> None:
            self.set_writing(False)
            (refused or self._warn)(error)

        self.set_writing(True)
        background.run(lambda _report: go(), ended, failed, owner=self)

    def _warn(self, error: CustdeskError) -> None:
        self.warned.emit(str(error))

    def _wait(self, later: Callable[[], None]) -> None:
        self._waiting.append(later)
        if not self._is_trying_again:
            self.said.emit(_("This is saved as soon as the other work has ended."), False)
        if not self.is_busy:
            self._again.start()

    def _go_on(self) -> None:
        """Do what waits, in the order it came, until something is in the way again."""
        waiting, self._waiting = self._waiting, []
        self._is_trying_again = True
        try:
            while waiting and not self.is_busy and not self._waiting:
                waiting.pop(0)()
        finally:
            self._is_trying_again = False
            self._waiting += waiting

    def set_busy(self, busy: bool) -> None:
        """Another process starts or ends writing; what it wrote is told, what waited happens."""
        if not busy:
            self.store.announce_last()
        self.set_writing(busy)

    def set_writing(self, busy: bool) -> None:
        """Something of ours starts or ends writing in the background: what waited happens then."""
        self.is_busy = busy
        self.busy_changed.emit(busy)
        if not busy:
            self._go_on()
            self.turn_day()

    # --- undo -------------------------------------------------------------------------------------

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

    def take_back(self, step_id: int) -> None:
        """Take back one change, whichever it is; what is in the way of it is said."""
        if self.is_busy:
            self.warned.emit(_("Wait until this has ended; then undo or redo."))
            return

        def done(taken: Taken) -> None:
            # The last change is undone in place: Ctrl+Z would undo another one.
            self.said.emit(taken.sentence(), taken.change_id != taken.step.id)

        with self.read() as db:
            large = journal.size(db, step_id) > LARGE_STEP or journal.reach(db, step_id) > MANY
        if large:
            self.said.emit(_("Putting everything back as it was …"), False)
            self._apart(self._backed_up(lambda: self.store.take_back(step_id)), done)
            return
        try:
            done(self.store.take_back(step_id))
        except CustdeskError as error:
            self._warn(error)

    def _step_back(
        self, go: Callable[[], Step | None], words: str, nothing: str, *, undone: bool
    ) -> None:
        """Undo or redo; a large step (an import) in the background, while writes wait."""
        if self.is_busy:
            self.warned.emit(_("Wait until this has ended; then undo or redo."))
            return

        def done(step: Step | None) -> None:
            said = words.format(label=step.label) if step else nothing
            self.said.emit(said, undone and bool(step))

        if self.store.step_size(undone=undone) > LARGE_STEP:
            self.said.emit(_("Putting everything back as it was …"), False)
            self._apart(self._backed_up(go), done)
            return
        try:
            done(go())
        except CustdeskError as error:
            self._warn(error)

    # --- days, and the end ------------------------------------------------------------------------

    def look_again(self) -> None:
        """The window is used again: what a command changed meanwhile is shown, and the day."""
        if not self.is_busy:
            self.store.look_again()
        self.turn_day()

    def turn_day(self) -> None:
        """Bring the file up to today: at the start, at midnight, and after sleep."""
        if self.is_busy or not self.store.is_of_another_day():
            return
        with self.read() as db:
            many = lists.how_many(db) > LARGE_STEP
            long = forgetting.has_work(db, self.today)
        if many or long:
            self._turning.start()
            return
        try:
            self.store.new_day()
        except CustdeskError as error:
            self._warn(error)
            return
        self.day_turned.emit()

    def _turn_apart(self) -> None:
        if not self.is_busy and self.store.is_of_another_day():
            self._apart(self.store.new_day, lambda _turned: self.day_turned.emit())

    def finish(self) -> bool:
        """The window goes: do what waits; False when something could not be done yet."""
        if not background.wait_all():
            self.warned.emit(_("Something is still being written. Close in a moment."))
            return False
        self.is_busy = False
        self._again.stop()
        self._turning.stop()
        self._go_on()
        return not self._waiting

    def leave(self) -> None:
        """Hear of no more changes."""
        if self._announce in self.store.changed:
            self.store.changed.remove(self._announce)
