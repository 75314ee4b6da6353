"""Typed text -> customers: whoever should be found is, and nobody else."""

import json
import random
import re
from datetime import date
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custdesk.people import customers
from custdesk.store.models import REGULAR, VIP, ContactKind, FormerNumber
from custdesk.store.search import Order, highlight
from custdesk.store.spelling import spell, surname
from custdesk.store.store import Store
from tests.conftest import Opener
from tests.helpers import (
    TEA_SHOP,
    add,
    bought,
    bring_in,
    contents,
    edit,
    faults,
    find,
    found_ids,
    names,
    restore,
    spoke,
    trash,
)


@pytest.fixture
def shop(store: Store) -> Store:
    """A few customers of every kind of name."""
    add(
        store, "张丽华", phone="13812345678", company="西湖茶业有限公司", city="杭州", tags=["绿茶"]
    )
    add(store, "张力", phone=["13900001234", "0571-88886666"], notes="喜欢下午来，不要早上打电话")
    add(store, "曾国强", phone="15008902662", likes="太极、龙井", city="宁波")
    add(store, "单永福", phone="13812349999", wechat="shan_1970", email="fu@example.com")
    add(store, "仇英", phone="+1 415 555 2671", notes="上海街12号")
    add(store, "解晓东")
    add(store, "查良镛")
    add(store, "区文诗")
    add(store, "尉迟恭")
    add(store, "万俟卨")
    add(store, "买买提·吐尔逊")
    add(store, "张𬭎")
    add(store, "Anna Smith", email="anna.smith@example.com")
    add(store, "Zoë Müller")
    return store


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("张", ["张𬭎", "张力", "张丽华"]),
        ("丽", ["张丽华"]),
        ("张丽", ["张丽华"]),
        ("张丽华", ["张丽华"]),
        ("丽华", ["张丽华"]),
        ("张华", []),
        ("zlh", ["张丽华"]),
        ("ZLH", ["张丽华"]),
        ("ｚｌｈ", ["张丽华"]),
        ("zl", ["查良镛", "张力", "张丽华"]),
        ("lh", ["张丽华"]),
        ("zhang", ["张𬭎", "张力", "张丽华"]),
        ("zhangli", ["张力", "张丽华"]),
        ("zhanglihua", ["张丽华"]),
        ("lihua", ["张丽华"]),
        ("zhanglih", ["张丽华"]),
        ("zhang li", ["张力", "张丽华"]),
        ("zeng", ["曾国强"]),
        ("zgq", ["曾国强"]),
        ("shan", ["单永福"]),
        ("syf", ["单永福"]),
        ("qiuying", ["仇英"]),
        ("xxd", ["解晓东"]),
        ("zha", ["查良镛", "张𬭎", "张力", "张丽华"]),
        ("zly", ["查良镛"]),
        ("ouwenshi", ["区文诗"]),
        ("尉迟", ["尉迟恭"]),
        ("yuchi", ["尉迟恭"]),
        ("ycg", ["尉迟恭"]),
        ("万俟", ["万俟卨"]),
        ("moqi", ["万俟卨"]),
        ("买买提", ["买买提·吐尔逊"]),
        ("吐尔逊", ["买买提·吐尔逊"]),
        ("买买提·吐尔逊", ["买买提·吐尔逊"]),
        ("买买提吐尔逊", []),
        ("mmt", ["买买提·吐尔逊"]),
        ("mmtt", ["买买提·吐尔逊"]),
        ("maimaiti", ["买买提·吐尔逊"]),
        ("maimaititu", ["买买提·吐尔逊"]),
        ("𬭎", ["张𬭎"]),
        ("张𬭎", ["张𬭎"]),
        ("Smith", ["Anna Smith"]),
        ("smi", ["Anna Smith"]),
        ("anna smith", ["Anna Smith"]),
        ("smith anna", ["Anna Smith"]),
        ("Zoe", ["Zoë Müller"]),
        ("Zoë", ["Zoë Müller"]),
        ("muller", ["Zoë Müller"]),
        ("5678", ["张丽华"]),
        ("1381234", ["单永福", "张丽华"]),
        ("138 1234 5678", ["张丽华"]),
        ("138-1234-5678", ["张丽华"]),
        ("+8613812345678", ["张丽华"]),
        ("１３８１２３４５６７８", ["张丽华"]),
        ("12345678", ["张丽华"]),
        ("345", ["张丽华"]),
        ("13812345679", []),
        ("34567812", []),
        ("1234", ["单永福", "张力", "张丽华"]),
        ("8888", ["张力"]),
        ("0571", ["张力"]),
        ("0571-88886666", ["张力"]),
        ("057188886666", ["张力"]),
        ("0571 8888", ["张力"]),
        ("4155552671", ["仇英"]),
        ("西湖", ["张丽华"]),
        ("西湖茶业", ["张丽华"]),
        ("公司", ["张丽华"]),
        ("下午", ["张力"]),
        ("早上打电话", ["张力"]),
        ("来不要", []),
        ("龙井", ["曾国强"]),
        ("宁波", ["曾国强"]),
        ("绿茶", ["张丽华"]),
        ("上海街12号", ["仇英"]),
        ("shan_1970", ["单永福"]),
        ("fu@example.com", ["单永福"]),
        ("0003", ["曾国强"]),
        ("3", ["曾国强"]),
        ("张 杭州", ["张丽华"]),
        ("zl 5678", ["张丽华"]),
        ("张 宁波", []),
        ("张　丽", ["张丽华"]),
        ("  张丽华  ", ["张丽华"]),
        ("没有这个人", []),
        ("qqqq", []),
        ("…", []),
        ('"', []),
        ("a\"b OR 'c", []),
        ("张*", ["张𬭎", "张力", "张丽华"]),
        ("%", []),
    ],
)
def test_typed_text_finds(shop: Store, typed: str, found: list[str]) -> None:
    assert find(shop, typed) == found


