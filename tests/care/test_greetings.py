"""How customers are addressed, and the words that are offered for them."""

import re
import tomllib
from dataclasses import fields, replace
from itertools import pairwise

import pytest
from hypothesis import assume, given, settings
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
    festival="立冬",
    product="白牡丹饼",
    what="会员卡",
    day="12月31日",
)
OPTIONAL = [field.name for field in fields(GreetingFacts) if field.default == ""]
HOLE = re.compile(
    r"[{}\[\]]|None|[，、；：,;:][，。、；：！？,.;:!?]|[。！？.!?][，。、；：,;:.]|“”|\"\"|\s\s|\s[，。！？,.!?]"
    r"|^[\W_]|\s$"
)
"""What a missing fact could leave behind."""


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
    festival=st.sampled_from(["", "立冬"]),
    product=st.sampled_from(["", "龙井"]),
    what=st.sampled_from(["", "车险"]),
    day=st.sampled_from(["", "12月31日"]),
    called=st.sampled_from(["", "丽华姐"]),
)


@settings(deadline=None)  # the lines are read from a file at first
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


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("kind", list(GreetingKind))
@pytest.mark.parametrize("missing", [*OPTIONAL, "years", "all"])
def test_a_missing_fact_leaves_no_hole(kind: GreetingKind, language: str, missing: str) -> None:
    gone = {name: "" for name in (OPTIONAL if missing == "all" else [missing]) if name in OPTIONAL}
    facts = replace(LIHUA, years=0 if missing in ("years", "all") else 3, **gone)  # type: ignore[arg-type]
    said = variants(kind, facts, language)
    assert len(said) >= 4
    for words in said:
        assert not HOLE.search(words), words
        assert address(facts, language) in words


some_text = st.text(st.sampled_from('茶酒AZb19 　，。、；：！？,.;:!?“”"「」（）-\n\t'), max_size=8)


@settings(deadline=None)  # the lines are read from a file at first
@given(
    st.builds(
        GreetingFacts,
        name=st.sampled_from(["张丽华", "Smith, John", "（无名）", "王总"]),
        years=st.integers(-1, 40),
        **{name: some_text for name in OPTIONAL},
    ),
    st.sampled_from(GreetingKind),
    st.sampled_from(["zh", "en"]),
)
def test_whatever_the_facts_are_the_sentence_is_whole(
    facts: GreetingFacts, kind: GreetingKind, language: str
) -> None:
    """What is odd within a fact is the customer's own; nothing odd comes of where it stands."""
    inside = [" ".join(fact.split()).strip(" ，。、；：！？,;:.!?") for fact in _texts(facts)]
    assume(not any(re.search(r"[\W_]{2}|^[\W_]|[\W_]$", fact) for fact in inside))
    for words in variants(kind, facts, language):
        assert not HOLE.search(words.removeprefix("（")), words


def _texts(facts: GreetingFacts) -> list[str]:
    return [getattr(facts, name) for name in OPTIONAL]


@pytest.mark.parametrize(
    ("about", "said"),
    [
        ("“报价”", "关于“报价”，"),
        ("报价。", "关于“报价”，"),
        (" 报价\n确认 ", "关于“报价 确认”，"),
        ("他说“好”", "关于“他说“好””，"),
        ("。。", None),
    ],
)
def test_a_fact_fits_into_its_sentence(about: str, said: str | None) -> None:
    words = "".join(variants(GreetingKind.CUSTOM, GreetingFacts("张丽华", about=about), "zh"))
    assert said in words if said else "“" not in words


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("kind", list(GreetingKind))
def test_each_half_has_two_lines_for_whom_only_the_name_is_known(
    kind: GreetingKind, language: str
) -> None:
    """So that another remains when one of them was sent by the choice of the other half."""
    lines = _lines(language, kind)
    for half in (0, 1):
        plain = [line for line in lines[half::2] if set(re.findall(r"{(.*?)}", line)) <= _NAMES]
        assert len(plain) >= 2


_NAMES = {"称呼", "name"}


def test_nobody_is_congratulated_on_qingming_or_a_sad_day() -> None:
    for kind in (GreetingKind.QINGMING, GreetingKind.REMEMBRANCE):
        words = "".join(_lines("zh", kind)) + "".join(_lines("en", kind))
        assert not re.search("快乐|祝您|恭喜|[Hh]appy|congrat|joy", words)


# --- the user's own lines -------------------------------------------------------------------------


def own(words: str, facts: GreetingFacts = LIHUA, *, year: int = 2026, **more: object) -> str:
    """What is offered of a plan's own words for a birthday."""
    return pick(
        GreetingKind.BIRTHDAY,
        facts,
        "zh",
        person=1,
        occasion=year,
        own=words,
        **more,  # type: ignore[arg-type]
    )


STOCK = set(variants(GreetingKind.BIRTHDAY, LIHUA, "zh"))


@pytest.mark.parametrize("words", ["{称呼}，生日好！", "{name}，生日好！", "｛ Name ｝，生日好！"])
def test_own_words_go_before_ours_in_either_language(words: str) -> None:
    assert own(words) == "张女士，生日好！"


