"""Damages customer files in 200 seeded ways, saves what can be saved, and counts: `make damage`."""

import shutil
import sys
import tempfile
from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from random import Random

from sqlmodel import SQLModel

from custdesk.opening import open_store
from custdesk.people import customers, history
from custdesk.people.customers import Details
from custdesk.people.history import Item
from custdesk.sample import fill
from custdesk.store import repair
from custdesk.store.connecting import PAGE, connect
from custdesk.store.losses import Salvage
from custdesk.store.models import DERIVED, Channel
from custdesk.store.pages import Gap, Remains
from custdesk.store.store import Store

NOW = datetime(2026, 11, 21, 9)
KEY = "5e" * 32 + "a7" * 16
"""The raw key and the salt, which is thus not lost with the first page."""

CUSTOMERS = 300

Rows = dict[tuple[str, int], tuple[object, ...]]
"""Rows by their table and id: all that is not computed from others (as planned follow-ups are)."""


def open_file(path: Path) -> Store:
    return open_store(path, lambda: NOW)


def rows_of(path: Path, key: str | None = None) -> Rows:
    found: Rows = {}
    with closing(connect(path, key)) as file:
        for name, table in SQLModel.metadata.tables.items():
            if name in DERIVED:
                continue
            columns = ", ".join(f'"{column.name}"' for column in table.columns)
            computed = " WHERE plan_id IS NULL OR state <> 'open'" if name == "follow_up" else ""
            for row in file.execute(f"SELECT {columns} FROM {name}{computed}"):
                found[name, row[0]] = row[1:]
    return found


# --- the sound file -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Sound:
    """A sound file, what is in it, and which of its pages hold the rows of which table."""

    path: Path
    key: str | None
    rows: Rows
    leaves: dict[int, frozenset[tuple[str, int]]]
    wal: bytes = b""
    earlier: Rows = field(default_factory=dict)
    """What is in it without its -wal."""

    @property
    def pages(self) -> int:
        return self.path.stat().st_size // PAGE


def _a_year_of_work(path: Path) -> None:
    """A sample, edits of single customers, and an import that was taken back."""
    store = open_file(path)
    store.new_day()
    fill(store, CUSTOMERS, 1)
    with store.write("Import") as db:
        for n in range(60):
            gone = customers.add(db, Details(f"消失{n}", number=f"gone{n}"), store.today)
            customers.edit(db, gone.id or 0, "notes", "撤销" * 99, store.today)
    store.undo()
    for id in range(1, 61):
        _edit(store, id)
    store.close()


def _edit(store: Store, id: int) -> None:
    with store.write(f"Edit {id}") as db:
        customers.edit(db, id, "notes", f"喜欢第{id}款茶，下次带样品", store.today)
        history.log_interaction(db, id, Channel.PHONE, f"聊了第{id}次", NOW)
        history.record_purchase(db, id, store.today, [Item("明前龙井", 2, 100 * id)])


def _leaves(path: Path, key: str | None, rows: Rows) -> dict[int, frozenset[tuple[str, int]]]:
    """By reading a sound file page by page; every row is on one page only."""
    found: dict[int, frozenset[tuple[str, int]]] = {}
    tables = sorted(SQLModel.metadata.tables.keys() - DERIVED)
    with (
        tempfile.TemporaryDirectory() as folder,
        closing(Remains(path, key, Path(folder), NOW)) as remains,
    ):
        roots = {tree.root for tree in remains.trees.values()}
        trees = {name: remains.trees[name] for name in tables}
        held = {
            name: {row[0]: row[1] for row in remains.walk(tree) if not isinstance(row, Gap)}
            for name, tree in trees.items()
        }
        for number in set(range(2, remains.pages + 1)) - remains.unused:
            page = remains.page(number)
            for name, tree in trees.items():
                width = len(tree.columns) + 1
                if page and all(held[name].get(id) == row[:width] for id, row in page):
                    if number not in roots or len(held[name]) == len(page):
                        ids = {(name, id) for id, _row in page}
                        found[number] = frozenset(ids & rows.keys())
                    break
    above = [n for n in found if any(found[n] > found[m] for m in found if m != n and found[m])]
    return {number: ids for number, ids in found.items() if number not in above}


