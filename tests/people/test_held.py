"""All that is held on one customer: complete, and about nobody else."""

import json
from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy import text
from sqlmodel import SQLModel

from custdesk import documents
from custdesk.care import follow_ups
from custdesk.people import customers, history, own_dates
from custdesk.people.held import held
from custdesk.store.models import (
    UNJOURNALLED,
    VIP,
    Channel,
    Customer,
    Gender,
    Potential,
    RelationKind,
)
from custdesk.store.store import Store
from tests.helpers import (
    add,
    complained,
    complete,
    edit,
    follow_up,
    said,
    solve,
    spoke,
    trash,
)


@pytest.fixture
def somebody(store: Store) -> int:
    """张丽华, of whom every column of every table says something."""
    return whole_person(store)


def whole_person(store: Store) -> int:
    other = add(store, "李国强", phone="13812340000")
    id = add(
        store,
        "张丽华",
        phone=["13812345678", "0571-87654321"],
        email="z.lihua@example.com",
        wechat="lihua_wx",
        lunar="1968-10-13",
        tags=["贵客甲"],
        company="和风设计院",
        title="总工程师",
        city="杭州",
        address="梧桐里 8 号",
        source="茶博会",
        likes="明前茶",
        taboos="怕苦味",
        notes="记得问候女儿",
        potential=Potential.HIGH,
        preferred_channel=Channel.WECHAT,
        gender=Gender.FEMALE,
        private_sign=True,
        grade=VIP,
    )
    edit(store, id, city="苏州")
    edit(store, id, consented_on=date(2026, 3, 5))
    complete(store, follow_up(store, id), "聊到高考")
    spoke(store, id, "2026-11-03", "问了新茶")
    said(store, id, 4, "2026-11-04", "包装很好")
    solve(store, complained(store, id, "2026-11-05", due="2026-11-12"), "换了壶盖")
    with store.write("Buy") as db:
        lines = [history.Item("明前龙井礼盒", 2, 268000), history.Item("白瓷盖碗", 1.5, 8800)]
        history.record_purchase(db, id, date(2026, 11, 2), lines, channel="门店", note="送礼用")
        again = [history.Item("白瓷盖碗", 1, 5900)]
        history.record_purchase(db, id, date(2026, 11, 9), again, channel="微信", note="自用")
    with store.write("Plan") as db:
        follow_ups.schedule(db, id, date(2026, 12, 1), "送去样茶", "14:30")
    with store.write("Skip it") as db:
        planned = follow_up(store, id, "birthday")
        follow_ups.skip(db, planned, "人在国外", store.clock())
    with store.write("Relate 张丽华 and 李国强") as db:
        history.relate(db, other, id, RelationKind.REFERRED_BY, "茶友带来")
    with store.write("Dates") as db:
        own_dates.add(db, id, "会员卡", date(2027, 3, 31), store.today, yearly=False)
    with store.write("Numbers") as db:
        add_rows = (
            "INSERT INTO former_number (customer_id, number) VALUES (:id, 'F-77')",
            "INSERT INTO imported_row (customer_id, digest) VALUES (:id, 'digest0815')",
            "INSERT INTO reviewed_grade (customer_id, grade) VALUES (:id, 'regular')",
        )
        for statement in add_rows:
            db.execute(text(statement), {"id": id})
    with store.write("Tags of 张丽华") as db:
        customers.set_tags(db, id, ["贵客乙"])
    return id


def rows_of(store: Store, id: int) -> Iterator[tuple[str, dict[str, object]]]:
    """Every row of every table that is this customer's, found by looking at every table."""
    with store.read() as db:
        purchases = set(
            db.execute(
                text("SELECT id FROM purchase WHERE customer_id = :id"), {"id": id}
            ).scalars()
        )
        for name in SQLModel.metadata.tables:
            for row in db.execute(text(f"SELECT * FROM {name}")).mappings():
                theirs = (
                    row.get("customer_id") == id
                    or row.get("other_id") == id
                    or (name == "customer" and row["id"] == id)
                    or row.get("purchase_id") in purchases
                )
                if theirs and name not in UNJOURNALLED - {"standing"}:
                    yield name, dict(row)


def test_every_column_of_every_row_is_there(store: Store, somebody: int) -> None:
    with store.read() as db:
        found = held(db, somebody)
    tables = set()
    for table, row in rows_of(store, somebody):
        tables.add(table)
        others = {"customer_id", "other_id"} if table == "relation" else set()
        wanted = {name: value for name, value in row.items() if name not in others}
        assert any(wanted.items() <= there.items() for there in found.rows[table]), (table, row)
    assert tables == set(found.rows)
    every = {name for name, table in SQLModel.metadata.tables.items() if "customer_id" in table.c}
    assert every - {"erasure"} | {"customer", "purchase_line"} == tables


def test_names_stand_for_what_other_tables_hold(store: Store, somebody: int) -> None:
    with store.read() as db:
        rows = held(db, somebody).rows
    assert [row["product"] for row in rows["purchase_line"]] == [
        *("明前龙井礼盒", "白瓷盖碗"),
        "白瓷盖碗",
    ]
    assert [row["tag"] for row in rows["customer_tag"]] == ["贵客乙"]


def test_the_history_has_every_image(store: Store, somebody: int) -> None:
    with store.read() as db:
        found = held(db, somebody)
        count = db.execute(
            text("SELECT count(*) FROM journal WHERE customer_id = :id"), {"id": somebody}
        ).scalar_one()
    images = [image for step in found.history for image in step.images]
    assert len(images) == count + 1  # the relation is the other one's
    cities = [
        image.before["city"] for image in images if image.before and image.table == "customer"
    ]
    assert set(cities) == {"苏州", "杭州"}
    tags = [image.before["tag"] for image in images if image.before and "tag" in image.before]
    assert tags == ["贵客甲"]


def test_others_stay_out_of_it(store: Store, somebody: int) -> None:
    with store.read() as db:
        document = json.dumps(documents.person(db, somebody, store.today), ensure_ascii=False)
        related = held(db, somebody).rows["relation"]
    for theirs in ("李国强", "13812340000", "0001"):
        assert theirs not in document
    assert [(one["kind"], one["outgoing"], one["note"]) for one in related] == [
        ("referred_by", False, "茶友带来")
    ]


def test_who_had_the_id_before_stays_out_of_it(store: Store) -> None:
    id = add(store, "王五", phone="13700007777")
    with store.write("Delete") as db:
        db.execute(text("DELETE FROM customer"))
    with store.write("Add 张丽华") as db:
        day = store.today
        db.add(Customer(id=id, number="0002", name="张丽华", added_on=day, care_from=day))
    with store.read() as db:
        found = held(db, id)
    assert [step.label for step in found.history] == ["Add 张丽华"]


def test_somebody_in_the_trash_can_read_it_too(store: Store, somebody: int) -> None:
    trash(store, somebody)
    with store.read() as db:
        document = documents.person(db, somebody, store.today)
    held_rows = document["held"]
    assert isinstance(held_rows, dict)
    assert held_rows["customer"][0]["trashed_at"].startswith("2026-11-21 09:00")
