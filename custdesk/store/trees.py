"""Where each table of a damaged file begins, which columns it has, and which indexes are on it."""

import re
from collections.abc import Iterable, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import sqlcipher3.dbapi2 as sqlite

from custdesk.store import migrations
from custdesk.store.connecting import connect
from custdesk.store.shapes import FORMERLY, Value, read_text

_OURS = re.compile(r'CREATE (TABLE|INDEX|UNIQUE INDEX) "?(\w+)"?\b')
"""How every entry begins that we ever wrote; nothing else of a foreign file is run."""


@dataclass(frozen=True, slots=True)
class Index:
    """A second copy of some columns of a table."""

    name: str
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tree:
    """A table of the damaged file: its first page, its columns, the indexes on it."""

    root: int
    columns: tuple[str, ...]
    indexes: tuple[Index, ...]
    has_ids: bool
    """False for one kept by its key (WITHOUT ROWID), whose pages are like those of an index."""


class Entry(NamedTuple):
    """A row of sqlite_master, which says what tables and indexes a file has."""

    type: str
    name: str
    table: str
    root: int
    sql: str | None


class Schema:
    """What the file at `path` says of its tables and indexes.

    While not `is_whole`, more may be found elsewhere in the file (`note`). `entries` is what is
    gone by in the end (`settle`): what was found, or else what a new file has.
    """

    def __init__(self, path: Path, key: str | None, folder: Path, now: datetime) -> None:
        self._ours = _of_a_new_file(folder, now)
        self._found: dict[str, Entry] = {}
        self.entries: dict[str, Entry] = {}
        version = 0
        try:
            with closing(connect(path, key, read_only=True)) as file:
                file.text_factory = read_text
                file.execute("PRAGMA writable_schema = ON")
                version = file.execute("PRAGMA user_version").fetchone()[0]
                self.note(file.execute("SELECT * FROM sqlite_master"))
            came_through = True
        except sqlite.DatabaseError:
            came_through = False
        older = 0 < version <= len(migrations.STEPS)
        self.is_whole = came_through and (older or self._ours.keys() <= self._found.keys())

    def note(self, rows: Iterable[Sequence[Value]]) -> None:
        """Take note of rows that may be of sqlite_master."""
        for kind, name, table, root, sql in rows:
            if (
                kind in ("table", "index")
                and isinstance(name, str)
                and isinstance(table, str)
                and isinstance(root, int)
                and (sql is None or isinstance(sql, str))
            ):
                self._found.setdefault(name, Entry(str(kind), name, table, root, sql))

    def settle(self, pages: int) -> dict[str, Tree]:
        """The tree of every table of a file with so many pages, where it is known."""
        used: set[int] = set()
        with closing(sqlite.connect(":memory:", isolation_level=None)) as model:
            for name, own in self._ours.items():
                entry = self._found.get(name, own)
                if name not in self._found and self.is_whole:
                    continue  # an older file, which never had that
                if not 2 <= entry.root <= pages or entry.root in used:
                    continue
                used.add(entry.root)
                self.entries[name] = entry._replace(sql=_made(model, entry, own))
            return {
                name: Tree(entry.root, *_columns(model, name, self.entries.keys()))
                for name, entry in self.entries.items()
                if entry.type == "table"
            }


def _of_a_new_file(folder: Path, now: datetime) -> dict[str, Entry]:
    """The entries of tables and indexes, the tables first; nothing of the search index."""
    path = folder / "ours"
    migrations.prepare(path, now)
    with closing(connect(path)) as file:
        rows = file.execute(
            "SELECT type, name, tbl_name, rootpage, sql FROM sqlite_master WHERE rootpage > 0"
            " AND tbl_name NOT LIKE 'search%' ORDER BY type DESC, rootpage"
        ).fetchall()
    return {row[1]: Entry(*row) for row in rows}


def _made(model: sqlite.Connection, entry: Entry, own: Entry) -> str | None:
    """Make the table or index in an empty model, as the file has it or as we do; by which words.

    A column that we never had is one whose name was damaged.
    """
    if own.sql is None:
        return None  # the index of a UNIQUE, which comes with its table
    words = _OURS.match(entry.sql or "")
    if entry.sql and words and words[2] == own.name:
        try:
            model.execute(entry.sql)
        except sqlite.DatabaseError:
            pass
        else:
            if own.type == "index" or _has_columns_of_ours(model, own):
                return entry.sql
            model.execute(f"DROP TABLE {own.name}")
    with suppress(sqlite.DatabaseError):  # an index on a column that an older table has not
        model.execute(own.sql)
    return own.sql


def _has_columns_of_ours(model: sqlite.Connection, own: Entry) -> bool:
    def columns(of: sqlite.Connection) -> set[str]:
        rows = of.execute("SELECT name FROM pragma_table_info(?)", (own.name,))
        return {name for (name,) in rows.fetchall()}

    with closing(sqlite.connect(":memory:")) as ours:
        assert own.sql is not None
        ours.execute(own.sql)
        former = {was for (table, _now), (was, _read) in FORMERLY.items() if table == own.name}
        known = columns(ours)
        return columns(model) - {"id"} <= known | former and columns(model) >= known & {"id"}


def _columns(
    model: sqlite.Connection, table: str, known: Iterable[str]
) -> tuple[tuple[str, ...], tuple[Index, ...], bool]:
    def names(query: str, of: str) -> tuple[str, ...]:
        return tuple(name for (name,) in model.execute(query, (of,)).fetchall())

    columns = names("SELECT name FROM pragma_table_info(?)", table)
    indexes = [
        Index(name, names("SELECT name FROM pragma_index_info(?)", name))
        for name in names("SELECT name FROM pragma_index_list(?) WHERE NOT partial", table)
        if name in known
    ]
    by_key = model.execute("SELECT wr FROM pragma_table_list(?)", (table,)).fetchone()
    return columns, tuple(indexes), not (by_key and by_key[0])
