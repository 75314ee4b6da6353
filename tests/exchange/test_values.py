"""Names, money, quantities and choices as cells hold them."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custdesk.exchange.table import Cell
from custdesk.exchange.values import (
    CleanName,
    Unreadable,
    Why,
    clean_name,
    is_same_as_phone,
    join_name,
    looks_like_company,
    read_gender,
    read_money,
    read_quantity,
    read_yes_no,
    split_list,
)


@pytest.mark.parametrize(
    ("typed", "name", "remark"),
    [
        ("卢海海（老客户）", "卢海海", "老客户"),
        ("郭冠桂 ", "郭冠桂", ""),
        ("张 三", "张三", ""),
        ("张\u3000三", "张三", ""),
        ("王老板", "王老板", ""),
        ("张姐", "张姐", ""),
        ("李女士", "李女士", ""),
        ("（老客户）张三", "张三", "老客户"),
        ("张三(老客户", "张三", "老客户"),
        ("张三【VIP】(李四介绍)", "张三", "VIP、李四介绍"),
        ("(张三)", "张三", ""),
        ("买买提·吐尔逊", "买买提·吐尔逊", ""),
        ("买买提•吐尔逊", "买买提·吐尔逊", ""),
        ("买买提‧吐尔逊", "买买提·吐尔逊", ""),
        ("买买提・吐尔逊", "买买提·吐尔逊", ""),
        ("买买提．吐尔逊", "买买提·吐尔逊", ""),
        ("买买提 · 吐尔逊", "买买提·吐尔逊", ""),
        ("Mary  Jane SMITH", "Mary Jane SMITH", ""),
        ("J. R. Smith", "J. R. Smith", ""),
        ("ＴＯＭ", "TOM", ""),
        ("张\u200b三\ufeff", "张三", ""),
        ("张𬭎", "张𬭎", ""),
        ("\uf9d1正", "\uf9d1正", ""),  # a compatibility ideograph that NFKC would replace
        ("葛\U000e0100城", "葛\U000e0100城", ""),  # a variation of a character
        ("杭州（西湖）茶业有限公司", "杭州(西湖)茶业有限公司", ""),
        ("无", "", ""),
        ("·", "", ""),
        ("", "", ""),
    ],
)
def test_names(typed: str, name: str, remark: str) -> None:
    assert clean_name(typed) == CleanName(name, remark)


@given(st.text(max_size=30))
def test_a_clean_name_stays_clean(typed: str) -> None:
    once = clean_name(typed).name
    assert clean_name(once).name == once


@pytest.mark.parametrize(
    ("family", "given", "middle", "name"),
    [
        ("张", "丽华", "", "张丽华"),
        ("Smith", "Mary", "Ann", "Mary Ann Smith"),
        ("", "孙军宇", "", "孙军宇"),
        ("Smith", "", "", "Smith"),
    ],
)
def test_names_in_parts(family: str, given: str, middle: str, name: str) -> None:
    assert join_name(family, given, middle) == name


@pytest.mark.parametrize(
    ("name", "company"),
    [
        ("维涛信息有限公司", True),
        ("和风茶舍", True),
        ("Acme Ltd.", True),
        ("张三", False),
        ("店小二", False),
        ("Smith", False),
    ],
)
def test_firms_by_their_ending(name: str, company: bool) -> None:
    assert looks_like_company(name) is company


@pytest.mark.parametrize(
    ("cell", "cents"),
    [
        ("¥63,281.00", 6_328_100),
        ("10300", 1_030_000),
        ("1.2万", 1_200_000),
        ("1万2千", 1_200_000),
        ("１２００", 120_000),
        ("￥１,２００．５０", 120_050),
        ("-¥50", -5_000),
        ("¥-50", -5_000),
        ("（1,200.00）", -120_000),
        ("1,200元整", 120_000),
        ("RMB 1 200", 120_000),
        ("12.345", 1_235),
        (3540, 354_000),
        (0.1 + 0.2, 30),
        (58.5, 5_850),
        ("", None),
        ("-", None),
    ],
)
def test_money_in_cents(cell: Cell, cents: int | None) -> None:
    assert read_money(cell) == cents


@pytest.mark.parametrize(
    ("cell", "why"),
    [
        ("约3000", Why.ABOUT),
        ("3000多", Why.ABOUT),
        ("3000-5000", Why.ABOUT),
        ("US$12", Why.OTHER_CURRENCY),
        ("100欧元", Why.OTHER_CURRENCY),
        ("1.2E+05", Why.CUT_OFF),
        ("12,34", Why.NOT_MONEY),
        ("面议", Why.NOT_MONEY),
        (True, Why.NOT_MONEY),
        (date(2026, 1, 1), Why.NOT_MONEY),
        ("9" * 40, Why.TOO_LARGE),
        (float("inf"), Why.TOO_LARGE),
    ],
)
def test_what_is_no_amount(cell: Cell, why: Why) -> None:
    read = read_money(cell)
    assert isinstance(read, Unreadable)
    assert read.why is why


@given(st.integers(-(10**12), 10**12))
def test_every_written_amount_is_read_to_the_cent(cents: int) -> None:
    assert read_money(f"¥{Decimal(cents) / 100:,.2f}") == cents


@pytest.mark.parametrize(
    ("cell", "quantity"),
    [
        ("3", 3),
        ("2.5斤", 2.5),
        ("x3", 3),
        ("×3", 3),
        ("两盒", 2),
        ("半斤", 0.5),
        (-1, -1),
        ("", None),
    ],
)
def test_quantities(cell: Cell, quantity: float | None) -> None:
    assert read_quantity(cell) == quantity


def test_a_quantity_in_words_is_kept_as_it_is() -> None:
    assert read_quantity("许多") == Unreadable("许多", Why.NOT_A_NUMBER)


@pytest.mark.parametrize(
    ("cell", "gender"),
    [
        ("男", "male"),
        ("女士", "female"),
        ("F", "female"),
        (1, "male"),
        (2, "female"),
        ("", None),
        ("保密", None),
        (0, None),
        ("Unspecified", None),
    ],
)
def test_gender(cell: Cell, gender: str | None) -> None:
    assert read_gender(cell) == gender


def test_a_gender_that_is_none_is_kept_as_it_is() -> None:
    assert read_gender("蓝") == Unreadable("蓝", Why.NOT_A_GENDER)


@pytest.mark.parametrize(
    ("cell", "answer"), [("是", True), ("√", True), (True, True), ("否", False), ("N", False)]
)
def test_yes_and_no(cell: Cell, answer: bool) -> None:
    assert read_yes_no(cell) is answer


@pytest.mark.parametrize(
    ("cell", "items"),
    [
        ("太极、龙井、不喝咖啡", ["太极", "龙井", "不喝咖啡"]),
        ("龙井，普洱;书法/太极", ["龙井", "普洱", "书法", "太极"]),
        ("喜欢安静 龙井", ["喜欢安静", "龙井"]),
        ("Green tea, coffee", ["Green tea", "coffee"]),
        ("龙井（明前，特级）、普洱", ["龙井(明前,特级)", "普洱"]),
        ("* myContacts ::: Friends", ["Friends"]),
        ("龙井、龙井", ["龙井"]),
        ("无", []),
        ("", []),
    ],
)
def test_lists_in_a_cell(cell: str, items: list[str]) -> None:
    assert split_list(cell) == items


@pytest.mark.parametrize(
    "cell", ["同手机", "同手机号", "手机号", "微信同号", "Same as phone", "同号"]
)
def test_wechat_is_the_phone(cell: str) -> None:
    assert is_same_as_phone(cell)


@pytest.mark.parametrize("cell", ["gsu", "同上", "13812345678", ""])
def test_wechat_is_not_the_phone(cell: str) -> None:
    assert not is_same_as_phone(cell)
