"""The small window before the window: it asks for a passphrase, or helps with a damaged file."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QEventLoop, Signal
from PySide6.QtGui import QCloseEvent, QIcon
from PySide6.QtWidgets import QVBoxLayout, QWidget

from custdesk.errors import CustdeskError
from custdesk.i18n import _
from custdesk.settings import Preferences
from custdesk.ui import background, theme
from custdesk.ui.lock_page import LockPage
from custdesk.ui.process_side import Report
from custdesk.ui.widgets.progress_panel import ProgressPanel
from custdesk.ui.widgets.text import Label

T = TypeVar("T")

_WIDTH, _HEIGHT = 960, 640


class Door(QWidget):
    """A window that shows one page until it has an answer."""

    closed = Signal()

    def __init__(self, page: QWidget) -> None:
        super().__init__()
        self.setWindowTitle(_("CustDesk"))
        self.setWindowIcon(QIcon(str(theme.icon_file("app"))))
        self.resize(_WIDTH, _HEIGHT)
        self._may_close = True
        self.page = page
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(page)

    def hold(self) -> None:
        """Stay open until `wait` has an answer: what is done may not be cut off."""
        self._may_close = False

    def wait(self, loop: QEventLoop) -> None:
        """Show it until `loop` is quit, or it is closed."""
        self.closed.connect(loop.quit)
        self.show()
        self.page.setFocus()
        loop.exec()
        self._may_close = True
        background.wait_all()
        self.close()
        self.deleteLater()

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self._may_close:
            event.ignore()
            return
        self.closed.emit()
        event.accept()


def ask_key(
    attempt: Callable[[str], str],
    preferences: Preferences,
    clock: Callable[[], datetime],
    what: str = "",
) -> str | None:
    """The key that `attempt(typed)` gives, or None when the user went away; `what` says which file
    is meant."""
    page = LockPage(attempt, preferences, clock)
    page.say(what)
    loop, answer = QEventLoop(), [""]

    def take(key: str) -> None:
        answer[0] = key
        loop.quit()

    page.opened.connect(take)
    page.quit_requested.connect(loop.quit)
    Door(page).wait(loop)
    return answer[0] or None


def ask_rescue(path: Path, key: str | None, now: datetime) -> tuple[str, Path | None]:
    """What to do with a damaged file: "repaired", "restore" or "look" with a backup, "" to quit."""
    from custdesk.ui.rescue_page import RescuePage

    page = RescuePage(path, key, now)
    loop = QEventLoop()
    answer: list[tuple[str, Path | None]] = [("", None)]

    def take(what: str, chosen: Path | None = None) -> None:
        answer[0] = (what, chosen)
        loop.quit()

    page.repaired.connect(lambda: take("repaired"))
    page.restore_requested.connect(lambda chosen: take("restore", chosen))
    page.look_requested.connect(lambda chosen: take("look", chosen))
    page.quit_requested.connect(loop.quit)
    Door(page).wait(loop)
    return answer[0]


def work(words: str, do: Callable[[Report], T]) -> T:
    """Do something while no window is open, with its progress shown; raises what it raises."""
    page = QWidget()
    page.setProperty("ground", "bg")
    panel = ProgressPanel()
    panel.set_cancellable(False)
    column = QVBoxLayout(page)
    column.setContentsMargins(60, 40, 60, 40)
    column.addStretch(1)
    column.addWidget(Label(words, "title"))
    column.addSpacing(12)
    column.addWidget(panel)
    column.addStretch(2)
    panel.begin(words)
    door, loop = Door(page), QEventLoop()
    door.hold()
    done: list[T] = []
    failed: list[CustdeskError] = []

    def finish(value: T) -> None:
        done.append(value)
        loop.quit()

    def fail(error: CustdeskError) -> None:
        failed.append(error)
        loop.quit()

    background.run(do, finish, fail, panel.report)
    door.wait(loop)
    if failed:
        raise failed[0]
    return done[0]
