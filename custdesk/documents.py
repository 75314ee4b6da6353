"""The JSON documents that other programs rely on: the shapes of customers and follow-ups."""

from collections.abc import Iterable
from datetime import date

from sqlmodel import Session

from custdesk.care import follow_ups, habits
from custdesk.care.birthday import Birthday, BirthdayRules
from custdesk.care.calendar import next_birthday
from custdesk.care.follow_ups import Due
from custdesk.insight import measures, policies
from custdesk.insight.grading import Level
from custdesk.insight.grading_table import GradingTable, Row
from custdesk.insight.on_a_day import Everybody, Seen
from custdesk.people import cases, changes, customers, feedback, held, history, lists, own_dates
from custdesk.store.journal import Step
from custdesk.store.models import Stage, Standing
from custdesk.store.taking_back import Taken

Document = dict[str, object]


def rows(db: Session, ids: Iterable[int]) -> list[Document]:
    """Customers as a search lists them, in the order of `ids`."""
    wanted = list(ids)
    found = lists.rows(db, wanted)
    return [
        {
            "id": row.id,
            "number": row.number,
            "name": row.name,
            "grade": row.grade.key,
            "stage": row.stage.value,
            "phone": row.phone,
        }
        for row in (found[id] for id in wanted if id in found)
    ]


def grades(table: GradingTable) -> Document:
    """The grading table; levels as high, middle or low, loyalty as loyal, becoming or not."""
    return {
        "policy": table.policy.title,
        "customers": [
            {
                "id": row.id,
                "name": row.name,
                "number": row.number,
                "spend_cents": row.spend_cents,
                "frequency": _level(row, measures.FREQUENCY, "high", "middle", "low"),
                "loyalty": _level(row, measures.LOYALTY, "loyal", "becoming", "not"),
                "potential": _level(row, measures.POTENTIAL, "high", "medium", "low"),
                "grade": row.grade.key,
                "why": row.why(table.policy),
            }
            for row in table.rows
        ],
    }


def _level(row: Row, of: str, high: str, middle: str, low: str) -> str | None:
    level = row.level(of)
    return (
        None if level is None else {Level.HIGH: high, Level.MIDDLE: middle, Level.LOW: low}[level]
    )


def due(one: Due, on: date) -> Document:
    """A follow-up; `date` is the day it is about, `due` the day to act."""
    return {
        "id": one.id,
        "customer_id": one.customer_id,
        "customer": one.customer,
        "kind": one.kind.value,
        "date": one.day.isoformat(),
        "due": one.due.isoformat(),
        "overdue_days": one.overdue_days(on),
        "reason": one.reason,
        "do_not_contact": one.do_not_contact,
    }


def insight(everybody: Everybody, on: date) -> Document:
    """Stages and customers as they are on a day; what nobody knows of a customer is null."""
    stages = everybody.stages
    return {
        "on": on.isoformat(),
        "stages": {stage.value: stages[stage] for stage in Stage},
        "customers": [_seen(one, on) for one in everybody],
    }


def _seen(one: Seen, on: date) -> Document:
    buyer, scores, expected = one.buyer, one.scores, one.expected
    return {
        "id": one.id,
        "number": one.number,
        "name": one.name,
        "grade": one.grade,
        "stage": one.stage.value,
        "recency_days": on.toordinal() - buyer.last if buyer else None,
        "frequency": buyer.days if buyer else None,
        "monetary_cents": buyer.cents if buyer else None,
        "r": scores.r if scores else None,
        "f": scores.f if scores else None,
        "m": scores.m if scores else None,
        "expected_purchases_12m": expected.purchases if expected else None,
        "lifetime_value_cents": one.lifetime_cents,
        "churn_score": one.churn_chance,
        "reasons": list(one.reasons),
        "expected_loss_cents": one.loss_cents,
    }


def birthday(one: Birthday | None, today: date, rules: BirthdayRules) -> Document | None:
    if one is None:
        return None
    return {
        "calendar": one.calendar.value,
        "year": one.year,
        "month": one.month,
        "day": one.day,
        "leap": one.leap,
        "next": next_birthday(one, today, rules=rules).isoformat(),
    }


def step(one: Step) -> Document:
    """One change, as undo lists it."""
    return {
        "id": one.id,
        "at": one.at.isoformat(" "),
        "label": one.label,
        "undone": one.undone,
        "taken_back": one.taken_back,
    }


