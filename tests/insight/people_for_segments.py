"""Customers with every fact that segments ask for, and whom a rule finds of them without SQL."""

import random
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlmodel import Session

from custdesk.insight import segment_rules as made
from custdesk.insight.segment_fields import FIELDS, IN_DAYS, How, Kind
from custdesk.store import journal
from custdesk.store.models import (
    BirthCalendar,
    Case,
    CaseKind,
    Channel,
    ContactKind,
    ContactPoint,
    Customer,
    CustomerDate,
    CustomerKind,
    CustomerTag,
    Feedback,
    FeedbackSource,
    Gender,
    Potential,
    Product,
    Purchase,
    PurchaseLine,
    Stage,
    Standing,
    Tag,
)
from custdesk.store.store import Store

TODAY = date(2026, 11, 21)
GRADES = ("vip", "regular", "potential")
WORDS = ("", "杭州", "Hangzhou", "hangzhou", "100%", "a_b", "O'Neil", "“茶”\\", "张丽华")
TAGS = ("茶友", "同行", "VIP'; DROP TABLE tag", "Tea", "50%_off")
PRODUCTS = {"龙井": "茶", "碧螺春": "茶", "盖碗": "Porcelain", "O'Cup": "porcelain"}
DATES = ("车险", "结婚纪念日", "Lease")
DAYS = (None, None, None, 0, 1, 29, 30, 31, 90, 365, -1, -30, -31)
"""How many days ago; None is never."""


@dataclass(slots=True)
class Person:
    """A customer with what hangs on them, as plain values."""

    customer: Customer
    standing: Standing
    tags: set[str] = field(default_factory=set)
    bought: list[tuple[str, float]] = field(default_factory=list)
    dates: set[str] = field(default_factory=set)
    reached_by: set[ContactKind] = field(default_factory=set)
    said: list[date] = field(default_factory=list)
    """The days on which they said how content they are."""
    cases: list[tuple[CaseKind, date, bool]] = field(default_factory=list)
    """Since when each, and whether it was solved."""

    @property
    def kept(self) -> set[str]:
        """The products of which something was not given back."""
        return {name for name in PRODUCTS if sum(n for what, n in self.bought if what == name) > 0}


def somebody(rng: random.Random, id: int) -> Person:
    """A customer at random; much is missing."""

    def ago() -> date | None:
        days = rng.choice(DAYS)
        return None if days is None else TODAY - timedelta(days=days)

    born = rng.random() < 0.7
    customer = Customer(
        id=id,
        number=f"{id:04d}",
        name=rng.choice(WORDS[1:]),
        kind=rng.choice(list(CustomerKind)),
        private_sign=rng.random() < 0.5,
        gender=rng.choice([None, *Gender]),
        birth_calendar=rng.choice(list(BirthCalendar)) if born else None,
        birth_month=rng.choice([1, 10, 12]) if born else None,
        birth_day=1 if born else None,
        birth_year=rng.choice([None, 1968, 1990]) if born else None,
        company=rng.choice(WORDS),
        title=rng.choice(WORDS),
        city=rng.choice(WORDS),
        address=rng.choice(WORDS),
        source=rng.choice(WORDS),
        likes=rng.choice(WORDS),
        taboos=rng.choice(WORDS),
        notes=rng.choice(WORDS),
        grade_by_hand=rng.choice([None, *GRADES]),
        potential=rng.choice([None, *Potential]),
        preferred_channel=rng.choice([None, *Channel]),
        do_not_contact=rng.random() < 0.3,
        added_on=ago() or TODAY,
        care_from=TODAY,
        consented_on=ago(),
        lost_on=ago(),
    )
    standing = Standing(
        customer_id=id,
        sort_key=str(id),
        spend_12m_cents=rng.choice([0, 1, 50_000_00, 100_000_00, -500]),
        purchases_12m=rng.choice([0, 1, 2, 5]),
        last_purchase=ago(),
        last_contact=ago(),
        next_due=ago(),
        grade=rng.choice(GRADES),
        stage=rng.choice(list(Stage)),
        stage_since=ago(),
        first_purchase=ago(),
        bought_days=rng.choice([0, 1, 3]),
        spend_cents=rng.choice([0, 99_99, 100_00, 100_01]),
        rhythm_days=rng.choice([None, 10.0, 10.5, 30.0]),
        loyal_years=rng.choice([0, 1, 3]),
        satisfaction=rng.choice([None, 2.0, 3.5, 5.0]),
        yearly_cents=rng.choice([0, 100_00, 5_000_00]),
        warned_since=ago(),
        warned=rng.choice(["", "[]"]),
    )
    return Person(
        customer,
        standing,
        {tag for tag in TAGS if rng.random() < 0.3},
        [(rng.choice(list(PRODUCTS)), rng.choice([1, 2, -1])) for _n in range(rng.choice([0, 2]))],
        {name for name in DATES if rng.random() < 0.3},
        {kind for kind in ContactKind if rng.random() < 0.4},
        [TODAY - timedelta(days=rng.choice([0, 1, 30, 365])) for _n in range(rng.choice([0, 2]))],
        [
            (rng.choice(list(CaseKind)), ago() or TODAY, rng.random() < 0.4)
            for _n in range(rng.choice([0, 1, 2]))
        ],
    )


