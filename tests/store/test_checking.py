"""Whether `check` says what is wrong with a file, and what it can put right."""

from pathlib import Path

import pytest
from sqlalchemy import text

from custdesk.errors import CustdeskError
from custdesk.store import lock
from custdesk.store.checking import check, look
from custdesk.store.store import Store
from tests.conftest import Opener
from tests.helpers import add, bought, bring_in, find, is_a_sentence, row


@pytest.fixture
def shop(store: Store) -> Store:
    id = add(store, "张丽华", phone="13812345678", solar="12-10")
    bought(store, id, "2026-11-01", 12_800)
    return store


def behind_the_back(store: Store, statement: str) -> None:
    with store.read() as db:
        db.execute(text("PRAGMA foreign_keys = OFF"))
        db.execute(text(statement))
        db.commit()


def test_all_is_well_with_a_new_file(store: Store) -> None:
    assert check(store) == []


def test_all_is_well_with_the_tea_shop(store: Store) -> None:
    bring_in(store, "customers_gb18030.csv")
    bring_in(store, "purchases.csv")
    assert check(store) == []


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE standing SET spend_12m_cents = 1",
        "UPDATE standing SET sort_key = 'x'",
        "DELETE FROM standing",
        "DELETE FROM search WHERE rowid = 1",
        "INSERT INTO search (rowid, t) VALUES (99, 'tx')",
        "DELETE FROM follow_up WHERE kind = 'birthday'",
        "UPDATE follow_up SET due = '2030-01-01'",
    ],
)
def test_what_is_derived_is_compared_and_repaired(shop: Store, damage: str) -> None:
    behind_the_back(shop, damage)
    assert len(check(shop)) == 1
    assert len(check(shop)) == 1
    assert len(check(shop, repair=True)) == 1
    assert check(shop) == []
    assert find(shop, "zlh") == ["张丽华"]
    assert row(shop, 1).spend_12m_cents == 12_800


def test_repair_is_no_step(shop: Store) -> None:
    before = shop.steps()
    behind_the_back(shop, "DELETE FROM standing")
    check(shop, repair=True)
    assert shop.steps() == before


def test_what_belongs_to_nobody_is_counted(shop: Store) -> None:
    behind_the_back(shop, "PRAGMA foreign_keys = OFF")
    connection = __import__("sqlcipher3").dbapi2.connect(str(shop.path))
    connection.execute(
        "INSERT INTO interaction (customer_id, at, channel, outcome)"
        " VALUES (77, '2026-11-01 12:00:00', 'phone', 'x')"
    )
    connection.commit()
    connection.close()
    assert check(shop) == ["1 entry belongs to nobody."]


@pytest.mark.parametrize("table", ["journal_state", "standing", "follow_up", "care_plan", "change"])
def test_what_is_missing_altogether_is_a_fault_and_no_failure(shop: Store, table: str) -> None:
    behind_the_back(shop, f"DELETE FROM {table}")
    assert all(is_a_sentence(one, "en") for one in check(shop) + check(shop, repair=True))


def test_a_schema_that_is_no_text_is_damage(shop: Store, open_file: Opener) -> None:
    """What SQLite says of it quotes it, and is no text either."""
    shop.close()
    content = shop.path.read_bytes()
    spoilt = content.replace(b"CREATE TABLE customer", b"CREATE TABLE \xff\xff \xff\xffmer")
    assert spoilt != content
    shop.path.write_bytes(spoilt)
    with pytest.raises(CustdeskError):
        open_file(shop.path)
    assert len(look(shop.path)) == 1
    assert not lock.fits(shop.path, None)


def test_a_damaged_file_is_said_to_be_damaged(tmp_path: Path, open_file: Opener) -> None:
    path = tmp_path / "a.custdesk"
    store = open_file(path)
    bring_in(store, "customers_gb18030.csv")
    store.close()
    content = bytearray(path.read_bytes())
    for at in range(20 * 4096, len(content), 4096 * 3):
        content[at : at + 200] = b"\xff" * 200
    path.write_bytes(content)
    with pytest.raises(CustdeskError, match="damaged"):
        raise CustdeskError("; ".join(check(open_file(path))) or "all is well")
