"""Invents people for the sample: names as often as they really are, birthdays, phones, places."""

import json
import tomllib
from bisect import bisect
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate
from random import Random
from typing import Any

from custdesk import paths
from custdesk.care.birthday import Birthday, Calendar
from custdesk.care.calendar import lunar_month_days
from custdesk.store.models import Gender
from custdesk.store.spelling import COMPOUND_SURNAMES, spell

YOUNGEST, OLDEST = 19, 86


@dataclass(slots=True)
class Person:
    """Somebody, or a company, whom nobody has met; "" where nothing is known."""

    name: str
    gender: Gender | None
    birthday: Birthday | None
    phone: str
    wechat: str = ""
    email: str = ""
    city: str = ""
    address: str = ""
    company: str = ""
    title: str = ""


class Weighted:
    """Draws words as often as their weights say."""

    def __init__(self, rng: Random, weights: Iterable[tuple[str, float]]) -> None:
        pairs = [(word, weight) for word, weight in weights if weight > 0]
        self._random = rng.random
        self._words = [word for word, _ in pairs]
        self._sums = list(accumulate(weight for _, weight in pairs))
        self._total = self._sums[-1]
        self._last = len(pairs) - 1

    def draw(self) -> str:
        return self._words[min(bisect(self._sums, self._random() * self._total), self._last)]


def table(name: str) -> dict[str, Any]:
    """A TOML file of resources/sample."""
    with (paths.resources() / "sample" / name).open("rb") as file:
        return tomllib.load(file)


