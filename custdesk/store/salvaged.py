"""One table of a damaged file on its way into a new one: read, judged, mended, counted."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet

import sqlcipher3.dbapi2 as sqlite

from custdesk.store.losses import Count
from custdesk.store.pages import BEYOND, Gap, Remains, Row
from custdesk.store.shapes import FORMERLY, Field, Shape, Value

BATCH = 2000
TEXT_IS_LOST = "�"

Values = tuple[Value, ...]
"""What stands in a row after its id, in the order of its Shape."""


_Place = tuple[int, Callable[[Value], Value]]
"""Where a row of the damaged file holds a value, and how it is read."""


def _place(table: str, field: Field, columns: Sequence[str]) -> _Place | None:
    """None for a column that the damaged file, of an earlier version, does not have."""
    if field.name in columns:
        return columns.index(field.name), lambda value: value
    former, read = FORMERLY.get((table, field.name), ("", lambda value: value))
    return (columns.index(former), read) if former in columns else None


class Salvaged:
    """The rows of one table, found in `remains` and put into the new file behind `new`.

    `gaps`: where rows could not be reached from the table's root. `unsure`: rows that lack
    something or may not be as they were. `put_together`: those of them that were made of what
    stood elsewhere. `lost`: rows that there were. `certain`: the indexes say which rows there were.
    """

    def __init__(self, shape: Shape, remains: Remains, new: sqlite.Connection) -> None:
        self.shape = shape
        self.name = shape.table
        self.gaps: list[Gap] = []
        self.unsure: set[int] = set()
        self.put_together: set[int] = set()
        self.lost: set[int] = set()
        self.certain = False
        self._remains = remains
        self._new = new
        self._tree = remains.trees.get(shape.table)
        self._known: dict[int, dict[str, Value]] | None = None
        self._estimated = 0
        columns = self._tree.columns if self._tree else ("id", *shape.columns)
        self._width = len(columns)
        self._id_at = columns.index("id")
        self._places = [_place(shape.table, field, columns) for field in shape.fields]
        marks = ", ".join("?" * (len(shape.fields) + 1))
        names = ", ".join(f'"{name}"' for name in shape.columns)
        self._insert = f"INSERT OR IGNORE INTO {self.name} (id, {names}) VALUES ({marks})"
        self._select = f"SELECT {names} FROM {self.name} WHERE id = ?"
        self._tolerance = max(1, len(shape.fields) // 4)

    def __contains__(self, id: int) -> bool:
        return self._stored(id) is not None

    def _stored(self, id: int) -> Values | None:
        return self._new.execute(self._select, (id,)).fetchone()  # type: ignore[no-any-return]

    def has(self, row: Row) -> bool:
        """Whether this very row is in the new file."""
        values = self._arranged(row)
        return values is not None and self._stored(row[0]) == values

    def fits(self, row: Row) -> bool:
        values = self._arranged(row)
        return values is not None and not self.shape.misfits(values)

    def _arranged(self, row: Row) -> Values | None:
        """The values in the order of the shape; None when it cannot be a row of this table."""
        id, held = row
        if not 0 < id < BEYOND or any(value is not None for value in held[self._width :]):
            return None
        if held[self._id_at] is not None:
            return None
        return tuple(
            field.default if at is None else at[1](held[at[0]])
            for field, at in zip(self.shape.fields, self._places, strict=True)
        )

    # --- reading ----------------------------------------------------------------------------------

    def read(self) -> None:
        """All rows that are reached from the table's root."""
        if self._tree is None:
            if self._remains.schema_is_whole:
                return  # an older file, which never had this table
            self.gaps.append(Gap(0, BEYOND))
            return
        batch: list[Row] = []
        gaps: list[Gap] = []
        strange = False
        for found in self._remains.walk(self._tree):
            if isinstance(found, Gap):
                gaps.append(found)
                continue
            strange |= not self._take(found, batch)
            if len(batch) >= BATCH:
                self._put(batch)
                batch = []
        self._put(batch)
        self.gaps = [Gap(0, BEYOND)] if strange else _merged(gaps)

    def take_from_page(self, rows: Iterable[Row], gone: AbstractSet[int]) -> None:
        """Rows of a page that no tree reaches; only such as are missing, for a page may be old.

        Where no index says which rows there were, those in `gone` are not taken.
        """
        known = self.known()
        batch: list[Row] = []
        for row in rows:
            id = row[0]
            there_was = id in known if self.certain else id not in gone
            if there_was and self.has_gap_between(id, id) and id not in self:
                self._take(row, batch)
        self._put(batch)

    def has_gap_between(self, first: int, last: int) -> bool:
        """Whether any id from `first` to `last` lies in a gap."""
        place = bisect_right(self.gaps, first, key=lambda gap: gap.high)
        return place < len(self.gaps) and self.gaps[place].low < last

    def _take(self, row: Row, batch: list[Row]) -> bool:
        """Put a row into the batch, mended where single values are not possible."""
        values = self._arranged(row)
        if values is None:
            return False
        misfits = self.shape.misfits(values)
        if misfits > self._tolerance:
            return False
        if misfits:
            mended = self._mended(row[0], values)
            if mended is None:
                return False
            values = mended
            self.unsure.add(row[0])
        if self.shape.is_born_on_no_day(values):
            values = next(self._yielding(row[0], values))
            self.unsure.add(row[0])
        batch.append((row[0], values))
        return True

    def _mended(self, id: int, values: Values) -> Values | None:
        """What cannot be is taken from the indexes, or it is what a new row would have."""
        columns = self.known().get(id, {})
        found: list[Value] = []
        for field, value in zip(self.shape.fields, values, strict=True):
            if not field.fits(value):
                other = columns.get(field.name)
                if other is not None:
                    value = other
                elif (
                    isinstance(value, str)
                    and field.kinds == (str,)
                    and not (field.reads or field.among)
                ):
                    value = str(value)  # garbled, but a person may make something of it
                elif field.has_default:
                    value = field.default
                else:
                    return None
            found.append(value)
        return tuple(found)

    # --- writing ----------------------------------------------------------------------------------

    def _put(self, batch: Sequence[Row]) -> None:
        before = self._new.total_changes
        self._new.executemany(self._insert, [(id, *values) for id, values in batch])
        if self._new.total_changes - before < len(batch):
            for id, values in batch:
                if id not in self:
                    self.put_one(id, values, in_part=id in self.unsure)

    def put_one(self, id: int, values: Values, *, in_part: bool) -> bool:
        """Put one row, changed if need be so that what must always hold does hold."""
        for n, wanted in enumerate((values, *self._yielding(id, values))):
            self._new.execute(self._insert, (id, *wanted))
            if id in self:
                if in_part:
                    self.put_together.add(id)
                if in_part or n:
                    self.unsure.add(id)
                self.lost.discard(id)
                return True
        self.unsure.discard(id)
        self.lost.add(id)
        return False

    def _yielding(self, id: int, values: Values) -> Iterator[Values]:
        """The row once more, and less and less of it, for when it contradicts another or itself."""
        at = {name: place for place, name in enumerate(self.shape.columns)}

        def changed(**new: Value) -> Values:
            return tuple(new.get(name, values[place]) for name, place in at.items())

        match self.name:
            case "customer":
                unborn: dict[str, Value] = {
                    "birth_calendar": None, "birth_year": None, "birth_month": None,
                    "birth_day": None, "birth_leap": 0,
                }  # fmt: skip
                number = str(values[at["number"]] or "").strip() or f"{id:04}"
                name = str(values[at["name"]] or "").strip() or TEXT_IS_LOST
                yield changed(**unborn)
                yield changed(number=f"{number}-{id}")
                yield changed(**unborn, number=f"{number}-{id}", name=name)
            case "tag" | "product":
                yield changed(name=str(values[at["name"]]) + f" ({id})")
            case "follow_up":
                yield changed(plan_id=None, occurrence=None)
                yield changed(state="open", closed_at=None)

    # --- second copies ----------------------------------------------------------------------------

    def known(self) -> dict[int, dict[str, Value]]:
        """What the indexes say: columns by id, of the ids on which all whole indexes agree."""
        if self._known is None:
            self._known = {}
            whole: list[set[int]] = []
            for index in self._tree.indexes if self._tree else ():
                rows, is_whole = self._remains.index(self.name, index)
                if is_whole and rows:
                    whole.append(set(rows))
                for id, values in rows.items():
                    if 0 < id < BEYOND:
                        self._known.setdefault(id, {}).update(self._fitting(index.columns, values))
            self.certain = bool(whole)
            if whole:
                agreed = set.intersection(*whole)
                self._known = {id: row for id, row in self._known.items() if id in agreed}
        return self._known

    def _fitting(self, columns: Sequence[str], values: Values) -> dict[str, Value]:
        fields = {field.name: field for field in self.shape.fields}
        return {
            name: value
            for name, value in zip(columns, values, strict=True)
            if name in fields and fields[name].fits(value)
        }

    def compare_with_indexes(self) -> None:
        """Rows with which an index does not agree are not sure to be as they were."""
        fields = {field.name: field for field in self.shape.fields}
        for index in self._tree.indexes if self._tree else ():
            rows, _whole = self._remains.index(self.name, index)
            names = ", ".join(f'"{name}"' for name in index.columns)
            for id, *values in self._new.execute(f"SELECT id, {names} FROM {self.name}").fetchall():
                other = rows.get(id)
                if other is None or other == tuple(values):
                    continue
                if all(fields[n].fits(v) for n, v in zip(index.columns, other, strict=True)):
                    self.unsure.add(id)

    def unknown(self, field: Field) -> list[int]:
        """The ids that a column names and that are not there."""
        rows = self._new.execute(
            f'SELECT DISTINCT "{field.name}" FROM {self.name} WHERE "{field.name}" IS NOT NULL'
            f' AND "{field.name}" NOT IN (SELECT id FROM {field.refers_to})'
        ).fetchall()
        return [id for (id,) in rows]

    # --- counting ---------------------------------------------------------------------------------

    def estimate(self, highest: int, gone: AbstractSet[int]) -> None:
        """Where nothing says which rows there were: ids in the gaps that nobody has, up to
        `highest`, but for those in `gone`, which were deleted.
        """
        if self.certain:
            return
        there = [id for (id,) in self._new.execute(f"SELECT id FROM {self.name} ORDER BY id")]
        highest = max(highest, there[-1] if there else 0)
        have = {*there, *gone}
        missing = set(self.lost)
        for gap in self.gaps:
            stop = min(gap.high, highest + 1)
            missing.update(id for id in range(gap.low + 1, stop) if id not in have)
        self._estimated = len(missing)

    def count(self) -> Count:
        (there,) = self._new.execute(f"SELECT count(*) FROM {self.name}").fetchone()
        lost = max(len(self.lost), self._estimated)
        return Count(
            self.name,
            saved=there,
            unsure=frozenset(id for id in self.unsure if id in self),
            lost=lost,
            exact=lost == len(self.lost),
            more=not self.certain and any(gap.high == BEYOND for gap in self.gaps),
        )

    def owners_of_unsure(self) -> set[int]:
        """The customers to whom rows belong that are not sure to be as they were."""
        if self.name == "customer":
            return set(self.unsure)
        if "customer_id" not in self.shape.columns:
            return set()
        owners: set[int] = set()
        for id in self.unsure:
            row = self._new.execute(
                f"SELECT customer_id FROM {self.name} WHERE id = ?", (id,)
            ).fetchone()
            owners.update(row or ())
        return owners


def _merged(gaps: Sequence[Gap]) -> list[Gap]:
    """In order, and none within another."""
    found: list[Gap] = []
    for gap in sorted(gaps, key=lambda gap: gap.low):
        if found and gap.low < found[-1].high:
            found[-1] = Gap(found[-1].low, max(found[-1].high, gap.high))
        else:
            found.append(gap)
    return found
