"""Waiting until what was begun in the background has ended, and was told to who asked."""

from PySide6.QtCore import QCoreApplication
from pytestqt.qtbot import QtBot

from custdesk.ui.background import Job


def is_settled() -> bool:
    """A job is there until its end was told, which is after it has stopped running."""
    app = QCoreApplication.instance()
    return app is None or not app.findChildren(Job)


def settle(qtbot: QtBot, timeout: int = 10_000) -> None:
    """Wait for it; `timeout` in milliseconds."""
    qtbot.waitUntil(is_settled, timeout=timeout)
