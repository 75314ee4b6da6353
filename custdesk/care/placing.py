"""Callbacks find their day in the file: among those that have theirs, and all anew when asked."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from datetime import date, timedelta

from sqlalchemy import text, update
from sqlmodel import Session

from custdesk.care import habits
from custdesk.care.habits import Habits
from custdesk.care.rules import Span
from custdesk.care.spreading import Room, days_near
from custdesk.care.working_days import is_working_day
from custdesk.store.models import FollowUp


class Finder:
    """Finds room for callbacks among those that have theirs already.

    A customer of a higher grade finds it on a full day in the place of one of a lower grade, who
    moves on as far as may be.
    """

    def __init__(self, db: Session, span: Span, first: date, freed: Mapping[int, date]) -> None:
        """From the day `first` on; `freed` are follow-ups about to leave the days they are due."""
        self._db, self._span = db, span
        chosen = habits.of(db)
        rows = db.execute(
            text(
                "SELECT due, count(*) FROM follow_up WHERE state = 'open' AND kind = 'callback'"
                " AND due >= :first GROUP BY due"
            ),
            {"first": first.isoformat()},
        )
        taken = {date.fromisoformat(day): count for day, count in rows}
        self._room = Room(chosen.calls_a_day, working_days(chosen), taken)
        self._freed = freed.keys()
        """Nobody takes their place from them."""
        for due in freed.values():
            self._room.take(due, -1)

    def place(self, day: date, near: int, rank: int) -> date:
        own = self._room.working_day(max(day, self._span.first))
        if own > self._span.today and not self._room.has_any(own):
            self._make_way(own, rank)
        return self._room.place(own, near)

    def _make_way(self, day: date, rank: int) -> None:
        """Who of the lowest grade below that rank has the most time left moves on."""
        rows = self._db.execute(
            text(
                "SELECT f.id, f.customer_id, p.every_days, f.day FROM follow_up f"
                " JOIN standing s ON s.customer_id = f.customer_id"
                " JOIN care_plan p ON p.id = f.plan_id"
                " WHERE f.state = 'open' AND f.due = :day AND f.kind = 'callback'"
                " AND NOT f.snoozed AND s.grade_rank > :rank"
                " ORDER BY s.grade_rank DESC, f.day DESC, f.id DESC"
            ),
            {"day": day.isoformat(), "rank": rank},
        )
        row = next((row for row in rows if row[0] not in self._freed), None)
        if row is None:
            return
        id, customer_id, every_days, about = row
        left = days_near(every_days) - self._room.days_from(date.fromisoformat(about), day)
        if left < 1:
            return
        to = self._room.place(self._room.working_day(day + timedelta(days=1)), left)
        self._room.take(day, -1)
        self._db.execute(
            text("UPDATE follow_up SET due = :due WHERE id = :id"),
            {"due": to.isoformat(), "id": id},
        )
        self._db.execute(
            text("INSERT OR IGNORE INTO touched (customer_id) VALUES (:id)"), {"id": customer_id}
        )


def spread_anew(db: Session, today: date, days: Collection[str] = ()) -> None:
    """Find another day for callbacks that are ahead and that nobody has put off: for every one, or
    for those due on these days."""
    narrowed = f" AND f.due IN ({', '.join(map(repr, days))})" if days else ""
    rows = db.execute(
        text(
            "SELECT f.id, f.day, p.every_days, s.grade_rank, s.customer_id, f.due FROM follow_up f"
            " JOIN standing s ON s.customer_id = f.customer_id"
            " JOIN care_plan p ON p.id = f.plan_id"
            " WHERE f.state = 'open' AND f.kind = 'callback' AND NOT f.snoozed AND f.due > :today"
            f"{narrowed}"
        ),
        {"today": today.isoformat()},
    ).all()
    if not rows:
        return
    there = db.execute(
        text(
            "SELECT due, count(*) FROM follow_up WHERE state = 'open' AND kind = 'callback'"
            " AND due >= :today GROUP BY due"
        ),
        {"today": today.isoformat()},
    )
    chosen = habits.of(db)
    taken = Counter({date.fromisoformat(day): count for day, count in there})
    taken.subtract(date.fromisoformat(row[5]) for row in rows)
    room = Room(chosen.calls_a_day, working_days(chosen), taken)
    tomorrow = today + timedelta(days=1)
    ordered = sorted(rows, key=lambda row: (row[1], row[3], row[4]))
    placed = []
    for id, about, every_days, *_rest in ordered:
        day = max(date.fromisoformat(about), tomorrow)
        placed.append({"id": id, "due": room.place(day, days_near(every_days))})
    db.execute(update(FollowUp), placed)
    db.execute(
        text("INSERT OR IGNORE INTO touched (customer_id) VALUES (:id)"),
        [{"id": row[4]} for row in rows],
    )
    db.expire_all()


def working_days(chosen: Habits) -> Callable[[date], bool]:
    return lambda day: is_working_day(day, chosen.country)
