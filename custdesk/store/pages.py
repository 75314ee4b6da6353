"""A damaged file laid open: any page of it can be read as a table, whatever became of the rest.

A table is a tree of pages, and a page that is no longer reached from above still holds its rows
(sqlite.org/fileformat2.html, "B-tree Pages"). SQLite itself reads them here: the pages are put
behind a sound first page whose only table is told to begin at whichever page is looked at. So no
record is parsed by hand, and an encrypted file is read by the same way as a plain one.
"""

import re
import shutil
import struct
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import sqlcipher3.dbapi2 as sqlite

from custdesk.store import migrations, wal
from custdesk.store.connecting import PAGE, connect
from custdesk.store.shapes import Value, read_text

WIDTH = 60
"""Columns that a page is read with: more than any table has, the rest is NULL."""

BEYOND = 2**53
"""No id of ours comes near."""

MOST_GAPS = 2_000
"""After so many, what is left of a table is sought page by page only."""

MOST_ON_A_PAGE = 1_000
"""Rows; none of our tables has such short ones that a page could hold so many."""

FILLER = 64 * 1024 * 1024

Row = tuple[int, tuple[Value, ...]]
"""The id of a row, and all that stands in it; the place of the id itself holds None."""


@dataclass(frozen=True, slots=True)
class Gap:
    """Ids between `low` and `high`, without these two, under which nothing could be read."""

    low: int
    high: int


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


class _Entry(NamedTuple):
    """A row of sqlite_master."""

    type: str
    name: str
    table: str
    root: int
    sql: str | None


