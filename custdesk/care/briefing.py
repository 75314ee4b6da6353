"""What to know before one calls a customer: phone, last talk, likes, the words to say."""

import re
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import text
from sqlmodel import Session

from custdesk import business
from custdesk.care import greetings, planning, rules
from custdesk.care.birthday import Birthday
from custdesk.care.calendar import age_on, birthday_words
from custdesk.care.follow_ups import Due
from custdesk.care.greetings import GreetingFacts, GreetingKind
from custdesk.people import customers
from custdesk.store.models import (
    Channel,
    ContactKind,
    CustomerKind,
    FollowUp,
    FollowUpKind,
    FollowUpState,
    Gender,
    Grade,
    Standing,
)

_BETWEEN = re.compile(r"[、，,；;|·•\n]+")
_DAYS_A_YEAR = 365.25


@dataclass(frozen=True, slots=True)
class Talk:
    """The last contact: when, how, and what came of it."""

    at: datetime
    channel: Channel
    outcome: str


@dataclass(frozen=True, slots=True)
class Briefing:
    """One customer on one page. Phones are as stored (E.164), the first is the usual one."""

    customer_id: int
    name: str
    grade: Grade
    company: bool
    gender: Gender | None
    birthday: Birthday | None
    phones: tuple[str, ...]
    wechat: str
    last_talk: Talk | None
    talks: int
    likes: tuple[str, ...]
    taboos: tuple[str, ...]
    spend_12m_cents: int
    purchases_12m: int
    first_purchase: date | None
    last_product: str
    preferred_channel: Channel | None
    do_not_contact: bool
    shop: str


def briefing(db: Session, customer_id: int) -> Briefing:
    """Raises a CustdeskError when the customer is no longer in the file."""
    customer = customers.get(db, customer_id)
    standing = db.get(Standing, customer_id)
    points = customers.contacts(db, customer_id)
    talk = db.execute(
        text(
            "SELECT at, channel, outcome FROM interaction WHERE customer_id = :id"
            " ORDER BY at DESC, id DESC LIMIT 1"
        ),
        {"id": customer_id},
    ).first()
    talks, first, product = db.execute(
        text(
            """SELECT (SELECT count(*) FROM interaction WHERE customer_id = :id),
                 (SELECT min(day) FROM purchase WHERE customer_id = :id AND amount_cents > 0),
                 (SELECT product.name FROM purchase p
                    JOIN purchase_line line ON line.purchase_id = p.id
                    JOIN product ON product.id = line.product_id
                    WHERE p.customer_id = :id AND line.amount_cents > 0
                    ORDER BY p.day DESC, p.id DESC, line.amount_cents DESC LIMIT 1)"""
        ),
        {"id": customer_id},
    ).one()
    return Briefing(
        customer_id=customer_id,
        name=customer.name,
        grade=customer.grade,
        company=customer.kind is CustomerKind.COMPANY,
        gender=customer.gender,
        birthday=customers.birthday_of(customer),
        phones=tuple(point.value for point in points if point.kind is ContactKind.PHONE),
        wechat=next((point.value for point in points if point.kind is ContactKind.WECHAT), ""),
        last_talk=Talk(datetime.fromisoformat(talk[0]), Channel(talk[1]), talk[2])
        if talk
        else None,
        talks=talks,
        likes=_parts(customer.likes),
        taboos=_parts(customer.taboos),
        spend_12m_cents=standing.spend_12m_cents if standing else 0,
        purchases_12m=standing.purchases_12m if standing else 0,
        first_purchase=date.fromisoformat(first) if first else None,
        last_product=product or "",
        preferred_channel=customer.preferred_channel,
        do_not_contact=customer.do_not_contact,
        shop=business.name(db),
    )


def _parts(several: str) -> tuple[str, ...]:
    return tuple(part for part in (part.strip() for part in _BETWEEN.split(several)) if part)


def words_to_say(known: Briefing, due: Due, language: str, turn: int = 0) -> str:
    """A line to say or send for this follow-up; `turn` 1, 2, … brings another one.

    The same follow-up brings the same line, and the next time another. None for somebody who does
    not want to be contacted: "".
    """
    if known.do_not_contact:
        return ""
    facts = GreetingFacts(
        name=known.name,
        gender=known.gender,
        company=known.company,
        age=age_on(known.birthday, due.day) if known.birthday else None,
        likes="、".join(known.likes),
        years=_years(known.first_purchase, due.day),
        last_purchase=known.last_product,
        birthday=birthday_words(replace(known.birthday, year=None)) if known.birthday else "",
        shop=known.shop,
        about=due.reason if due.kind is FollowUpKind.CUSTOM else "",
    )
    kind, occasion = GreetingKind.CUSTOM, known.talks
    if due.kind is FollowUpKind.CALLBACK:
        kind = GreetingKind.CALLBACK
    elif due.kind is FollowUpKind.BIRTHDAY:
        lunar = known.birthday is not None and known.birthday.is_lunar
        kind = GreetingKind.LUNAR_BIRTHDAY if lunar else GreetingKind.BIRTHDAY
        occasion = due.day.year
    return greetings.pick(
        kind, facts, language, person=known.customer_id, occasion=occasion, turn=turn
    )


def _years(since: date | None, on: date) -> int:
    return max(0, int((on - since).days / _DAYS_A_YEAR)) if since else 0


def usual_channel(known: Briefing, kind: FollowUpKind) -> Channel:
    """The channel the customer prefers, else WeChat for a birthday and the phone for the rest."""
    if known.preferred_channel:
        return known.preferred_channel
    return Channel.WECHAT if kind is FollowUpKind.BIRTHDAY else Channel.PHONE


@dataclass(frozen=True, slots=True)
class Coming:
    """What will be due next for a customer: of which kind, and when."""

    kind: FollowUpKind
    due: date


def coming_after(db: Session, follow_up_id: int, today: date) -> Coming | None:
    """What will be due next for the customer when this follow-up is done today; None for nothing.

    Done is a contact, so the callback counts from today; what else is open stays.
    """
    done = db.get(FollowUp, follow_up_id)
    if done is None:
        return None
    in_force = planning.plans_in_force(db)
    people = planning.cared_for(db, in_force, customer_id=done.customer_id)
    if not people:
        return None
    cared = replace(people[0], last_contact=today, closed_since=0)
    known: set[tuple[int | None, str | None]] = set()
    found: list[Coming] = []
    for plan_id, occurrence, state, id, kind, due in db.execute(
        text(
            "SELECT plan_id, occurrence, state, id, kind, due FROM follow_up"
            " WHERE customer_id = :id"
        ),
        {"id": done.customer_id},
    ):
        known.add((plan_id, occurrence))
        answered = kind == FollowUpKind.CALLBACK.value and plan_id is not None
        if state == FollowUpState.OPEN.value and id != follow_up_id and not answered:
            found.append(Coming(FollowUpKind(kind), date.fromisoformat(due)))
    found += [
        Coming(one.kind, one.due)
        for one in rules.wanted(cared, in_force, rules.Span(today, today))
        if one.kind is FollowUpKind.CALLBACK or (one.plan_id, one.key) not in known
    ]
    return min(found, key=lambda coming: coming.due, default=None)
