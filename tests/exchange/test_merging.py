"""A row about somebody we know: what it says more is kept, whatever it says."""

from datetime import date
from pathlib import Path

import pytest

from custdesk.exchange.importing import Choices, import_file
from custdesk.exchange.outcome import Result
from custdesk.people import history
from custdesk.store.models import POTENTIAL, REGULAR, VIP, CustomerKind
from custdesk.store.store import Store
from tests.exchange.test_importing import counts, from_text
from tests.helpers import (
    add,
    contacts,
    customer,
    edit,
    faults,
    find,
    found_ids,
    labels,
    names,
    restore,
    trash,
)

PHONE = "13812345678"


def merge(store: Store, folder: Path, header: str, said: str) -> Result:
    """Import one row about 张丽华, who is known by her phone."""
    return from_text(store, folder, f"姓名,手机,{header}\n张丽华,{PHONE},{said}\n")


def referrers(store: Store, id: int) -> list[str]:
    with store.read() as db:
        return [one.name for one in history.relations(db, id) if one.outgoing]


# --- who is the same ------------------------------------------------------------------------------


@pytest.mark.parametrize("damaged", ["1.38E+10", "88886666", "1381234567"])
def test_a_phone_that_is_none_makes_nobody_the_same(
    store: Store, tmp_path: Path, damaged: str
) -> None:
    words = f"姓名,手机,城市\n王芳,{damaged},杭州\n王芳,{damaged},上海\n"
    assert counts(from_text(store, tmp_path, words)) == (2, 2, 0, 0, 0)
    assert [contacts(store, id) for id in (1, 2)] == [[damaged], [damaged]]
    other = f"姓名,手机,城市\n王芳,{damaged},北京\n"
    assert counts(from_text(store, tmp_path, other)) == (1, 1, 0, 0, 0)


def test_the_living_are_known_before_those_in_the_trash(store: Store, tmp_path: Path) -> None:
    trash(store, add(store, "张丽华", phone=PHONE))
    id = add(store, "张丽华", phone=PHONE)
    assert counts(merge(store, tmp_path, "城市", "杭州")) == (1, 0, 1, 0, 0)
    assert customer(store, id).city == "杭州"


# --- grade, kind, added on ------------------------------------------------------------------------


def test_a_grade_is_taken_over_while_nobody_chose_one(store: Store, tmp_path: Path) -> None:
    id = add(store, "张丽华", phone=PHONE)
    assert counts(merge(store, tmp_path, "等级", "VIP")) == (1, 0, 1, 0, 0)
    assert (customer(store, id).grade_by_hand, customer(store, id).notes) == (VIP, "")


@pytest.mark.parametrize("before", [(REGULAR,), (VIP, POTENTIAL)])
def test_a_grade_that_was_chosen_stays_and_the_other_goes_to_the_notes(
    store: Store, tmp_path: Path, before: tuple[str, ...]
) -> None:
    id = add(store, "张丽华", phone=PHONE)
    for grade in before:
        edit(store, id, grade_by_hand=grade)
    assert counts(merge(store, tmp_path, "等级", "重要客户")) == (1, 0, 1, 0, 0)
    assert customer(store, id).grade_by_hand == before[-1]
    assert customer(store, id).notes == "Grade: VIP"
    assert counts(merge(store, tmp_path, "等级", "VIP客户")) == (1, 0, 0, 1, 0)


def test_a_grade_whose_choice_was_taken_back_was_not_chosen(store: Store, tmp_path: Path) -> None:
    id = add(store, "张丽华", phone=PHONE)
    edit(store, id, grade_by_hand=REGULAR)
    store.undo()
    merge(store, tmp_path, "等级", "VIP")
    assert customer(store, id).grade_by_hand == VIP


def test_the_lowest_grade_is_a_grade_too(store: Store, tmp_path: Path) -> None:
    id = add(store, "张丽华", phone=PHONE)
    assert counts(merge(store, tmp_path, "等级", "潜在")) == (1, 0, 1, 0, 0)
    assert customer(store, id).grade_by_hand == POTENTIAL
    edit(store, id, grade_by_hand=VIP)
    assert counts(merge(store, tmp_path, "等级", "潜在客户")) == (1, 0, 1, 0, 0)
    assert customer(store, id).notes == "Grade: Potential"


