"""Grade, stage and what else follows from a customer's history, kept right in the file."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, Literal

from sqlalchemy import text
from sqlmodel import Session

from custdesk.insight import numbers, policies
from custdesk.insight.knowing import History, Known, know
from custdesk.insight.lifecycle import NEVER
from custdesk.insight.measures import Facts

Among = Literal["touched", "all"] | int
"""Whose histories are read: of those in temp.touched, of all, or of the customer with that id."""

_PEOPLE = """SELECT c.id, c.added_on, c.grade_by_hand, c.potential, c.kind, c.private_sign,
   c.gender, c.source, c.city, c.preferred_channel
 FROM {begin} customer c {end} AND c.trashed_at IS NULL ORDER BY c.id"""

_PURCHASES = """SELECT p.customer_id, p.day, p.amount_cents
 FROM {begin} purchase p {end} ORDER BY p.customer_id, p.day, p.amount_cents DESC"""


def _among(among: Among, key: str) -> dict[str, str]:
    """How the queries are narrowed; `key` is the column that names the customer."""
    if among == "touched":  # CROSS keeps one edit from walking through all customers
        return {"begin": "touched CROSS JOIN", "end": f"ON {key} = touched.customer_id"}
    return {"begin": "", "end": "WHERE 1" if among == "all" else f"WHERE {key} = {among}"}


_WRITE = """UPDATE standing SET grade = ?, grade_rank = ?, policy_id = ?, stage = ?,
   stage_since = ?, first_purchase = ?, last_purchase = ?, bought_days = ?, spend_cents = ?,
   rhythm_days = ?, loyal_years = ?, yearly_cents = ?, holds_until = ?
 WHERE customer_id = ?"""


def histories(db: Session, among: Among) -> Iterator[tuple[int, str | None, History]]:
    """Id, grade by hand and history of customers, in the order of their ids."""
    bought = _by_customer(_rows(db, _PURCHASES.format(**_among(among, "p.customer_id"))))
    waiting = next(bought, None)
    ordinal = _Ordinals()
    for id, added, by_hand, *facts in _rows(db, _PEOPLE.format(**_among(among, "c.id"))):
        while waiting is not None and waiting[0] < id:  # of somebody in the trash
            waiting = next(bought, None)
        theirs = waiting[1] if waiting is not None and waiting[0] == id else ()
        potential, kind, private, gender, source, city, channel = facts
        yield (
            id,
            by_hand,
            History(
                ordinal[added],
                [(ordinal[day], cents) for day, cents in theirs],
                Facts(
                    potential=potential, kind=kind, private_sign=bool(private), gender=gender,
                    source=source, city=city, preferred_channel=channel,
                ),
            ),
        )  # fmt: skip


class _Ordinals(dict[str, int]):
    """The number of a day, by how it is written."""

    def __missing__(self, written: str) -> int:
        found = self[written] = date.fromisoformat(written).toordinal()
        return found


def _rows(db: Session, query: str) -> Iterator[Any]:
    """Straight from the driver: for a million rows that is twice as fast."""
    raw = db.connection().connection.dbapi_connection
    assert raw is not None
    yield from raw.cursor().execute(query)


def _by_customer(rows: Iterable[Any]) -> Iterator[tuple[int, list[tuple[str, int]]]]:
    theirs: list[tuple[str, int]] = []
    whose = None
    for id, day, cents in rows:
        if id != whose:
            if whose is not None:
                yield whose, theirs
            whose, theirs = id, []
        theirs.append((day, cents))
    if whose is not None:
        yield whose, theirs


def refresh(db: Session, today: date) -> None:
    """Write into the standing of the customers in temp.touched what follows from their history."""
    policy_id, policy = policies.in_force(db)
    ranked, chosen, on = policy.ranked, numbers.of(db), today.toordinal()
    rows = []
    for id, by_hand, history in histories(db, "touched"):
        known = know(history, on, policy, chosen)
        key = by_hand or known.graded.grade
        rows.append((key, ranked.of(key).rank, None if by_hand else policy_id, *_row(known), id))
    raw = db.connection().connection.dbapi_connection
    assert raw is not None
    raw.cursor().executemany(_WRITE, rows)


def known(db: Session, customer_id: int, on: date) -> Known:
    """What a customer is on a day by the policy and the numbers in force; somebody in the trash is
    nobody. Whether the grade was given by hand is not looked at."""
    found = next(histories(db, customer_id), None)
    history = found[2] if found else History(on.toordinal())
    return know(history, on.toordinal(), policies.in_force(db)[1], numbers.of(db))


def _row(known: Known) -> tuple[object, ...]:
    bought, facts = known.bought, known.facts
    return (
        known.move.stage.value,
        _written(known.move.day),
        _written(bought[0][0]) if bought else None,
        _written(bought[-1][0]) if bought else None,
        facts.bought_days,
        facts.spend_cents,
        known.rhythm_days,
        facts.loyal_years,
        known.yearly_cents,
        _written(known.holds_until) if known.holds_until < NEVER else None,
    )


def _written(day: int) -> str:
    return date.fromordinal(day).isoformat()


def stale(db: Session, last: date, today: date) -> None:
    """Whose time has come since: a year is over, a silence too long. A clock that was set back
    concerns everybody."""
    if today < last:
        db.execute(text("INSERT OR IGNORE INTO touched SELECT customer_id FROM standing"))
        return
    db.execute(
        text(
            "INSERT OR IGNORE INTO touched SELECT customer_id FROM standing"
            " WHERE holds_until < :today"
        ),
        {"today": today.isoformat()},
    )
