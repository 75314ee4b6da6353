"""How customers are addressed, and the words that are offered for them."""

import re
import tomllib
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custdesk import paths
from custdesk.care.greetings import GreetingFacts, GreetingKind, address, pick, variants
from custdesk.store.models import Gender

LIHUA = GreetingFacts(
    name="张丽华",
    gender=Gender.FEMALE,
    likes="对花生过敏、兰花、不喝咖啡",
    years=3,
    last_purchase="明前龙井礼盒",
    birthday="农历十月十三",
    shop="和风茶舍",
    about="报价确认",
)


@pytest.mark.parametrize(
    ("facts", "chinese", "english"),
    [
        (GreetingFacts("张丽华", Gender.FEMALE), "张女士", "张丽华"),
        (GreetingFacts("张卫国", Gender.MALE), "张先生", "张卫国"),
        (GreetingFacts("张𬭎"), "张𬭎", "张𬭎"),
        (GreetingFacts("张丽华", Gender.FEMALE, called="丽华姐"), "丽华姐", "丽华姐"),
        (GreetingFacts("尉迟恭", Gender.MALE), "尉迟先生", "尉迟恭"),
        (GreetingFacts("万俟雪", Gender.FEMALE), "万俟女士", "万俟雪"),
        (GreetingFacts("欧阳", Gender.FEMALE), "欧阳女士", "欧阳"),
        (GreetingFacts("曾 丽", Gender.FEMALE), "曾女士", "曾 丽"),
        (GreetingFacts("张丽华（茶友会）", Gender.FEMALE), "张女士", "张丽华"),
        (GreetingFacts("张先生", Gender.MALE), "张先生", "张先生"),
        (GreetingFacts("王总", Gender.MALE), "王总", "王总"),
        (GreetingFacts("刘老师", Gender.FEMALE), "刘老师", "刘老师"),
        (GreetingFacts("老王", Gender.MALE), "老王", "老王"),
        (GreetingFacts("张子涵", Gender.FEMALE, age=8), "子涵", "张子涵"),
        (GreetingFacts("张涵", Gender.FEMALE, age=8), "张涵", "张涵"),
        (GreetingFacts("张子涵", Gender.FEMALE, age=18), "张女士", "张子涵"),
        (GreetingFacts("杭州和茗茶业", company=True), "杭州和茗茶业", "杭州和茗茶业"),
        (GreetingFacts("买买提·吐尔逊", Gender.MALE), "买买提", "买买提"),
        (GreetingFacts("John Smith", Gender.MALE), "John", "John"),
        (GreetingFacts("Smith, John"), "John", "John"),
        (GreetingFacts("Smith"), "Smith", "Smith"),
        (GreetingFacts("J. Smith"), "J. Smith", "J. Smith"),
        (GreetingFacts("Dr. Lee"), "Dr. Lee", "Dr. Lee"),
        (GreetingFacts("（无名）"), "（无名）", "（无名）"),
    ],
)
def test_address(facts: GreetingFacts, chinese: str, english: str) -> None:
    assert (address(facts, "zh"), address(facts, "en")) == (chinese, english)


def test_words_hold_the_customers_own_facts() -> None:
    said = variants(GreetingKind.BIRTHDAY, LIHUA, "zh")
    assert (
        "张女士，生日快乐！记得您喜欢兰花，愿新的一岁里，喜欢的都常在身边。"  # not 花生, not 咖啡
        in said
    )
    assert "张女士，生日快乐！感谢您3年来的信任，和风茶舍祝您平安健康，事事如意。" in said


def test_a_lunar_birthday_says_its_day() -> None:
    said = variants(GreetingKind.LUNAR_BIRTHDAY, LIHUA, "zh")
    assert "张女士，农历十月十三是您的生日，祝您生日快乐，岁岁平安！" in said


@pytest.mark.parametrize("likes", ["对花生过敏", "不喝咖啡、忌辣", "allergic to nuts", "no coffee"])
def test_what_somebody_does_not_like_is_never_said(likes: str) -> None:
    plain = GreetingFacts("张丽华", likes=likes)
    for kind in GreetingKind:
        assert variants(kind, plain, "zh") == variants(kind, GreetingFacts("张丽华"), "zh")


