"""What to know before one calls a customer: phone, last talk, likes, the words to say."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from custdesk import business, formats
from custdesk.care import follow_ups, greetings, habits, occasions, planning, rules
from custdesk.care.birthday import Birthday
from custdesk.care.calendar import age_on, birthday_words, festival, solar_term
from custdesk.care.festivals import Festival
from custdesk.care.follow_ups import Due
from custdesk.care.greetings import GreetingFacts, GreetingKind
from custdesk.care.occasions import Occasion
from custdesk.care.rules import CaseDays
from custdesk.insight import policies
from custdesk.insight.grades import Grade
from custdesk.people import cases, customers
from custdesk.store.models import (
    Case,
    Channel,
    ContactKind,
    Customer,
    CustomerKind,
    FollowUp,
    FollowUpKind,
    FollowUpState,
    Gender,
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
class Matter:
    """What an open follow-up is about beside its day: from its plan, and from before.

    `about`: what the plan is about; `what`: the product, or the customer's date; `own`: the user's
    own words, one variant a line; `said`: what was sent on this occasion the last time, and for
    this day by another plan; `times`: how many of its kind were done or skipped; `is_after`:
    whether it comes after the day it is about.
    """

    about: str = ""
    what: str = ""
    own: str = ""
    channel: Channel | None = None
    said: tuple[str, ...] = ()
    times: int = 0
    is_after: bool = False


@dataclass(frozen=True, slots=True)
class Briefing:
    """One customer on one page. Phones are as stored (E.164), the first is the usual one.

    `called`: how the shop calls them; `matters`: by the id of the follow-up; `quiet`: from when
    until when nobody is called, the habit of the business and the wish of the customer.
    """

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
    called: str = ""
    matters: Mapping[int, Matter] = field(default_factory=dict)
    quiet: tuple[tuple[time, time], ...] = ()
    cases: tuple[Case, ...] = ()
    """Those that are open, complaints before requests."""


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
        grade=policies.grade_of(db, standing),
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
        called=customer.called,
        matters=_matters(db, customer_id),
        quiet=_quiet(db, customer),
        cases=tuple(cases.still_open(db, customer_id)),
    )


_MATTERS = """SELECT f.id, f.kind, f.day, f.occurrence, p.about, p.words, p.channel,
   p.days > 0, CASE
    WHEN f.kind IN ('renewal', 'anniversary') THEN
      (SELECT name FROM customer_date WHERE id = CAST(f.occurrence AS INTEGER))
    WHEN f.kind = 'replenishment' THEN
      (SELECT name FROM product WHERE id = CAST(f.occurrence AS INTEGER))
    WHEN f.kind = 'after_sale' THEN
      (SELECT product.name FROM purchase
         JOIN purchase_line line ON line.purchase_id = purchase.id
         JOIN product ON product.id = line.product_id
         WHERE purchase.customer_id = f.customer_id AND purchase.day = f.day
           AND line.amount_cents > 0 AND p.about IN ('', product.name, product.category)
         ORDER BY line.amount_cents DESC, line.id LIMIT 1) END
  FROM follow_up f LEFT JOIN care_plan p ON p.id = f.plan_id
  WHERE f.customer_id = :id AND f.state = 'open'"""


def _matters(db: Session, customer_id: int) -> dict[int, Matter]:
    closed = db.execute(
        text(
            "SELECT kind, day, occurrence, said FROM follow_up"
            " WHERE customer_id = :id AND state <> 'open' ORDER BY day DESC, id DESC"
        ),
        {"id": customer_id},
    ).all()
    return {
        id: Matter(
            about=about or "",
            what=what or "",
            own=own or "",
            channel=Channel(channel) if channel else None,
            said=_said_before(closed, FollowUpKind(kind), day, occurrence or "", about or ""),
            times=sum(one.kind == kind for one in closed),
            is_after=bool(is_after),
        )
        for id, kind, day, occurrence, about, own, channel, is_after, what in db.execute(
            text(_MATTERS), {"id": customer_id}
        )
    }


def _said_before(
    closed: Iterable[Any], kind: FollowUpKind, day: str, occurrence: str, about: str
) -> tuple[str, ...]:
    """What was sent the last time there was such an occasion, and for the same day already.

    `closed` has the latest first. A festival is known by its day: its plan may be gone.
    """
    found: list[str] = []
    last: str | None = None
    for one in closed:
        if one.kind != kind.value or not one.said:
            continue
        if kind is FollowUpKind.FESTIVAL and not _is_day_of(about, date.fromisoformat(one.day)):
            continue
        date_id = occurrence.partition(":")[0]
        if kind is FollowUpKind.ANNIVERSARY and (one.occurrence or "").partition(":")[0] != date_id:
            continue
        if one.day != day:
            last = last or one.day
            if one.day != last:
                break
        found.append(one.said)
    return tuple(found)


def _is_day_of(about: str, day: date) -> bool:
    return occasions.named(about) in (festival(day), solar_term(day))


def _quiet(db: Session, customer: Customer) -> tuple[tuple[time, time], ...]:
    general = habits.of(db)
    found = [(general.quiet_from, general.quiet_until)]
    if customer.quiet_from and customer.quiet_until:
        found.append(
            (time.fromisoformat(customer.quiet_from), time.fromisoformat(customer.quiet_until))
        )
    return tuple(found)


def quiet_until(known: Briefing, at: time) -> time | None:
    """Until when nobody is to be called, if that is so at this time of the day.

    The same time twice is never; from 21:00 until 8:30 is over midnight.
    """

    def ahead(moment: time) -> int:
        """In how many minutes of the day."""
        wait = (moment.hour - at.hour) * 60 + moment.minute - at.minute
        return wait % (24 * 60) or 24 * 60

    holding = [until for since, until in known.quiet if ahead(until) < ahead(since)]
    return max(holding, key=ahead, default=None)


def _parts(several: str) -> tuple[str, ...]:
    return tuple(part for part in (part.strip() for part in _BETWEEN.split(several)) if part)


def words_to_say(known: Briefing, due: Due, language: str, turn: int = 0) -> str:
    """A line to say or send for this follow-up; `turn` 1, 2, … brings another one.

    The same follow-up brings the same line, and the next time another. None for somebody who does
    not want to be contacted: "".
    """
    if known.do_not_contact:
        return ""
    matter = known.matters.get(due.id or 0, Matter())
    kind = _greeting(known, due, matter)
    sad = kind is GreetingKind.REMEMBRANCE
    occasion = _occasion(due, matter)
    facts = GreetingFacts(
        name=known.name,
        gender=known.gender,
        company=known.company,
        age=age_on(known.birthday, due.day) if known.birthday else None,
        called=known.called,
        likes="、".join(known.likes),
        years=_years(known.first_purchase, due.day),
        last_purchase=known.last_product,
        birthday=birthday_words(replace(known.birthday, year=None)) if known.birthday else "",
        shop=known.shop,
        about=due.reason if due.kind is FollowUpKind.CUSTOM else "",
        festival=occasion.words() if occasion else "",
        product=matter.what if due.kind in _ABOUT_PRODUCTS else "",
        what=matter.what if due.kind in _ABOUT_DATES else "",
        day="" if due.kind in _ABOUT_NO_DAY else formats.calendar_day(due.day, due.due),
    )
    return greetings.pick(
        kind,
        facts,
        language,
        person=known.customer_id,
        occasion=_year(due) if due.kind in rules.YEARLY else matter.times,
        turn=turn,
        # words for any day of theirs are not meant for a sad one
        own="" if sad and not matter.about else matter.own,
        said=matter.said,
    )


_ABOUT_PRODUCTS = frozenset({FollowUpKind.AFTER_SALE, FollowUpKind.REPLENISHMENT})
_ABOUT_DATES = frozenset({FollowUpKind.RENEWAL, FollowUpKind.ANNIVERSARY})
_ABOUT_NO_DAY = frozenset({FollowUpKind.CALLBACK, FollowUpKind.CUSTOM})
_SAD = re.compile(
    r"忌日|忌辰|祭|去世|逝世|过世|离世|冥诞|冥寿|memorial|remembrance|death|pass(ed|ing) away",
    re.IGNORECASE,
)


def _greeting(known: Briefing, due: Due, matter: Matter) -> GreetingKind:
    """Which lines of CustDesk are for this follow-up."""
    if due.kind is FollowUpKind.BIRTHDAY:
        lunar = known.birthday is not None and known.birthday.is_lunar
        return GreetingKind.LUNAR_BIRTHDAY if lunar else GreetingKind.BIRTHDAY
    if due.kind is FollowUpKind.FESTIVAL:
        occasion = _occasion(due, matter)
        if isinstance(occasion, Festival):
            return GreetingKind(occasion.value)
        return GreetingKind.SOLAR_TERM
    if due.kind is FollowUpKind.ANNIVERSARY and _SAD.search(matter.what):
        return GreetingKind.REMEMBRANCE
    if due.kind is FollowUpKind.CASE and matter.is_after:
        return GreetingKind.CASE_SOLVED
    return GreetingKind(due.kind.value)


def _occasion(due: Due, matter: Matter) -> Occasion | None:
    """The plan's festival or solar term; where there is no such plan, that of the day."""
    if due.kind is not FollowUpKind.FESTIVAL:
        return None
    return occasions.named(matter.about) or festival(due.day) or solar_term(due.day)


