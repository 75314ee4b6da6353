"""The words to say to a customer: lines with the customer's own facts, ready to copy."""

import re
import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from string import Formatter
from typing import TYPE_CHECKING

from custdesk import paths
from custdesk.store.spelling import COMPOUND_SURNAMES, surname

if TYPE_CHECKING:
    from custdesk.store.models import Gender


class GreetingKind(StrEnum):
    BIRTHDAY = "birthday"
    LUNAR_BIRTHDAY = "lunar_birthday"
    CALLBACK = "callback"
    CUSTOM = "custom"


@dataclass(frozen=True, slots=True)
class GreetingFacts:
    """What is known of a customer; "" or None or 0 is not known, and then no line asks for it.

    `called`: how the shop calls them (丽华姐), if it says so; it goes before every rule.
    `likes`: as in the customer's file, several at once; the first that is a liking is used.
    `years`: full years since the first purchase; `birthday`: in words and without its year.
    `about`: what a follow-up of their own wish is about.
    """

    name: str
    gender: "Gender | None" = None
    company: bool = False
    age: int | None = None
    called: str = ""
    likes: str = ""
    years: int = 0
    last_purchase: str = ""
    birthday: str = ""
    shop: str = ""
    about: str = ""


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    needs: frozenset[str]
    half: int
    """0 or 1: said on even occasions, or on odd ones."""


_TITLES = {"female": "女士", "male": "先生"}
_TITLED = re.compile(
    r"^[小老阿].$|.(先生|女士|小姐|太太|夫人|老师|医生|大夫|师傅|老板|经理|主任|教授|律师|阿姨|叔叔"
    r"|大哥|大姐|姐姐|哥哥|奶奶|爷爷|同学|[姐哥姨叔嫂])$|^.[总董工]$"
    r"|^(mr|mrs|ms|miss|dr|prof)\b",
    re.IGNORECASE,
)
_REMARK = re.compile(r"[（(【\[][^）)】\]]*[）)】\]]")
_DOT = re.compile("[·•・‧･]")
_BETWEEN_LIKES = re.compile(r"[、，,；;/|·•\n]+")
_DISLIKE = re.compile(
    r"不(?!锈|倒)|过敏|忌|怕|戒(?!指)|讨厌|别(?!墅)|勿|allerg|dislike|\b(no|not|never|hates?)\b",
    re.IGNORECASE,
)
_ADULT = 18
_FEWEST_YEARS = 2


def address(facts: GreetingFacts, language: str) -> str:
    """How to address the customer in Chinese ("zh") or English words.

    1. As the shop calls them, if it says so.
    2. A company by its name.
    3. A name with a title, or a nickname, stays: 张先生, 王总, 刘老师, 丽华姐, 小李, Dr. Lee.
    4. 买买提·吐尔逊 is 买买提: what stands before the dot.
    5. In Chinese, a Chinese name is the surname, of one character or two, with 先生 or 女士; the
       full name where the gender is not known; a child (under 18) is the given name.
    6. In English, a Chinese name is the full name.
    7. A Latin name is the first name, in either language: John of "John Smith", "Smith, John".
    Words in brackets (张丽华（茶友）) are the shop's own remark and never said.
    """
    if facts.called:
        return facts.called
    name = " ".join(_REMARK.sub("", facts.name).split()) or facts.name
    if facts.company or _TITLED.search(name):
        return name
    if _DOT.search(name):
        return _DOT.split(name)[0].strip() or name
    if not surname(name):
        return _first_name(name)
    return _chinese_address(facts, name.replace(" ", "")) if language == "zh" else name


def _first_name(name: str) -> str:
    family, _comma, given = name.partition(",")
    words = (given or family).split()
    is_initial = bool(words) and len(words[0].strip(".")) < 2
    return name if is_initial or not words else words[0]


def _chinese_address(facts: GreetingFacts, name: str) -> str:
    family = name if name in COMPOUND_SURNAMES else surname(name)
    if facts.age is not None and facts.age < _ADULT:
        given = name.removeprefix(family)
        return given if len(given) > 1 else name
    title = _TITLES.get(facts.gender) if facts.gender else None
    return family + title if title else name


def variants(kind: GreetingKind, facts: GreetingFacts, language: str) -> list[str]:
    """Every line whose facts are all known, in the order of resources/greetings.toml."""
    known = _known(facts, language)
    return [line.text.format_map(known) for line in _offered(kind, known, language)]


def pick(
    kind: GreetingKind,
    facts: GreetingFacts,
    language: str,
    *,
    person: int,
    occasion: int,
    turn: int = 0,
) -> str:
    """The line for this customer (`person`, the id) on this occasion; `turn` 1, 2, ... another one.

    `occasion` grows by one each time: the year of a birthday, the count of callbacks. The same
    arguments give the same line. Even and odd occasions have no line in common, so the first
    choice is never the same twice running, whatever has become known in between. Lines with the
    customer's own facts come before general ones; turns go through all lines, then round again.
    """
    known = _known(facts, language)
    offered = _offered(kind, known, language)

    def rank(line: _Line) -> tuple[bool, bool]:
        return line.half != occasion % 2, not _is_personal(line)

    order: list[_Line] = []
    for place in sorted({rank(line) for line in offered}):
        equals = [line for line in offered if rank(line) == place]
        start = (person + occasion // 2) % len(equals)
        order += equals[start:] + equals[:start]
    return order[turn % len(order)].text.format_map(known)


def _is_personal(line: _Line) -> bool:
    return not line.needs <= {"称呼", "name", "店名", "shop"}


def _known(facts: GreetingFacts, language: str) -> dict[str, str]:
    """The facts by the placeholders of that language, those that are not known left out."""
    likes = (like.strip() for like in _BETWEEN_LIKES.split(facts.likes))
    like = next((like for like in likes if like and not _DISLIKE.search(like)), "")
    # One year is nothing to thank for in so many words.
    years = str(facts.years) if facts.years >= _FEWEST_YEARS else ""
    found = {
        ("称呼", "name"): address(facts, language),
        ("喜好", "likes"): like,
        ("年数", "years"): years,
        ("上次购买", "last_purchase"): facts.last_purchase,
        ("生日", "birthday"): facts.birthday,
        ("店名", "shop"): facts.shop,
        ("事由", "about"): facts.about,
    }
    return {
        (chinese if language == "zh" else english): fact
        for (chinese, english), fact in found.items()
        if fact
    }


def _offered(kind: GreetingKind, known: dict[str, str], language: str) -> list[_Line]:
    return [line for line in _lines(language)[kind] if line.needs <= known.keys()]


@lru_cache(maxsize=4)
def _lines(language: str) -> dict[str, list[_Line]]:
    with (paths.resources() / "greetings.toml").open("rb") as file:
        texts: dict[str, list[str]] = tomllib.load(file)[language]
    return {
        kind: [_Line(text, _needs(text), at % 2) for at, text in enumerate(lines)]
        for kind, lines in texts.items()
    }


def _needs(text: str) -> frozenset[str]:
    return frozenset(name for _text, name, _spec, _form in Formatter().parse(text) if name)
