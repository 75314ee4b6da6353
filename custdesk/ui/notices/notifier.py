"""Notices of what has come due: each in its time, answered by Done or Later, and not told twice."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from hashlib import blake2b
from types import TracebackType

from PySide6.QtCore import QObject, QTimer, Signal
from sqlmodel import Session

from custdesk import business, formats
from custdesk.care import follow_ups, habits, notices
from custdesk.care.follow_ups import Counts, Due
from custdesk.care.notices import News, Waiting
from custdesk.i18n import _, ngettext
from custdesk.store.store import Change
from custdesk.ui.desk import Desk
from custdesk.ui.notices.cards import Cards
from custdesk.ui.notices.native import NativeNotices
from custdesk.ui.notices.notice import Notice, Reply
from custdesk.ui.notices.tray import Tray

When = tuple[date, str | None]
"""The day on which something is due, and the time (HH:MM) if it has one."""

LOOK_MS, FIRST_LOOK_MS = 30_000, 2_000
"""How often the clock is looked at."""

LATER = timedelta(minutes=15)
"""How long something with a time of the clock is put off."""

MOST_SINGLE = 3
"""What comes due at one time is told one by one up to this many, and together beyond."""

NAMED = 3
"""Customers who are named in a notice of several."""

LOOKED_AT = 10
"""Follow-ups of several whose customers are looked up, to find those to be named."""

MOST_OF_OTHERS = 100
"""Lines that are kept of what was told of other customer files on this PC."""


class Notifier(QObject):
    """Looks at the clock and tells. A context: it does so while it is entered.

    Of a file that can only be looked at nothing is told; while it is locked nothing is, and what
    came due is told when it is open again.
    """

    open_requested = Signal()
    follow_ups_requested = Signal()
    follow_up_requested = Signal(int)
    """The id of a follow-up to show."""
    outcome_requested = Signal(int)
    """The id of a follow-up that is done: its outcome is to be typed."""
    quit_requested = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._desk = desk
        self.tray = Tray(desk, self)
        self.native = NativeNotices(self)
        self.cards = Cards(self)
        self._mark = blake2b(str(desk.store.path.resolve()).encode(), digest_size=4).hexdigest()
        self._told = notices.from_lines(self._lines_kept())
        self._open: dict[int, When] = {}
        """The follow-ups with a notice of their own that may still be on the screen, and when they
        were due."""
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self.look)
        self.tray.open_requested.connect(self.open_requested)
        self.tray.follow_ups_requested.connect(self._show_all)
        self.tray.follow_up_requested.connect(self.follow_up_requested)
        self.tray.quit_requested.connect(self.quit_requested)
        self.native.answered.connect(self._answer)
        self.native.failed.connect(self._show_card)
        self.cards.answered.connect(self._answer)
        desk.mask.changed.connect(self._mask)
        desk.changed.connect(self._changed)

    def __enter__(self) -> "Notifier":
        self.tray.appear()
        self._timer.start()
        QTimer.singleShot(FIRST_LOOK_MS, self, self.look)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._timer.stop()
        self.cards.withdraw()
        self.native.close()
        self.tray.close()

    def show_counts(self, counts: Counts) -> None:
        self.tray.show_counts(counts)

    def set_locked(self, locked: bool) -> None:
        """The desk was locked, or opened again."""
        self.tray.refresh()
        if locked:
            self._withdraw_all()
        else:
            self.look()

    # --- telling ----------------------------------------------------------------------------------

    def look(self) -> int:
        """Tell what has come due since it was told last; in how many notices."""
        self.tray.appear()
        found = self.news()
        self._open |= self._when([notice.ids[0] for notice in found if notice.is_of_one])
        for notice in found:
            self.native.show(notice)
        return len(found)

    def news(self) -> list[Notice]:
        """The notices that there are to show now, each once; what they tell counts as told."""
        if self._desk.is_locked or self._desk.store.read_only:
            return []
        now = self._desk.now
        with self._desk.read() as db:
            waiting = follow_ups.to_tell(db, now.date(), self._told.all_until)
            news = notices.look(waiting, self._told, habits.of(db), now)
            found = self._notices(db, news)
            is_sample = bool(business.get(db, business.IS_SAMPLE))
        if news.told != self._told:
            self._told = news.told
            if not is_sample:
                self._keep()
        return found

    def _notices(self, db: Session, news: News) -> list[Notice]:
        """The news in words, as few notices as tell all of it."""
        single: Sequence[Waiting] = news.now if len(news.now) <= MOST_SINGLE else ()
        rest = [*(() if single else news.now), *news.today, *news.missed]
        if len(rest) == 1:
            single, rest = [*single, *rest], []
        looked_at = [one.id for one in (*single, *rest[:LOOKED_AT])]
        if not looked_at:
            return []
        dues = follow_ups.these(db, looked_at, self._desk.today)
        told = [self._of_one(dues[one.id]) for one in single]
        if rest:
            names = [dues[one.id].customer for one in rest[:LOOKED_AT]]
            told.append(self._of_several([one.id for one in rest], len(news.missed), names))
        return told

    def _of_one(self, due: Due) -> Notice:
        today, seen = self._desk.today, self._desk.mask.over_due(due)
        to_do = due.to_do_on(today)
        day = "" if to_do == today else formats.day(to_do, today)
        when = " ".join(filter(None, (day, due.time)))
        title = f"{when} · {due.customer}" if when else due.customer
        return Notice((due.id or 0,), title, seen.reason)

    def _of_several(self, ids: list[int], missed: int, names: Iterable[str]) -> Notice:
        """`names` are of the customers of the first of them."""
        lines = []
        if now := len(ids) - missed:
            words = ngettext("{n} follow-up is due today.", "{n} follow-ups are due today.", now)
            lines.append(words.format(n=formats.count(now)))
        if missed:
            words = ngettext(
                "{n} follow-up came due while you were away.",
                "{n} follow-ups came due while you were away.",
                missed,
            )
            lines.append(words.format(n=formats.count(missed)))
        each = list(dict.fromkeys(names))
        named = _(", ").join(each[:NAMED])
        more = len(each) > NAMED or len(ids) > LOOKED_AT
        lines.append(_("{names} and others").format(names=named) if more else named)
        return Notice(tuple(ids), _("Follow-ups"), "\n".join(lines))

    def _show_card(self, notice: Notice) -> None:
        """The system could not show it; much may have happened meanwhile."""
        settled = notice.is_of_one and notice.ids[0] not in self._open
        if not settled and not self._desk.is_locked and self._timer.isActive():
            self.cards.show(notice)

    # --- what was told ----------------------------------------------------------------------------

    def _lines_kept(self) -> list[str]:
        mine = f"{self._mark} "
        kept = self._desk.preferences.told
        return [line.removeprefix(mine) for line in kept if line.startswith(mine)]

    def _keep(self) -> None:
        """So that a restart tells nothing again."""
        preferences, mine = self._desk.preferences, f"{self._mark} "
        others = [line for line in preferences.told if not line.startswith(mine)]
        preferences.told = others[-MOST_OF_OTHERS:] + [mine + line for line in self._told.lines()]
        preferences.save()

    # --- taking back ------------------------------------------------------------------------------

    def _withdraw_all(self) -> None:
        self._open.clear()
        self.cards.withdraw()
        self.native.withdraw()

    def _mask(self, on: bool) -> None:
        """What stands on the screen was written without the mask."""
        if on:
            self._withdraw_all()

    def _changed(self, change: Change) -> None:
        """Notices of what was dealt with meanwhile, or put off, go away."""
        if not self._open or not change.tables & {"follow_up", "customer"}:
            return
        still = self._when(self._open)
        gone = frozenset(id for id, when in self._open.items() if still.get(id) != when)
        if gone:
            self._forget(gone)
            self.cards.withdraw(gone)
            self.native.withdraw(gone)

    def _when(self, ids: Iterable[int]) -> dict[int, When]:
        """When those of `ids` are due that are still open."""
        with self._desk.read() as db:
            found = follow_ups.these(db, ids, self._desk.today)
        return {id: (due.due, due.time) for id, due in found.items()}

    def _forget(self, ids: Iterable[int]) -> None:
        for id in ids:
            self._open.pop(id, None)

    # --- being answered ---------------------------------------------------------------------------

    def _answer(self, notice: Notice, reply: str) -> None:
        if self._desk.is_locked:
            self.open_requested.emit()
            return
        self._forget(notice.ids)
        if not notice.is_of_one:
            self._show_all()
        elif reply == Reply.DONE:
            self.outcome_requested.emit(notice.ids[0])
        elif reply == Reply.LATER:
            self._put_off(notice.ids[0])
        else:
            self.follow_up_requested.emit(notice.ids[0])

    def _show_all(self) -> None:
        self.open_requested.emit()
        self.follow_ups_requested.emit()

    def _put_off(self, id: int) -> None:
        """By a quarter of an hour what has a time, else until tomorrow; one step to undo."""
        now, today = self._desk.now, self._desk.today
        with self._desk.read() as db:
            due = follow_ups.one(db, id, today)
        if due is None:
            return
        work: Callable[[Session], None]
        if due.time:
            at = (now + LATER).replace(second=0, microsecond=0)
            until = f"{at:%H:%M}" if at.date() == today else formats.moment(at, today)

            def work(db: Session) -> None:
                follow_ups.remind_at(db, id, at, now)
        else:
            tomorrow = today + timedelta(days=1)
            until = formats.day(tomorrow, today)

            def work(db: Session) -> None:
                follow_ups.snooze(db, id, tomorrow, today)

        words = _("Put off to {day}: {name}").format(day=until, name=due.customer)
        self._desk.attempt(words, work, words)
