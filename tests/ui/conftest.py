"""The real window on a real file, for the tests of the views together."""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pytestqt.qtbot import QtBot

from tests.helpers import Clock

if TYPE_CHECKING:
    from custdesk.ui.main_window import MainWindow

OpenWindow = Callable[..., "MainWindow"]


@pytest.fixture
def open_main_window(qtbot: QtBot, tmp_path: Path) -> Iterator[OpenWindow]:
    """Opens the window on customers.custdesk, as often as wanted; closes it behind the test."""
    from contextlib import ExitStack

    from custdesk.app import open_window
    from custdesk.settings import Preferences

    stack = ExitStack()

    def open_it(clock: Clock | None = None, preferences: Preferences | None = None) -> "MainWindow":
        stack.close()
        window = stack.enter_context(
            open_window(
                tmp_path / "customers.custdesk",
                preferences or Preferences(),
                clock or Clock(datetime(2026, 11, 21, 9)),
            )
        )
        window.show()
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)
        return window

    yield open_it
    stack.close()
