"""The system's dialogs for files, which begin in the folder that was used last."""

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from custdesk.settings import Preferences


def choose_file(parent: QWidget, preferences: Preferences, title: str, filters: str) -> Path | None:
    """Ask which file to open; None when the user thought better of it."""
    chosen, _filter = QFileDialog.getOpenFileName(parent, title, preferences.folder, filters)
    return _remembered(chosen, preferences)


def choose_place(
    parent: QWidget, preferences: Preferences, title: str, name: str, filters: str
) -> Path | None:
    """Ask where to save a file, `name` being proposed."""
    proposed = str(Path(preferences.folder or Path.home()) / name)
    chosen, _filter = QFileDialog.getSaveFileName(parent, title, proposed, filters)
    return _remembered(chosen, preferences)


def _remembered(chosen: str, preferences: Preferences) -> Path | None:
    if not chosen:
        return None
    path = Path(chosen)
    if preferences.folder != str(path.parent):
        preferences.folder = str(path.parent)
        preferences.save()
    return path
