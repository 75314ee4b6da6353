"""The composition root: builds preferences, store and window once, and tears them down."""

import logging
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from hashlib import blake2b
from pathlib import Path
from types import TracebackType

# The store before Qt: PySide reads the source of every module that is imported after it.
from custdesk.opening import open_store  # isort: skip

from PySide6.QtCore import QTimer
from PySide6.QtNetwork import QLocalServer, QLocalSocket
from PySide6.QtWidgets import QApplication, QMessageBox

from custdesk import autostart, formats, i18n, paths, settings
from custdesk.errors import CustdeskError, Damaged
from custdesk.i18n import _
from custdesk.sample import fill
from custdesk.settings import Preferences
from custdesk.store import backup, lock, restoring, turn
from custdesk.ui import background, door, language, theme
from custdesk.ui.desk import Desk
from custdesk.ui.main_window import MainWindow
from custdesk.ui.notices.notifier import Notifier

_log = logging.getLogger(__name__)

SAMPLE_CUSTOMERS = 60
TOUR_SCHEMES = ("light", "dark")
RAISE_MS = 800
"""How long a second start waits for the first window to answer."""


TRAY_WAIT_MS = 15_000
"""How long the tray may take to come at the start of a session before the window shows itself."""


def run(path: Path, lang: str | None, *, in_tray: bool = False) -> int:
    """Open the window on `path` and stay until it is closed; raise it where it is open already.

    `in_tray`, the window waits in the tray at first, where there is one.
    """
    _need_a_screen()
    app = _application()
    if _raise_first(path):
        return 0
    preferences = settings.load(paths.preferences_file())
    _dress(app, preferences, lang)
    server = _answer_second_starts(path)
    sys.excepthook = _note_defect
    try:
        with _scratch() as scratch:
            _Round(app, path, scratch, preferences, in_tray=in_tray).go()
    except CustdeskError as error:
        QMessageBox.critical(None, _("CustDesk"), str(error))
        return 1
    finally:
        server.close()
    return 0


@dataclass(frozen=True, slots=True)
class Visit:
    """A customer file to show next; `only_look` says why nothing may be changed in it."""

    path: Path
    key: str | None = None
    only_look: str = ""


Next = Callable[[], Visit | None]