@cache
def sound(folder: Path) -> dict[str, Sound]:
    """The same customers three times: plain, encrypted, and with their last changes in a -wal."""
    plain = folder / "plain.custdesk"
    _a_year_of_work(plain)
    rows = rows_of(plain)
    files = {"plain": Sound(plain, None, rows, _leaves(plain, None, rows))}

    locked = folder / "locked.custdesk"
    with closing(connect(plain)) as file:
        file.execute(f"ATTACH '{locked}' AS locked KEY \"x'{KEY}'\"")
        file.execute("SELECT sqlcipher_export('locked')")
        for name in ("user_version", "application_id"):
            (value,) = file.execute(f"PRAGMA {name}").fetchone()
            file.execute(f"PRAGMA locked.{name} = {value}")
    files["locked"] = Sound(locked, KEY, rows, _leaves(locked, KEY, rows))

    open_one = folder / "open.custdesk"
    shutil.copy(plain, open_one)
    store = open_file(open_one)
    for id in range(101, 131):
        _edit(store, id)
    main, wal = open_one.read_bytes(), open_one.with_name("open.custdesk-wal").read_bytes()
    store.close()
    later = rows_of(open_one)
    open_one.write_bytes(main)
    earlier = rows_of(open_one)
    files["open"] = Sound(open_one, None, later, files["plain"].leaves, wal, earlier)

    other = folder / "other.custdesk"
    store = open_store(other, lambda: datetime(2026, 10, 1, 18, 30))
    store.new_day()
    fill(store, 50, 2)
    _edit(store, 1)
    files["other"] = Sound(other, None, {}, {}, other.with_name("other.custdesk-wal").read_bytes())
    store.close()
    return files


# --- damages --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Damage:
    """One way in which a file of `kind` is damaged; the same number, the same damage."""

    kind: str
    file: str
    number: int

    def __str__(self) -> str:
        return f"{self.kind}, {self.file}, {self.number}"

    @property
    def is_sealed(self) -> bool:
        return self.file == "locked"


@dataclass
class Damaged:
    """The bytes of a damaged file; `pages` are those that are not as they were."""

    main: bytearray
    wal: bytes | None = None
    pages: set[int] = field(default_factory=set)

    def overwrite(self, number: int, content: bytes) -> None:
        self.main[(number - 1) * PAGE : number * PAGE] = content
        self.pages.add(number)

    def page(self, number: int) -> bytes:
        return bytes(self.main[(number - 1) * PAGE : number * PAGE])


def _some_pages(chance: Random, file: Sound, most: int) -> list[int]:
    return chance.sample(range(2, file.pages + 1), chance.randint(1, most))


def _flip(chance: Random, file: Sound, made: Damaged) -> None:
    for number in _some_pages(chance, file, 6):
        content = bytearray(made.page(number))
        for _n in range(chance.randint(1, 8)):
            content[chance.randrange(PAGE)] ^= chance.randint(1, 255)
        made.overwrite(number, bytes(content))


def _zero(chance: Random, file: Sound, made: Damaged) -> None:
    for number in _some_pages(chance, file, 8):
        made.overwrite(number, bytes(PAGE))


def _garble(chance: Random, file: Sound, made: Damaged) -> None:
    for number in _some_pages(chance, file, 8):
        made.overwrite(number, chance.randbytes(PAGE))


def _zero_one_leaf(chance: Random, file: Sound, made: Damaged) -> None:
    made.overwrite(chance.choice(sorted(file.leaves)), bytes(PAGE))


def _swap(chance: Random, file: Sound, made: Damaged) -> None:
    for _n in range(chance.randint(1, 3)):
        one, other = chance.sample(range(2, file.pages + 1), 2)
        content = made.page(one)
        made.overwrite(one, made.page(other))
        made.overwrite(other, content)


