"""One start, until the first customers are painted (python -m benchmarks.start [FILE MOMENT])."""

import sys
import time


def main() -> None:
    """Open the window on FILE at a moment of its own, or an empty one; print the time of its first
    full painting."""
    if len(sys.argv) > 1:
        _window(sys.argv[1], sys.argv[2])
    else:
        _empty()


def _empty() -> None:
    from PySide6.QtWidgets import QApplication, QMainWindow

    app = QApplication(sys.argv[:1])
    window = QMainWindow()
    window.resize(1366, 768)
    window.show()
    app.processEvents()
    window.grab()
    print(time.time())


def _window(file: str, moment: str) -> None:
    from datetime import datetime
    from pathlib import Path

    from custdesk import app as house
    from custdesk import cli  # the start passes through it

    assert cli
    from PySide6.QtWidgets import QTableView

    from custdesk.settings import Preferences
    from custdesk.ui import background

    application = house._application()
    preferences = Preferences(language="zh")
    house._dress(application, preferences, "zh")
    now = datetime.fromisoformat(moment)
    with house.open_window(Path(file), preferences, lambda: now) as window:
        window.resize(1366, 768)
        window.show()
        while True:
            application.processEvents()
            shown = [one for one in window.findChildren(QTableView) if one.isVisible()]
            if any(one.model() and one.model().rowCount() for one in shown):
                break
        application.processEvents()
        window.repaint()
        print(time.time(), flush=True)
        while not background.wait_all():
            pass  # what the day brought is still being written


if __name__ == "__main__":
    main()