class People:
    """Everybody whom one seed invents, one after the other."""

    def __init__(self, rng: Random, today: date) -> None:
        self._rng = rng
        self._today = today
        self._made_of = made_of = table("people.toml")
        names = json.loads((paths.resources() / "sample" / "names.json").read_text("utf-8"))
        self._surnames = Weighted(rng, names["surnames"].items())
        self._given = {
            (gender, age): self._given_characters(names["given"], gender, age)
            for gender in Gender
            for age in ("earlier", "between", "later")
        }
        self._cities = {city["name"]: city for city in made_of["cities"]}
        self._city = Weighted(rng, [(city["name"], city["share"]) for city in made_of["cities"]])
        self._phones: set[str] = set()

    def _given_characters(
        self, given: dict[str, tuple[int, float]], gender: Gender, age: str
    ) -> tuple[Weighted, Weighted]:
        """The characters of a given name: in the first place, and in the second or alone."""
        own = set(self._made_of["daughters" if gender is Gender.FEMALE else "sons"])
        other = set(self._made_of["sons" if gender is Gender.FEMALE else "daughters"])
        fashion = {era: set(self._made_of[era]) for era in ("earlier", "later")}

        def weight(character: str, often: int) -> float:
            usual = often * (3 if character in own else 0.01 if character in other else 0.5)
            for era, characters in fashion.items():
                if character in characters and age != era:
                    usual *= 0.5 if age == "between" else 0.06
                elif character in characters:
                    usual *= 2.5
            return usual

        weights = {char: (weight(char, often), share) for char, (often, share) in given.items()}
        return (
            Weighted(
                self._rng, [(char, often * share) for char, (often, share) in weights.items()]
            ),
            Weighted(
                self._rng, [(char, often * (1 - share)) for char, (often, share) in weights.items()]
            ),
        )

    def person(self) -> Person:
        rng = self._rng
        gender = Gender.FEMALE if rng.random() < 0.54 else Gender.MALE
        age = min(max(int(rng.gauss(46, 13)), YOUNGEST), OLDEST)
        year = self._today.year - age
        name = self._name(gender, year)
        city = self._city.draw()
        person = Person(
            name,
            gender,
            self._birthday(year),
            self.mobile(),
            city=city if rng.random() < 0.9 else "",
        )
        if rng.random() < 0.66:
            person.wechat = self._handle(name, person.phone)
        if rng.random() < 0.07:
            person.email = f"{self._handle(name, person.phone)}@example.com"
        if person.city and rng.random() < 0.6:
            person.address = self._address(city, home=True)
        if age < 62 and rng.random() < 0.35:
            person.title = rng.choice(self._made_of["titles"])
            person.company = self._company(city, short=True) if rng.random() < 0.7 else ""
        return person

    def company(self) -> Person:
        city = self._city.draw()
        code, rng = self._cities[city]["area_code"], self._rng
        digits = 7 if code == "572" else 8
        local = f"8{rng.randint(1, 8)}{rng.randrange(10 ** (digits - 2)):0{digits - 2}}"
        phone = f"+86{code}{local}" if rng.random() < 0.5 else self.mobile()
        name = self._company(city, short=False)
        address = self._address(city, home=False) if rng.random() < 0.85 else ""
        return Person(name, None, None, phone, city=city, address=address)

    def mobile(self) -> str:
        """A valid mainland mobile number (E.164) that nobody else of these people has."""
        rng = self._rng
        while True:
            prefix = rng.choice(self._made_of["mobile"])
            phone = f"+86{prefix}{rng.randrange(10**8):08}"
            if phone not in self._phones:
                self._phones.add(phone)
                return phone

    def _name(self, gender: Gender, year: int) -> str:
        chance, made_of, rng = self._rng.random(), self._made_of, self._rng
        whose = "daughters" if gender is Gender.FEMALE else "sons"
        if chance < made_of["with_dot"]:
            return f"{rng.choice(made_of['dotted_' + whose])}·{rng.choice(made_of['dotted_sons'])}"
        chance -= made_of["with_dot"]
        if chance < made_of["latin"]:
            return (
                f"{rng.choice(made_of['latin_' + whose])} {rng.choice(made_of['latin_families'])}"
            )
        surname = self._surnames.draw()
        age = "earlier" if year < 1975 else "later" if year > 1988 else "between"
        first, second = self._given[gender, age]
        alone = 0.24 if age == "between" else 0.1
        given = second.draw()
        if surname not in COMPOUND_SURNAMES and rng.random() < alone:
            return surname + given
        before = first.draw()
        while before in (given, surname):
            before = first.draw()
        if chance - made_of["latin"] < made_of["rare"]:
            given = rng.choice(made_of["rare_characters"])
        return surname + before + given

    def _birthday(self, year: int) -> Birthday | None:
        """Seven of ten are known; the older somebody is, the likelier by the lunar calendar."""
        rng = self._rng
        if rng.random() > 0.72:
            return None
        told = None if rng.random() < 0.12 else year
        if rng.random() > min(0.85, max(0.06, (2005 - year) / 60)):
            born = date(year, 1, 1) + timedelta(days=rng.randrange(365))
            return Birthday(Calendar.SOLAR, told, born.month, born.day)
        month = rng.randint(1, 12)
        leap = rng.random() < 0.3 and bool(told and lunar_month_days(told, month, True))
        days = lunar_month_days(told, month, leap) or 29
        return Birthday(Calendar.LUNAR, told, month, rng.randint(1, days), leap)

    def _handle(self, name: str, phone: str) -> str:
        """lihua_zh, zlh8818 …: what people make of their name."""
        rng = self._rng
        syllables = [part for part in spell(name) if part.isascii()]
        if len(syllables) < 2:
            return f"wx{phone[-8:]}"
        given, family = "".join(syllables[1:]), syllables[0]
        match rng.randrange(3):
            case 0:
                return f"{given}_{family[:2]}{rng.randrange(100):02}"
            case 1:
                return f"{''.join(part[0] for part in syllables)}{phone[-4:]}"
            case _:
                return f"{family}{given}{rng.choice((phone[-2:], rng.randint(70, 99)))}"

    def _address(self, city: str, *, home: bool) -> str:
        rng = self._rng
        streets: dict[str, Sequence[str]] = self._cities[city]["streets"]
        district = rng.choice(list(streets))
        address = f"{district}{rng.choice(streets[district])} {rng.randint(6, 680)} 号"
        if not home:
            return f"{address} {rng.randint(3, 22)}{rng.randint(1, 16):02} 室"
        if rng.random() < 0.7:
            floor, door = rng.randint(1, 18), rng.randint(1, 4)
            address += f" {rng.randint(1, 26)} 幢 {floor}{door:02} 室"
        return address

    def _company(self, city: str, *, short: bool) -> str:
        rng, made_of = self._rng, self._made_of
        name = "".join(rng.sample(made_of["company_words"], 2))
        trade: str = rng.choice(made_of["company_trades"])
        return name + trade.removesuffix("有限公司") if short else city + name + trade
