"""The rows of a damaged file, gathered from wherever they still stand, put into a new one."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime

import sqlcipher3.dbapi2 as sqlite

from custdesk.i18n import _
from custdesk.store import migrations
from custdesk.store.losses import Affected, Count
from custdesk.store.pages import BEYOND, Gap, Remains, Row
from custdesk.store.shapes import JOURNAL, Field, Shape, Value, shapes

BATCH = 2000
TEXT_IS_LOST = "�"

Values = tuple[Value, ...]
"""What stands in a row after its id, in the order of its Shape."""


class Gathering:
    """Fills the empty file behind `new` from `remains`; the caller commits.

    Foreign keys must be off at `new`: they are made to hold at the end.
    """

    def __init__(
        self,
        remains: Remains,
        new: sqlite.Connection,
        now: datetime,
        tell: Callable[[int, int, str], None],
    ) -> None:
        self._remains = remains
        self._new = new
        self._now = now
        self._tell = tell
        self._tables = [_Table(shape, remains, new) for shape in shapes().values()]
        self._by_name = {table.name: table for table in self._tables}
        self._concerned: set[int] = set()
        self.undo_kept = True

    def gather(self) -> None:
        self._new.execute("UPDATE journal_state SET recording = 0")
        self._new.execute("DELETE FROM care_plan")
        for done, table in enumerate(self._tables):
            self._tell(done, len(self._tables), _("Reading the damaged file"))
            table.read()
        if any(table.gaps for table in self._tables):
            self._look_through_pages()
            for table in self._tables:
                if table.gaps and table.name not in JOURNAL:
                    self._fill_gaps(table)
        if not self._remains.sealed:
            for table in self._tables:
                table.compare_with_indexes()
        self._find_owners()
        self._keep_journal_if_sound()
        self._put_plans()
        self._new.execute(
            "UPDATE journal_state SET recording = 1, as_of = NULL,"
            " change_id = (SELECT max(id) FROM change)"
        )
        self._keep_ids_apart()

    def counts(self) -> list[Count]:
        return [table.count() for table in self._tables if table.name not in JOURNAL]

    def affected(self) -> list[Affected]:
        """Customers of whom something is lost or unsure."""
        ids = set(self._concerned)
        for table in self._tables:
            ids |= table.owners_of_unsure()
        found = []
        for id in sorted(ids):
            row = self._new.execute(
                "SELECT id, number, name FROM customer WHERE id = ?", (id,)
            ).fetchone()
            if row:
                found.append(Affected(*row))
        return found

    # --- pages ------------------------------------------------------------------------------------

    def _look_through_pages(self) -> None:
        """Rows that no tree reaches any more, wherever they lie in the file."""
        pages = self._remains.pages
        for number in range(2, pages + 1):
            if number % 100 == 2:
                self._tell(number, pages, _("Looking through the pages of the damaged file"))
            if number in self._remains.unused:
                continue
            first = self._remains.first(number)
            if first and any(not t.gaps and t.has(first) for t in self._tables):
                continue
            rows = self._remains.page(number)
            table = self._table_of(rows)
            if table:
                table.take_from_page(rows)

    def _table_of(self, rows: Sequence[Row]) -> "_Table | None":
        """Whose rows they are: those that look like it, and best those that it has already."""
        ranked = []
        for table in self._tables:
            fitting = [row for row in rows if table.fits(row)]
            if fitting and 2 * len(fitting) >= len(rows):
                known = sum(table.has(row) for row in fitting)
                ranked.append((known, bool(table.gaps), len(fitting), table))
        if not ranked:
            return None
        best = max(ranked, key=lambda one: one[:3])[3]
        return best if best.gaps else None

    # --- what is still missing --------------------------------------------------------------------

    def _fill_gaps(self, table: "_Table") -> None:
        images = self._images(table)
        known = table.known()
        if table.name == "customer":
            self._name_from_list_order(known)
        missing = set(known) if table.certain else set(known) | set(images)
        for id in sorted(missing):
            if id in table:
                continue
            image, columns = images.get(id) or {}, known.get(id, {})
            if columns.get("state") == "open" and columns.get("plan_id") is not None:
                continue  # it will be planned again
            if not self._put_together(table, id, {**image, **columns}):
                table.lost.add(id)
                owner = columns.get("customer_id", image.get("customer_id"))
                if isinstance(owner, int):
                    self._concerned.add(owner)
        gone = {id for id, image in images.items() if image is None}
        table.estimate(max(images, default=0), gone)

    def _images(self, table: "_Table") -> dict[int, dict[str, Value] | None]:
        """What the journal knows of a table's rows: as they were before their last change.

        Empty where only the making of the row is known; None where it was deleted.
        """
        found: dict[int, dict[str, Value] | None] = {}
        for id, op, before in self._new.execute(
            "SELECT row_id, op, before FROM journal WHERE id IN"
            " (SELECT max(id) FROM journal WHERE tbl = ? GROUP BY row_id)",
            (table.name,),
        ):
            try:
                image = json.loads(before) if before else {}
            except ValueError:
                image = {}
            found[id] = None if op == "D" else image if isinstance(image, dict) else {}
        return {id: image for id, image in found.items() if 0 < id < BEYOND}

    def _name_from_list_order(self, known: dict[int, dict[str, Value]]) -> None:
        """The list is ordered by pinyin and then the name: so the name stands there once more."""
        tree = self._remains.trees.get("standing")
        if tree is None:
            return
        place = tree.columns.index("sort_key")
        keys: dict[int, Value] = {}
        for index in tree.indexes:
            if index.columns[0] == "sort_key":
                keys |= {
                    int(str(id)): key
                    for key, id in self._remains.index("standing", index)[0].values()
                    if isinstance(id, int)
                }
        keys |= {
            row[0]: row[1][place] for row in self._remains.walk(tree) if isinstance(row, tuple)
        }
        for id, key in keys.items():
            if id in known and isinstance(key, str) and (name := key.partition("\t")[2].strip()):
                known[id]["name"] = name

    def _put_together(self, table: "_Table", id: int, columns: dict[str, Value]) -> bool:
        """Make a row of what is known of it; False when that is too little."""
        values = []
        for field in table.shape.fields:
            value = columns.get(field.name)
            if value is None or not field.fits(value):
                value = field.default
            if value is None and not field.nullable:
                value = self._stand_in(table.name, field.name, id, columns)
            values.append(value)
        return table.put_one(id, tuple(values), in_part=True)

    def _stand_in(self, table: str, column: str, id: int, known: dict[str, Value]) -> Value:
        """What stands for a value that must not be missing."""
        match table, column:
            case "customer", "name":
                return _("Unknown customer {n}").format(n=id)
            case "customer", "number":
                return self._free_number(id)
            case "customer", "added_on" | "care_from":
                return self._now.date().isoformat()
            case "tag", "name":
                return _("Unknown tag {n}").format(n=id)
            case "product", "name":
                return _("Unknown product {n}").format(n=id)
            case "interaction", "channel":
                return "phone"
            case "interaction", "outcome":
                return _(
                    "What came of it, and by which channel, was lost when the file was damaged."
                )
            case "follow_up", "day":
                return known.get("due")
            case "follow_up", "kind":
                return "custom" if known.get("plan_id") is None else None
        return None

    def _free_number(self, id: int) -> str:
        number = f"{id:04}"
        while self._new.execute("SELECT 1 FROM customer WHERE number = ?", (number,)).fetchone():
            number += "-2"
        return number

    # --- what belongs together --------------------------------------------------------------------

    def _find_owners(self) -> None:
        """Make every reference hold: somebody stands in for who is lost, or the row goes."""
        for table in self._tables:
            for field in table.shape.fields:
                if field.refers_to is None:
                    continue
                target = self._by_name[field.refers_to]
                for lost in table.unknown(field):
                    if target.name in ("customer", "product", "tag"):
                        self._put_together(target, lost, {})
                    else:
                        self._let_go(table, field, lost)
        self._explain_stand_ins()

    def _let_go(self, table: "_Table", field: Field, lost: int) -> None:
        condition = f'"{field.name}" = {lost}'
        if table.name == "follow_up" and field.name == "plan_id":
            # What a plan made and is still open will be planned again; what is done stays as typed.
            self._new.execute(f"DELETE FROM follow_up WHERE {condition} AND state = 'open'")
            self._new.execute(
                f"UPDATE follow_up SET plan_id = NULL, occurrence = NULL WHERE {condition}"
            )
        elif field.nullable:
            self._new.execute(f'UPDATE {table.name} SET "{field.name}" = NULL WHERE {condition}')
        else:
            rows = self._new.execute(f"SELECT id FROM {table.name} WHERE {condition}").fetchall()
            table.lost.update(id for (id,) in rows)
            self._new.execute(f"DELETE FROM {table.name} WHERE {condition}")

    def _explain_stand_ins(self) -> None:
        """Say in the notes of whoever was put together what happened, and how to reach them."""
        for id in sorted(self._by_name["customer"].put_together):
            reach = [
                value
                for (value,) in self._new.execute(
                    "SELECT value FROM contact_point WHERE customer_id = ? ORDER BY kind, position",
                    (id,),
                )
            ]
            note = _(
                "The file was damaged, and this customer's record was lost or may be out of date."
                " It was put together on {day} from what else was in the file."
            ).format(day=self._now.date().isoformat())
            if reach:
                note += "\n" + _("Known: {what}").format(what=" ".join(reach))
            self._new.execute(
                "UPDATE customer SET notes = CASE notes WHEN '' THEN ?1"
                " ELSE ?1 || char(10) || notes END WHERE id = ?2",
                (note, id),
            )

    # --- the rest ---------------------------------------------------------------------------------

    def _keep_journal_if_sound(self) -> None:
        """Undo puts rows back: it needs to know every one of them, and the way to each."""
        self.undo_kept = not any(
            table.gaps or table.lost or table.unsure or table.put_together for table in self._tables
        )
        if not self.undo_kept:
            self._new.execute("DELETE FROM journal")
            self._new.execute("DELETE FROM change")

    def _put_plans(self) -> None:
        """Care goes on by the plans of a new file where the plans are lost."""
        if not self._by_name["care_plan"].gaps:
            return
        for plan in migrations.DEFAULT_PLANS:
            self._new.execute(
                "INSERT INTO care_plan (kind, grade, every_days, days_ahead, enabled)"
                " SELECT ?1, ?2, ?3, ?4, 1 WHERE NOT EXISTS"
                " (SELECT 1 FROM care_plan WHERE kind = ?1 AND grade IS ?2)",
                (
                    plan.kind.value,
                    plan.grade and plan.grade.value,
                    plan.every_days,
                    plan.days_ahead,
                ),
            )

    def _keep_ids_apart(self) -> None:
        """Ids that were given once are not given again, where the table promises that."""
        tree = self._remains.trees.get("sqlite_sequence")
        rows = self._remains.walk(tree) if tree else ()
        for row in rows:
            if isinstance(row, Gap):
                continue
            name, last = row[1][:2]
            if name in self._by_name and isinstance(last, int) and 0 < last < BEYOND:
                self._new.execute(
                    "UPDATE sqlite_sequence SET seq = max(seq, ?) WHERE name = ?", (last, name)
                )


class _Table:
    """One table on its way from the damaged file into the new one."""

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
        self._estimate: int | None = None
        columns = self._tree.columns if self._tree else ("id", *shape.columns)
        self._width = len(columns)
        self._id_at = columns.index("id")
        self._places = [columns.index(f.name) if f.name in columns else None for f in shape.fields]
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
            field.default if place is None else held[place]
            for field, place in zip(self.shape.fields, self._places, strict=True)
        )

    # --- reading ----------------------------------------------------------------------------------

    def read(self) -> None:
        """All rows that are reached from the table's root."""
        if self._tree is None:
            self.gaps.append(Gap(0, BEYOND))
            return
        batch: list[Row] = []
        strange = False
        for found in self._remains.walk(self._tree):
            if isinstance(found, Gap):
                self.gaps.append(found)
                continue
            if not self._take(found, batch):
                strange = True
            if len(batch) >= BATCH:
                self._put(batch)
                batch = []
        self._put(batch)
        if strange:
            self.gaps.append(Gap(0, BEYOND))

    def take_from_page(self, rows: Iterable[Row]) -> None:
        """Rows of a page that no tree reaches; only such as are missing, for a page may be old."""
        known = self.known()
        batch: list[Row] = []
        for row in rows:
            id = row[0]
            if any(gap.low < id < gap.high for gap in self.gaps) and (
                not self.certain or id in known
            ):
                self._take(row, batch)
        self._put(batch)

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
                    and not (field.pattern or field.among)
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
                number, name = (
                    f"{values[at[column]] or ''}".strip() for column in ("number", "name")
                )
                number, name = number or f"{id:04}", name or TEXT_IS_LOST
                yield changed(**unborn)
                yield changed(number=f"{number}-{id}")
                yield changed(**unborn, number=f"{number}-{id}", name=name)
            case "tag" | "product":
                yield changed(name=f"{values[at['name']]} ({id})")
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

    def estimate(self, highest: int, gone: set[int]) -> None:
        """Where nothing says which rows there were: ids in the gaps that nobody has."""
        if self.certain:
            return
        there = [id for (id,) in self._new.execute(f"SELECT id FROM {self.name} ORDER BY id")]
        highest = max(highest, there[-1] if there else 0)
        missing = set(self.lost)
        have = set(there) | gone
        for gap in self.gaps:
            missing.update(
                id for id in range(gap.low + 1, min(gap.high, highest + 1)) if id not in have
            )
        self._estimate = len(missing)

    def count(self) -> Count:
        there = int(self._new.execute(f"SELECT count(*) FROM {self.name}").fetchone()[0])
        lost = len(self.lost)
        return Count(
            self.name,
            saved=there,
            unsure=frozenset(self.unsure),
            lost=max(lost, self._estimate or 0),
            exact=not self._estimate or self._estimate == lost,
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