def test_one_year_is_not_counted() -> None:
    first = GreetingFacts("张丽华", years=1, shop="和风茶舍")
    assert not any("1年" in said for said in variants(GreetingKind.BIRTHDAY, first, "zh"))


def test_a_fact_with_braces_is_said_as_it_is() -> None:
    odd = GreetingFacts("张丽华", last_purchase="{店名}茶")
    said = variants(GreetingKind.CALLBACK, odd, "zh")
    assert any("{店名}茶" in words for words in said)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("kind", list(GreetingKind))
def test_a_name_alone_is_enough_in_both_halves(kind: GreetingKind, language: str) -> None:
    nameless = GreetingFacts("张丽华")
    first, second = (
        pick(kind, nameless, language, person=1, occasion=year) for year in (2026, 2027)
    )
    assert first != second
    assert "张丽华" in first and "张丽华" in second


def _lines(language: str, kind: str) -> list[str]:
    file = paths.resources() / "greetings.toml"
    lines: list[str] = tomllib.loads(file.read_text("utf-8"))[language][kind]
    return lines


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("kind", list(GreetingKind))
def test_every_line_is_offered_when_all_is_known(kind: GreetingKind, language: str) -> None:
    lines = _lines(language, kind)
    said = variants(kind, LIHUA, language)
    assert len(set(said)) == len(lines)
    assert not any(re.search(r"[{}]", words) for words in said)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("kind", list(GreetingKind))
def test_turns_go_through_every_line_once(kind: GreetingKind, language: str) -> None:
    every = variants(kind, LIHUA, language)
    said = [
        pick(kind, LIHUA, language, person=7, occasion=2026, turn=turn)
        for turn in range(len(every) + 1)
    ]
    assert sorted(said[:-1]) == sorted(every)
    assert said[-1] == said[0]


def test_the_customers_own_facts_come_first() -> None:
    said = pick(GreetingKind.LUNAR_BIRTHDAY, LIHUA, "zh", person=12, occasion=2026)
    assert any(fact in said for fact in ("兰花", "3年", "十月十三"))


some_facts = st.builds(
    GreetingFacts,
    name=st.sampled_from(["张丽华", "Smith", "买买提·吐尔逊"]),
    likes=st.sampled_from(["", "兰花", "不喝咖啡"]),
    years=st.integers(0, 5),
    last_purchase=st.sampled_from(["", "龙井"]),
    birthday=st.sampled_from(["", "农历十月十三"]),
    shop=st.sampled_from(["", "和风茶舍"]),
    about=st.sampled_from(["", "报价"]),
)


@given(
    st.sampled_from(GreetingKind),
    st.sampled_from(["zh", "en"]),
    st.integers(0, 10**6),
    st.integers(1930, 2090),
    st.lists(some_facts, min_size=3, max_size=3),
)
def test_nobody_hears_the_same_twice_running(
    kind: GreetingKind, language: str, person: int, year: int, known: list[GreetingFacts]
) -> None:
    """Even when more, or less, is known of the customer a year later."""
    lines = _lines(language, kind)
    said = [
        _line_of(pick(kind, facts, language, person=person, occasion=year + at), lines)
        for at, facts in enumerate(known)
    ]
    assert all(one != other for one, other in pairwise(said))


def _line_of(words: str, lines: list[str]) -> str:
    """The line of the file that these words were made of."""
    patterns = [re.sub(r"\\\{[^}]*\\\}", ".+", re.escape(line)) for line in lines]
    (found,) = [
        line for line, pattern in zip(lines, patterns, strict=True) if re.fullmatch(pattern, words)
    ]
    return found


@given(some_facts, st.sampled_from(GreetingKind), st.sampled_from(["zh", "en"]))
def test_no_words_have_a_hole(facts: GreetingFacts, kind: GreetingKind, language: str) -> None:
    said = variants(kind, facts, language)
    assert said
    for words in said:
        assert not re.search(r"[{}]|None|  |，，|““|“”", words)
        assert address(facts, language) in words