class Remains:
    """What is left of the file `damaged`, read from private copies in `folder`.

    `changes_lost` says that there were changes beside the file (in its -wal) which could not be
    read, or which belong to another file; `sealed` that a page which can be read at all is as it
    was written, as in every encrypted file; `schema_is_whole` that a table without a tree was never
    there. Close it when done.
    """

    def __init__(self, damaged: Path, key: str | None, folder: Path, now: datetime) -> None:
        self._key = key
        self.sealed = key is not None
        self._folder = folder
        self._laid = folder / "laid"
        self._salt = _salt(damaged) if key and len(key) == 64 else None
        self._schema: dict[str, _Entry] = {}
        self._root = 0
        copy = folder / "copy"
        self.changes_lost = self._settle(damaged, copy)
        self.pages = copy.stat().st_size // PAGE
        self.unused = _unused(copy) if not key else frozenset()
        found, whole = self._schema_in(copy)
        self._lay(copy)
        copy.unlink()
        self._connection = self._open()
        try:
            if not whole:
                self._schema_by_pages(found)
            self.trees = self._plant(found, whole, now)
            self.schema_is_whole = whole
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        self._connection.close()

    # --- reading ----------------------------------------------------------------------------------

    def walk(self, tree: Tree) -> Iterator[Row | Gap]:
        """Every row that is reached from the first page, and the gaps where none could be.

        The rows hold one value more than the tree has columns: it is None, or they are others'.

        Rows out of order show that pages have changed places: the gap is then the whole table.
        """
        root, width = tree.root, len(tree.columns) + 1
        position = last = 0
        disorder = False
        for _number in range(MOST_GAPS):
            try:
                for row in self._rows(root, position + 1, width):
                    disorder |= row[0] <= last
                    last = row[0]
                    position = max(position, last) if last < BEYOND else position
                    yield row
                break
            except sqlite.DatabaseError:
                resume = self._next(root, position)
                disorder |= resume is None or resume <= position
                yield Gap(position, resume or BEYOND)
                if resume is None:
                    break
                position = last = resume - 1
        else:
            disorder = True
        if disorder:
            yield Gap(0, BEYOND)

    def page(self, number: int) -> list[Row]:
        """The rows of one page; none when it does not hold rows of a table.

        Of a page above others only the first come, for those others are pages too.
        """
        found = []
        try:
            for row in islice(self._rows(number, 1), MOST_ON_A_PAGE):
                found.append(row)
        except sqlite.DatabaseError:
            found += self._rest(number, max((id for id, _ in found if id < BEYOND), default=0))
        return found

    def first(self, number: int) -> Row | None:
        """The first row of a page, if that can be read."""
        try:
            return next(self._rows(number, 1), None)
        except sqlite.DatabaseError:
            return None

    def index(self, table: str, index: Index) -> tuple[dict[int, tuple[Value, ...]], bool]:
        """What an index says: the columns by id, and whether it could be read to its end."""
        columns = ", ".join(f'"{name}"' for name in index.columns)
        order = ", ".join(f'"{name}" {{0}}' for name in index.columns)
        rows, whole = self._from_both_ends(
            table,
            f'SELECT rowid, {columns} FROM "{table}" INDEXED BY "{index.name}"'
            f" ORDER BY {order}, rowid {{0}}",
        )
        return {int(str(row[0])): row[1:] for row in rows}, whole

    def entries(self, table: str) -> tuple[list[tuple[Value, ...]], bool]:
        """The rows of a table that is kept by its key, and whether it could be read to its end."""
        return self._from_both_ends(
            table, f'SELECT * FROM "{table}" ORDER BY 1 {{0}}, 2 {{0}}, 3 {{0}}'
        )

    def _from_both_ends(self, table: str, query: str) -> tuple[list[tuple[Value, ...]], bool]:
        """What a query reads forwards and, if it does not come through, backwards."""
        found: list[tuple[Value, ...]] = []
        self._know(table)
        try:
            for way in ("ASC", "DESC"):
                try:
                    for row in self._connection.execute(query.format(way)):
                        found.append(tuple(row))
                    return found, way == "ASC"
                except sqlite.DatabaseError:
                    continue
            return found, False
        finally:
            self._know(None)

    def _know(self, table: str | None) -> None:
        """Let SQLite know of one table with its indexes beside the probe, or of none."""
        self._connection.execute("PRAGMA writable_schema = ON")
        self._connection.execute("DELETE FROM sqlite_master WHERE name <> 'probe'")
        self._connection.executemany(
            "INSERT INTO sqlite_master VALUES (?, ?, ?, ?, ?)",
            [entry for entry in self._schema.values() if entry.table == table],
        )
        self._connection.execute("PRAGMA writable_schema = RESET")

    def _rows(self, root: int, first: int, width: int = WIDTH) -> Iterator[Row]:
        """Rows from the id `first` on. (`> first - 1` would begin on the page before.)"""
        self._look_at(root)
        columns = ", ".join(f"c{number}" for number in range(width))
        query = f"SELECT rowid, {columns} FROM probe WHERE rowid >= ? ORDER BY rowid"
        try:
            for id, *values in self._connection.execute(query, (first,)):
                first = min(id, BEYOND) + 1
                yield id, tuple(values)
        except sqlite.DatabaseError:
            # The driver reads one row ahead: the error has taken a good row with it.
            for id, *values in self._connection.execute(f"{query} LIMIT 1", (first,)):
                yield id, tuple(values)
            raise

    def _rest(self, number: int, low: int) -> Iterator[Row]:
        """What a page still holds behind a damaged row: from its other end, then one by one."""
        query = "SELECT rowid, * FROM probe WHERE rowid > ? AND rowid {} ORDER BY rowid DESC"
        high = BEYOND
        try:
            rows = self._connection.execute(query.format("< ?"), (low, BEYOND))
            for id, *values in islice(rows, MOST_ON_A_PAGE):
                high = id
                yield id, tuple(values)
        except sqlite.DatabaseError:
            pass  # the row before the error comes below, alone
        if high - low > MOST_ON_A_PAGE:
            return
        for wanted in range(low + 1, high):
            try:
                for id, *values in self._connection.execute(query.format("= ?"), (low, wanted)):
                    yield id, tuple(values)
            except sqlite.DatabaseError:
                continue

    def _next(self, root: int, position: int) -> int | None:
        """The lowest id above `position` that can be reached again, or None."""
        bad, step = position, 1
        while True:
            found = self._reach(root, position + step)
            if found is not None:
                break
            bad, step = position + step, step * 2
            if step > BEYOND:
                return None
        good, nearest = position + step, found
        while good - bad > 1:
            middle = (good + bad) // 2
            found = self._reach(root, middle)
            if found is None:
                bad = middle
            else:
                good, nearest = middle, found
        return nearest if nearest < BEYOND else None

    def _reach(self, root: int, id: int) -> int | None:
        """The first id from `id` on; None when it is not reached, BEYOND when there is none."""
        self._look_at(root)
        try:
            row = self._connection.execute(
                "SELECT rowid FROM probe WHERE rowid >= ? ORDER BY rowid LIMIT 1", (id,)
            ).fetchone()
        except sqlite.DatabaseError:
            return None
        return int(row[0]) if row else BEYOND

    def _look_at(self, root: int) -> None:
        if root == self._root:
            return
        self._connection.execute("PRAGMA writable_schema = ON")
        self._connection.execute(
            "UPDATE sqlite_master SET rootpage = ? WHERE name = 'probe'", (root,)
        )
        self._connection.execute("PRAGMA writable_schema = RESET")
        self._root = root

    # --- laying open ------------------------------------------------------------------------------

    def _settle(self, damaged: Path, copy: Path) -> bool:
        """Copy the file with what its -wal adds; True when some of that could not be used.

        SQLite itself takes what is whole of a -wal, if it is of this file.
        """
        _copy(damaged, copy)
        if not wal.is_there(damaged):
            return False
        alone_is_sound = self._is_sound(copy)
        _copy(wal.beside(damaged), wal.beside(copy))
        foreign = alone_is_sound and wal.is_of_another_file(copy, self._key)
        frames = None if foreign else self._take_in(copy)
        if frames is None and not foreign:  # there was no first page to begin with
            _copy(damaged, copy)
            self._put_first_page(copy)
            _copy(wal.beside(damaged), wal.beside(copy))
            frames = self._take_in(copy)
        if frames and alone_is_sound and not self._is_sound(copy):
            frames = None
        if not frames:
            _copy(damaged, copy)
        for ending in ("-wal", "-shm"):
            copy.with_name(copy.name + ending).unlink(missing_ok=True)
        return not frames or frames < wal.committed(damaged)

    def _take_in(self, copy: Path) -> int | None:
        """Bring what is whole of the -wal into the copy; how many frames, None for an error."""
        try:
            with closing(connect(copy, self._key)) as connection:
                connection.execute("PRAGMA writable_schema = ON")  # so that its size may be wrong
                connection.execute("PRAGMA user_version").fetchone()
                found = connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
        except sqlite.DatabaseError:
            return None
        return int(found[1])

    def _is_sound(self, copy: Path) -> bool:
        try:
            with closing(connect(copy, self._key, read_only=True)) as file:
                return bool(file.execute("PRAGMA quick_check(1)").fetchone()[0] == "ok")
        except sqlite.DatabaseError:
            return False

    def _new(self, path: Path) -> sqlite.Connection:
        """A new file with the damaged one's key and salt (which may be part of the key)."""
        path.touch(mode=0o600)
        connection = connect(path, self._key)
        if self._salt:
            connection.execute(f"PRAGMA cipher_salt = \"x'{self._salt}'\"")
        connection.execute(f"PRAGMA page_size = {PAGE}")
        return connection

    def _put_first_page(self, copy: Path) -> None:
        """In the place of a first page that cannot be read, so that the -wal is at least."""
        new = self._folder / "new"
        with closing(self._new(new)) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
        with copy.open("r+b") as file:
            file.write(new.read_bytes()[:PAGE])
        new.unlink()

    def _lay(self, copy: Path) -> None:
        """Make a file with a first page of ours, and all others of the damaged file behind it.

        Pages whose seal is broken would end the connection. What was there before stays in their
        place: an index without entries, or noughts, and SQLite takes neither for a table.
        """
        with closing(self._new(self._laid)) as connection:
            connection.execute("PRAGMA journal_mode = OFF")
            connection.execute("PRAGMA synchronous = OFF")
            connection.execute("CREATE TABLE hole (x PRIMARY KEY) WITHOUT ROWID")
            connection.execute("CREATE TABLE filler (x)")
            for _start in range(0, (self.pages + 2) * PAGE, FILLER):
                size = min(FILLER, (self.pages + 2) * PAGE - _start)
                connection.execute("INSERT INTO filler VALUES (zeroblob(?))", (size,))
            columns = ", ".join(f"c{number}" for number in range(WIDTH))
            connection.execute(f"CREATE TABLE probe ({columns})")
            connection.execute("PRAGMA writable_schema = ON")
            connection.execute("DELETE FROM sqlite_master WHERE name <> 'probe'")
        broken = self._broken(copy)
        with copy.open("rb") as source, self._laid.open("r+b") as target:
            for number in range(2, self.pages + 1):
                if number not in broken:
                    source.seek((number - 1) * PAGE)
                    target.seek((number - 1) * PAGE)
                    target.write(source.read(PAGE))

    def _broken(self, copy: Path) -> frozenset[int]:
        """The pages of an encrypted file whose seal (HMAC) says that they were changed."""
        if not self._key:
            return frozenset()
        try:
            with closing(connect(copy, self._key, read_only=True)) as file:
                answers = file.execute("PRAGMA cipher_integrity_check").fetchall()
        except sqlite.DatabaseError:
            return frozenset()
        found = (re.search(r"page (\d+)", str(answer)) for (answer,) in answers)
        return frozenset(int(page[1]) for page in found if page)

    def _open(self) -> sqlite.Connection:
        connection = connect(self._laid, self._key)
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("PRAGMA synchronous = OFF")
        connection.text_factory = read_text
        return connection

    # --- the trees --------------------------------------------------------------------------------

    def _schema_in(self, copy: Path) -> tuple[dict[str, _Entry], bool]:
        """What the file itself says of its tables and indexes, and whether that is all of it."""
        found: dict[str, _Entry] = {}
        try:
            with closing(connect(copy, self._key, read_only=True)) as file:
                file.text_factory = read_text
                file.execute("PRAGMA writable_schema = ON")
                for row in file.execute("SELECT * FROM sqlite_master"):
                    _note(found, row)
        except sqlite.DatabaseError:
            return found, False
        return found, bool(found)

    def _schema_by_pages(self, found: dict[str, _Entry]) -> None:
        """Look through all pages for what the file said of its tables and indexes."""
        for number in range(2, self.pages + 1):
            if number not in self.unused:
                for _id, values in self.page(number):
                    if not any(value is not None for value in values[5:]):
                        _note(found, values[:5])

    def _plant(self, found: dict[str, _Entry], whole: bool, now: datetime) -> dict[str, Tree]:
        """The tree of each table: where the file says, or else where a new file has it."""
        ours = _schema_of_a_new_file(self._folder, now)
        trees: dict[str, Tree] = {}
        used: set[int] = set()
        with closing(sqlite.connect(":memory:", isolation_level=None)) as model:
            for name, own in ours.items():
                entry = found.get(name)
                if entry is None and whole:
                    continue  # an older file: it never had that
                entry = entry or own
                if not 2 <= entry.root <= self.pages or entry.root in used:
                    continue
                used.add(entry.root)
                sql = entry.sql
                for sql in (entry.sql, own.sql):
                    try:
                        if sql:
                            model.execute(sql)
                        break
                    except sqlite.DatabaseError:
                        continue
                self._schema[name] = entry._replace(sql=sql)
            for name, entry in self._schema.items():
                if entry.type == "table":
                    columns, has_ids = _columns(model, name)
                    trees[name] = Tree(entry.root, columns, self._indexes(model, name), has_ids)
        return trees

    def _indexes(self, model: sqlite.Connection, table: str) -> tuple[Index, ...]:
        found = []
        for _n, name, _unique, _origin, partial in model.execute(
            "SELECT * FROM pragma_index_list(?)", (table,)
        ).fetchall():
            rows = model.execute("SELECT name FROM pragma_index_info(?)", (name,)).fetchall()
            if name in self._schema and not partial:
                found.append(Index(name, tuple(column for (column,) in rows)))
        return tuple(found)


