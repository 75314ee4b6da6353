"""The screen mask: stars over phones, amounts and notes while customers can see the screen."""

from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from custdesk.care.follow_ups import Closed, Due
from custdesk.settings import Preferences

STARS = "****"
"""Always as many, so that they tell nothing of what is behind them."""


class Mask(QObject):
    """Whether the mask is on, which this PC remembers, and what is seen while it is.

    Hidden are contact points and addresses, amounts of money, and whatever somebody wrote about a
    person or sold to them. Names, numbers, grades, cities and days stay, so that people are found.
    What was begun before the mask came is put aside until it goes; what is typed after that is
    seen by who types it. Files that are exported are not the screen: they stay whole.
    """

    changed = Signal(bool)

    def __init__(self, preferences: Preferences, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._preferences = preferences

    @property
    def is_on(self) -> bool:
        return self._preferences.masked

    def put(self, on: bool) -> None:
        """Put the mask on, or take it off; every view hears of it at once."""
        if on != self.is_on:
            self._preferences.masked = on
            self._preferences.save()
            self.changed.emit(on)

    def over(self, text: str) -> str:
        """`text`, or stars while the mask is on; nothing stays nothing."""
        return STARS if text and self.is_on else text

    def over_due(self, due: Due) -> Due:
        """A follow-up whose reason is hidden where a person wrote it."""
        return replace(due, reason=self.over(due.reason)) if due.is_reason_private else due

    def over_closed(self, closed: Closed) -> Closed:
        return replace(closed, words=self.over(closed.words))
