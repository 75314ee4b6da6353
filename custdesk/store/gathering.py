"""The rows of a damaged file, gathered from wherever they still stand, put into a new one."""

import json
from collections.abc import Callable, Sequence
from datetime import datetime

import sqlcipher3.dbapi2 as sqlite

from custdesk.i18n import _
from custdesk.store import migrations, version_3, version_4
from custdesk.store.losses import Affected, Count
from custdesk.store.pages import BEYOND, Gap, Remains, Row
from custdesk.store.salvaged import Salvaged
from custdesk.store.shapes import ENTRY, Field, Garbled, Value, is_day, shapes
from custdesk.store.spelling import fold

SAMPLE = 20
"""So many rows of a page tell whose they are."""


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
        self._tables = [Salvaged(shape, remains, new) for shape in shapes().values()]
        self._by_name = {table.name: table for table in self._tables}
        self._concerned: set[int] = set()
        self._erased: set[int] = set()
        self._given = self._ids_given()
        self._names = self._names_in_list_order()
        self._journal_is_whole = True
        self.undo_kept = True

    def gather(self) -> None:
        self._new.execute("UPDATE journal_state SET recording = 0")
        self._new.execute("DELETE FROM care_plan")
        for done, table in enumerate(self._tables):
            self._tell(done, len(self._tables), _("Reading the damaged file"))
            table.read()
        self._read_journal()
        self._erased = {
            id for (id,) in self._new.execute("SELECT customer_id FROM erasure").fetchall()
        }
        if any(table.gaps for table in self._tables):
            self._look_through_pages()
            for table in self._tables:
                if table.gaps and table.name != "change":
                    self._fill_gaps(table)
        if not self._remains.sealed:
            for table in self._tables:
                table.compare_with_indexes()
            self._compare_names()
        self._find_owners()
        self._keep_journal_if_sound()
        self._put_plans()
        self._new.execute(
            "UPDATE journal_state SET recording = 1, as_of = ?,"
            " change_id = (SELECT max(id) FROM change)",
            (self._planned_up_to(),),
        )
        self._keep_ids_apart()

    def counts(self) -> list[Count]:
        return [table.count() for table in self._tables if table.name != "change"]

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
            if self._has_all_of(number):
                continue
            rows = self._remains.page(number)
            table = self._table_of(rows)
            if table:
                gone = self._erased if table.name == "customer" else frozenset[int]()
                table.take_from_page(rows, gone)

    def _has_all_of(self, number: int) -> bool:
        """Whether a page is one of those that were read from above: most are."""
        ends = self._remains.ends(number)
        if ends is None:
            return False
        first, last = ends
        return any(t.has(first) and not t.has_gap_between(first[0], last) for t in self._tables)

    def _table_of(self, rows: Sequence[Row]) -> Salvaged | None:
        """Whose rows they are: those that look like it, and best those that it has already."""
        ranked = []
        sample = rows[:: len(rows) // SAMPLE + 1]
        for table in self._tables:
            fitting = [row for row in sample if table.fits(row)]
            if fitting and 2 * len(fitting) >= len(sample):
                known = sum(table.has(row) for row in fitting)
                ranked.append((known, bool(table.gaps), len(fitting), table))
        if not ranked:
            return None
        best = max(ranked, key=lambda one: one[:3])[3]
        return best if best.gaps else None

    # --- what is still missing --------------------------------------------------------------------

    def _fill_gaps(self, table: Salvaged) -> None:
        images = self._images(table)
        known = table.known()
        if table.name == "customer":
            for id in known.keys() & self._names.keys():
                known[id]["name"] = self._names[id]
        missing = set(known) if table.certain else set(known) | set(images)
        if table.name == "customer" and not table.certain:
            missing -= self._erased
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
        table.estimate(max(self._highest(table), *images, 0), gone)

    def _highest(self, table: Salvaged) -> int:
        """The highest id of the table that is mentioned anywhere else."""
        highest = self._given.get(table.name, 0)
        for other in self._tables:
            for field in other.shape.fields:
                if field.refers_to == table.name:
                    row = self._new.execute(f'SELECT max("{field.name}") FROM {other.name}')
                    highest = max(highest, row.fetchone()[0] or 0)
        return highest

    def _read_journal(self) -> None:
        tree = self._remains.trees.get("journal")
        if tree is None:
            self._journal_is_whole = False
            return
        rows: list[tuple[Value, ...]] = []
        if tree.has_ids:  # of version 1: the first entry of a row in a change counts
            for found in self._remains.walk(tree):
                self._journal_is_whole &= not isinstance(found, Gap)
                if not isinstance(found, Gap):
                    rows.append(found[1])
        else:
            rows, self._journal_is_whole = self._remains.entries("journal")
        places = [tree.columns.index(name) for name in ENTRY.columns]
        entries = [tuple(row[place] for place in places) for row in rows]
        sound = [entry for entry in entries if not ENTRY.misfits(entry)]
        self._journal_is_whole &= len(sound) == len(entries)
        self._new.executemany(
            "INSERT OR IGNORE INTO journal (change_id, tbl, row_id, op, customer_id, before)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            sound,
        )

    def _images(self, table: Salvaged) -> dict[int, dict[str, Value] | None]:
        """What the journal knows of a table's rows: as they were before their last change.

        Empty where only the making of the row is known; None where it was deleted. What happened
        last is the lowest of the changes taken back, for those are taken back from the end.
        """
        found: dict[int, dict[str, Value] | None] = {}
        for id, op, before in self._new.execute(
            "SELECT row_id, op, before FROM journal j LEFT JOIN change c ON c.id = j.change_id"
            " WHERE tbl = ? ORDER BY coalesce(undone, 0), iif(undone, -change_id, change_id)",
            (table.name,),
        ):
            try:
                image = json.loads(before) if before else {}
            except ValueError:
                image = {}
            found[id] = None if op == "D" else image if isinstance(image, dict) else {}
        return {id: image for id, image in found.items() if 0 < id < BEYOND}

    def _names_in_list_order(self) -> dict[int, str]:
        """The list is ordered by pinyin and then the name (folded): there it stands once more."""
        tree = self._remains.trees.get("standing")
        if tree is None:
            return {}
        keys: dict[object, Value] = {}
        for index in tree.indexes:
            if index.columns[0] == "sort_key":
                rows, _whole = self._remains.index("standing", index)
                keys.update((id, key) for key, id in rows.values())
        place = tree.columns.index("sort_key")
        for row in self._remains.walk(tree):
            if not isinstance(row, Gap):
                keys[row[0]] = row[1][place]
        found = {
            id: key.partition("\t")[2].strip()
            for id, key in keys.items()
            if isinstance(id, int) and isinstance(key, str) and not isinstance(key, Garbled)
        }
        return {id: name for id, name in found.items() if name}

    def _compare_names(self) -> None:
        """A name that is not as in the list order is not sure to be as it was."""
        for id, name in self._new.execute("SELECT id, name FROM customer"):
            if fold(name).strip() != self._names.get(id, fold(name).strip()):
                self._by_name["customer"].unsure.add(id)

    def _put_together(self, table: Salvaged, id: int, columns: dict[str, Value]) -> bool:
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
            case "feedback", "source":
                return "call"
            case "service_case", "kind":
                return "request"
            case "service_case", "opened_on":
                return self._now.date().isoformat()
            case "service_case", "about":
                return _("What it was about was lost when the file was damaged.")
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
                    erased = target.name == "customer" and lost in self._erased
                    if target.name in ("customer", "product", "tag") and not erased:
                        named = target.name == "customer" and lost in self._names
                        self._put_together(
                            target, lost, {"name": self._names[lost]} if named else {}
                        )
                    else:
                        self._let_go(table, field, lost)
        self._explain_stand_ins()

    def _let_go(self, table: Salvaged, field: Field, lost: int) -> None:
        """Where nobody can stand in: the row forgets what it referred to, or goes with it."""
        condition = f'"{field.name}" = {lost}'
        if table.name == "follow_up" and field.name == "plan_id":
            # What a plan made and is still open will be planned again; what is done stays as typed.
            self._new.execute(f"DELETE FROM follow_up WHERE {condition} AND state = 'open'")
            forget = "plan_id = NULL, occurrence = NULL"
        else:
            forget = f'"{field.name}" = NULL'
        rows = self._new.execute(f"SELECT id FROM {table.name} WHERE {condition}").fetchall()
        ids = [id for (id,) in rows]
        if field.nullable:
            table.unsure.update(ids)
            self._new.execute(f"UPDATE {table.name} SET {forget} WHERE {condition}")
        else:
            table.unsure.difference_update(ids)
            table.lost.update(ids)
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
        self.undo_kept = self._journal_is_whole and not any(
            table.gaps or table.lost or table.unsure or table.put_together for table in self._tables
        )
        if not self.undo_kept:
            self._new.execute("DELETE FROM journal")
            self._new.execute("DELETE FROM change")
        for statement in (*version_3.IMAGES, *version_4.IMAGES):
            self._new.execute(statement)

    def _put_plans(self) -> None:
        """Care goes on by the plans of a new file where the plans are lost."""
        if not self._by_name["care_plan"].gaps:
            return
        for plan in migrations.DEFAULT_PLANS:
            row = (plan.kind, plan.enabled, plan.grades, plan.every_days, plan.days, plan.about)
            self._new.execute(
                "INSERT INTO care_plan"
                " (kind, enabled, grades, every_days, days, about, name, tags, stages, words)"
                " SELECT ?1, ?2, ?3, ?4, ?5, ?6, '', '', '', '' WHERE NOT EXISTS"
                " (SELECT 1 FROM care_plan WHERE kind = ?1 AND grades = ?3 AND about = ?6)",
                row,
            )

    def _planned_up_to(self) -> str | None:
        """Up to which day follow-ups were planned: what fell due since is planned afterwards."""
        tree = self._remains.trees.get("journal_state")
        for row in self._remains.walk(tree) if tree else ():
            if not isinstance(row, Gap):
                day = row[1][tree.columns.index("as_of")] if tree else None
                if isinstance(day, str) and is_day(day) and day <= f"{self._now:%Y-%m-%d}":
                    return day
        return None

    def _ids_given(self) -> dict[str, int]:
        """The highest id that was ever given, where the table promises not to give one twice."""
        tree = self._remains.trees.get("sqlite_sequence")
        found: dict[str, int] = {}
        for row in self._remains.walk(tree) if tree else ():
            if not isinstance(row, Gap):
                name, last = row[1][:2]
                if isinstance(name, str) and isinstance(last, int) and 0 < last < BEYOND:
                    found[name] = last
        return found

    def _keep_ids_apart(self) -> None:
        self._new.executemany(
            "UPDATE sqlite_sequence SET seq = max(seq, ?) WHERE name = ?",
            [(last, name) for name, last in self._given.items()],
        )
