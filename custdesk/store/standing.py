"""Where each customer stands: spend and purchases of 12 months, last contact, next follow-up.

`insight.deriving` writes grade, stage and what else follows from the history into the same rows.
"""

from datetime import date

from sqlalchemy import text
from sqlmodel import Session

from custdesk.store.spelling import sort_key

# CROSS keeps this order of the tables: one edit must not walk through all customers; the plus
# keeps SQLite from walking through all that is open instead of this customer's.
_REFRESH = text(
    """INSERT INTO standing (customer_id, sort_key, phone, spend_12m_cents, purchases_12m,
         last_contact, grade, grade_rank, stage, bought_days, spend_cents, again_cents,
         loyal_years, yearly_cents, others, warned)
       SELECT c.id, sort_key(c.name),
         coalesce((SELECT value FROM contact_point WHERE customer_id = c.id AND kind = 'phone'
                    ORDER BY position, id LIMIT 1), ''),
         coalesce((SELECT sum(amount_cents) FROM purchase
                    WHERE customer_id = c.id AND day > :year_ago AND day <= :today), 0),
         (SELECT count(*) FROM purchase
           WHERE customer_id = c.id AND day > :year_ago AND day <= :today AND amount_cents > 0),
         (SELECT date(max(at)) FROM interaction WHERE customer_id = c.id),
         '', 0, 'prospect', 0, 0, 0, 0, 0, 1, ''
       FROM touched CROSS JOIN customer c ON c.id = touched.customer_id
       WHERE c.trashed_at IS NULL"""
)

_TURN = text(
    """UPDATE standing SET (spend_12m_cents, purchases_12m) =
         (SELECT coalesce(sum(amount_cents), 0), count(*) FILTER (WHERE amount_cents > 0)
          FROM purchase WHERE customer_id = standing.customer_id
            AND day > :year_ago AND day <= :today)
       WHERE customer_id IN (SELECT customer_id FROM touched)"""
)

_NEXT = text(
    """UPDATE standing SET (next_due, next_kind) =
         (SELECT due, kind FROM follow_up
           WHERE customer_id = standing.customer_id AND +state = 'open' ORDER BY due, id LIMIT 1)
       WHERE customer_id IN (SELECT customer_id FROM touched)"""
)


def year_before(today: date) -> date:
    """The day that the last 12 months begin after: the same day of last year, or 28 February."""
    day = 28 if (today.month, today.day) == (2, 29) else today.day
    return today.replace(year=today.year - 1, day=day)


def refresh(db: Session, today: date) -> None:
    """Compute the standing of the customers in temp.touched; one in the trash has none."""
    db.execute(text("DELETE FROM standing WHERE customer_id IN (SELECT customer_id FROM touched)"))
    raw = db.connection().connection.dbapi_connection
    assert raw is not None
    raw.create_function("sort_key", 1, sort_key, deterministic=True)
    db.execute(_REFRESH, _year(today))


def turn(db: Session, today: date) -> None:
    """Of all that `refresh` computes, what moves when nothing but the day is another."""
    db.execute(_TURN, _year(today))


def _year(today: date) -> dict[str, str]:
    """The last 12 months: after the one day, until the other."""
    return {"today": today.isoformat(), "year_ago": year_before(today).isoformat()}


def look_ahead(db: Session, today: date) -> None:
    """Write the next follow-up of the customers in temp.touched, when it is planned."""
    db.execute(_NEXT)


def contents(db: Session) -> object:
    """Every row, for comparing."""
    return db.execute(text("SELECT * FROM standing ORDER BY customer_id")).all()
