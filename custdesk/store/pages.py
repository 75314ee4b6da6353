"""A damaged file laid open: any page of it can be read as a table, whatever became of the rest.

A table is a tree of pages, and a page that is no longer reached from above still holds its rows
(sqlite.org/fileformat2.html, "B-tree Pages"). SQLite itself reads them here: the pages are put
behind a sound first page whose only table is told to begin at whichever page is looked at. So no
record is parsed by hand, and an encrypted file is read by the same way as a plain one.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path

import sqlcipher3.dbapi2 as sqlite

from custdesk.store.laying import WIDTH, Copy
from custdesk.store.shapes import Value
from custdesk.store.trees import Index, Schema, Tree

BEYOND = 2**53
"""No id of ours comes near."""

MOST_GAPS = 2_000
"""After so many, what is left of a table is sought page by page only."""

MOST_ON_A_PAGE = 1_000
"""Rows; none of our tables has such short ones that a page could hold so many."""

Row = tuple[int, tuple[Value, ...]]
"""The id of a row, and all that stands in it; the place of the id itself holds None."""


@dataclass(frozen=True, slots=True)
class Gap:
    """Ids between `low` and `high`, without these two, under which nothing could be read."""

    low: int
    high: int


class Remains:
    """What is left of the file `damaged`, read from private copies in `folder`.

    `changes_lost` says that there were changes beside the file (in its -wal) which could not be
    read, or which belong to another file; `sealed` that a page which can be read at all is as it
    was written, as in every encrypted file; `schema_is_whole` that a table without a tree was never
    there. Close it when done.
    """

    def __init__(self, damaged: Path, key: str | None, folder: Path, now: datetime) -> None:
        copy = Copy(damaged, key, folder)
        self.sealed = key is not None
        self.changes_lost = copy.changes_lost
        self.pages = copy.pages
        self.unused = copy.unused
        self._root = 0
        self._schema = Schema(copy.path, key, folder, now)
        self._connection = copy.lay()
        try:
            if not self._schema.is_whole:
                self._seek_schema()
            self.schema_is_whole = self._schema.is_whole
            self.trees = self._schema.settle(self.pages)
        except BaseException:
            self.close()
            raise

    def _seek_schema(self) -> None:
        """Look through all pages for what the file said of its tables and indexes."""
        for number in range(2, self.pages + 1):
            if number not in self.unused:
                rows = [values for _id, values in self.page(number)]
                self._schema.note(row[:5] for row in rows if row[5:] == (None,) * (WIDTH - 5))

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

    def ends(self, number: int) -> tuple[Row, int] | None:
        """The first row of a page and the id of its last, if these can be read."""
        try:
            first = next(self._rows(number, 1), None)
            (last,) = self._connection.execute("SELECT max(rowid) FROM probe").fetchone()
        except sqlite.DatabaseError:
            return None
        return (first, last) if first and first[0] <= last else None

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
            [entry for entry in self._schema.entries.values() if entry.table == table],
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