class _Round:
    """The windows of one run, one after another: the customers' own file, a sample, a backup."""

    def __init__(
        self,
        app: QApplication,
        home: Path,
        scratch: Path,
        preferences: Preferences,
        *,
        in_tray: bool = False,
    ):
        self._app, self._scratch, self._preferences = app, scratch, preferences
        self._in_tray = in_tray
        """Whether the next window waits in the tray."""
        self._home = Visit(home)
        self._warned = self._said = ""
        """What the next window has to say: why a backup could not be shown; that it is back."""

    def go(self) -> None:
        """Until a window is closed after which nothing else is wanted."""
        visit: Visit | None = self._home
        while visit is not None:
            visit = self._visit(visit)

    def _visit(self, visit: Visit) -> Visit | None:
        """Ask for the key where one is needed, show the window, help where the file is damaged."""
        is_home = visit.path == self._home.path
        key = visit.key
        with turn.of(visit.path):
            lock.settle(visit.path)
        is_there = visit.path.is_file()
        if is_there and not lock.fits(visit.path, key) and lock.needs_key(visit.path):
            key = self._ask_key(visit)
            if key is None:
                return None if is_home else self._home
        visit = replace(visit, key=key)
        if is_home:
            self._home = visit
        before = {*QApplication.topLevelWidgets()}
        try:
            return self._show(visit)
        except CustdeskError as error:
            if not is_home:
                self._warned = str(error)
                return self._home
            if not isinstance(error, Damaged):
                raise
        for half in {*QApplication.topLevelWidgets()} - before:  # of a window that never came to be
            half.deleteLater()
        return self._rescue()

    def _ask_key(self, visit: Visit) -> str | None:
        """The key of a locked file; None when the user goes away."""
        return door.ask_key(
            lambda typed: lock.unlock(visit.path, typed),
            self._preferences,
            datetime.now,
            visit.only_look,
        )

    def _show(self, visit: Visit) -> Visit | None:
        """One window until it is closed; what is wanted after it, or None."""
        wanted: list[Next] = []

        def then(next_one: Next) -> None:
            wanted.append(next_one)
            if not window.leave():
                wanted.clear()

        with open_window(
            visit.path, self._preferences, datetime.now, visit.key, visit.only_look
        ) as window:
            self._wire(window, visit, then)
            _shown.append(window)
            in_tray, self._in_tray = self._in_tray, False
            if not in_tray:
                window.show()
            window.watch()
            if self._warned:
                window.desk.warned.emit(self._warned)
            elif self._said:
                window.desk.said.emit(self._said, False)
            self._warned = self._said = ""
            with Notifier(window.desk) as notifier:
                wire_notices(notifier, window, self._app.quit)
                if in_tray and not notifier.tray.appear():
                    QTimer.singleShot(TRAY_WAIT_MS, window, partial(_show_itself, notifier, window))
                self._app.exec()
            _shown.remove(window)
            if visit.path == self._home.path:  # the passphrase may be another now
                self._home = Visit(visit.path, window.desk.store.key)
        return wanted[-1]() if wanted else None

    def _wire(self, window: MainWindow, visit: Visit, then: Callable[[Next], None]) -> None:
        window.sample_requested.connect(
            lambda: background.run(
                lambda _report: _make_sample(self._scratch),
                lambda made: then(lambda: Visit(made)),
                lambda error: window.desk.warned.emit(str(error)),
                owner=window,
            )
        )
        window.sample_left.connect(lambda: then(lambda: self._home))
        window.back_requested.connect(lambda: then(lambda: self._home))
        window.look_requested.connect(lambda path: then(lambda: self._look_at(path)))
        window.repair_requested.connect(lambda: then(self._rescue))
        key = visit.key if visit.only_look else None
        window.restore_requested.connect(lambda path: then(lambda: self._restore(path, key)))
        if visit.only_look:
            window.look_at_backup(visit.path)

    def _look_at(self, path: Path) -> Visit:
        found = backup.named(path)
        if found is None:
            said = _("This is a backup. Look as you like; nothing can be changed here.")
        else:
            said = _(
                "This is the backup of {when}. Look as you like; nothing can be changed."
            ).format(when=formats.moment(found.at, datetime.now().date()))
        return Visit(path, self._home.key, said)

    def _restore(self, wanted: Path, key: str | None = None) -> Visit | None:
        """Put a backup in the place of the file, which is kept aside; nothing is open now."""
        home = self._home
        key = key or home.key
        if not lock.fits(wanted, key) and wanted.is_file() and lock.needs_key(wanted):
            key = self._ask_key(Visit(wanted, None, wanted.name))
            if key is None:
                return home
        found = key
        try:
            door.work(
                _("Restoring the backup"),
                lambda report: restoring.restore(
                    home.path, home.key, wanted, found, datetime.now(), report
                ),
            )
        except CustdeskError as error:
            self._warned = str(error)
            return home
        self._home = Visit(home.path, key)
        self._said = _("The backup is back; what was there before is kept as a backup too.")
        return self._home

    def _rescue(self) -> Visit | None:
        """What to do about the file, which is damaged."""
        home = self._home
        wish, chosen = door.ask_rescue(home.path, home.key, datetime.now())
        if wish == "repaired":
            return home
        if chosen is None:
            return None
        return self._look_at(chosen) if wish == "look" else self._restore(chosen)


def wire_notices(notifier: Notifier, window: MainWindow, leave: Callable[[], None]) -> None:
    """What the tray and the notices wish for, and what they must know of the window."""

    def quit() -> None:
        is_shown = window.isVisible()
        if window.leave() and not is_shown:
            leave()  # closing the last window ends the program, but only one that is shown

    notifier.open_requested.connect(window.come_forward)
    notifier.follow_ups_requested.connect(window.show_follow_ups)
    notifier.follow_up_requested.connect(window.show_follow_up)
    notifier.outcome_requested.connect(lambda id: window.show_follow_up(id, ask_outcome=True))
    notifier.quit_requested.connect(quit)
    window.counts_changed.connect(notifier.show_counts)
    window.locked_changed.connect(notifier.set_locked)
    notifier.show_counts(window.counts)
    # Who lets it start with the system wants to be told also when the window is closed.
    window.stays_in_tray = lambda: notifier.tray.icon is not None and autostart.is_on()
    window.hidden.connect(notifier.tray.tell_where_it_is)


def _show_itself(notifier: Notifier, window: MainWindow) -> None:
    """Without a tray a window that waits there could never be reached."""
    if not notifier.tray.appear():
        window.show()


_shown: list[MainWindow] = []
"""The window that a second start raises."""