def test_nothing_typed_finds_everybody_in_list_order(shop: Store) -> None:
    everybody = [
        *("Anna Smith", "买买提·吐尔逊", "万俟卨", "区文诗", "仇英", "单永福", "解晓东"),
        *("尉迟恭", "曾国强", "查良镛", "张𬭎", "张力", "张丽华", "Zoë Müller"),
    ]
    assert find(shop, "") == find(shop, "   ") == everybody


def test_each_further_term_narrows(shop: Store) -> None:
    assert [len(find(shop, typed)) for typed in ("z", "z l", "z l 杭州", "z l 杭州 宁波")] == [
        *(6, 3, 1, 0)
    ]


def test_an_edit_is_found_at_once(shop: Store) -> None:
    id = found_ids(shop, "解晓东")[0]
    edit(shop, id, name="谢晓东", notes="改姓了")
    assert find(shop, "解晓东") == []
    assert find(shop, "谢") == find(shop, "改姓") == ["谢晓东"]


def test_a_number_of_before_a_merge_still_finds(store: Store) -> None:
    bring_in(store, "customers_gb18030.csv")
    assert find(store, "0803") == ["曾国强"]


@pytest.mark.parametrize(
    "number", ["A12", "VIP-77001", "vip77001", "77-01", "2024-0017", "会员专号"]
)
def test_a_number_that_is_more_than_digits_finds(store: Store, number: str) -> None:
    add(store, "张丽华", number=number)
    add(store, "李国强")
    assert find(store, number) == ["张丽华"]


@pytest.mark.parametrize("typed", ["0031", "88123", "VIP-77001", "会员专号"])
def test_former_numbers_of_any_length_find(store: Store, typed: str) -> None:
    id = add(store, "张丽华")
    add(store, "李国强")
    with store.write("Merge") as db:
        for number in ("0031", "88123", "VIP-77001", "会员专号"):
            db.add(FormerNumber(customer_id=id, number=number))
    assert find(store, typed) == ["张丽华"]


def test_a_phone_kept_as_it_was_typed_finds(store: Store) -> None:
    """An import keeps a number that has no area code, full-width digits and all."""
    id = add(store, "张丽华")
    with store.write("Import") as db:
        customers.put_contact(db, id, ContactKind.PHONE, "８８８８ ６６６６")
    assert find(store, "88886666") == find(store, "6666") == ["张丽华"]


def test_the_trash_is_not_searched(shop: Store) -> None:
    id = found_ids(shop, "zlh")[0]
    trash(shop, id)
    assert find(shop, "zlh") == find(shop, "5678") == find(shop, "绿茶") == []
    restore(shop, id)
    assert find(shop, "zlh") == find(shop, "5678") == find(shop, "绿茶") == ["张丽华"]


def test_long_runs_among_many_hits_are_checked(store: Store) -> None:
    """All the four-digit pieces of the number that is typed, and yet not the number."""
    add(store, "真", phone="13812381238")
    add(store, "假", notes="x", phone=["13812380000", "13912381238"])
    assert find(store, "13812381238") == ["真"]


# --- order and filters ----------------------------------------------------------------------------


