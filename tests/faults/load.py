"""Somebody's work with a customer file, the same for the same seed, who says what was confirmed.

Step n depends on the seed, on n and on the file alone. After a fault the file must therefore hold
exactly what it held after the last confirmed step, or after the one that was under way. To make the
work do more, write a function like those below and add it to `OFTEN`, `ROUND` or `LOCKING`.
"""

import csv
import json
import os
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from random import Random

from sqlalchemy import event, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlmodel import Session

from custdesk.errors import CustdeskError
from custdesk.exchange import importing
from custdesk.exchange.importing import Choices
from custdesk.opening import open_store
from custdesk.people import customers, history
from custdesk.people.customers import Details
from custdesk.people.history import Item
from custdesk.store import backup, lock, migrations, restoring, turn
from custdesk.store.backup import Reason
from custdesk.store.connecting import is_locked
from custdesk.store.models import POTENTIAL, REGULAR, VIP, Channel
from custdesk.store.spelling import sort_key
from custdesk.store.store import Store
from tests.helpers import DATA

PLACE = Path("CustDesk", "customers.custdesk")
"""Where the customer file is; its folder is made with it."""
FIRST_DAY = datetime(2026, 11, 21, 9)
ROUND_LENGTH = 40
"""Steps of a day; long enough that SQLite moves its log into the file on its own meanwhile."""


class Sitting:
    """Somebody at a customer file; `aside` is a folder for what is imported.

    For every third seed the file has a passphrase now and then. `synchronous` loosens what the
    product promises, to see that the harness notices.
    """

    def __init__(
        self, path: Path, aside: Path, seed: int, number: int, synchronous: str | None = None
    ) -> None:
        self.path = path
        self.seed = seed
        self.aside = aside
        self.number = number
        self.synchronous = synchronous
        self.store = self._open()

    def start_again(self, *, closed: bool = False) -> None:
        if not closed:
            self.store.close()
        self.store = self._open()

    def _open(self) -> Store:
        key = key_of(self.path, [passphrase_after(self.seed, self.number)])
        store = open_file(self.path, self.number, key)
        if self.synchronous:
            _loosen(store, self.synchronous)
        return store


def _loosen(store: Store, synchronous: str) -> None:
    def on_connect(connection: DBAPIConnection, _record: object) -> None:
        connection.cursor().execute(f"PRAGMA synchronous = {synchronous}")

    event.listen(store._engine, "connect", on_connect)
    store._engine.dispose()


def clock(number: int) -> datetime:
    """When step `number` is done; step 0, to open the file, at the time of step 1."""
    rounds, minutes = divmod(max(number - 1, 0), ROUND_LENGTH)
    return FIRST_DAY + timedelta(days=rounds, minutes=minutes)


# --- what is done ---------------------------------------------------------------------------------

Doing = Callable[[Sitting, Random], None]


def somebody(db: Session, chance: Random) -> int | None:
    """The id of a customer who is not in the trash."""
    ids: list[int | None] = [
        *db.execute(text("SELECT id FROM customer WHERE trashed_at IS NULL ORDER BY id")).scalars()
    ]
    return chance.choice([*ids, None])


def add(at: Sitting, chance: Random) -> None:
    store = at.store
    details = Details(
        chance.choice(["张丽华", "李国强", "欧阳小明", "Anna Müller"]),
        phones=[f"138{at.number:08}"],
        tags=chance.sample(["常客", "白茶", "批发", f"tag {at.number}"], 2),
    )
    with store.write(f"Add {at.number}") as db:
        id = customers.add(db, details, store.today).id or 0
        customers.edit(db, id, "city", "杭州", store.today)
        history.log_interaction(db, id, Channel.PHONE, "聊过", store.clock())
        history.record_purchase(db, id, store.today, [Item("白茶", 1, 100), Item("茶漏", 2, 58)])


def edit(at: Sitting, chance: Random) -> None:
    with at.store.write(f"Edit {at.number}") as db:
        if id := somebody(db, chance):
            notes = chance.choice(["喜欢白茶", "下次带样品。" * chance.randint(1, 2000)])
            customers.edit(db, id, "notes", notes, at.store.today)
            customers.edit(
                db, id, "grade_by_hand", chance.choice([VIP, REGULAR, POTENTIAL]), at.store.today
            )
            history.log_interaction(db, id, Channel.WECHAT, f"第 {at.number} 次", at.store.clock())