@contextmanager
def in_a_file(store: Store, people: list[Person]) -> Iterator[Session]:
    """The people as rows of a file, in a session that leaves nothing of them behind."""
    with store.read() as db:
        journal.recording(db, False)
        tags = {name: Tag(id=n, name=name) for n, name in enumerate(TAGS, 1)}
        products = {
            name: Product(id=n, name=name, category=category)
            for n, (name, category) in enumerate(PRODUCTS.items(), 1)
        }
        db.add_all([*tags.values(), *products.values()])
        db.add_all([Customer(**one.customer.model_dump()) for one in people])
        db.flush()
        for one in people:
            id = one.standing.customer_id
            db.add(Standing(**one.standing.model_dump()))
            db.add_all([CustomerTag(customer_id=id, tag_id=tags[tag].id or 0) for tag in one.tags])
            db.add_all(
                [
                    CustomerDate(customer_id=id, name=name, day=TODAY, yearly=True, known_on=TODAY)
                    for name in one.dates
                ]
            )
            db.add_all(
                [
                    ContactPoint(customer_id=id, kind=kind, value=f"{kind}{id}")
                    for kind in one.reached_by
                ]
            )
            db.add_all(
                [
                    Feedback(customer_id=id, day=day, score=3, source=FeedbackSource.CALL)
                    for day in one.said
                ]
            )
            db.add_all(
                [
                    Case(
                        customer_id=id,
                        kind=kind,
                        opened_on=since,
                        about="茶漏",
                        solved_on=since if solved else None,
                    )
                    for kind, since, solved in one.cases
                ]
            )
            for name, quantity in one.bought:
                purchase = Purchase(customer_id=id, day=TODAY, amount_cents=round(quantity * 100))
                db.add(purchase)
                db.flush()
                product_id = products[name].id or 0
                db.add(
                    PurchaseLine(
                        purchase_id=purchase.id or 0,
                        product_id=product_id,
                        quantity=quantity,
                        amount_cents=0,
                    )
                )
        db.flush()
        yield db


# --- what is known of somebody, by the key of a field ---------------------------------------------