def taken(one: Taken) -> Document:
    """What was taken back, and how many customers stayed because they were edited since."""
    return {
        "undone": one.step.label,
        "id": one.step.id,
        "stayed": one.stayed,
        "names": list(one.names),
    }


def customer(db: Session, id: int, today: date) -> Document:
    """All that is known of a customer."""
    found = customers.get(db, id)
    standing = db.get(Standing, id)
    return {
        "id": id,
        "number": found.number,
        "name": found.name,
        "grade": policies.grade_of(db, standing).key,
        "stage": standing.stage.value if standing else None,
        "phone": standing.phone if standing else "",
        "kind": found.kind.value,
        "called": found.called,
        "gender": found.gender.value if found.gender else None,
        "company": found.company,
        "title": found.title,
        "city": found.city,
        "address": found.address,
        "source": found.source,
        "likes": found.likes,
        "taboos": found.taboos,
        "added_on": found.added_on.isoformat(),
        "consented_on": found.consented_on.isoformat() if found.consented_on else None,
        "do_not_contact": found.do_not_contact,
        "quiet_from": found.quiet_from,
        "quiet_until": found.quiet_until,
        "contacts": [
            {"kind": point.kind.value, "value": point.value, "label": point.label}
            for point in customers.contacts(db, id)
        ],
        "birthday": birthday(customers.birthday_of(found), today, habits.of(db).birthdays),
        "dates": [
            {"name": one.name, "day": one.day.isoformat(), "yearly": one.yearly}
            for one in own_dates.of_customer(db, id)
        ],
        "purchases": [_purchase(one) for one in history.purchases(db, id)],
        "interactions": [
            {
                "at": one.at.isoformat(" ", "minutes"),
                "channel": one.channel.value,
                "outcome": one.outcome,
            }
            for one in history.interactions(db, id)
        ],
        "feedback": [
            {
                "day": one.day.isoformat(),
                "score": one.score,
                "source": one.source.value,
                "words": one.words,
            }
            for one in feedback.of_customer(db, id)
        ],
        "cases": [
            {
                "kind": one.kind.value,
                "opened_on": one.opened_on.isoformat(),
                "about": one.about,
                "due": one.due.isoformat() if one.due else None,
                "solved_on": one.solved_on.isoformat() if one.solved_on else None,
                "solution": one.solution,
            }
            for one in cases.of_customer(db, id)
        ],
        "follow_ups": [due(one, today) for one in follow_ups.of_customer(db, id, today)],
        "relations": [
            {
                "customer_id": one.other_id,
                "number": one.number,
                "name": one.name,
                "kind": one.kind.value,
                "outgoing": one.outgoing,
            }
            for one in history.relations(db, id)
        ],
        "tags": customers.tags_of(db, id),
        "notes": found.notes,
        "spend_12m_cents": standing.spend_12m_cents if standing else 0,
        "history": [
            {
                "at": one.step.at.isoformat(" "),
                "label": one.step.label,
                "changes": [
                    {"field": found.field, "from": found.before, "to": found.after}
                    for found in one.differences
                ],
            }
            for one in changes.history_of(db, id, today)
        ],
    }


def person(db: Session, id: int, today: date) -> Document:
    """Everything held on one customer: as `customer`, and then each row and each change of it.

    Other customers are left out, as `people.held` tells.
    """
    found = held.held(db, id)
    related = found.rows.get("relation", [])
    changes: list[Document] = [
        {
            "at": step.at.isoformat(" "),
            "label": step.label,
            "undone": step.undone,
            "before": [
                {"table": image.table, "id": image.row_id, "row": image.before}
                for image in step.images
            ],
        }
        for step in found.history
    ]
    told: list[Document] = [
        {"at": one["at"], "label": one["label"]} for one in changes if not one["undone"]
    ]
    return {
        "written_on": today.isoformat(),
        "customer": customer(db, id, today) | {"relations": related, "history": told},
        "held": found.rows,
        "changes": changes,
    }


def _purchase(one: history.Bought) -> Document:
    return {
        "date": one.day.isoformat(),
        "amount_cents": one.amount_cents,
        "channel": one.channel,
        "note": one.note,
        "lines": [
            {
                "product": item.product,
                "quantity": item.quantity,
                "amount_cents": item.amount_cents,
            }
            for item in one.items
        ],
    }
