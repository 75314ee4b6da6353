"""Grade, stage, risk and what else follows from a customer's history, kept right in the file."""

import json
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any, Literal, NamedTuple

from sqlalchemy import text
from sqlmodel import Session

from custdesk.insight import churn, numbers, policies
from custdesk.insight.churn import Reason, ReasonKind, Said
from custdesk.insight.knowing import History, Known, Record, Rules, know
from custdesk.insight.lifecycle import NEVER
from custdesk.store import journal

Among = Literal["touched", "all"] | int
"""Whose histories are read: of those in temp.touched, of all, or of the customer with that id."""

_PEOPLE = """SELECT c.id, c.added_on, c.grade_by_hand, c.lost_on, c.potential, c.kind,
   c.private_sign, c.gender, c.source, c.city, c.preferred_channel
 FROM {begin} customer c {end} AND c.trashed_at IS NULL ORDER BY c.id"""

_PURCHASES = """SELECT p.customer_id, p.day, p.amount_cents
 FROM {begin} purchase p {end} ORDER BY p.customer_id, p.day, p.amount_cents DESC"""

_CONTACTS = """SELECT i.customer_id, date(i.at) FROM {begin} interaction i {end}
   AND i.at > '{since}' ORDER BY i.customer_id, i.at"""

_ENDED = """SELECT d.customer_id, d.name, max(d.day) FROM {begin} customer_date d {end}
   AND NOT d.yearly GROUP BY d.customer_id, d.name"""


class Row(NamedTuple):
    """What is written of a customer into `Standing`, beside the grade."""

    stage: str
    stage_since: str
    first_purchase: str | None
    last_purchase: str | None
    bought_days: int
    spend_cents: int
    again_cents: int
    rhythm_days: float | None
    loyal_years: int
    satisfaction: float | None
    yearly_cents: int
    others: float
    warned_since: str | None
    warned: str
    holds_until: str | None


_SCORES = """SELECT f.customer_id, f.day, f.score FROM {begin} feedback f {end}
 ORDER BY f.customer_id, f.day, f.id"""

_COMPLAINTS = """SELECT k.customer_id, coalesce(k.reopened_on, k.opened_on) AS since, k.solved_on
 FROM {begin} service_case k {end} AND k.kind = 'complaint' ORDER BY k.customer_id, since"""

_WRITE = "UPDATE standing SET {} WHERE customer_id = ?".format(
    ", ".join(f"{name} = ?" for name in ("grade", "grade_rank", "policy_id", *Row._fields))
)


def _among(among: Among, key: str) -> dict[str, str]:
    """How the queries are narrowed; `key` is the column that names the customer."""
    if among == "touched":  # CROSS keeps one edit from walking through all customers
        return {"begin": "touched CROSS JOIN", "end": f"ON {key} = touched.customer_id"}
    return {"begin": "", "end": "WHERE 1" if among == "all" else f"WHERE {key} = {among}"}


def histories(
    db: Session, among: Among, rules: Rules, on: date
) -> Iterator[tuple[int, str | None, History]]:
    """Id, grade by hand and history of customers, in the order of their ids.

    Only those contacts are in it that may count on the day, or when a warning of that day began.
    """
    ordinal = Ordinals()
    looked_at = rules.numbers.churn.recent_days + rules.numbers.churn.earlier_days
    since = on - timedelta(days=2 * looked_at)
    asked = _CONTACTS.format(since=since.isoformat(), **_among(among, "i.customer_id"))
    contacts = _grouped(rows(db, asked), lambda row: ordinal[row[1]])
    ended = _grouped(
        rows(db, _ENDED.format(**_among(among, "d.customer_id"))),
        lambda row: (row[1], ordinal[row[2]]),
    )
    scores = _grouped(
        rows(db, _SCORES.format(**_among(among, "f.customer_id"))),
        lambda row: (ordinal[row[1]], row[2]),
    )
    complaints = _grouped(
        rows(db, _COMPLAINTS.format(**_among(among, "k.customer_id"))),
        lambda row: (ordinal[row[1]], ordinal[row[2]] or churn.NEVER_SOLVED),
    )
    bought = _by_customer(rows(db, _PURCHASES.format(**_among(among, "p.customer_id"))), ordinal)
    whose, theirs = next(bought, (NEVER, []))
    for row in rows(db, _PEOPLE.format(**_among(among, "c.id"))):
        id = row[0]
        while whose < id:  # of somebody in the trash
            whose, theirs = next(bought, (NEVER, []))
        yield (
            id,
            row[2],
            History(
                ordinal[row[1]],
                theirs if whose == id else (),
                Record(*row[4:]),
                Said(
                    contacts.get(id, ()),
                    scores.get(id, ()),
                    complaints.get(id, ()),
                    ended.get(id, ()),
                ),
                ordinal[row[3]] if row[3] else None,
            ),
        )


