"""What every test stands on: a customer file, a dressed application, a guard against leaks."""

import gc
import multiprocessing
import os
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy.pool import QueuePool

from tests.helpers import Clock
from tests.session_bus import nobody_on_the_bus, session_bus, start_daemon  # noqa: F401

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication, QWidget

    from custdesk.store.store import Store

Opener = Callable[..., "Store"]
"""Opens the customer file at a path, locked ones with their key."""

if sys.platform == "linux" and not os.environ.get("DISPLAY"):
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


@pytest.fixture
def clock() -> Clock:
    """A Saturday morning, lunar 10-13."""
    return Clock(datetime(2026, 11, 21, 9))


@pytest.fixture
def open_file(clock: Clock) -> Iterator[Opener]:
    """Opens customer files as a start of the app does; closes them, and none may be in use then."""
    from custdesk.opening import open_store

    with ExitStack() as closing:

        def open_file(path: Path, key: str | None = None) -> "Store":
            store = open_store(path, clock, key)
            closing.callback(_close, store)
            store.new_day()
            return store

        yield open_file


def _close(store: "Store") -> None:
    pool = store._engine.pool
    assert isinstance(pool, QueuePool)
    in_use = pool.checkedout()
    store.close()
    assert not in_use, f"{in_use} transactions left open"


@pytest.fixture
def store(tmp_path: Path, open_file: Opener) -> "Store":
    """A new customer file."""
    return open_file(tmp_path / "customers.custdesk")


@pytest.fixture(params=["zh", "en"])
def spoken(request: pytest.FixtureRequest) -> Iterator[str]:
    """Each of the two languages in turn."""
    from custdesk import i18n

    before = i18n.language()
    i18n.use(request.param)
    yield request.param
    i18n.use(before)


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
