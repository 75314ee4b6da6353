"""How names are spelt in pinyin, and in which order they stand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custdesk.store.spelling import fold, sort_key, spell, spellings, surname


@pytest.mark.parametrize(
    ("name", "spelt"),
    [
        ("张丽华", "zhang li hua"),
        ("曾国强", "zeng guo qiang"),
        ("单永福", "shan yong fu"),
        ("仇英", "qiu ying"),
        ("解晓东", "xie xiao dong"),
        ("查良镛", "zha liang yong"),
        ("区文诗", "ou wen shi"),
        ("缪可", "miao ke"),
        ("盖文", "ge wen"),
        ("朴正", "piao zheng"),
        ("尉迟恭", "yu chi gong"),
        ("万俟卨", "mo qi xie"),
        ("欧阳娜", "ou yang na"),
        ("单于明", "chan yu ming"),
        ("吕布", "lv bu"),
        ("张𬭎", "zhang hong"),
        ("王㛃", "wang jie"),
        ("Anna Smith", "anna smith"),
        ("Zoë O'Neil", "zoe o neil"),
        ("", ""),
    ],
)
def test_the_likeliest_reading(name: str, spelt: str) -> None:
    assert " ".join(spell(name)) == spelt


def test_a_character_with_several_readings_has_several_spellings() -> None:
    assert {"".join(one) for one in spellings("单乐")} >= {"shanle", "danle", "shanyue"}


def test_few_spellings_of_a_long_name() -> None:
    assert len(spellings("重行长乐单曾查" * 4)) <= 8


@pytest.mark.parametrize(
    ("name", "family"),
    [
        ("张丽华", "张"),
        ("欧阳娜", "欧阳"),
        ("尉迟恭", "尉迟"),
        ("欧阳", "欧"),
        ("买买提·吐尔逊", ""),
        ("Anna Smith", ""),
        ("𬭎", "𬭎"),
        ("", ""),
    ],
)
def test_surnames(name: str, family: str) -> None:
    assert surname(name) == family


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("ＺＬＨ１３８", "zlh138"),
        ("Zoë", "zoe"),
        ("STRASSE", "strasse"),
        ("張", "張"),
        ("𬭎", "𬭎"),
    ],
)
def test_folding(typed: str, folded: str) -> None:
    assert fold(typed) == folded


def test_names_stand_in_the_order_of_their_pinyin_surname_first() -> None:
    names = [
        "张丽",
        "曾明",
        "Anna",
        "阿依古丽·艾山",
        "欧阳娜",
        "区文诗",
        "单国",
        "王㛃",
        "李四",
        "李三",
    ]
    assert sorted(names, key=sort_key) == [
        *(
            "阿依古丽·艾山",
            "Anna",
            "李三",
            "李四",
            "区文诗",
            "欧阳娜",
            "单国",
            "王㛃",
            "曾明",
            "张丽",
        )
    ]


def test_a_shorter_surname_comes_first() -> None:
    """zhang must not come before zha."""
    assert sorted(["张一", "查一"], key=sort_key) == ["查一", "张一"]


@given(st.text())
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(max_size=30))
def test_any_text_has_a_place_in_the_list(name: str) -> None:
    assert isinstance(sort_key(name), str)
    assert len(spellings(name)) <= 8
