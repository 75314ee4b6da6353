"""The grading table, as the product wants it: in the window's words, on paper, as a workbook."""

import io
from pathlib import Path

import pypdfium2
import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import text

from custdesk.errors import CustdeskError
from custdesk.exchange.grading_table import write_workbook
from custdesk.insight import grading_table
from custdesk.insight.grading_table import GradingTable, headers
from custdesk.paper.grading_table import write_grading_table
from custdesk.people import customers
from custdesk.store.store import Store
from tests.helpers import add, trash
from tests.insight.three_customers import add_three

CHINESE = [
    ["客户姓名", "客户编号", "消费金额", "消费频率", "忠诚度", "潜在价值", "客户等级"],
    ["张三", "001", "120000", "高频", "忠诚", "高", "VIP客户"],
    ["李四", "002", "80000", "中频", "潜在", "中", "普通客户"],
    ["王五", "003", "40000", "低频", "不忠诚", "低", "潜在客户"],
]
ENGLISH = [
    ["Name", "Number", "Spend", "Frequency", "Loyalty", "Potential value", "Grade"],
    ["张三", "001", "120000", "Often", "Loyal", "High", "VIP customer"],
    ["李四", "002", "80000", "Now and then", "Becoming", "Medium", "Regular customer"],
    ["王五", "003", "40000", "Seldom", "Not loyal", "Low", "Potential customer"],
]


def table(store: Store) -> GradingTable:
    with store.read() as db:
        return grading_table.table(db, store.today)


def test_it_is_the_table_of_the_product(store: Store, spoken: str) -> None:
    add_three(store)
    found = [[*headers()], *([*row.cells()] for row in table(store).rows)]
    assert found == (CHINESE if spoken == "zh" else ENGLISH)


def test_the_workbook_has_the_same_and_the_spend_as_a_number(
    store: Store, tmp_path: Path, spoken: str
) -> None:
    add_three(store)
    write_workbook(table(store), tmp_path / "table.xlsx")
    rows = CalamineWorkbook.from_path(tmp_path / "table.xlsx").get_sheet_by_index(0).to_python()
    assert [row[2] for row in rows[1:]] == [120_000, 80_000, 40_000]
    wanted = CHINESE if spoken == "zh" else ENGLISH
    assert [[str(cell).removesuffix(".0") for cell in row] for row in rows] == wanted


def test_the_paper_has_the_same(store: Store, spoken: str) -> None:
    add_three(store)
    file = io.BytesIO()
    write_grading_table(table(store), "和风茶舍", file)
    with pypdfium2.PdfDocument(file.getvalue()) as document:
        words = document[0].get_textpage().get_text_bounded()
    for cells in CHINESE if spoken == "zh" else ENGLISH:
        for cell in cells:
            assert cell in words
    assert "和风茶舍" in words


def test_a_long_table_goes_on_with_its_headers(store: Store) -> None:
    with store.write("Many") as db:
        for n in range(80):
            customers.add(db, customers.Details(f"客户{n}"), store.today)
    file = io.BytesIO()
    write_grading_table(table(store), "", file)
    with pypdfium2.PdfDocument(file.getvalue()) as document:
        pages = [page.get_textpage().get_text_bounded() for page in document]
    assert len(pages) == 3
    assert all("Frequency" in page for page in pages)
    assert sum(page.count("客户") for page in pages) == 80


def test_who_is_in_the_trash_is_not_in_it(store: Store) -> None:
    ids = add_three(store)
    trash(store, ids[0])
    assert [row.name for row in table(store).rows] == ["李四", "王五"]


def test_a_grade_by_hand_says_so_and_what_the_rules_give(store: Store) -> None:
    ids = add_three(store)
    with store.write("By hand") as db:
        customers.set_grade(db, [ids[2]], "vip", "老同学")
    found = table(store)
    row = next(row for row in found.rows if row.name == "王五")
    assert (row.by_hand, row.grade.key) == (True, "vip")
    assert row.why(found.policy).startswith("By hand: VIP (老同学). By the rules: 12-month spend")


def test_it_is_the_grade_that_the_file_keeps(store: Store) -> None:
    add_three(store)
    add(store, "赵六")
    with store.read() as db:
        kept = {id: key for id, key in db.execute(text("SELECT customer_id, grade FROM standing"))}
    assert {row.id: row.grade.key for row in table(store).rows} == kept


def test_a_folder_that_is_not_there_is_said(store: Store, tmp_path: Path) -> None:
    with pytest.raises(CustdeskError):
        write_workbook(table(store), tmp_path / "none" / "table.xlsx")
    with pytest.raises(CustdeskError):
        write_grading_table(table(store), "", tmp_path / "none" / "table.pdf")


@pytest.mark.parametrize(("cents", "words"), [(0, "0"), (12_345, "123.45"), (-50, "-0.50")])
def test_the_spend_is_written_in_yuan(cents: int, words: str) -> None:
    assert grading_table.yuan(cents) == words