@pytest.fixture
def three(store: Store) -> Store:
    one = add(store, "张一", grade=VIP, city="杭州", tags=["绿茶"])
    two = add(store, "李二", grade=REGULAR, city="宁波", number="12")
    three = add(store, "王三", tags=["绿茶"], solar="11-22")
    bought(store, one, "2026-10-01", 5000)
    bought(store, two, "2026-11-01", 90000)
    spoke(store, one, "2026-11-01")
    spoke(store, three, "2026-06-01")
    return store


@pytest.mark.parametrize(
    ("order", "forward", "backward"),
    [
        (Order.NAME, "李二 王三 张一", "张一 王三 李二"),
        (Order.NUMBER, "李二 张一 王三", "王三 张一 李二"),
        (Order.GRADE, "张一 李二 王三", "王三 李二 张一"),
        (Order.CITY, "李二 张一 王三", "张一 李二 王三"),
        (Order.SPEND, "王三 张一 李二", "李二 张一 王三"),
        (Order.LAST_CONTACT, "王三 张一 李二", "张一 王三 李二"),
        (Order.LAST_PURCHASE, "张一 李二 王三", "李二 张一 王三"),
        (Order.NEXT_FOLLOW_UP, "王三 张一 李二", "李二 张一 王三"),
    ],
)
def test_orders(three: Store, order: Order, forward: str, backward: str) -> None:
    assert find(three, "", order=order) == forward.split()
    assert find(three, "", order=order, descending=True) == backward.split()


@pytest.mark.parametrize(
    ("narrowed", "found"),
    [
        ({"grades": frozenset({VIP})}, "张一"),
        ({"grades": frozenset({VIP, REGULAR})}, "李二 张一"),
        ({"tag": "绿茶"}, "王三 张一"),
        ({"tag": "红茶"}, ""),
        ({"city": "宁波"}, "李二"),
        ({"city": ""}, "王三"),
        ({"silent_since": date(2026, 11, 1)}, "李二 王三"),
        ({"silent_since": date(2026, 11, 2)}, "李二 王三 张一"),
        ({"tag": "绿茶", "grades": frozenset({VIP})}, "张一"),
    ],
)
def test_filters(three: Store, narrowed: dict[str, object], found: str) -> None:
    assert find(three, "", **narrowed) == found.split()


def test_text_and_filters_narrow_together(three: Store) -> None:
    assert find(three, "yi", tag="绿茶") == ["张一"]
    assert find(three, "er", tag="绿茶") == []


def test_equal_names_stand_in_the_order_they_came(store: Store) -> None:
    ids = [add(store, "张丽华") for _time in range(5)]
    assert found_ids(store, "zlh") == found_ids(store, "") == ids


# --- highlight ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "typed", "marked"),
    [
        ("张丽华", "张丽", "[张丽]华"),
        ("张丽华", "丽华", "张[丽华]"),
        ("张丽华", "zlh", "[张丽华]"),
        ("张丽华", "lh", "张[丽华]"),
        ("张丽华", "zhang", "[张]丽华"),
        ("张丽华", "zhangl", "[张丽]华"),
        ("张丽华", "lihua", "张[丽华]"),
        ("张丽华", "z 华", "[张]丽[华]"),
        ("张丽华", "5678", "张丽华"),
        ("张丽华", "", "张丽华"),
        ("单永福", "shan", "[单]永福"),
        ("尉迟恭", "ycg", "[尉迟恭]"),
        ("张𬭎", "𬭎", "张[𬭎]"),
        ("买买提·吐尔逊", "吐尔", "买买提·[吐尔]逊"),
        ("Anna Smith", "smi", "Anna [Smi]th"),
        ("Ａｎｎａ", "anna", "[Ａｎｎａ]"),
        ("张丽华", "qq", "张丽华"),
        ("买买提·吐尔逊", "mmtt", "[买买提]·[吐]尔逊"),
        ("买买提·吐尔逊", "tuer", "买买提·[吐尔]逊"),
    ],
)
def test_what_was_typed_is_marked_in_the_name(name: str, typed: str, marked: str) -> None:
    ranges = highlight(name, typed)
    shown = name
    for start, end in reversed(ranges):
        shown = f"{shown[:start]}[{shown[start:end]}]{shown[end:]}"
    assert shown == marked


# --- the tea shop ---------------------------------------------------------------------------------


@cache
def picked() -> list[tuple[str, str, str]]:
    """Thirty customers of the shop by seed: number, name, phone."""
    truth = json.loads((TEA_SHOP / "truth.json").read_text(encoding="utf-8"))
    people = [
        (number, one["name"], one["phone"])
        for number, one in truth["people"].items()
        if re.fullmatch(r"[\u3400-\u9fff\U00020000-\U000323af]{2,4}", one["name"])
    ]
    return random.Random(20261121).sample(people, 30)


