"""What may be opened as a customer file, and how an older one becomes a newer one."""

import sqlite3
from datetime import datetime
from pathlib import Path

import pytest
import sqlcipher3.dbapi2 as sqlite
from sqlalchemy import text
from sqlmodel import Session

from custdesk.errors import CustdeskError
from custdesk.store import migrations
from custdesk.store.migrations import STEPS, prepare
from tests.conftest import Opener
from tests.helpers import add, names

NOW = datetime(2026, 11, 21, 9, 30)


def version(path: Path) -> int:
    with sqlite.connect(str(path)) as connection:
        found = int(connection.execute("PRAGMA user_version").fetchone()[0])
    connection.close()
    return found


def columns(path: Path) -> set[str]:
    connection = sqlite.connect(str(path))
    found = {row[1] for row in connection.execute("PRAGMA table_info(product)")}
    connection.close()
    return found


def colour(db: Session) -> None:
    db.execute(text("ALTER TABLE product ADD COLUMN colour TEXT NOT NULL DEFAULT ''"))


def broken(db: Session) -> None:
    db.execute(text("ALTER TABLE product ADD COLUMN size TEXT"))
    raise ZeroDivisionError


def test_a_new_file_has_the_latest_version(tmp_path: Path) -> None:
    path = tmp_path / "new" / "customers.custdesk"
    prepare(path, NOW)
    assert version(path) == len(STEPS)


def test_a_new_file_is_only_the_owner_s(tmp_path: Path) -> None:
    path = tmp_path / "customers.custdesk"
    prepare(path, NOW)
    assert path.stat().st_mode & 0o777 == 0o600


def test_an_empty_file_becomes_a_customer_file(tmp_path: Path) -> None:
    path = tmp_path / "customers.custdesk"
    path.touch()
    prepare(path, NOW)
    assert version(path) == len(STEPS)


def test_opening_again_changes_nothing(tmp_path: Path, open_file: Opener) -> None:
    path = tmp_path / "customers.custdesk"
    store = open_file(path)
    add(store, "张丽华")
    store.close()
    before = path.read_bytes()
    prepare(path, NOW)
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["customers.custdesk"]


def test_an_older_file_is_copied_and_then_stepped_up(tmp_path: Path, open_file: Opener) -> None:
    path = tmp_path / "customers.custdesk"
    store = open_file(path)
    add(store, "张丽华")
    store.close()
    prepare(path, NOW, (*STEPS, colour))
    copy = tmp_path / f"customers-v{len(STEPS)}-20261121-093000.custdesk"
    assert (version(path), version(copy)) == (len(STEPS) + 1, len(STEPS))
    assert "colour" in columns(path) and "colour" not in columns(copy)
    assert names(open_file(copy)) == ["张丽华"]


def test_several_steps_at_once(tmp_path: Path) -> None:
    path = tmp_path / "customers.custdesk"
    prepare(path, NOW)

    def weight(db: Session) -> None:
        db.execute(text("UPDATE product SET colour = 'green'"))
        db.execute(text("ALTER TABLE product ADD COLUMN weight REAL"))

    prepare(path, NOW, (*STEPS, colour, weight))
    assert {"colour", "weight"} <= columns(path)


def test_a_step_that_fails_leaves_the_older_version(tmp_path: Path, open_file: Opener) -> None:
    path = tmp_path / "customers.custdesk"
    store = open_file(path)
    add(store, "张丽华")
    store.close()
    with pytest.raises(ZeroDivisionError):
        prepare(path, NOW, (*STEPS, colour, broken))
    assert version(path) == len(STEPS)
    assert not {"colour", "size"} & columns(path)
    assert names(open_file(path)) == ["张丽华"]


def test_a_newer_file_is_refused_and_left_alone(tmp_path: Path, spoken: str) -> None:
    path = tmp_path / "customers.custdesk"
    prepare(path, NOW, (*STEPS, colour))
    before = path.read_bytes()
    with pytest.raises(CustdeskError) as refused:
        prepare(path, NOW)
    assert ("newer" if spoken == "en" else "新") in str(refused.value)
    assert path.read_bytes() == before


def foreign(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE bookmarks (url TEXT)")
    connection.commit()
    connection.close()


def versioned(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 1")
    connection.commit()
    connection.close()


def words(path: Path) -> None:
    path.write_text("这是一封信，不是客户文件。\n" * 500)


def half_a_page(path: Path) -> None:
    prepare(path, NOW)
    path.write_bytes(path.read_bytes()[:2000])


@pytest.mark.parametrize("make", [foreign, versioned, words, half_a_page])
def test_what_is_no_customer_file_is_refused_and_left_alone(
    tmp_path: Path, make: object, open_file: Opener
) -> None:
    path = tmp_path / "customers.custdesk"
    assert callable(make)
    make(path)
    before = path.read_bytes()
    with pytest.raises(CustdeskError, match="not a CustDesk customer file"):
        open_file(path)
    assert path.read_bytes() == before


def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CustdeskError, match="folder"):
        prepare(tmp_path, NOW)


def test_a_path_below_a_file_is_refused(tmp_path: Path, open_file: Opener) -> None:
    (tmp_path / "letter.txt").write_text("x")
    with pytest.raises(CustdeskError, match="cannot be opened"):
        open_file(tmp_path / "letter.txt" / "customers.custdesk")


def test_a_new_file_brings_the_care_of_the_first_start(tmp_path: Path, open_file: Opener) -> None:
    with open_file(tmp_path / "a").read() as db:
        found = db.execute(
            text("SELECT kind, grade, every_days, days_ahead, enabled FROM care_plan ORDER BY id")
        ).all()
    assert [tuple(row) for row in found] == [
        ("birthday", None, None, 3, 1),
        ("callback", "vip", 30, None, 1),
        ("callback", "regular", 90, None, 1),
        ("callback", "potential", 180, None, 1),
    ]


def test_the_mark_of_our_files_never_changes() -> None:
    assert migrations.APPLICATION_ID.to_bytes(4, "big") == b"CDK1"
