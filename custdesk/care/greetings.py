"""The words to say to a customer: lines with the customer's own facts, ready to copy."""

import re
import tomllib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING

from custdesk import paths
from custdesk.care import templates
from custdesk.care.templates import Template
from custdesk.store.spelling import COMPOUND_SURNAMES, surname

if TYPE_CHECKING:
    from custdesk.store.models import Gender


class GreetingKind(StrEnum):
    """What is said; each festival has lines of its own, by the name of `festivals.Festival`."""

    BIRTHDAY = "birthday"
    LUNAR_BIRTHDAY = "lunar_birthday"
    CALLBACK = "callback"
    CUSTOM = "custom"
    AFTER_SALE = "after_sale"
    REPLENISHMENT = "replenishment"
    RENEWAL = "renewal"
    ANNIVERSARY = "anniversary"
    WIN_BACK = "win_back"
    CASE = "case"
    """Something of theirs is to be solved."""
    CASE_SOLVED = "case_solved"
    """It was, some days ago."""
    REMEMBRANCE = "remembrance"
    """A sad day that comes every year: nobody is congratulated on it."""
    SPRING_FESTIVAL = "spring_festival"
    LANTERN_FESTIVAL = "lantern_festival"
    QINGMING = "qingming"
    DRAGON_BOAT = "dragon_boat"
    QIXI = "qixi"
    MID_AUTUMN = "mid_autumn"
    DOUBLE_NINTH = "double_ninth"
    NEW_YEARS_EVE = "new_years_eve"
    SOLAR_TERM = "solar_term"


@dataclass(frozen=True, slots=True)
class GreetingFacts:
    """What is known of a customer; "" or None or 0 is not known, and then no line asks for it.

    `called`: how the shop calls them (丽华姐), if it says so; it goes before every rule.
    `likes`: as in the customer's file, several at once; the first that is a liking is used.
    `years`: full years since the first purchase; `birthday`: in words and without its year.
    `about`: what a follow-up of their own wish is about; `festival`: also a solar term; `product`:
    what they bought or will need; `what`: what ends, or what day of theirs it is; `day`: when that
    is, in words.
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
    festival: str = ""
    product: str = ""
    what: str = ""
    day: str = ""


@dataclass(frozen=True, slots=True)
class _Line:
    template: Template
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
_SIGNS = " ，、；：。！？,;:.!?"
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
    if called := _within_a_sentence(facts.called):
        return called
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
    return [line.template.filled(known) for line in _offered(kind, known, language)]


def pick(
    kind: GreetingKind,
    facts: GreetingFacts,
    language: str,
    *,
    person: int,
    occasion: int,
    turn: int = 0,
    own: str = "",
    said: Collection[str] = (),
) -> str:
    """The line for this customer (`person`, the id) on this occasion; `turn` 1, 2, ... another one.

    `occasion` grows by one each time: the year of a birthday, the count of callbacks. `own` are the
    user's own variants, one a line; `said` what was sent on this occasion the last time. The same
    arguments give the same line.

    The user's own lines come first, so far as their facts are known, then those of CustDesk; turns
    go through all, then round again. Neither half of the latter has a line of the other, so even
    where nobody noted what was sent, the first choice is never the same twice running. What `said`
    was made of comes last, but for a line that is the only one of the user's own.
    """
    known = _known(facts, language)
    theirs = templates.read_all(own)
    offered = [line for line in theirs if line.filled(known)]
    start = (person + occasion) % max(1, len(offered))
    order = offered[start:] + offered[:start]
    only = offered if len(theirs) == 1 else []
    order += _ordered(kind, known, language, person, occasion)
    every = [*theirs, *(line.template for line in _lines(language)[kind])]
    lately = {templates.recognised(words, every, known) for words in said}
    words = {line: line.filled(known) for line in order}
    order.sort(key=lambda line: line not in only and (line in lately or words[line] in said))
    texts = list(dict.fromkeys(words[line] for line in order))
    return texts[turn % len(texts)]


def _ordered(
    kind: GreetingKind, known: dict[str, str], language: str, person: int, occasion: int
) -> list[Template]:
    """The lines of CustDesk: the occasion's half before the other, personal ones before general."""
    offered = _offered(kind, known, language)

    def rank(line: _Line) -> tuple[bool, bool]:
        return line.half != occasion % 2, not _is_personal(line)

    order: list[Template] = []
    for place in sorted({rank(line) for line in offered}):
        equals = [line.template for line in offered if rank(line) == place]
        start = (person + occasion // 2) % len(equals)
        order += equals[start:] + equals[:start]
    return order


def _is_personal(line: _Line) -> bool:
    return not line.template.asks_for <= {"name", "shop"}


def _known(facts: GreetingFacts, language: str) -> dict[str, str]:
    """The facts by the English names of their placeholders, those that are not known left out."""
    likes = (like.strip() for like in _BETWEEN_LIKES.split(facts.likes))
    like = next((like for like in likes if like and not _DISLIKE.search(like)), "")
    called = address(facts, language)
    found = {
        "likes": like,
        # One year is nothing to thank for in so many words.
        "years": str(facts.years) if facts.years >= _FEWEST_YEARS else "",
        "last_purchase": facts.last_purchase,
        "birthday": facts.birthday,
        "shop": facts.shop,
        "about": facts.about,
        "festival": facts.festival,
        "solar_term": facts.festival,
        "product": facts.product,
        "what": facts.what,
        "day": facts.day,
    }
    cleaned = {name: fact for name in found if (fact := _within_a_sentence(found[name]))}
    return {"name": _within_a_sentence(called) or called, **cleaned}


def _within_a_sentence(fact: str) -> str:
    """A fact on one line, without the signs around it that a sentence has itself."""
    fact = " ".join(fact.split()).strip(_SIGNS)
    quoted = re.fullmatch('[“「"]([^“”「」"]*)[”」"]', fact)
    return quoted[1].strip(_SIGNS) if quoted else fact


def _offered(kind: GreetingKind, known: dict[str, str], language: str) -> list[_Line]:
    return [line for line in _lines(language)[kind] if line.template.needs <= known.keys()]


@lru_cache(maxsize=4)
def _lines(language: str) -> dict[str, Sequence[_Line]]:
    with (paths.resources() / "greetings.toml").open("rb") as file:
        texts: dict[str, list[str]] = tomllib.load(file)[language]
    return {
        kind: [_Line(Template.of(text), at % 2) for at, text in enumerate(lines)]
        for kind, lines in texts.items()
    }