def _ways(name: str, phone: str) -> dict[str, str]:
    syllables = spell(name)
    family = surname(name)
    return {
        "full name": name,
        "surname": family,
        "given name": name.removeprefix(family),
        "initials": "".join(syllable[0] for syllable in syllables),
        "full pinyin": "".join(syllables),
        "spaced pinyin": " ".join(syllables),
        "last four digits": phone[-4:],
        "whole phone": phone,
    }


@pytest.fixture(scope="module")
def tea_shop(tmp_path_factory: pytest.TempPathFactory) -> Store:
    from datetime import datetime

    from custdesk.opening import open_store
    from tests.helpers import Clock

    path = tmp_path_factory.mktemp("shop") / "shop.custdesk"
    store = open_store(path, Clock(datetime(2026, 11, 21, 9)))
    store.new_day()
    bring_in(store, "customers.xlsx")
    return store


@settings(deadline=None)
@given(st.text(max_size=20))
def test_anything_may_be_typed(tea_shop: Store, typed: str) -> None:
    assert len(find(tea_shop, typed)) <= 798


@pytest.mark.parametrize("person", picked(), ids=lambda person: person[0])
def test_a_customer_of_the_shop_is_found_in_every_way(
    tea_shop: Store, person: tuple[str, str, str]
) -> None:
    number, name, phone = person
    [id] = [id for id in found_ids(tea_shop, name) if number in _numbers(tea_shop, id)]
    missed = {
        way: typed
        for way, typed in _ways(name, phone).items()
        if id not in found_ids(tea_shop, typed)
    }
    assert missed == {}


def _numbers(store: Store, id: int) -> list[str]:
    from sqlalchemy import text

    with store.read() as db:
        return list(
            db.execute(
                text(
                    "SELECT number FROM customer WHERE id = :id"
                    " UNION SELECT number FROM former_number WHERE customer_id = :id"
                ),
                {"id": id},
            ).scalars()
        )


@pytest.mark.parametrize(
    "typed", ["张", "z", "zl", "li", "1234", "888", "杭州", "公司", "张 杭州", "8"]
)
def test_the_index_finds_what_reading_everybody_finds(tea_shop: Store, typed: str) -> None:
    """The same answer as looking at every customer one by one."""
    from sqlalchemy import text

    from custdesk.store.spelling import fold, spellings

    with tea_shop.read() as db:
        people = db.execute(
            text(
                "SELECT id, number, name, company || ' ' || notes || ' ' || city"
                " || ' ' || likes, (SELECT group_concat(substr(value, 4), ' ') FROM contact_point"
                " WHERE customer_id = customer.id AND kind = 'phone'), (SELECT group_concat(value,"
                " ' ') FROM contact_point WHERE customer_id = customer.id AND kind <> 'phone'),"
                " (SELECT group_concat(number, ' ') FROM former_number"
                " WHERE customer_id = customer.id) FROM customer"
            )
        ).all()

    def says(one: tuple[object, ...], term: str) -> bool:
        _id, number, name, words, phones, others, former = (str(part or "") for part in one)
        numbers = [number, *former.split()]
        written = fold(f"{name} {words} {others}")
        if term.isdigit():
            latin = re.findall("[a-z0-9_]+", written)
            return (
                any(term in (one, one.lstrip("0")) for one in numbers)
                or any(word.startswith(term) for word in latin)
                or (len(term) > 2 and any(term in phone for phone in phones.split()))
            )
        if term.isascii():
            spelt = ["".join(one[start:]) for one in spellings(name) for start in range(len(one))]
            initials = ["".join(part[0] for part in one) for one in spellings(name)]
            return (
                any(term in one for one in initials)
                or any(one.startswith(term) for one in spelt)
                or any(word.startswith(term) for word in re.findall("[a-z0-9_]+", written))
            )
        return term in written

    by_hand = {
        int(one[0]) for one in people if all(says(tuple(one), term) for term in typed.split())
    }
    assert set(found_ids(tea_shop, typed)) == by_hand


def test_the_index_is_the_same_after_undo(
    tmp_path: "object", open_file: Opener, store: Store
) -> None:
    add(store, "张丽华", phone="13812345678")
    before = contents(store)["search"]
    bring_in(store, "contacts_android.vcf")
    store.undo()
    assert contents(store)["search"] == before
    assert (names(store), faults(store)) == (["张丽华"], [])


def test_a_street_is_no_surname(store: Store) -> None:
    add(store, "甘哲", address="张路3号")
    add(store, "张丽华")
    assert find(store, "张") == ["张丽华"]