_GET: Mapping[str, Callable[[Person], object]] = {
    "grade": lambda p: p.standing.grade,
    "stage": lambda p: p.standing.stage.value,
    "tag": lambda p: p.tags,
    "city": lambda p: p.customer.city or None,
    "source": lambda p: p.customer.source or None,
    "spend_12m": lambda p: p.standing.spend_12m_cents,
    "spend": lambda p: p.standing.spend_cents,
    "purchases_12m": lambda p: p.standing.purchases_12m,
    "bought_days": lambda p: p.standing.bought_days,
    "last_purchase": lambda p: p.standing.last_purchase,
    "first_purchase": lambda p: p.standing.first_purchase,
    "rhythm": lambda p: p.standing.rhythm_days,
    "loyal_years": lambda p: p.standing.loyal_years,
    "product": lambda p: p.kept,
    "category": lambda p: {PRODUCTS[name] for name in p.kept},
    "satisfaction": lambda p: p.standing.satisfaction and p.standing.satisfaction * 10,
    "feedback": lambda p: max(p.said, default=None),
    "complaint": lambda p: any(
        kind is CaseKind.COMPLAINT and not solved for kind, _since, solved in p.cases
    ),
    "case_since": lambda p: min(
        (since for _k, since, solved in p.cases if not solved), default=None
    ),
    "last_contact": lambda p: p.standing.last_contact,
    "next_follow_up": lambda p: p.standing.next_due,
    "stage_since": lambda p: p.standing.stage_since,
    "warned": lambda p: p.standing.warned != "",
    "warned_since": lambda p: p.standing.warned_since,
    "yearly": lambda p: p.standing.yearly_cents,
    "given_up": lambda p: p.customer.lost_on,
    "do_not_contact": lambda p: p.customer.do_not_contact,
    "channel": lambda p: p.customer.preferred_channel and p.customer.preferred_channel.value,
    "consent": lambda p: p.customer.consented_on,
    "has_phone": lambda p: ContactKind.PHONE in p.reached_by,
    "has_wechat": lambda p: ContactKind.WECHAT in p.reached_by,
    "has_email": lambda p: ContactKind.EMAIL in p.reached_by,
    "name": lambda p: p.customer.name,
    "number": lambda p: p.customer.number,
    "kind": lambda p: p.customer.kind.value,
    "private_sign": lambda p: p.customer.private_sign,
    "gender": lambda p: p.customer.gender and p.customer.gender.value,
    "birth_month": lambda p: _month(p, BirthCalendar.SOLAR),
    "birth_lunar_month": lambda p: _month(p, BirthCalendar.LUNAR),
    "birth_year": lambda p: p.customer.birth_year,
    "company": lambda p: p.customer.company or None,
    "title": lambda p: p.customer.title or None,
    "address": lambda p: p.customer.address or None,
    "potential": lambda p: p.customer.potential and p.customer.potential.value,
    "by_hand": lambda p: p.customer.grade_by_hand is not None,
    "added": lambda p: p.customer.added_on,
    "own_date": lambda p: p.dates,
    "likes": lambda p: p.customer.likes or None,
    "taboos": lambda p: p.customer.taboos or None,
    "notes": lambda p: p.customer.notes or None,
}


def _month(person: Person, calendar: BirthCalendar) -> str | None:
    one = person.customer
    return str(one.birth_month) if one.birth_calendar is calendar else None


def value_of(person: Person, key: str) -> object:
    return _GET[key](person)


# --- whom a rule finds ----------------------------------------------------------------------------


def holds(rule: made.Rule, person: Person, segments: Mapping[int, made.Rule]) -> bool:
    """Whether a rule finds somebody."""
    if isinstance(rule, made.All):
        return all(holds(part, person, segments) for part in rule.parts)
    if isinstance(rule, made.AnyOf):
        return any(holds(part, person, segments) for part in rule.parts)
    if isinstance(rule, made.Not):
        return not holds(rule.part, person, segments)
    if isinstance(rule, made.In):
        return rule.segment in segments and holds(segments[rule.segment], person, segments)
    return _compares(value_of(person, rule.field), rule, FIELDS[rule.field].kind)


def _fold(words: object) -> str:
    return "".join(one.lower() if one.isascii() else one for one in str(words))


