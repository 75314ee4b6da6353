"""What the list shows for a bar, a cell or a figure of the insights: each is a query.

The words of a condition name no amounts: they stand in the list, which may be masked.
"""

import json
from collections.abc import Iterable
from datetime import date

from custdesk import formats
from custdesk.i18n import _
from custdesk.insight.rfm import Fifths, Group, Rfm
from custdesk.store.models import FollowUpKind, Stage
from custdesk.store.search import Condition, Query
from custdesk.words import shown

_Value = str | int


def in_stage(stage: Stage) -> Query:
    """Who is in a stage today."""
    return Query(stages=frozenset({stage.value}))


def were_in_stage(stage: Stage, day: date, ids: Iterable[int]) -> Query:
    """Who was in a stage on a day: these."""
    words = _("{stage} on {day}").format(stage=shown(stage), day=formats.full_day(day))
    return _only(
        words,
        "s.customer_id IN (SELECT value FROM json_each(:_ids))",
        _ids=json.dumps(list(ids)),
    )


def in_cell(rfm: Rfm, r: int, m: int) -> Query:
    """Who has these scores by recency and by money."""
    recency, money = rfm.recency.ranges.get(r), rfm.money.ranges.get(m)
    words = _("Recency {r}, money {m} (of 5)").format(r=r, m=m)
    if recency is None or money is None:
        return _only(words, "0")
    return _only(
        words,
        "s.bought_days > 0 AND s.last_purchase BETWEEN :_last_low AND :_last_high"
        " AND s.spend_cents BETWEEN :_cents_low AND :_cents_high",
        _last_low=_written(recency[0]),
        _last_high=_written(recency[1]),
        _cents_low=money[0],
        _cents_high=money[1],
    )


def in_group(rfm: Rfm, group: Group) -> Query:
    """Who is in one of the named groups."""
    parts, values = ["s.bought_days > 0"], dict[str, _Value]()
    columns = ("last_purchase", "bought_days", "spend_cents")
    fifths: tuple[Fifths, ...] = (rfm.recency, rfm.frequency, rfm.money)
    for column, its, high in zip(columns, fifths, group.value, strict=True):
        begins = its.high_from
        if begins is None:
            parts.append("0" if high else "1")
            continue
        parts.append(f"s.{column} {'>=' if high else '<'} :_{column}")
        values[f"_{column}"] = _written(begins) if column == "last_purchase" else begins
    return _only(group.called, " AND ".join(parts), **values)


_BETWEEN = "p.amount_cents > 0 AND p.day BETWEEN :_first AND :_last"


def who_bought(first: date, last: date) -> Query:
    """Who bought something from a day to another."""
    words = _("Bought {first} to {last}").format(**_days(first, last))
    sql = f"EXISTS (SELECT 1 FROM purchase p WHERE p.customer_id = s.customer_id AND {_BETWEEN})"
    return _between(words, sql, first, last)


def who_bought_again(first: date, last: date) -> Query:
    """Who bought on two days or more, from a day to another."""
    words = _("Bought on two days or more, {first} to {last}").format(**_days(first, last))
    sql = (
        f"s.customer_id IN (SELECT p.customer_id FROM purchase p WHERE {_BETWEEN}"
        " GROUP BY p.customer_id HAVING min(p.day) < max(p.day))"
    )
    return _between(words, sql, first, last)


_DONE = """s.customer_id IN (SELECT f.customer_id FROM follow_up f
 WHERE f.state = 'done' AND date(f.closed_at) BETWEEN :_first AND :_last {more})"""


def who_was_late(first: date, last: date) -> Query:
    """With whom a follow-up was done too late, from a day to another."""
    words = _("Followed up late, {first} to {last}").format(**_days(first, last))
    return _between(words, _DONE.format(more="AND date(f.closed_at) > f.due"), first, last)


def who_had_care(kind: FollowUpKind, first: date, last: date) -> Query:
    """With whom planned care of a kind was done, from a day to another."""
    words = _("{care}: done {first} to {last}").format(care=shown(kind), **_days(first, last))
    more = "AND f.occurrence IS NOT NULL AND f.kind = :_kind"
    return _between(words, _DONE.format(more=more), first, last, _kind=kind.value)


def who_is_warned_of() -> Query:
    """Of whom there is a churn warning."""
    return _only(_("Churn warning"), "s.warned <> ''")


def _between(words: str, sql: str, first: date, last: date, **values: _Value) -> Query:
    return _only(words, sql, _first=first.isoformat(), _last=last.isoformat(), **values)


def _days(first: date, last: date) -> dict[str, str]:
    return {"first": formats.full_day(first), "last": formats.full_day(last)}


def _only(words: str, sql: str, **values: _Value) -> Query:
    return Query(only=Condition(words, sql, tuple(values.items())))


def _written(day: int) -> str:
    return date.fromordinal(day).isoformat()