def _note(found: dict[str, _Entry], row: Sequence[Value]) -> None:
    kind, name, table, root, sql = row
    if (
        kind in ("table", "index")
        and isinstance(name, str)
        and isinstance(table, str)
        and isinstance(root, int)
        and (sql is None or isinstance(sql, str))
    ):
        found.setdefault(name, _Entry(str(kind), name, table, root, sql))


def _schema_of_a_new_file(folder: Path, now: datetime) -> dict[str, _Entry]:
    """Tables before their indexes."""
    path = folder / "ours"
    migrations.prepare(path, now)
    with closing(connect(path)) as file:
        rows = file.execute(
            "SELECT type, name, tbl_name, rootpage, sql FROM sqlite_master WHERE rootpage > 0"
            " AND tbl_name NOT LIKE 'search%' ORDER BY type DESC, rootpage"
        ).fetchall()
    return {row[1]: _Entry(*row) for row in rows}


def _columns(model: sqlite.Connection, table: str) -> tuple[tuple[str, ...], bool]:
    rows = model.execute("SELECT name FROM pragma_table_info(?)", (table,)).fetchall()
    (by_key,) = model.execute("SELECT wr FROM pragma_table_list(?)", (table,)).fetchone()
    return tuple(name for (name,) in rows), not by_key


def _copy(source: Path, target: Path) -> None:
    """Only we may read the copy, whoever may read the source."""
    target.unlink(missing_ok=True)
    target.touch(mode=0o600)
    shutil.copyfile(source, target)


def _salt(damaged: Path) -> str:
    with damaged.open("rb") as file:
        return file.read(16).hex()


def _unused(copy: Path) -> frozenset[int]:
    """The pages that the file says it has no use for ("The Freelist"): what they hold is old."""
    with copy.open("rb") as file:
        header = file.read(100)
        pages = copy.stat().st_size // PAGE
        if len(header) < 100:
            return frozenset()
        trunk, count = struct.unpack(">II", header[32:40])
        found: set[int] = set()
        while trunk:
            if not 2 <= trunk <= pages or trunk in found:
                return frozenset()
            found.add(trunk)
            file.seek((trunk - 1) * PAGE)
            trunk, length = struct.unpack(">II", file.read(8))
            if length > PAGE // 4 - 2:
                return frozenset()
            found.update(struct.unpack(f">{length}I", file.read(4 * length)))
    return frozenset(found) if len(found) == count else frozenset()
