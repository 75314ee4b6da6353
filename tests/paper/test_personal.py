"""All that is held on one person, on paper: complete, readable, and about nobody else."""

import io
import re
from datetime import date

import pypdfium2
import pytest
from sqlalchemy import Boolean, text
from sqlmodel import SQLModel

from custdesk.care.calendar import birthday_words
from custdesk.formats import money
from custdesk.paper.personal import LABELS, TITLES, said, write_person
from custdesk.people import phones
from custdesk.people.held import held
from custdesk.store.models import UNJOURNALLED, Channel
from custdesk.store.store import Store
from custdesk.words import shown
from tests.helpers import add, birthday, edit
from tests.people.test_held import rows_of, whole_person

DAY = date(2026, 11, 25)
SPOKEN_AS_WORDS = {
    *(
        "kind",
        "gender",
        "grade",
        "grade_by_hand",
        "stage",
        "potential",
        "preferred_channel",
        "state",
        "next_kind",
        "source",
    ),
    *("birth_calendar", "birth_month", "birth_day", "birth_year"),
}
"""Columns that print as words, not as they are stored; tested by name."""

INTERNAL = re.compile(r"id|.*_id|position|sort_key|label")


def printed(store: Store, id: int, whose: str = "和风茶舍") -> str:
    file = io.BytesIO()
    with store.read() as db:
        write_person(held(db, id), whose, DAY, file)
    with pypdfium2.PdfDocument(file.getvalue()) as document:
        pages = [page.get_textpage().get_text_bounded() for page in document]
    return "".join("\n".join(pages).split())


def squeezed(words: str) -> str:
    return "".join(words.split())


def test_every_column_of_every_row_is_printed(store: Store) -> None:
    """But what only the program needs: ids, places in an order, a key to sort by."""
    id = whole_person(store)
    paper = printed(store, id)
    seen = set()
    for table, row in rows_of(store, id):
        columns = SQLModel.metadata.tables[table].c
        for name, value in row.items():
            if value in (None, "") or INTERNAL.fullmatch(name) or name in SPOKEN_AS_WORDS:
                continue
            if isinstance(columns[name].type, Boolean):
                words = LABELS[name] if value and name != "birth_leap" else ""
            elif name.endswith("_cents"):
                words = money(int(str(value)), decimals=True)
            elif name in ("at", "closed_at"):
                words = str(value)[:16]
            elif name == "phone" or (name == "value" and row["kind"] == "phone"):
                words = phones.display(str(value))
            elif (table, name) == ("interaction", "channel"):
                words = shown(Channel(str(value)))
            else:
                words = f"{value:g}" if isinstance(value, float) else str(value)
            assert squeezed(words) in paper, (table, name, value)
            seen.add(table)
    born = squeezed(birthday_words(birthday("1968-10-13", lunar=True)))
    kinds = ("VIP", "Female", "High", "WeChat", "Completed", "Skipped", "Outstanding", "Referred")
    kinds_of_service = ("Complaint", "Source:Call", "茶博会")
    shown_words = (born, *kinds, *kinds_of_service)
    assert [words for words in shown_words if words not in paper] == []
    assert seen | {"customer_tag", "reviewed_grade"} == set(TITLES)


def test_names_of_products_and_tags_are_printed_and_what_they_were_before(store: Store) -> None:
    paper = printed(store, whole_person(store))
    for words in ("明前龙井礼盒", "白瓷盖碗", "贵客乙", "Before:贵客甲", "Before:City:杭州"):
        assert words in paper


def test_only_what_became_another_is_told_of_the_past(store: Store) -> None:
    id = add(store, "张丽华", city="上海", notes="爱喝茶")
    edit(store, id, city="杭州")
    paper = printed(store, id)
    assert "Before:City:上海" in paper
    assert paper.count("爱喝茶") == 1
    assert paper.count("上海") == 1


def test_others_stay_out_of_it(store: Store) -> None:
    paper = printed(store, whole_person(store))
    for theirs in ("李国强", "0001", "13812340000"):
        assert theirs not in paper
    assert "茶友带来" in paper


def test_whose_and_of_which_day_it_is(store: Store, spoken: str) -> None:
    id = add(store, "张丽华")
    paper = printed(store, id)
    assert "张丽华" in paper
    assert "和风茶舍" in paper
    assert ("2026年11月25日" if spoken == "zh" else "Nov25,2026") in paper


@pytest.mark.parametrize("name", ["𬭎子", "买买提·吐尔逊", "ئالىم", "张🎂"])
def test_any_name_prints(store: Store, name: str) -> None:
    id = add(store, name, notes="𠮷 \U0002a6d6 ﷽")
    assert len(printed(store, id)) > 100


def test_every_column_has_a_name_for_people() -> None:
    """So that a new column is not printed by the name that it has in the code."""
    told_otherwise = {*LABELS, "value", "tag", "digest", "outgoing", "birth_leap"}
    for name, table in SQLModel.metadata.tables.items():
        if name not in TITLES or name in UNJOURNALLED - {"standing"}:
            continue
        for column in table.c:
            if not INTERNAL.fullmatch(column.name) and not column.name.startswith("birth_"):
                assert column.name in told_otherwise, (name, column.name)


def test_every_table_of_a_customer_has_a_title() -> None:
    theirs = {name for name, table in SQLModel.metadata.tables.items() if "customer_id" in table.c}
    assert theirs - {"erasure"} <= set(TITLES)


def test_a_row_of_no_and_nothing_says_nothing(store: Store) -> None:
    id = add(store, "张丽华")
    with store.read() as db:
        row = dict(
            db.execute(text("SELECT * FROM customer WHERE id = :id"), {"id": id}).mappings().one()
        )
    row["do_not_contact"] = False
    row["private_sign"] = False
    assert [name for name, _words in said("customer", row)] == [
        "number", "name", "kind", "added_on", "care_from",
    ]  # fmt: skip