def trash(at: Sitting, chance: Random) -> None:
    with at.store.write(f"Trash {at.number}") as db:
        if id := somebody(db, chance):
            customers.trash(db, [id], at.store.clock())


def bring_in(at: Sitting, chance: Random) -> None:
    """Import some customers; a part of them is there already and is merged."""
    path = at.aside / f"{at.number}.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["姓名", "手机", "城市", "备注"])
        for person in chance.sample(range(60), chance.randint(1, 25)):
            writer.writerow([f"王{person}", f"139{person:08}", "苏州", f"{at.number}"])
    importing.import_file(at.store, path, Choices())


def undo(at: Sitting, _chance: Random) -> None:
    at.store.undo()


def redo(at: Sitting, _chance: Random) -> None:
    at.store.redo()


def take_back(at: Sitting, chance: Random) -> None:
    """An earlier step, if nothing depends on it."""
    steps = at.store.steps()
    with suppress(CustdeskError):
        at.store.take_back(chance.choice(steps).id if steps else 0)


def erase(at: Sitting, chance: Random) -> None:
    with at.store.read() as db:
        ids = db.execute(text("SELECT id FROM customer ORDER BY id")).scalars().all()
    if ids:
        at.store.erase([chance.choice(ids)])


def back_up(at: Sitting, _chance: Random) -> None:
    at.store.back_up(Reason.ASKED)


def tend(at: Sitting, _chance: Random) -> None:
    at.store.tend(backup.folder_of(at.path))


def restore(at: Sitting, _chance: Random) -> None:
    """The last backup that somebody asked for, which has the present passphrase."""
    asked = [one.path for one in backup.all_of(at.path) if one.reason is Reason.ASKED]
    if asked:
        at.store.close()
        wanted = key_of(asked[0], [passphrase_after(at.seed, at.number)])
        restoring.restore(at.path, at.store.key, asked[0], wanted, at.store.clock())
        at.start_again(closed=True)


def change_passphrase(at: Sitting, _chance: Random) -> None:
    """Set it, or another, or remove it; the backups follow."""
    written = at.store.rewrite(passphrase_after(at.seed, at.number), lambda *_told: None)
    at.store.replace(written)
    at.store.follow(backup.all_of(at.path))


def begin_a_day(at: Sitting, _chance: Random) -> None:
    at.store.new_day()


def start_again(at: Sitting, _chance: Random) -> None:
    at.start_again()


def install_the_next_version(at: Sitting, _chance: Random) -> None:
    at.start_again()  # the schema has one step more from this number on


OFTEN: tuple[Doing, ...] = (
    *(add, add, add, edit, edit, edit, trash, bring_in, undo, undo, redo, take_back, erase),
)
"""What any step may be, each as likely as the others."""

ROUND: dict[int, Doing] = {
    1: begin_a_day,
    8: back_up,
    12: restore,
    15: install_the_next_version,
    17: start_again,
    24: erase,
    26: tend,
    29: back_up,
}
"""What is done once a round, by the place of the step in it."""


def installs(number: int) -> bool:
    """Whether a new version is installed in a step."""
    return ROUND.get(number % ROUND_LENGTH) is install_the_next_version


LOCKING = {3: True, 20: True, 33: False, 36: True}
"""At which places of a round a file of a third of the seeds gets a passphrase, or loses it."""


def passphrase_after(seed: int, number: int) -> str | None:
    """What opens the file after a step."""
    if seed % 3:
        return None
    for n in range(number, 0, -1):
        if n % ROUND_LENGTH in LOCKING:
            return f"喝第 {n} 泡茶" if LOCKING[n % ROUND_LENGTH] else None
    return None


def take_step(at: Sitting, seed: int, number: int) -> None:
    chance = Random(f"{seed} {number}")
    at.number = number
    at.store.clock = lambda: clock(number)
    place = number % ROUND_LENGTH
    doing = ROUND.get(place) or chance.choice(OFTEN)
    if place in LOCKING and not seed % 3:
        doing = change_passphrase
    with _installed(number):
        doing(at, chance)


# --- versions -------------------------------------------------------------------------------------


def open_file(path: Path, number: int, key: str | None = None) -> Store:
    """Open the file as the version that is installed by step `number` does."""
    with _installed(number):
        return open_store(path, lambda: clock(number), key)


