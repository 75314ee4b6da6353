"""One start, until the first customers are painted (python -m benchmarks.start [FILE])."""

import sys
import time


def main() -> None:
    """Open the window on FILE, or an empty one; print the moment of its first full painting."""
    if len(sys.argv) > 1:
        _window(sys.argv[1])
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


def _window(file: str) -> None:
    from datetime import datetime
    from pathlib import Path

    from custdesk import app as house
    from custdesk import cli  # the start passes through it

    assert cli
    from PySide6.QtWidgets import QTableView

    from custdesk.settings import Preferences

    application = house._application()
    preferences = Preferences(language="zh")
    house._dress(application, preferences, "zh")
    with house.open_window(Path(file), preferences, datetime.now) as window:
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


if __name__ == "__main__":
    main()
