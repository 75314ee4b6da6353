"""The tour: drives the real window through its main job, and keeps pictures of what it saw."""

import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QEventLoop, QSize, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget

from custdesk.errors import CustdeskError
from custdesk.i18n import _
from custdesk.ui import background, theme
from custdesk.ui.main_window import MainWindow

SIZE = QSize(1366, 768)
PATIENCE_S = 20
SETTLE_MS = 120


def take(window: MainWindow, folder: Path, schemes: tuple[str, ...]) -> list[Path]:
    """Play the day of a shop owner in `window`; the pictures, one of each view and scheme."""
    window.resize(SIZE)
    window.show()
    pictures: list[Path] = []

    def keep(name: str) -> None:
        pictures.extend(_keep(window, folder, name, schemes))

    window.actions_by_name["search"].trigger()
    _type(window, "zlh")
    _until(lambda: window.customers.listed() > 0)
    _press(window, Qt.Key.Key_Return)
    _settle()
    keep("customers")
    window.file.open_page("details")
    keep("details")
    window.file.open_page("overview")
    window.actions_by_name["log_interaction"].trigger()
    _settle()
    _type(window, _("Called: will come on Sunday to taste the new tea"))
    _press(window, Qt.Key.Key_Return)
    _settle()
    window.actions_by_name["view_follow_ups"].trigger()
    _settle()
    keep("follow-ups")
    window.actions_by_name["view_care"].trigger()
    _until(lambda: not background.running())
    keep("care")
    window.actions_by_name["view_insights"].trigger()
    _until(lambda: not background.running())
    keep("insights")
    window.actions_by_name["settings"].trigger()
    keep("settings")
    window.actions_by_name["safety"].trigger()
    _settle()
    keep("safety")
    window.actions_by_name["changes"].trigger()
    _until(lambda: not background.running())
    keep("changes")
    window.show_customers()
    window.actions_by_name["profile"].trigger()
    _until(lambda: not background.running())
    keep("profile")
    window.actions_by_name["view_customers"].trigger()
    window.actions_by_name["undo"].trigger()
    _settle()
    return pictures


def begin(
    window: MainWindow, customers: Path, folder: Path, schemes: tuple[str, ...]
) -> list[Path]:
    """The first start, on an empty file: the welcome, and the rehearsal of an import."""
    window.resize(SIZE)
    window.show()
    pictures = _keep(window, folder, "welcome", schemes)
    window.open_import(customers)
    _until(lambda: not background.running())
    return pictures + _keep(window, folder, "import", schemes)


def _keep(window: MainWindow, folder: Path, name: str, schemes: tuple[str, ...]) -> list[Path]:
    """Pictures of the window as it is, one in each scheme."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    pictures = []
    for scheme in schemes:
        theme.apply(app, scheme)
        _settle()
        pictures.append(folder / f"{name}-{scheme}.png")
        if not window.grab().save(str(pictures[-1])):
            raise CustdeskError(
                _("The pictures could not be written to {folder}.").format(folder=folder)
            )
    return pictures


def _settle() -> None:
    """Let the window paint, and what it began in the background end."""
    loop = QEventLoop()
    QTimer.singleShot(SETTLE_MS, loop.quit)
    loop.exec()


def _until(holds: Callable[[], bool]) -> None:
    _settle()
    until = time.monotonic() + PATIENCE_S
    while not holds():
        _settle()
        if time.monotonic() > until:
            raise CustdeskError(_("The window did not do what the tour expects of it."))


def _focus(window: MainWindow) -> QWidget:
    return QGuiApplication.focusObject() or window.focusWidget() or window  # type: ignore[return-value]


def _press(window: MainWindow, key: Qt.Key, text: str = "") -> None:
    for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        event = QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, text)
        QApplication.sendEvent(_focus(window), event)


def _type(window: MainWindow, text: str) -> None:
    for char in text:
        _press(window, Qt.Key.Key_unknown, char)
    _settle()
