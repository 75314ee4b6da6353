"""Erasing at somebody's wish: what the receipt says, and what it does not."""

import re
from datetime import date

import pytest

from custdesk.care import follow_ups
from custdesk.errors import CustdeskError
from custdesk.people import erasing, history
from custdesk.store.models import RelationKind
from custdesk.store.store import Store
from tests.helpers import (
    add,
    bought,
    bring_in,
    complained,
    is_a_sentence,
    names,
    said,
    spoke,
    trash,
)


@pytest.fixture
def person(store: Store) -> int:
    other = add(store, "李国强")
    id = add(store, "张丽华", phone="13812345678", email="z@example.com", tags=["老客"])
    for day in ("2026-11-01", "2026-11-02", "2026-11-03"):
        bought(store, id, day, 12800)
    spoke(store, id)
    said(store, id, 4)
    complained(store, id)
    with store.write("Relate") as db:
        history.relate(db, other, id, RelationKind.SPOUSE)
        follow_ups.schedule(db, id, date(2026, 12, 1), "送样茶")
    return id


def test_the_receipt_counts_what_went(store: Store, person: int) -> None:
    receipt = erasing.erase(store, [person])
    assert receipt.counts == {
        "customer": 1,
        "contact_point": 2,
        "purchase": 3,
        "interaction": 1,
        "feedback": 1,
        "service_case": 1,
        "follow_up": 2,
        "relation": 1,
        "customer_tag": 1,
        "imported_row": 0,
        "history": receipt.counts["history"],
    }
    assert receipt.counts["history"] > 10
    assert names(store) == ["李国强"]


def test_its_text_names_nobody(store: Store, person: int, spoken: str) -> None:
    text = erasing.erase(store, [person]).text()
    for secret in ("张丽华", "0002", "138", "李国强", "样茶"):
        assert secret not in text
    assert "20261121-1" in text
    assert re.search(r"2026", text)


def test_each_receipt_has_a_number_of_its_own(store: Store) -> None:
    ids = [add(store, name) for name in ("甲", "乙", "丙")]
    numbers = [erasing.erase(store, some).number for some in (ids[:2], ids[2:])]
    assert numbers == ["20261121-2", "20261121-3"]


def test_several_are_counted_together(store: Store) -> None:
    bring_in(store, "customers_gb18030.csv")
    with store.read() as db:
        from custdesk.store import search

        ids = list(search.find(db, search.Query("")))
    receipt = erasing.erase(store, ids)
    assert receipt.counts["customer"] == len(ids) < receipt.counts["imported_row"]
    assert names(store) == []


def test_who_is_in_the_trash_can_be_erased(store: Store, person: int) -> None:
    trash(store, person)
    assert erasing.erase(store, [person]).counts["customer"] == 1


def test_who_is_gone_cannot(store: Store, person: int) -> None:
    erasing.erase(store, [person])
    with pytest.raises(CustdeskError):
        erasing.erase(store, [person])


def test_a_file_still_to_be_swept_is_said(store: Store, person: int) -> None:
    receipt = erasing.erase(store, [person])
    assert erasing.unswept() not in receipt.sentences()
    later = erasing.Receipt(receipt.number, receipt.at, "", receipt.counts, False)
    assert later.sentences()[-1] == erasing.unswept()
    assert is_a_sentence(erasing.unswept().split(". ")[0] + ".", "en")