def key_of(path: Path, passphrases: Iterable[str | None]) -> str | None:
    """The key of the file, found as the product finds it; None of one that has no passphrase.

    Raises WrongPassphrase when none of these opens it.
    """
    with turn.of(path):
        lock.settle(path)
    if not path.exists() or not is_locked(path):
        return None
    for passphrase in passphrases:
        with suppress(lock.WrongPassphrase):
            if passphrase is not None:
                return lock.unlock(path, passphrase)
    raise lock.WrongPassphrase("None of the passphrases that may be in force opens the file.")


lock.derive = lru_cache(maxsize=None)(lock.derive)  # the same again and again, 0.2 s each time


OURS = migrations.STEPS


@contextmanager
def _installed(number: int) -> Iterator[None]:
    """The schema steps of the version that is installed by step `number`."""
    turn = next(place for place, doing in ROUND.items() if doing is install_the_next_version)
    later = (number - turn) // ROUND_LENGTH + 1
    before = migrations.STEPS
    migrations.STEPS = (*OURS, *(_later_version(n) for n in range(1, later + 1)))
    try:
        yield
    finally:
        migrations.STEPS = before


def _later_version(n: int) -> Callable[[Session], None]:
    """A schema step as one might come: a table made, filled from another, and changed."""

    def step(db: Session) -> None:
        db.execute(text(f"CREATE TABLE later_{n} (id INTEGER PRIMARY KEY, name TEXT NOT NULL)"))
        db.execute(text(f"INSERT INTO later_{n} SELECT id, name || notes FROM customer"))
        db.execute(text(f"ALTER TABLE later_{n} ADD COLUMN colour TEXT NOT NULL DEFAULT ''"))

    return step


# --- the child ------------------------------------------------------------------------------------


def begin(path: Path, seed: int) -> None:
    """Put what is there before the first start: nothing, or a file of the first version."""
    if seed % 2:
        put(DATA / "schemas" / "version-1.custdesk", path)


def put(source: Path, path: Path) -> None:
    """Copy a file so that it is on the disk for good."""
    backup.make_folder(path.parent)
    shutil.copyfile(source, path)
    backup.sync(path)
    backup.sync_folder(path.parent)


def put_all(folder: Path, to: Path) -> None:
    """Put every file of a folder; of one with two names, both."""
    there: dict[int, Path] = {}
    for source in sorted(folder.rglob("*.*")):
        path, inode = to / source.relative_to(folder), source.stat().st_ino
        if inode in there:
            os.link(there[inode], path)
            backup.sync_folder(path.parent)
        else:
            put(source, path)
            there[inode] = path


def copy(folder: Path, to: Path) -> Path:
    """Copy a folder as it is, without what is in memory only; a file with two names has them."""
    there: dict[int, str] = {}

    def copy_one(source: str, target: str) -> None:
        inode = os.stat(source).st_ino
        if inode in there:
            os.link(there[inode], target)
        else:
            there[inode] = shutil.copyfile(source, target)

    shutil.copytree(folder, to, copy_function=copy_one, ignore=shutil.ignore_patterns("*-shm"))
    return to


def work(
    path: Path,
    aside: Path,
    seed: int,
    steps: Iterable[int],
    say: Callable[[int], None],
    synchronous: str | None = None,
) -> None:
    """Do steps that follow one another, and say the number of each when it is confirmed.

    Step 0 is to open the file for the first time.
    """
    at: Sitting | None = None
    for number in steps:
        if at is None:
            at = Sitting(path, aside, seed, max(number - 1, 0), synchronous)
        if number:
            take_step(at, seed, number)
        say(number)
    if at:
        at.store.close()


@dataclass(frozen=True, slots=True)
class Job:
    """What a child is asked to do: the steps from `first` to `last` with the file below `folder`.

    What it imports is written beside `folder`. With `left`, it goes on with what a fault has left
    there, in place of what is there before the first start.
    """

    folder: str
    seed: int
    first: int
    last: int
    left: str | None = None
    synchronous: str | None = None


def main() -> None:
    """Wait for a job, and say on standard output first that it begins, then every step."""
    sort_key("张")  # what is loaded late is loaded before the job is there
    job = Job(**json.loads(sys.stdin.readline()))
    folder = Path(job.folder)
    path = folder / PLACE

    def say(number: int) -> None:
        os.write(sys.stdout.fileno(), f"{number}\n".encode())  # in one piece

    if job.left:
        put_all(Path(job.left), folder)
    elif not job.first:
        begin(path, job.seed)
    say(job.first - 1)
    steps = range(job.first, job.last + 1)
    work(path, folder.parent, job.seed, steps, say, job.synchronous)


if __name__ == "__main__":
    main()