def _note_defect(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    """A mistake of ours in some slot: the log has it, the window says so and goes on."""
    if not isinstance(error, CustdeskError):
        _log.error("A defect in the window", exc_info=(kind, error, trace))
    said = _("CustDesk made a mistake. What you typed before is saved; the log has the details.")
    for window in _shown:
        window.desk.warned.emit(str(error) if isinstance(error, CustdeskError) else said)
        if isinstance(error, Damaged):
            window.tell_of_damage([str(error)])


@contextmanager
def _scratch() -> Iterator[Path]:
    """A folder that leaves no trace."""
    with tempfile.TemporaryDirectory(prefix="custdesk-", ignore_cleanup_errors=True) as name:
        yield Path(name)


def _make_sample(folder: Path) -> Path:
    path = Path(tempfile.mkdtemp(dir=folder)) / "sample.custdesk"
    store = open_store(path, datetime.now)
    try:
        fill(store, SAMPLE_CUSTOMERS, 1)
    finally:
        store.close()
    return path


@contextmanager
def open_window(
    path: Path,
    preferences: Preferences,
    clock: Callable[[], datetime],
    key: str | None = None,
    only_look: str = "",
) -> Iterator[MainWindow]:
    """The window on the file at `path`, not yet shown; everything is torn down behind it."""
    store = open_store(path, clock, key, only_look)
    try:
        desk = Desk(store, preferences)
        try:
            desk.turn_day()
            window = MainWindow(desk)
            try:
                yield window
            finally:
                window.close()
                window.deleteLater()
        finally:  # of a damaged file, the window may not even have come to be
            desk.leave()
            desk.deleteLater()
            QApplication.processEvents()
    finally:
        store.close()


def _application() -> QApplication:
    found = QApplication.instance()
    if isinstance(found, QApplication):
        return found
    app = QApplication(sys.argv[:1])
    app.setApplicationName(paths.APP)
    app.setDesktopFileName("custdesk")
    return app


def _dress(app: QApplication, preferences: Preferences, lang: str | None) -> None:
    chosen = lang or preferences.language
    language.speak(app, chosen if chosen in i18n.LANGUAGES else i18n.system_language())
    theme.apply(app, preferences.theme)


def _need_a_screen() -> None:
    """Without a display say what to do instead of letting Qt end the process."""
    if sys.platform.startswith("linux") and not (
        os.environ.get("DISPLAY")
        or os.environ.get("WAYLAND_DISPLAY")
        or os.environ.get("QT_QPA_PLATFORM")
    ):
        raise CustdeskError(
            _("There is no screen to open the window on. Try: custdesk tour --out DIR")
        )


# --- one window a file ----------------------------------------------------------------------------


def _door(path: Path) -> str:
    """The name under which the first window of a file can be called."""
    user = os.environ.get("USERNAME") or os.environ.get("USER") or ""
    mark = blake2b(f"{user}\n{path.resolve()}".encode(), digest_size=10).hexdigest()
    return f"custdesk-{mark}"


def _raise_first(path: Path) -> bool:
    """Ask a first window of the same file to come to the front; False when there is none."""
    socket = QLocalSocket()
    socket.connectToServer(_door(path))
    if not socket.waitForConnected(RAISE_MS):
        return False
    socket.write(b"raise\n")
    socket.flush()
    socket.waitForBytesWritten(RAISE_MS)
    socket.disconnectFromServer()
    return True


def _answer_second_starts(path: Path) -> QLocalServer:
    server = QLocalServer()
    server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
    if not server.listen(_door(path)):
        QLocalServer.removeServer(_door(path))  # left behind by a first window that was killed
        server.listen(_door(path))
    server.newConnection.connect(lambda: _come_forward(server))
    return server


def _come_forward(server: QLocalServer) -> None:
    connection = server.nextPendingConnection()
    if connection is not None:
        connection.disconnected.connect(connection.deleteLater)
    for window in _shown:
        window.come_forward()


def tour(folder: Path, lang: str | None) -> int:
    """Drive the window through its main job, and leave pictures and a PDF in `folder`."""
    if sys.platform.startswith("linux") and not os.environ.get("DISPLAY"):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from custdesk.exchange.exporting import export_customers
    from custdesk.paper.facts import gather
    from custdesk.paper.profile import write_profile
    from custdesk.store import search
    from custdesk.ui import tour as route

    app = _application()
    with _scratch() as scratch:
        for spoken in [lang] if lang else i18n.LANGUAGES:
            language.speak(app, spoken)
            theme.apply(app, "light")
            into = folder / spoken
            _make_folder(into)
            customers = scratch / _("Customers.xlsx")
            with open_window(_make_sample(scratch), Preferences(), datetime.now) as window:
                pictures = route.take(window, into, TOUR_SCHEMES)
                with window.desk.read() as db:
                    export_customers(db, customers)
                    first = search.find(db, search.Query("zlh"))[0]
                    profile = into / "profile.pdf"
                    write_profile(gather(db, first, window.desk.today), profile)
            empty = scratch / f"empty-{spoken}.custdesk"
            with open_window(empty, Preferences(), datetime.now) as window:
                pictures += route.begin(window, customers, into, TOUR_SCHEMES)
            for made in (*pictures, profile):
                print(made)
    return 0


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CustdeskError(
            _("The folder {folder} cannot be made. Choose another.").format(folder=folder)
        ) from error