def _truncate(chance: Random, file: Sound, made: Damaged) -> None:
    length = chance.randrange(len(made.main))
    del made.main[length:]
    made.pages.update(range(length // PAGE + 1, file.pages + 1))


def _header(chance: Random, file: Sound, made: Damaged) -> None:
    match chance.randrange(3):
        case 0:
            content = bytes(PAGE)
        case 1:
            content = chance.randbytes(100) + made.page(1)[100:]
        case _:
            garbled = bytearray(made.page(1))
            for _n in range(3):
                garbled[chance.randrange(100)] ^= chance.randint(1, 255)
            content = bytes(garbled)
    made.overwrite(1, content)


def _root(chance: Random, file: Sound, made: Damaged) -> None:
    """The first page of one table or index: a page above others where the table is large."""
    made.overwrite(2 + chance.randrange(54), bytes(PAGE))


def _wal_missing(chance: Random, file: Sound, made: Damaged) -> None:
    made.wal = None


def _wal_foreign(chance: Random, file: Sound, made: Damaged) -> None:
    made.wal = b"foreign"


def _wal_truncated(chance: Random, file: Sound, made: Damaged) -> None:
    made.wal = file.wal[: chance.randrange(len(file.wal))]


def _wal_flipped(chance: Random, file: Sound, made: Damaged) -> None:
    content = bytearray(file.wal)
    for _n in range(chance.randint(1, 5)):
        content[chance.randrange(len(content))] ^= chance.randint(1, 255)
    made.wal = bytes(content)


def _wal_and_page(chance: Random, file: Sound, made: Damaged) -> None:
    made.overwrite(1, bytes(PAGE))


Way = Callable[[Random, Sound, Damaged], None]
_WAYS: tuple[tuple[str, str, int, Way], ...] = (
    ("bytes flipped", "plain", 40, _flip),
    ("pages zeroed", "plain", 16, _zero),
    ("one leaf zeroed", "plain", 16, _zero_one_leaf),
    ("pages overwritten", "plain", 14, _garble),
    ("pages exchanged", "plain", 16, _swap),
    ("cut off", "plain", 16, _truncate),
    ("first page damaged", "plain", 12, _header),
    ("root of a table zeroed", "plain", 14, _root),
    ("bytes flipped", "locked", 12, _flip),
    ("pages zeroed", "locked", 8, _zero),
    ("cut off", "locked", 6, _truncate),
    ("first page damaged", "locked", 4, _header),
    ("-wal missing", "open", 2, _wal_missing),
    ("-wal of another file", "open", 2, _wal_foreign),
    ("-wal cut off", "open", 8, _wal_truncated),
    ("bytes of -wal flipped", "open", 10, _wal_flipped),
    ("first page zeroed, with -wal", "open", 4, _wal_and_page),
)


def damages() -> list[Damage]:
    """All 200."""
    return some_of_each_kind(1)


def some_of_each_kind(share: float) -> list[Damage]:
    """The same damages every time: `share` of every kind, and at least one."""
    return [
        Damage(kind, file, n)
        for kind, file, count, _way in _WAYS
        for n in range(max(1, round(share * count)))
    ]


def make(damage: Damage, files: dict[str, Sound]) -> Damaged:
    file = files[damage.file]
    made = Damaged(bytearray(file.path.read_bytes()), file.wal or None)
    way = next(way for kind, name, _n, way in _WAYS if (kind, name) == (damage.kind, damage.file))
    way(Random(f"{damage}"), file, made)
    if made.wal == b"foreign":
        made.wal = files["other"].wal
    return made


# --- saving ---------------------------------------------------------------------------------------


@dataclass
class Outcome:
    """What was saved of one damaged file, held against the sound one.

    `true` rows are as they were; `unsure` ones differ and the report says so; `false` ones differ
    in silence; `lost` ones are gone, of those `needlessly` such as stood on sound pages.
    """

    damage: Damage
    salvage: Salvage
    rows: int
    true: int
    unsure: set[tuple[str, int]]
    false: set[tuple[str, int]]
    lost: set[tuple[str, int]]
    needlessly: set[tuple[str, int]]
    invented: set[tuple[str, int]]
    silent: set[str]
    """Tables of which rows are lost and the report does not say so."""
    on_damaged_pages: frozenset[tuple[str, int]]
    untouched: bool

    @property
    def is_as_it_has_to_be(self) -> bool:
        return not self.objections()

    def objections(self) -> list[str]:
        """What may not be. Of letters that were flipped in a plain file nobody can know."""
        found = [
            f"{name}: {sorted(rows)[:5]}"
            for name, rows in (
                ("lost although on sound pages", self.needlessly),
                ("was never there", self.invented),
                ("changed in silence", self.false - self.on_damaged_pages),
                (
                    "changed in silence in a sealed file",
                    self.false if self.damage.is_sealed else (),
                ),
                ("lost in silence", self.silent),
            )
            if rows
        ]
        if not self.untouched:
            found.append("the damaged file was changed, or something lies beside it")
        return [*found, *self.salvage.faults]


def save(damage: Damage, files: dict[str, Sound], folder: Path) -> Outcome:
    """Damage a copy in `folder`, save it, and compare."""
    file = files[damage.file]
    made = make(damage, files)
    path, into = folder / "damaged.custdesk", folder / "saved.custdesk"
    beside = path.with_name("damaged.custdesk-wal")
    for old in folder.iterdir():
        old.unlink()
    path.write_bytes(made.main)
    if made.wal is not None:
        beside.write_bytes(made.wal)
    opener = open_locked if file.key else open_file
    salvage = repair.salvage(path, into, opener, NOW, key=file.key)
    untouched = path.read_bytes() == made.main and (
        beside.read_bytes() == made.wal if made.wal is not None else not beside.exists()
    )
    untouched &= {one.name for one in folder.iterdir()} <= {path.name, beside.name, into.name}
    saved = rows_of(into, file.key)
    return _compare(damage, file, made, salvage, saved, untouched)


def open_locked(path: Path) -> Store:
    return open_store(path, lambda: NOW, KEY)


def _compare(
    damage: Damage,
    file: Sound,
    made: Damaged,
    salvage: Salvage,
    saved: Rows,
    untouched: bool,
) -> Outcome:
    told = {(count.table, id) for count in salvage.counts for id in count.unsure}
    here = {row for row in file.rows if row in saved}
    true = {
        row for row in here if saved[row] == file.rows[row] or saved[row] == file.earlier.get(row)
    }
    on_damaged = frozenset().union(*(file.leaves.get(page, frozenset()) for page in made.pages))
    lost = file.rows.keys() - here
    if file.wal:  # what was in the -wal only stood in no page
        lost &= file.earlier.keys()
    return Outcome(
        damage=damage,
        salvage=salvage,
        rows=len(file.rows),
        true=len(true),
        unsure=(here - true) & told,
        false=here - true - told,
        lost=lost,
        needlessly=lost - on_damaged - _items_of_lost_purchases(file, lost).keys(),
        invented={
            row
            for row, values in saved.items()
            if row not in file.rows and not _planned(row, values)
        }
        - told,
        silent={name for name, _id in lost}
        - {count.table for count in salvage.counts if count.lost or count.more},
        on_damaged_pages=on_damaged,
        untouched=untouched,
    )


def _planned(row: tuple[str, int], values: Sequence[object]) -> bool:
    """Whether it is a follow-up that is open: the plans call for it by what was saved."""
    if row[0] != "follow_up":
        return False
    names = [c.name for c in SQLModel.metadata.tables["follow_up"].columns][1:]
    of = dict(zip(names, values, strict=True))
    return of["state"] == "open" and of["plan_id"] is not None


def _items_of_lost_purchases(file: Sound, lost: AbstractSet[tuple[str, int]]) -> Rows:
    """They are let go with their purchase: nobody knows any more whose they are, or when."""
    place = [c.name for c in SQLModel.metadata.tables["purchase_line"].columns][1:].index(
        "purchase_id"
    )
    return {
        row: values
        for row, values in file.rows.items()
        if row[0] == "purchase_line" and ("purchase", values[place]) in lost
    }


def main() -> int:
    """Print what was saved of all 200, by kind; 1 when anything is not as it has to be."""
    outcomes: list[Outcome] = []
    with tempfile.TemporaryDirectory() as kept, tempfile.TemporaryDirectory() as folder:
        files = sound(Path(kept))
        for damage in damages():
            outcomes.append(save(damage, files, Path(folder)))
            print(f"\r{len(outcomes)} of 200", end="", file=sys.stderr)
    print(file=sys.stderr)
    print(table(outcomes))
    wrong = [one for one in outcomes if not one.is_as_it_has_to_be]
    for one in wrong:
        print(f"{one.damage}: {one.objections()}")
    return int(bool(wrong))


def table(outcomes: list[Outcome]) -> str:
    """By kind of damage: how many files, and how many rows became what."""
    lines = [
        "| damage | files | rows | as they were | unsure, and said so | changed in silence | lost"
        " | of those on sound pages |",
        "|---|--:|--:|--:|--:|--:|--:|--:|",
    ]
    kinds = {(one.damage.kind, one.damage.file): one for one in outcomes}
    order = {(kind, name): n for n, (kind, name, _count, _way) in enumerate(_WAYS)}
    for kind in sorted(kinds, key=lambda kind: order[kind]):
        these = [one for one in outcomes if (one.damage.kind, one.damage.file) == kind]
        lines.append(_line(kind[0] + (", encrypted" if kind[1] == "locked" else ""), these))
    lines.append(_line("all", outcomes))
    return "\n".join(lines)


def _line(name: str, these: list[Outcome]) -> str:
    figures = (
        sum(one.rows for one in these),
        sum(one.true for one in these),
        *(
            sum(len(getattr(one, part)) for one in these)
            for part in ("unsure", "false", "lost", "needlessly")
        ),
    )
    told = " | ".join(f"{figure:,}" for figure in figures)
    return f"| {name} | {len(these)} | {told} |"


if __name__ == "__main__":
    sys.exit(main())