def test_a_line_that_lacks_its_fact_gives_way_to_the_others() -> None:
    plain = replace(LIHUA, likes="")
    words = "{称呼}，{喜好}给您留着。\n{称呼}，生日好！"
    assert {own(words, plain, year=year) for year in range(2026, 2030)} == {"张女士，生日好！"}


@pytest.mark.parametrize(
    "words",
    ["{称呼}，{事项}快乐！", "{称呼，生日好！", "{称呼}，{昵称}好！", "[{称呼}生日好！", "  "],
)
def test_where_no_line_of_theirs_can_be_said_ours_are(words: str) -> None:
    assert own(words, replace(LIHUA, what="")) in STOCK


def test_after_their_own_lines_turns_go_on_to_ours() -> None:
    said = [own("{称呼}，一！\n{称呼}，二！", turn=turn) for turn in range(len(STOCK) + 3)]
    assert {*said[:2]} == {"张女士，一！", "张女士，二！"}
    assert {*said[2:-1]} == STOCK
    assert said[-1] == said[0]


def test_a_single_line_of_theirs_is_said_again() -> None:
    assert own("{称呼}，生日好！", said=["张女士，生日好！"]) == "张女士，生日好！"


def test_where_only_one_of_their_lines_fits_ours_stand_in_for_it_every_other_year() -> None:
    plain = replace(LIHUA, likes="")
    words = "{称呼}，{喜好}给您留着。\n{称呼}，生日好！"
    assert own(words, plain, said=["张女士，生日好！"]) in variants(
        GreetingKind.BIRTHDAY, plain, "zh"
    )


@pytest.mark.parametrize(
    "sent", ["张女士，祝您生日快乐，身体健康！", "张姐，祝您生日快乐，身体健康哦！"]
)
def test_what_was_sent_is_known_again_though_it_was_edited(sent: str) -> None:
    words = "{称呼}，祝您生日快乐，身体健康！\n{称呼}，又长一岁，愿您天天开心！"
    for year in (2026, 2027):
        assert own(words, year=year, said=[sent]) == "张女士，又长一岁，愿您天天开心！"


@settings(deadline=None)  # the lines are read from a file at first
@given(
    st.integers(1, 10**6),
    st.integers(1930, 2090),
    st.integers(2, 6),
    st.lists(some_facts, min_size=4, max_size=4),
    st.lists(
        st.sampled_from(["", "{喜好}", "[，{上次购买}]", "{年数}", "{店名}"]),
        min_size=6,
        max_size=6,
    ),
    st.lists(st.booleans(), min_size=4, max_size=4),
)
def test_nobody_hears_the_same_of_the_users_own_lines_two_years_running(
    person: int,
    year: int,
    count: int,
    known: list[GreetingFacts],
    asks: list[str],
    edited: list[bool],
) -> None:
    """Whatever becomes known or is forgotten meanwhile, and though what was sent was edited."""
    marks = ["春风得意", "夏日安康", "秋实累累", "冬暖人和", "福寿绵长", "万事胜意"][:count]
    words = "\n".join(f"{{称呼}}，{mark}{ask}！" for mark, ask in zip(marks, asks, strict=False))
    said: list[str] = []
    for at, facts in enumerate(known):
        line = pick(
            GreetingKind.BIRTHDAY, facts, "zh",
            person=person, occasion=year + at, own=words, said=said[-1:],
        )  # fmt: skip
        said.append(line + "多保重" if edited[at] else line)
    lines = [_mark(line, marks) for line in said]
    assert all(one != other for one, other in pairwise(lines)), said


def _mark(words: str, marks: list[str]) -> str:
    """Which line it is: of the user's own, or of ours."""
    own = next((mark for mark in marks if mark in words), "")
    return own or _line_of(words.removesuffix("多保重"), _lines("zh", "birthday"))


@settings(deadline=None)  # the lines are read from a file at first
@given(st.integers(1, 10**6), st.integers(1930, 2090), st.integers(2, 6), some_facts)
def test_own_lines_take_turns_even_where_nobody_notes_what_was_sent(
    person: int, year: int, count: int, facts: GreetingFacts
) -> None:
    words = "\n".join(f"{{称呼}}，第{number}句。" for number in range(count))
    said = [
        pick(GreetingKind.BIRTHDAY, facts, "zh", person=person, occasion=year + at, own=words)
        for at in range(count)
    ]
    assert len(set(said)) == count


@settings(deadline=None)  # the lines are read from a file at first
@given(
    st.sampled_from(GreetingKind),
    st.sampled_from(["zh", "en"]),
    st.integers(1, 10**6),
    st.lists(st.tuples(some_facts, st.integers(0, 5)), min_size=4, max_size=4),
)
def test_whichever_was_sent_another_is_offered_the_next_time(
    kind: GreetingKind, language: str, person: int, known: list[tuple[GreetingFacts, int]]
) -> None:
    """Though they sent not the first that was offered, but the second, the third …"""
    lines = _lines(language, kind)
    said: list[str] = []
    for at, (facts, turn) in enumerate(known):
        first = pick(kind, facts, language, person=person, occasion=2026 + at, said=said[-1:])
        if said:
            assert _line_of(first, lines) != _line_of(said[-1], lines)
        said.append(
            pick(
                kind,
                facts,
                language,
                person=person,
                occasion=2026 + at,
                said=said[-1:],
                turn=turn,
            )
        )
