"""On which working day a routine callback is made, so that not too many fall on one.

It is made on its own day if that is a working day with room, else on the next one that is. What has
found its day stays there: people plan by what they see. Only a customer of a higher grade makes a
lower one move on.
"""

from collections.abc import Callable, Mapping
from datetime import date, timedelta

NEAREST_DAYS, SHARE = 5, 6
"""How many working days later it may be: a sixth of the interval, though at least a week's."""

_DAY = timedelta(days=1)


def days_near(every_days: int) -> int:
    """On how many working days, the first of them its own, a callback may find room."""
    return max(NEAREST_DAYS, every_days // SHARE)


class Room:
    """How many callbacks each day has; `works` says which days are working days."""

    def __init__(
        self, calls_a_day: int, works: Callable[[date], bool], taken: Mapping[date, int]
    ) -> None:
        self._calls_a_day = calls_a_day
        self._works = works
        self._taken = dict(taken)
        self._later: dict[date, date] = {}
        """A day later than one that is full, to go on looking from."""

    def working_day(self, day: date) -> date:
        """The day itself if one works then, else the next on which one does."""
        while not self._works(day):
            day += _DAY
        return day

    def has_any(self, day: date) -> bool:
        return self._taken.get(day, 0) < self._calls_a_day

    def place(self, day: date, near: int) -> date:
        """Take the first of `near` working days from `day` on that has room.

        Where none has, the one with the fewest, and of these the first.
        """
        own = found = self.working_day(day)
        days = self._days(own, near)
        last = days[-1]
        passed = []
        while found <= last and not self.has_any(found):
            passed.append(found)
            found = self._later.get(found) or self.working_day(found + _DAY)
        for one in passed:
            self._later[one] = found
        if found > last:
            found = min(days, key=lambda one: self._taken.get(one, 0))
        self.take(found)
        return found

    def take(self, day: date, calls: int = 1) -> None:
        self._taken[day] = self._taken.get(day, 0) + calls
        if calls < 0:
            self._later.clear()  # there is room again where there was none

    def days_from(self, day: date, to: date) -> int:
        """How many working days lie from one day to another, both included."""
        days, found = 0, self.working_day(day)
        while found <= to:
            days, found = days + 1, self.working_day(found + _DAY)
        return days

    def _days(self, own: date, near: int) -> list[date]:
        days = [own]
        while len(days) < near:
            days.append(self.working_day(days[-1] + _DAY))
        return days