class Ordinals(dict[str | None, int]):
    """The number of a day, by how it is written; 0 for none."""

    def __missing__(self, written: str | None) -> int:
        found = self[written] = date.fromisoformat(written).toordinal() if written else 0
        return found


def rows(db: Session, query: str, *values: object) -> Any:
    """Straight from the driver: for a million rows that is twice as fast."""
    return _driver(db).cursor().execute(query, values)


def _driver(db: Session) -> Any:
    raw = db.connection().connection.dbapi_connection
    assert raw is not None
    return raw


def _grouped(rows: Iterable[Any], value: Any) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for row in rows:
        found.setdefault(row[0], []).append(value(row))
    return found


def _by_customer(
    rows: Iterable[Any], ordinal: Ordinals
) -> Iterator[tuple[int, list[tuple[int, int]]]]:
    """The purchases of one customer after another, by the numbers of their days."""
    for id, theirs in groupby(rows, itemgetter(0)):
        yield id, [(ordinal[day], cents) for _id, day, cents in theirs]


def is_kept_for(db: Session, day: date) -> bool:
    """Whether what the file keeps is that of a day: it is of the one on which it was last opened to
    be written in."""
    return journal.as_of(db) == day


def rules_of(db: Session) -> Rules:
    """Those in force."""
    return Rules.of(policies.in_force(db)[1], numbers.of(db))


def refresh(db: Session, today: date) -> None:
    """Write into the standing of the customers in temp.touched what follows from their history."""
    policy_id, policy = policies.in_force(db)
    rules = Rules.of(policy, numbers.of(db))
    ranks = {grade.key: grade.rank for grade in policy.ranked.ranked}
    on, days = today.toordinal(), Days()
    written = []
    for id, by_hand, history in histories(db, "touched", rules, today):
        known = know(history, on, rules)
        key = by_hand or known.graded.grade
        rank = ranks.get(key, len(ranks))
        written.append((key, rank, None if by_hand else policy_id, *as_row(known, days), id))
    _driver(db).cursor().executemany(_WRITE, written)


class Days(dict[int, str]):
    """How a day is written, by its number."""

    def __missing__(self, day: int) -> str:
        found = self[day] = date.fromordinal(day).isoformat()
        return found


def as_row(known: Known, days: Days) -> Row:
    """As it is written of somebody of whom this is known."""
    bought, facts, risk = known.bought, known.facts, known.risk
    return Row(
        known.move.stage.value,
        days[known.move.day],
        days[bought[0][0]] if bought else None,
        days[bought[-1][0]] if bought else None,
        facts.bought_days,
        facts.spend_cents,
        sum(cents for _day, cents in bought[1:]),
        known.rhythm_days,
        facts.loyal_years,
        facts.satisfaction,
        risk.yearly_cents,
        risk.others,
        days[risk.since] if risk.reasons else None,
        stored(risk.reasons) if risk.reasons else "",
        days[known.holds_until] if known.holds_until < _LAST_DAY else None,
    )


_LAST_DAY = date.max.toordinal()


def known(db: Session, customer_id: int, on: date) -> Known:
    """What a customer is on a day by the policy and the numbers in force; somebody in the trash is
    nobody. Whether the grade was given by hand is not looked at."""
    rules = rules_of(db)
    found = next(histories(db, customer_id, rules, on), None)
    history = found[2] if found else History(on.toordinal())
    return know(history, on.toordinal(), rules)


def stored(reasons: Iterable[Reason]) -> str:
    """As `Standing.warned` keeps them."""
    written = [
        {"kind": one.kind.value, **{name: getattr(one, name) for name in one.__slots__}}
        for one in reasons
    ]
    return json.dumps(written, ensure_ascii=False, default=date.isoformat)


def reasons(warned: str) -> list[Reason]:
    """The reasons of a churn warning, as `Standing.warned` keeps them."""
    found: list[Reason] = []
    for one in json.loads(warned) if warned else ():
        kind = one.pop("kind")
        if kind not in set(ReasonKind):
            continue  # of a newer CustDesk, whose files can be looked at
        made: Any = churn.REASONS[ReasonKind(kind)]
        found.append(
            made(**{
                name: date.fromisoformat(value) if name in ("last", "day") else value
                for name, value in one.items()
            })
        )  # fmt: skip
    return found


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