def _year(due: Due) -> int:
    """The year of what comes every year; a lunar one where the birthday is lunar, for two of those
    may be in one solar year."""
    named = re.fullmatch(r"L?(\d{4})", due.occurrence)
    return int(named[1]) if named else due.day.year


def _years(since: date | None, on: date) -> int:
    return max(0, int((on - since).days / _DAYS_A_YEAR)) if since else 0


_GREETINGS = frozenset({FollowUpKind.BIRTHDAY, FollowUpKind.FESTIVAL, FollowUpKind.ANNIVERSARY})


def usual_channel(known: Briefing, due: Due) -> Channel:
    """The channel the customer prefers, else the plan's, else WeChat for a greeting and the phone
    for the rest."""
    matter = known.matters.get(due.id or 0, Matter())
    usual = Channel.WECHAT if due.kind in _GREETINGS else Channel.PHONE
    return known.preferred_channel or matter.channel or usual


_WRITTEN = frozenset({Channel.WECHAT, Channel.SMS, Channel.EMAIL})


def sending_channel(known: Briefing, due: Due) -> Channel:
    """By which channel words are sent: the usual one where that is written, else WeChat."""
    usual = usual_channel(known, due)
    return usual if usual in _WRITTEN else Channel.WECHAT


@dataclass(frozen=True, slots=True)
class Coming:
    """What will be due next for a customer: of which kind, and when."""

    kind: FollowUpKind
    due: date