def _compares(value: object, test: made.Test, kind: Kind) -> bool:
    how, wanted = test.how, list(test.values)
    if kind is Kind.YES_NO:
        return bool(value) is (wanted == ["yes"])
    if isinstance(value, set):
        return _among(value, how, wanted)
    if value is None:
        return how in (How.EMPTY, How.IS_NOT, How.LONGER_AGO_OR_NEVER)
    if how in (How.EMPTY, How.FILLED):
        return how == How.FILLED
    if isinstance(value, date):
        return _in_time(value, how, wanted)
    if isinstance(value, str):
        texts = [_fold(one) for one in wanted]
        if how == How.CONTAINS:
            return texts[0] in _fold(value)
        return (_fold(value) in texts) is (how != How.IS_NOT)
    assert isinstance(value, int | float)
    low, high = float(wanted[0]), float(wanted[-1])
    return {
        How.IS: value == low,
        How.IS_NOT: value != low,
        How.AT_LEAST: value >= low,
        How.MORE: value > low,
        How.AT_MOST: value <= low,
        How.LESS: value < low,
        How.BETWEEN: low <= value <= high,
    }[How(how)]


def _among(value: set[str], how: str, wanted: list[str | int]) -> bool:
    if how in (How.EMPTY, How.FILLED):
        return bool(value) is (how == How.FILLED)
    names, sought = {_fold(one) for one in value}, [_fold(one) for one in wanted]
    if how == How.CONTAINS:
        return any(sought[0] in name for name in names)
    return names.isdisjoint(sought) is (how == How.IS_NOT)


def _in_time(day: date, how: str, wanted: list[str | int]) -> bool:
    if isinstance(wanted[0], int):
        ago = (TODAY - day).days
        return {
            How.WITHIN_LAST: 0 <= ago <= wanted[0],
            How.LONGER_AGO: ago > wanted[0],
            How.LONGER_AGO_OR_NEVER: ago > wanted[0],
            How.WITHIN_NEXT: 0 <= -ago <= wanted[0],
        }[How(how)]
    days = [date.fromisoformat(str(one)) for one in wanted]
    return {
        How.IS: day == days[0],
        How.BEFORE: day < days[0],
        How.AFTER: day > days[0],
        How.BETWEEN: days[0] <= day <= days[-1],
    }[How(how)]


# --- what can be asked ----------------------------------------------------------------------------


def values_for(key: str, how: How, people: list[Person]) -> list[tuple[str | int, ...]]:
    """What to compare a field with: what people have, a little more, a little less, and neither."""
    field = FIELDS[key]
    if how in (How.EMPTY, How.FILLED):
        return [()]
    if field.kind is Kind.YES_NO:
        return [("yes",), ("no",)]
    if how in IN_DAYS:
        return [(n,) for n in (0, 1, 29, 30, 31, 400)]
    there: set[str | int] = set()
    for person in people:
        value = value_of(person, key)
        for one in value if isinstance(value, set) else [value]:
            if isinstance(one, date):
                there |= {(one + timedelta(days=n)).isoformat() for n in (-1, 0, 1)}
            elif isinstance(one, int | float):
                there |= {int(one) - 1, int(one), int(one) + 1}
            elif one is not None:
                there |= {str(one)} if field.kind is Kind.CHOICE else {str(one), str(one).upper()}
    if field.kind is Kind.NUMBER:
        there = {one for one in there if isinstance(one, int) and one >= 0}
    if field.kind is Kind.POINTS:
        there = {one for one in there if isinstance(one, int) and 10 <= one <= 50}
    if field.kind in (Kind.TEXT, Kind.NAMES):
        there |= {"州", "%", "_", "'", "没有"}
    ordered = sorted(there, key=lambda one: (0, one, "") if isinstance(one, int) else (1, 0, one))
    if how is How.BETWEEN:
        step = max(1, len(ordered) // 3)
        return [(a, b) for n, a in enumerate(ordered) for b in ordered[n::step]]
    if how is How.ONE_OF:
        return [tuple(ordered[n : n + 2]) for n in range(len(ordered))]
    return [(one,) for one in ordered]