@pytest.mark.parametrize(
    ("fields", "said", "kind", "notes"),
    [
        ({}, "企业", CustomerKind.COMPANY, ""),
        ({"gender": "female"}, "企业", CustomerKind.PERSON, "Person or company: Firm"),
        ({"kind": "company"}, "个人", CustomerKind.COMPANY, "Person or company: Person"),
        ({"kind": "company"}, "企业", CustomerKind.COMPANY, ""),
    ],
)
def test_person_or_company(
    store: Store,
    tmp_path: Path,
    fields: dict[str, object],
    said: str,
    kind: CustomerKind,
    notes: str,
) -> None:
    id = add(store, "张丽华", phone=PHONE)
    edit(store, id, **fields)
    merge(store, tmp_path, "客户性质", said)
    assert (customer(store, id).kind, customer(store, id).notes) == (kind, notes)


def test_an_earlier_day_takes_the_place_of_the_one_of_the_import(
    store: Store, tmp_path: Path
) -> None:
    id = add(store, "张丽华", phone=PHONE)
    assert counts(merge(store, tmp_path, "登记日期", "2019-03-05")) == (1, 0, 1, 0, 0)
    assert (customer(store, id).added_on, customer(store, id).notes) == (date(2019, 3, 5), "")
    assert counts(merge(store, tmp_path, "登记日期", "2020-01-01")) == (1, 0, 1, 0, 0)
    assert customer(store, id).added_on == date(2019, 3, 5)
    assert customer(store, id).notes == "Added on: 2020-01-01"


def test_two_rows_of_one_file_that_disagree(store: Store, tmp_path: Path) -> None:
    from_text(
        store,
        tmp_path,
        "姓名,手机,等级,登记日期,介绍人,客户性质\n"
        f"张丽华,{PHONE},普通,2019-03-05,,\n"
        f"张丽华,{PHONE},VIP,2018-02-03,外人,企业\n"
        f"张丽华,{PHONE},普通,2019-03-05,路人,企业\n",
    )
    one = customer(store, 1)
    assert (one.grade_by_hand, one.added_on, one.kind) == (
        *(REGULAR, date(2019, 3, 5)),
        CustomerKind.COMPANY,
    )
    assert one.notes.split("\n") == [
        *("Grade: VIP", "Added on: 2018-02-03", "Referred by: 外人", "Referred by: 路人")
    ]
    assert faults(store) == []


# --- who sent them --------------------------------------------------------------------------------


def test_a_referrer_is_news(store: Store, tmp_path: Path) -> None:
    add(store, "李国强")
    id = add(store, "张丽华", phone=PHONE)
    assert counts(merge(store, tmp_path, "介绍人", "李国强")) == (1, 0, 1, 0, 0)
    assert referrers(store, id) == ["李国强"]
    again = merge(store, tmp_path, "推荐人,城市", "李国强,")
    assert counts(again) == (1, 0, 0, 1, 0)


def test_a_referrer_who_is_no_customer_is_news_once(store: Store, tmp_path: Path) -> None:
    id = add(store, "张丽华", phone=PHONE)
    assert counts(merge(store, tmp_path, "介绍人", "外人")) == (1, 0, 1, 0, 0)
    assert customer(store, id).notes == "Referred by: 外人"
    assert counts(merge(store, tmp_path, "推荐人,城市", "外人,")) == (1, 0, 0, 1, 0)


def test_two_referrers_are_two_relations(store: Store, tmp_path: Path) -> None:
    words = f"姓名,手机,介绍人\n张丽华,{PHONE},王秀、李国强\n王秀,,\n李国强,,\n赵敏,,王秀、外人\n"
    from_text(store, tmp_path, words)
    assert referrers(store, 1) == ["王秀", "李国强"]
    assert customer(store, 1).notes == ""
    [zhao] = found_ids(store, "赵敏")
    assert referrers(store, zhao) == ["王秀"]
    assert customer(store, zhao).notes == "Referred by: 外人"


def test_a_referrer_with_a_sign_in_the_name_stays_whole(store: Store, tmp_path: Path) -> None:
    add(store, "茶/舍")
    words = f"姓名,手机,介绍人\n张丽华,{PHONE},茶/舍\n王秀,,Smith; John\n"
    from_text(store, tmp_path, words)
    assert referrers(store, 2) == ["茶/舍"]
    assert customer(store, 3).notes == "Referred by: Smith; John"


def test_a_referrer_in_the_trash_goes_to_the_notes(store: Store, tmp_path: Path) -> None:
    trash(store, add(store, "李国强"))
    id = add(store, "张丽华", phone=PHONE)
    merge(store, tmp_path, "介绍人", "李国强")
    assert customer(store, id).notes == "Referred by: 李国强"