def _seen_to(case: CaseDays, today: date, *, solves: bool) -> CaseDays:
    if solves:
        return replace(case, solved_on=today)
    return replace(case, seen_to=case.seen_to + 1, seen_to_on=today)


def coming_after(
    db: Session, follow_up_id: int, today: date, *, solves: bool = False
) -> Coming | None:
    """What will be due next for the customer when this follow-up is done today; None for nothing.

    Done is a contact, so the callback counts from today; what else is open stays. `solves`: the
    case it is about is solved then, and comes again otherwise.
    """
    done = db.get(FollowUp, follow_up_id)
    if done is None:
        return None
    in_force = planning.plans_in_force(db)
    people = planning.cared_for(db, in_force, today, customer_id=done.customer_id)
    if not people:
        return None
    case = follow_ups.case_of(db, done)
    cared = replace(
        people[0],
        last_contact=today,
        closed_since=0,
        cases=tuple(
            _seen_to(one, today, solves=solves) if one.id == case else one
            for one in people[0].cases
        ),
    )
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
        if case is not None and kind == FollowUpKind.CASE.value:
            answered = rules.what_of(occurrence or "") == str(case)
        if state == FollowUpState.OPEN.value and id != follow_up_id and not answered:
            found.append(Coming(FollowUpKind(kind), date.fromisoformat(due)))
    found += [
        Coming(one.kind, one.due)
        for one in rules.wanted(cared, in_force, rules.Span(today, today))
        if one.kind is FollowUpKind.CALLBACK or (one.plan_id, one.key) not in known
    ]
    return min(found, key=lambda coming: coming.due, default=None)
