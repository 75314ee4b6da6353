"""Somebody's work with a customer file, the same for the same seed, who says what was confirmed.

Step n depends on the seed, on n and on the file alone. After a fault the file must therefore hold
exactly what it held after the last confirmed step, or after the one that was under way. To make the
work do more, write a function like those below and add it to `OFTEN` or to `ROUND`.
"""

import csv
import json
import os
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from sqlalchemy import event, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlmodel import Session

from custdesk.exchange import importing
from custdesk.exchange.importing import Choices
from custdesk.opening import open_store
from custdesk.people import customers, history
from custdesk.people.customers import Details
from custdesk.people.history import Item
from custdesk.store import backup, migrations
from custdesk.store.connecting import connect
from custdesk.store.models import Channel, Grade
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

    `synchronous` loosens what the product promises, to see that the harness notices.
    """

    def __init__(
        self, path: Path, aside: Path, number: int, synchronous: str | None = None
    ) -> None:
        self.path = path
        self.aside = aside
        self.number = number
        self.synchronous = synchronous
        self.store = self._open()

    def start_again(self) -> None:
        self.store.close()
        self.store = self._open()

    def _open(self) -> Store:
        store = open_file(self.path, self.number)
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
            customers.edit(db, id, "grade", chance.choice([*Grade]), at.store.today)
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


def back_up(at: Sitting, _chance: Random) -> None:
    path, now = at.path, at.store.clock()
    source = connect(path)
    try:
        backup.make(source, path, None, now, backup.Reason.ASKED)
    finally:
        source.close()
    backup.rotate(backup.folder_of(path), path.stem, now.date())


def begin_a_day(at: Sitting, _chance: Random) -> None:
    at.store.new_day()


def start_again(at: Sitting, _chance: Random) -> None:
    at.start_again()


def install_the_next_version(at: Sitting, _chance: Random) -> None:
    at.start_again()  # the schema has one step more from this number on


OFTEN: tuple[Doing, ...] = (add, add, add, edit, edit, edit, trash, bring_in, undo, undo, redo)
"""What any step may be, each as likely as the others."""

ROUND: dict[int, Doing] = {
    1: begin_a_day,
    8: back_up,
    15: install_the_next_version,
    17: start_again,
}
"""What is done once a round, by the place of the step in it."""


def take_step(at: Sitting, seed: int, number: int) -> None:
    chance = Random(f"{seed} {number}")
    at.number = number
    at.store.clock = lambda: clock(number)
    doing = ROUND.get(number % ROUND_LENGTH) or chance.choice(OFTEN)
    doing(at, chance)


# --- versions -------------------------------------------------------------------------------------


def open_file(path: Path, number: int) -> Store:
    """Open the file as the version that is installed by step `number` does."""
    with _installed(number):
        return open_store(path, lambda: clock(number))


@contextmanager
def _installed(number: int) -> Iterator[None]:
    """The schema steps of the version that is installed by step `number`."""
    turn = next(place for place, doing in ROUND.items() if doing is install_the_next_version)
    later = (number - turn) // ROUND_LENGTH + 1
    ours = migrations.STEPS
    migrations.STEPS = (*ours, *(_later_version(n) for n in range(1, later + 1)))
    try:
        yield
    finally:
        migrations.STEPS = ours


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
            at = Sitting(path, aside, max(number - 1, 0), synchronous)
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
        for file in sorted(Path(job.left).rglob("*.*")):
            put(file, folder / file.relative_to(job.left))
    elif not job.first:
        begin(path, job.seed)
    say(job.first - 1)
    steps = range(job.first, job.last + 1)
    work(path, folder.parent, job.seed, steps, say, job.synchronous)


if __name__ == "__main__":
    main()
