"""An invented tea shop: whom it knows, and how each of them buys and is spoken with."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from random import Random
from typing import Any

from sqlmodel import Session

from custdesk.care.birthday import Birthday, Calendar
from custdesk.invention.ledger import Ledger, Product, Sold
from custdesk.invention.people import People, Person, Weighted, table
from custdesk.store.models import (
    POTENTIAL,
    REGULAR,
    VIP,
    CaseKind,
    FollowUpState,
    Gender,
    RelationKind,
)
from custdesk.store.standing import year_before

VIP_FROM, REGULAR_FROM = 100_000_00, 50_000_00
"""Cents of the last 12 months (product.md, "Grading")."""

CALLED_EVERY = {VIP: 30, REGULAR: 90, POTENTIAL: 180}
PURCHASES, INTERACTIONS = 10.0, 5.0
"""On average, those who have none included."""


@dataclass(slots=True)
class Habits:
    """How one customer buys: from when to when (days ago), how often, for how much, and what."""

    since: int
    last: int
    purchases: int
    ticket: float
    """Cents that one purchase comes to, about."""
    favourites: list[Product] = field(default_factory=list)


class Shop:
    """The shop as one seed invents it: rows are made in batches and written as they come."""

    def __init__(self, rng: Random, today: date, *, dealings: bool = True) -> None:
        """Without `dealings` only the customers of shop.toml buy and are spoken with."""
        self._rng, self._today, self._dealings = rng, today, dealings
        self._year_ago = year_before(today)
        self.made_of = made_of = table("shop.toml")
        self._people = People(rng, today)
        self._service_rng = Random(str(rng.getstate()))
        """Its own, so that service changes nothing of what else is invented."""
        self._products = {
            name: Product(id, name, price * 100)
            for id, (name, _category, price, _often) in enumerate(made_of["products"], 1)
        }
        self._asked_for = Weighted(
            rng, [(name, often) for name, _, _, often in made_of["products"]]
        )
        self._tag_ids = {name: id for id, (name, _often) in enumerate(made_of["tags"], 1)}
        self._tag = Weighted(rng, made_of["tags"])
        self._source = Weighted(rng, made_of["sources"])
        self._where = Weighted(rng, made_of["channels"])
        self._by = Weighted(
            rng, [("phone", 32), ("wechat", 44), ("visit", 18), ("sms", 4), ("email", 2)]
        )
        self._met: dict[str, int] = {}
        self._ledger = Ledger(today, self._tag_ids)

    def furnish(self, db: Session) -> None:
        """Products and tags, which all customers share."""
        connection = db.connection()
        connection.exec_driver_sql(
            "INSERT INTO product (id, name, category, price_cents) VALUES (?, ?, ?, ?)",
            [
                (id, name, category, price * 100)
                for id, (name, category, price, _often) in enumerate(self.made_of["products"], 1)
            ],
        )
        connection.exec_driver_sql(
            "INSERT INTO tag (id, name) VALUES (?, ?)",
            [(id, name) for name, id in self._tag_ids.items()],
        )

    def admit(self, ids: Sequence[int]) -> None:
        """Invent the customers with these ids; the first ones are those of shop.toml."""
        known = self.made_of["first"]
        for id in ids:
            if id <= len(known):
                self._welcome(id, known[id - 1])
            else:
                self._invent(id)

    def write(self, db: Session) -> None:
        """Insert what was invented since the last time."""
        self._ledger.write(db)

    # --- anybody ----------------------------------------------------------------------------------

    def _invent(self, id: int) -> None:
        rng = self._rng
        company = rng.random() < 0.04
        person = self._people.company() if company else self._people.person()
        habits = self._habits(company)
        spent = self._buy(id, habits) if habits.purchases else 0
        grade = (
            VIP if spent > VIP_FROM
            else REGULAR if spent >= REGULAR_FROM
            else POTENTIAL
        )  # fmt: skip
        left_alone = rng.random() < 0.01
        spoken = self._speak(id, habits, grade)
        added = self._ledger.day(habits.since)
        care_from = added if spoken else max(added, self._ledger.day(self._fresh(grade)))
        extra = self.made_of
        self._ledger.customer(
            id, person, None, added, care_from,
            private_sign=rng.random() < (0.4 if grade == VIP else 0.1),
            source=self._source.draw() if rng.random() < 0.8 else "",
            likes="、".join(rng.sample(extra["likes"], rng.randint(1, 3)))
            if not company and rng.random() < 0.5 else "",
            taboos=rng.choice(extra["taboos"]) if not company and rng.random() < 0.15 else "",
            notes=rng.choice(extra["notes"]) if not company and rng.random() < 0.3 else "",
            potential=self._potential(spent),
            preferred=self._by.draw() if rng.random() < 0.2 else None,
            left_alone=left_alone,
        )  # fmt: skip
        if rng.random() < 0.35:
            tags = {self._tag.draw() for _ in range(rng.randint(1, 2))}
            self._ledger.tags(id, sorted(tags))
        if id > 20 and rng.random() < 0.12:
            self._ledger.relation(id, rng.randrange(1, id), RelationKind.REFERRED_BY)
        if not left_alone and rng.random() < 0.03:
            self._ledger.planned(id, rng.randint(-2, 30), rng.choice(extra["follow_ups"]), None)
        elif spoken and rng.random() < 0.02:
            self._skip(id, rng.randint(1, 20))
        if habits.purchases:
            self._serve(id, habits.since)

    def _habits(self, company: bool) -> Habits:
        """Log-normal, as purchases are: a few come every week, many seldom, one of twelve never."""
        rng = self._rng
        if not self._dealings or rng.random() < 1 / 12:
            return Habits(rng.randint(0, 400), 0, 0, 0)
        mean = math.log(PURCHASES * 12 / 11) - 0.5
        often = rng.gauss(0, 1)
        count = min(max(1, round(math.exp(mean + often))), 400)
        every = math.exp(rng.gauss(3.9 - 0.45 * often, 0.6))
        lapsed = rng.random() < 0.18
        silent = every * (rng.uniform(3, 12) if lapsed else rng.expovariate(1.4))
        last = min(int(silent), 1500)
        ticket = math.exp(rng.gauss(7.0 + 0.35 * often + (1 if company else 0), 0.9)) * 100
        favourites = list(dict.fromkeys(self._asked_for.draw() for _ in range(rng.randint(1, 4))))
        return Habits(
            min(last + int(every * count), 3000), last, count, ticket,
            [self._products[name] for name in favourites],
        )  # fmt: skip

    def _potential(self, spent: int) -> str | None:
        chance = self._rng.random()
        if chance < 0.4:
            return None
        if spent > REGULAR_FROM:
            return "high" if chance < 0.8 else "medium"
        return "low" if chance < 0.65 else "medium" if chance < 0.93 else "high"

    def _fresh(self, grade: str) -> int:
        """Days since the last contact, where nobody has been forgotten; a few are overdue."""
        chance, every = self._rng.random(), CALLED_EVERY[grade]
        if chance < 0.02:
            return every + self._rng.randint(0, 5)
        if chance < 0.025:
            return every + self._rng.randint(6, 40)
        return int(self._rng.random() * every)

    # --- the first ones ---------------------------------------------------------------------------

    def _welcome(self, id: int, told: Mapping[str, Any]) -> None:
        """Somebody described in shop.toml."""
        person = Person(
            told["name"],
            Gender(told["gender"]) if "gender" in told else None,
            self._born(told["born"]) if "born" in told else None,
            told["phone"],
            *(told.get(key, "") for key in ("wechat", "email", "city", "address")),
            *(told.get(key, "") for key in ("company", "title")),
        )
        added = self._ledger.day(told["since"])
        by_hand = told.get("grade_by_hand")
        self._ledger.customer(
            id, person, by_hand, added, added,
            grade_why=told.get("grade_why", ""),
            private_sign=told.get("private_sign", False),
            **{key: told.get(key, "") for key in ("source", "likes", "taboos", "notes")},
            potential=told.get("potential"),
            preferred=told.get("preferred"),
            left_alone=False,
        )  # fmt: skip
        self._met[person.name] = id
        self._ledger.tags(id, told.get("tags", []))
        for kind in (RelationKind.REFERRED_BY, RelationKind.SPOUSE):
            if told.get(kind) in self._met:
                self._ledger.relation(id, self._met[told[kind]], kind)
        left = told.get("spend", 0) * 100
        for one in told.get("bought", []):
            lines = [
                Sold(self._products[name], n, self._products[name].cents * n)
                for name, n in one["items"]
            ]
            left -= self._ledger.purchase(id, self._ledger.day(one["days"]), lines, one["where"])
        if "purchases" in told:
            self._buy_for(id, told, left)
        for one in told["said"]:
            self._ledger.interaction(
                id, one["days"], time.fromisoformat(one["at"]), one["by"], one["words"]
            )
        for one in told.get("planned", []):
            self._ledger.planned(id, one["days"], one["words"], one.get("at"))
        for one in told.get("done", []):
            at = time.fromisoformat(one["at"])
            follow_up = self._ledger.closed(id, one["days"], at, one["note"], FollowUpState.DONE)
            self._ledger.interaction(id, one["days"], at, one["by"], one["words"], follow_up)

    def _born(self, told: Mapping[str, Any]) -> Birthday:
        if "in_days" in told:
            day = self._ledger.day(-told["in_days"])
            year = None if (day.month, day.day) == (2, 29) else told["year"]
            return Birthday(Calendar.SOLAR, year, day.month, day.day)
        calendar = Calendar.LUNAR if told.get("lunar") else Calendar.SOLAR
        return Birthday(
            calendar, told.get("year"), told["month"], told["day"], told.get("leap", False)
        )

    def _buy_for(self, id: int, told: Mapping[str, Any], cents: int) -> None:
        """Purchases that come to `cents` in the last 12 months, and as many in the years before."""
        named = told.get("bought", [])
        count, since = told["purchases"] - len(named), told["since"]
        first = max((one["days"] for one in named), default=told["last_purchase"] - 1) + 1
        favourites = [self._products[name] for name in told["favourites"]]
        this_year = min(since, (self._today - self._year_ago).days - 1)
        days = [first + (this_year - first) * at // max(1, count - 1) for at in range(count)]
        left = cents
        for at, ago in enumerate(days):
            remaining = count - at
            line = self._line(favourites, left / remaining * self._rng.uniform(0.5, 1.5))
            paid = left if remaining == 1 else min(line.cents, left - remaining)
            left -= self._ledger.purchase(
                id, self._ledger.day(ago), [line._replace(cents=paid)], self._where.draw()
            )
        if since > 366:
            earlier = Habits(since, 367, count * (since - 366) // 480, cents / count, favourites)
            self._buy(id, earlier)

    # --- what happened ----------------------------------------------------------------------------

    def _line(self, favourites: Sequence[Product], ticket: float) -> Sold:
        product = favourites[int(self._rng.random() * len(favourites))]
        quantity = min(max(1, round(ticket / product.cents)), 99)
        return Sold(product, quantity, product.cents * quantity)

    def _buy(self, id: int, habits: Habits) -> int:
        """Purchases by somebody's habits, oldest first; returns what the last 12 months bring."""
        rng, spent = self._rng, 0
        for ago in self._days(habits):
            lines = [self._line(habits.favourites, habits.ticket * (0.5 + rng.random()))]
            chance = rng.random()
            if chance < 0.22:
                other = self._products[self._asked_for.draw()]
                if other.id != lines[0].product.id:
                    lines.append(Sold(other, 1, other.cents))
            day, where = self._ledger.day(ago), self._where.draw()
            paid = self._ledger.purchase(id, day, lines, where)
            if chance > 0.985 and ago > 2:
                back = Sold(lines[0].product, -1, -lines[0].product.cents)
                note = rng.choice(self.made_of["returned"])
                day = self._ledger.day(ago - 2)
                paid += self._ledger.purchase(id, day, [back], where, note)
            if day > self._year_ago:
                spent += paid
        return spent

    def _days(self, habits: Habits) -> Iterator[int]:
        """Days ago, from the first to the last purchase, in the customer's own rhythm."""
        every = (habits.since - habits.last) / max(1, habits.purchases - 1)
        ago = float(habits.since)
        for _at in range(habits.purchases):
            yield max(habits.last, int(ago))
            ago -= every * (0.5 + self._rng.random())

    def _speak(self, id: int, habits: Habits, grade: str) -> int:
        """Interactions spread over the time somebody is known; returns how many."""
        rng = self._rng
        if not self._dealings or rng.random() < 0.1:
            return 0
        count = min(
            max(1, round(math.exp(rng.gauss(math.log(INTERACTIONS / 0.9) - 0.32, 0.8)))), 90
        )
        last = min(self._fresh(grade), habits.since)
        days = [last + int(rng.random() * (habits.since - last)) for _ in range(count - 1)]
        for ago in sorted([*days, last], reverse=True):
            by = self._by.draw()
            minutes = 9 * 60 + 5 * int(rng.random() * 120)
            at = time(minutes // 60, minutes % 60) if ago else time(9, 0)
            self._ledger.interaction(id, ago, at, by, rng.choice(self.made_of["outcomes"][by]))
        return count

    def _serve(self, id: int, since: int) -> None:
        """One of eight says how content they are, one of twenty complains or asks for something."""
        rng, made_of = self._service_rng, self.made_of
        if rng.random() < 1 / 8:
            for ago in sorted(
                (rng.randint(0, since) for _n in range(rng.randint(1, 3))), reverse=True
            ):
                score, words = rng.choice(made_of["feedback"])
                source = rng.choice(["survey", "call", "call", "visit"])
                self._ledger.feedback(id, ago, score, source, words)
        if rng.random() < 1 / 20:
            kind = CaseKind.COMPLAINT if rng.random() < 0.7 else CaseKind.REQUEST
            made = made_of["complaints" if kind is CaseKind.COMPLAINT else "requests"]
            about, solution = rng.choice(made)
            ago = rng.randint(0, min(since, 60))
            took = rng.randint(0, 12)
            waits = took > ago or (ago < 15 and rng.random() < 0.4)
            solved = None if waits else (ago - took, solution)
            self._ledger.case(id, ago, kind, about, 3, solved)

    def _skip(self, id: int, ago: int) -> None:
        words, reason = (
            self._rng.choice(self.made_of[key]) for key in ("follow_ups", "skip_reasons")
        )
        self._ledger.closed(id, ago, time(17, 30), words, FollowUpState.SKIPPED, reason)