# --- likes, taboos, contacts, numbers -------------------------------------------------------------


@pytest.mark.parametrize("header", ["喜好", "禁忌"])
def test_an_item_is_not_known_because_another_contains_it(
    store: Store, tmp_path: Path, header: str
) -> None:
    field = "likes" if header == "喜好" else "taboos"
    id = add(store, "张丽华", phone=PHONE)
    edit(store, id, **{field: "花生酱；虾"})
    assert counts(merge(store, tmp_path, header, "花生、虾")) == (1, 0, 1, 0, 0)
    assert getattr(customer(store, id), field) == "花生酱；虾、花生"


def test_an_address_in_other_letters_is_no_news(store: Store, tmp_path: Path) -> None:
    add(store, "张丽华", phone=PHONE, email="Z@Example.com", wechat="ZLH")
    result = merge(store, tmp_path, "邮箱,微信号", "z@example.com,zlh")
    assert counts(result) == (1, 0, 0, 1, 0)


def test_a_number_that_is_somebody_else_s_is_kept(store: Store, tmp_path: Path) -> None:
    add(store, "李国强", number="0007")
    id = add(store, "张丽华", phone=PHONE)
    assert counts(merge(store, tmp_path, "编号", "0007")) == (1, 0, 1, 0, 0)
    assert customer(store, id).notes == "Number: 0007"


# --- the same file again --------------------------------------------------------------------------


def test_the_same_file_with_better_columns_brings_what_was_left_out(
    store: Store, tmp_path: Path
) -> None:
    """Also to people without any mark: the row itself is known again."""
    words = "姓名,城市,代号\n张伟,杭州,绿茶\n张伟,上海,红茶\n"
    left_out = {"城市": "ignore", "代号": "ignore"}
    assert from_text(store, tmp_path, words, mapping_by_header=left_out).created == 2
    assert counts(from_text(store, tmp_path, words, mapping_by_header={"代号": "tags"})) == (
        *(2, 0, 2, 0),
        0,
    )
    assert names(store) == ["张伟", "张伟"]
    assert [customer(store, id).city for id in (1, 2)] == ["杭州", "上海"]
    assert find(store, "", tag="绿茶") == ["张伟"]
    again = from_text(store, tmp_path, words, mapping_by_header={"代号": "tags"})
    assert counts(again) == (2, 0, 0, 2, 0)
    assert faults(store) == []


def test_what_is_left_out_makes_no_new_row(store: Store, tmp_path: Path) -> None:
    from_text(store, tmp_path, "序号,姓名,城市\n1,张伟,杭州\n")
    assert counts(from_text(store, tmp_path, "序号,姓名,城市\n8,张伟,杭州\n")) == (1, 0, 0, 1, 0)


def test_rows_imported_before_are_said_once(store: Store, tmp_path: Path) -> None:
    words = "姓名,城市\n张伟,杭州\n李国强,上海\n"
    assert from_text(store, tmp_path, words).warnings == []
    result = from_text(store, tmp_path, words + "王秀,北京\n")
    assert counts(result) == (3, 1, 0, 2, 0)
    [warning] = result.warnings
    assert (warning.line, warning.words) == (
        *(2, "This row and 1 more were imported before; they are skipped."),
    )


def test_a_row_imported_before_whose_customer_is_in_the_trash(store: Store, tmp_path: Path) -> None:
    words = "姓名,城市\n张伟,杭州\n"
    from_text(store, tmp_path, words)
    trash(store, 1)
    result = from_text(store, tmp_path, words)
    assert counts(result) == (1, 0, 0, 1, 0)
    assert [warning.words for warning in result.warnings] == [
        "This customer is in the trash; restore it there."
    ]
    restore(store, 1)
    assert labels(store)[0] == "Restore"


# --- characters and sheets ------------------------------------------------------------------------


def test_bytes_that_are_no_text_are_said(store: Store, tmp_path: Path) -> None:
    rows = "".join(f"客户{n},杭州西湖区\n" for n in range(40)).encode()
    path = tmp_path / "a.csv"
    path.write_bytes("姓名,地址\n".encode() + rows + "张伟,上海\n".encode()[:-3] + b"\xff\n")
    result = import_file(store, path, Choices())
    [warning] = result.warnings
    assert warning.line == 42
    assert "�" in warning.words
