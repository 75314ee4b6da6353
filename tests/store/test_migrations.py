"""What may be opened as a customer file, and how an older one becomes a newer one."""

import shutil
import sqlite3
from datetime import datetime
from pathlib import Path

import pytest
import sqlcipher3.dbapi2 as sqlite
from sqlalchemy import text
from sqlmodel import Session

from custdesk.errors import CustdeskError
from custdesk.store import backup, migrations
from custdesk.store.connecting import connect
from custdesk.store.migrations import STEPS, prepare
from custdesk.store.models import POTENTIAL
from tests.conftest import Opener
from tests.helpers import DATA, add, contents, faults, names, redo_all, undo_all

NOW = datetime(2026, 11, 21, 9, 30)
VERSION = len(STEPS) + 1


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
    assert version(path) == VERSION


def test_a_new_file_is_only_the_owner_s(tmp_path: Path) -> None:
    path = tmp_path / "customers.custdesk"
    prepare(path, NOW)
    assert path.stat().st_mode & 0o777 == 0o600


def test_an_empty_file_becomes_a_customer_file(tmp_path: Path) -> None:
    path = tmp_path / "customers.custdesk"
    path.touch()
    prepare(path, NOW)
    assert version(path) == VERSION


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
    prepare(path, NOW, steps=(*STEPS, colour))
    (copy,) = [one.path for one in backup.all_of(path)]
    assert copy.name == "customers-20261121-093000-migration-1.custdesk"
    assert (version(path), version(copy)) == (VERSION + 1, VERSION)
    assert "colour" in columns(path) and "colour" not in columns(copy)
    assert names(open_file(copy)) == ["张丽华"]


def test_several_steps_at_once(tmp_path: Path) -> None:
    path = tmp_path / "customers.custdesk"
    prepare(path, NOW)

    def weight(db: Session) -> None:
        db.execute(text("UPDATE product SET colour = 'green'"))
        db.execute(text("ALTER TABLE product ADD COLUMN weight REAL"))

    prepare(path, NOW, steps=(*STEPS, colour, weight))
    assert {"colour", "weight"} <= columns(path)


def test_a_step_that_fails_leaves_the_older_version(tmp_path: Path, open_file: Opener) -> None:
    path = tmp_path / "customers.custdesk"
    store = open_file(path)
    add(store, "张丽华")
    store.close()
    with pytest.raises(ZeroDivisionError):
        prepare(path, NOW, steps=(*STEPS, colour, broken))
    assert version(path) == VERSION
    assert not {"colour", "size"} & columns(path)
    assert names(open_file(path)) == ["张丽华"]


def test_a_newer_file_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "customers.custdesk"
    prepare(path, NOW)
    prepare(path, NOW, steps=(*STEPS, colour))
    before = path.read_bytes()
    assert prepare(path, NOW) == 1
    assert path.read_bytes() == before


RELEASED = sorted((DATA / "schemas").glob("version-*.custdesk"))
"""A file of every version that was ever released, as that version wrote it."""


def rows_of(path: Path) -> dict[str, list[dict[str, object]]]:
    """Every row of every ordinary table, by column."""
    connection = connect(path, read_only=True)
    tables = connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'search%'"
        " AND name NOT LIKE 'sqlite%'"
    ).fetchall()
    found = {}
    for (table,) in tables:
        read = connection.execute(f'SELECT * FROM "{table}"')
        names = [column[0] for column in read.description]
        rows = sorted(read, key=lambda row: (isinstance(row[0], int) and row[0], repr(row)))
        found[table] = [dict(zip(names, row, strict=True)) for row in rows]
    connection.close()
    return found


AS_WRITTEN = {
    "care_plan": lambda row: {
        **row,
        "grade": row["grades"] or None,
        "days_ahead": None if row["days"] is None else -row["days"],
    },
    "customer": lambda row: {**row, "grade": row["grade_by_hand"] or POTENTIAL},
}
"""Rows as versions 1 to 3 wrote them, where today they are written otherwise."""


