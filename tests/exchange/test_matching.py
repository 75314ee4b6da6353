"""Who is certainly the same, and who is not."""

from pathlib import Path

import pytest

from custdesk.exchange.importing import Choices, import_file
from custdesk.exchange.matching import Known
from custdesk.exchange.records import Named
from custdesk.store.store import Store
from tests.helpers import add, names


@pytest.mark.parametrize(
    ("row", "same"),
    [
        ("张丽华,13812345678,,", True),
        ("张丽华,+86 138-1234-5678,,", True),
        ("张 丽 华,１３８１２３４５６７８,,", True),
        ("张丽华（老客户）,13812345678,,", True),
        ("张丽华,,zhanglihua,", True),
        ("张丽华,,ZhangLiHua,", True),
        ("张丽华,,,z@example.com", True),
        ("张丽华,,,Z@Example.COM", True),
        ("张丽华,13900009999,,", False),
        ("张丽华,,,", False),
        ("张丽,13812345678,,", False),
        ("李丽华,13812345678,,", False),
        ("张丽华,13900001111,,", True),
    ],
)
def test_the_same_name_and_one_mark_in_common(
    store: Store, tmp_path: Path, row: str, same: bool
) -> None:
    add(
        store, "张丽华", phone=["13812345678", "13900001111"], wechat="zhanglihua",
        email="z@example.com",
    )  # fmt: skip
    path = tmp_path / "a.csv"
    path.write_text(f"姓名,手机,微信号,邮箱,城市\n{row},杭州\n", encoding="utf-8")
    result = import_file(store, path, Choices())
    assert (result.created, result.merged) == ((0, 1) if same else (1, 0))


def test_rows_of_one_file_find_each_other_step_by_step(store: Store, tmp_path: Path) -> None:
    """The second is known by the phone, and brings the mail by which the third is known."""
    path = tmp_path / "a.csv"
    path.write_text(
        "姓名,手机,邮箱,城市\n张丽华,13812345678,,\n张丽华,13812345678,z@example.com,\n"
        "张丽华,,z@example.com,杭州\n",
        encoding="utf-8",
    )
    result = import_file(store, path, Choices())
    assert (result.created, result.merged, names(store)) == (1, 2, ["张丽华"])


def test_latin_names_differ_not_by_case_accents_or_spaces(store: Store, tmp_path: Path) -> None:
    add(store, "Zoë Müller", phone="13812345678")
    path = tmp_path / "a.csv"
    path.write_text("姓名,手机,城市\nZOE  MULLER,13812345678,杭州\n", encoding="utf-8")
    assert import_file(store, path, Choices()).merged == 1


@pytest.mark.parametrize(
    ("named", "owner"),
    [
        (Named("0001", "", ""), 1),
        (Named("0001", "张丽华", ""), 1),
        (Named("0001", "李国强", ""), None),
        (Named("", "张丽华", "+8613812345678"), 1),
        (Named("", "李国强", "+8613812345678"), None),
        (Named("", "李国强", ""), 2),
        (Named("", "王秀", ""), None),
        (Named("", "王秀", "+8613700000004"), 4),
        (Named("0099", "李国强", ""), None),
        (Named("", "", "+8613900001111"), 2),
        (Named("", "", "+8613700000000"), None),
        (Named("", "", ""), None),
    ],
)
def test_whose_a_purchase_is(store: Store, named: Named, owner: int | None) -> None:
    add(store, "张丽华", phone="13812345678")
    add(store, "李国强", phone="13900001111")
    add(store, "王秀", phone="13700000003")
    add(store, "王秀", phone="13700000004")
    with store.read() as db:
        assert Known(db).owner(named) == owner
