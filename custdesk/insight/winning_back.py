"""What came of winning customers back: who bought again, for how much, and who is lost and why."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import text
from sqlmodel import Session

WITHIN_DAYS = 90
"""Who buys so soon after an attempt has come back."""


@dataclass(frozen=True, slots=True)
class WonBack:
    """Of a time: customers whom one tried to win back, those who bought again and what they spent
    in those days, and those who were given up, with the reasons, the commonest first."""

    tried: int
    came_back: int
    spent_cents: int
    lost: tuple[tuple[str, int], ...]


_TRIED = f"""WITH tried AS (
   SELECT DISTINCT f.customer_id AS id, date(f.closed_at) AS day FROM follow_up f
   JOIN standing s ON s.customer_id = f.customer_id
   WHERE f.kind = 'win_back' AND f.state = 'done' AND date(f.closed_at) BETWEEN :since AND :until),
 back AS (
   SELECT DISTINCT tried.id AS id, p.id AS purchase, p.amount_cents AS cents
   FROM tried JOIN purchase p ON p.customer_id = tried.id AND p.day > tried.day
     AND p.day <= date(tried.day, '+{WITHIN_DAYS} days') AND p.day <= :until)
 SELECT t.id, coalesce(sum(back.cents), 0), count(*) FILTER (WHERE back.cents > 0)
 FROM (SELECT DISTINCT id FROM tried) t LEFT JOIN back ON back.id = t.id GROUP BY t.id"""

_LOST = """SELECT f.skip_reason, count(DISTINCT f.customer_id) AS n FROM follow_up f
 JOIN customer c ON c.id = f.customer_id JOIN standing s ON s.customer_id = c.id
 WHERE f.kind = 'win_back' AND f.state = 'skipped' AND date(f.closed_at) BETWEEN :since AND :until
   AND c.lost_on IS NOT NULL AND (s.last_purchase IS NULL OR s.last_purchase < c.lost_on)
 GROUP BY f.skip_reason ORDER BY n DESC, f.skip_reason"""


def results(db: Session, since: date, until: date) -> WonBack:
    """What came of it in a time; who bought again after being given up is not lost."""
    days = {"since": since.isoformat(), "until": until.isoformat()}
    tried = db.execute(text(_TRIED), days).all()
    back = [cents for _id, cents, times in tried if times]
    lost = db.execute(text(_LOST), days).all()
    return WonBack(len(tried), len(back), sum(back), tuple((why, n) for why, n in lost))