def test_there_is_a_file_of_every_released_version() -> None:
    assert [one.stem for one in RELEASED] == [f"version-{n + 1}" for n in range(len(STEPS))]


@pytest.mark.parametrize("released", RELEASED, ids=lambda one: one.stem)
def test_every_released_version_comes_to_today_with_all_its_data(
    tmp_path: Path, open_file: Opener, released: Path
) -> None:
    path = tmp_path / "customers.custdesk"
    shutil.copy(released, path)
    before = rows_of(path)
    store = open_file(path)
    assert faults(store) == []
    store.close()
    after = rows_of(path)
    journalled = before.pop("journal")
    for table, rows in before.items():
        today = [AS_WRITTEN[table](row) for row in after[table]] if table in AS_WRITTEN else []
        kept = [{name: row[name] for name in rows[0]} for row in today or after[table] if rows]
        assert kept[: len(rows)] == rows, table
        assert len(kept) == len(rows) or table == "care_plan", table
    first = {(row["change_id"], row["tbl"], row["row_id"]) for row in journalled}
    assert len(after["journal"]) == len(first)
    assert rows_of(backup.all_of(path)[0].path) == {**before, "journal": journalled}


@pytest.mark.parametrize("released", RELEASED, ids=lambda one: one.stem)
def test_what_was_done_in_a_released_version_can_be_undone_today(
    tmp_path: Path, open_file: Opener, released: Path
) -> None:
    path = tmp_path / "customers.custdesk"
    shutil.copy(released, path)
    store = open_file(path)
    redo_all(store)
    before = contents(store)
    assert undo_all(store) > 5
    assert names(store) == []
    redo_all(store)
    assert contents(store) == before
    assert faults(store) == []


def shape_of(path: Path) -> dict[str, object]:
    """Tables, columns, keys, indexes and triggers of a file, however they were written."""
    connection = connect(path, read_only=True)
    found: dict[str, object] = {}
    for kind, name, sql in connection.execute(
        "SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite%'"
    ).fetchall():
        found[f"{kind} {name}"] = sql if kind == "trigger" else ""
        for pragma in ("table_info", "foreign_key_list", "index_info"):
            found[f"{pragma} {name}"] = connection.execute(f"PRAGMA {pragma}('{name}')").fetchall()
    connection.close()
    return found


@pytest.mark.parametrize("released", RELEASED, ids=lambda one: one.stem)
def test_an_older_file_becomes_what_a_new_one_is(tmp_path: Path, released: Path) -> None:
    old, new = tmp_path / "old.custdesk", tmp_path / "new.custdesk"
    shutil.copy(released, old)
    prepare(old, NOW)
    prepare(new, NOW)
    assert shape_of(old) == shape_of(new)


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
            text("SELECT kind, about, grades, every_days, days, enabled FROM care_plan ORDER BY id")
        ).all()
    assert [tuple(row) for row in found] == [
        ("birthday", "", "", None, -3, 1),
        ("callback", "", "vip", 30, None, 1),
        ("callback", "", "regular", 90, None, 1),
        ("callback", "", "potential", 180, None, 1),
        ("festival", "spring_festival", "vip,regular", None, -1, 1),
        ("festival", "dragon_boat", "vip", None, -1, 1),
        ("festival", "mid_autumn", "vip", None, -1, 1),
        ("after_sale", "", "", None, 7, 1),
        ("after_sale", "", "", None, 30, 0),
        ("replenishment", "", "", None, -3, 1),
        ("renewal", "", "", None, -14, 1),
        ("anniversary", "", "", None, -3, 1),
        ("win_back", "", "", None, 0, 1),
        ("case", "", "", None, 0, 1),
        ("case", "", "", None, 7, 1),
    ]


def test_the_mark_of_our_files_never_changes() -> None:
    assert migrations.APPLICATION_ID.to_bytes(4, "big") == b"CDK1"
