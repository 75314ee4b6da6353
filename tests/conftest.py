"""What every test stands on: a dressed application, and a guard against what it leaves behind."""

import gc
import multiprocessing
import os
import sys
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication, QWidget

if sys.platform == "linux" and not os.environ.get("DISPLAY"):
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


@pytest.fixture(scope="session")
def qapp(qapp: "QApplication") -> "QApplication":
    """The application of pytest-qt in our light dress."""
    from custdesk.ui import theme

    theme.apply(qapp, "light")
    return qapp


@pytest.fixture(autouse=True)
def nothing_left(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test that leaves a window, a thread or a process behind, and forget its language."""
    threads = set(threading.enumerate())
    with_window = {"qapp", "qtbot"} & set(request.fixturenames)
    windows = _windows() if with_window else set()
    yield
    if with_window:
        from custdesk.ui import background

        _reset_look(request.getfixturevalue("qapp"))
        left = _windows() - windows
        if left:
            gc.collect()
            left = _windows() - windows
        assert not left, f"windows left behind: {left}"
        assert not background.running(), "work left running"
    # threads that Qt began stay listed as dummies; `running` has answered for them
    dummy = threading._DummyThread
    alive = [t for t in threading.enumerate() if t not in threads and not isinstance(t, dummy)]
    assert not alive, f"threads left behind: {alive}"
    assert not multiprocessing.active_children(), "processes left behind"


def _windows() -> "set[QWidget]":
    from PySide6.QtCore import QCoreApplication, QEvent
    from PySide6.QtWidgets import QApplication

    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    return set(QApplication.topLevelWidgets())


def _reset_look(qapp: "QApplication") -> None:
    from custdesk import i18n
    from custdesk.ui import language, theme

    if i18n.language() != "en":
        language.speak(qapp, "en")
    dressed = theme.active()
    if dressed is not None and (dressed.scheme != "light" or theme.current() is not theme.LIGHT):
        theme.apply(qapp, "light")
