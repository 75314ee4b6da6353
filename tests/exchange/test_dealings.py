"""Sales kept elsewhere: whose they are, which were imported before, and what is no sale."""

from pathlib import Path

import pytest

from custdesk.exchange.matching import Known
from custdesk.exchange.records import Named
from custdesk.people import history
from custdesk.store.store import Store
from tests.exchange.test_importing import counts, from_text, purchased
from tests.helpers import add, is_a_sentence, trash

HEADER = "姓名,日期,商品,数量,金额\n"


def sale(day: int, name: str = "张丽华", quantity: str = "1") -> str:
    return f"{name},2026-02-{day:02},白茶,{quantity},100\n"


def test_an_equal_sale_in_another_file_is_said(store: Store, tmp_path: Path) -> None:
    add(store, "张丽华")
    from_text(store, tmp_path, HEADER + sale(1) + sale(2))
    result = from_text(store, tmp_path, HEADER + sale(2) + sale(3) + sale(4), "b.csv")
    assert counts(result) == (3, 2, 0, 1, 0)
    [warning] = result.warnings
    assert warning.line == 2
    assert warning.words == (
        "An equal row was imported before, so this one is skipped."
        " If it is another sale, enter it by hand."
    )


def test_a_file_imported_before_is_said_once(store: Store, tmp_path: Path) -> None:
    add(store, "张丽华")
    words = HEADER + "".join(map(sale, range(1, 9)))
    from_text(store, tmp_path, words)
    result = from_text(store, tmp_path, words + sale(9))
    assert counts(result) == (9, 1, 0, 8, 0)
    assert [(one.line, one.words) for one in result.warnings] == [
        (2, "This row and 7 more were imported before; they are skipped.")
    ]


def test_other_columns_make_no_sale_twice(store: Store, tmp_path: Path) -> None:
    add(store, "张丽华")
    words = "姓名,日期,商品,数量,金额,备注\n张丽华,2026-02-03,白茶,1,100,送茶\n"
    from_text(store, tmp_path, words, mapping_by_header={"备注": "ignore"})
    assert counts(from_text(store, tmp_path, words)) == (1, 0, 0, 1, 0)
    assert purchased(store) == (1, 10_000)


def test_a_sale_to_somebody_in_the_trash_is_said(store: Store, tmp_path: Path) -> None:
    trash(store, add(store, "张丽华"))
    result = from_text(store, tmp_path, HEADER + sale(3))
    assert counts(result) == (1, 1, 0, 0, 0)
    [warning] = result.warnings
    assert warning.line == 2
    assert "trash" in warning.words


def test_a_sale_belongs_to_the_living_of_two(store: Store, tmp_path: Path) -> None:
    trash(store, add(store, "张丽华", phone="13812345678"))
    id = add(store, "张丽华", phone="13812345678")
    words = HEADER.replace("姓名", "姓名,手机") + sale(3).replace("张丽华", "张丽华,13812345678")
    result = from_text(store, tmp_path, words + "张丽华,,2026-02-05,白茶,1,100\n")
    assert (counts(result), result.warnings) == ((2, 2, 0, 0, 0), [])
    with store.read() as db:
        assert len(history.purchases(db, id)) == 2


@pytest.mark.parametrize("quantity", ["0", "0.0", "0件"])
def test_nought_of_something_is_rejected(
    store: Store, tmp_path: Path, quantity: str, spoken: str
) -> None:
    add(store, "张丽华")
    result = from_text(store, tmp_path, HEADER + sale(3, quantity=quantity))
    assert counts(result) == (1, 0, 0, 0, 1)
    assert is_a_sentence(result.rejects[0].remark.words, spoken)


@pytest.mark.parametrize(
    "typed",
    ["13812345678 / 13900001111", "13900001111、13812345678", "13812345678；88886666"],
)
def test_each_of_two_numbers_in_a_cell_is_tried(store: Store, tmp_path: Path, typed: str) -> None:
    id = add(store, "张丽华", phone="13812345678")
    add(store, "张丽华", phone="13700000003")
    words = f"姓名,手机,日期,商品,金额\n张丽华,{typed},2026-02-03,白茶,100\n"
    assert counts(from_text(store, tmp_path, words)) == (1, 1, 0, 0, 0)
    with store.read() as db:
        assert len(history.purchases(db, id)) == 1


@pytest.mark.parametrize(
    ("named", "owner"),
    [
        (Named("", "王芳", "1.38E+10"), None),
        (Named("", "", "1.38E+10"), None),
        (Named("", "李国强", "1.38E+10"), 3),
        (Named("", "", "+8613800000001", ("+8613900000001",)), None),
        (Named("", "", "+8613800000009", ("+8613900000001",)), 3),
        (Named("", "王芳", "+8613800000001", ("+8613800000002",)), None),
    ],
)
def test_whose_a_sale_with_doubtful_numbers_is(
    store: Store, tmp_path: Path, named: Named, owner: int | None
) -> None:
    words = (
        "姓名,手机,手机\n王芳,1.38E+10,13800000001\n王芳,1.38E+10,13800000002\n"
        "李国强,1.38E+10,13900000001\n"
    )
    from_text(store, tmp_path, words)
    with store.read() as db:
        assert Known(db).owner(named) == owner
