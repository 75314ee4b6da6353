"""Two processes at one customer file at the same time, killed one by one or both at once.

The owner enters customers, erases some, makes backups, and changes the passphrase; the colleague
comes and goes, searches, and enters customers too. Each says what was confirmed. What there must be
of each follows from that alone, whatever the other did meanwhile.
"""

import json
import os
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import NamedTuple

import sqlcipher3.dbapi2 as sqlite
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from custdesk.errors import Busy, CustdeskError
from custdesk.opening import open_store
from custdesk.people import customers, history
from custdesk.people.customers import Details
from custdesk.people.history import Item
from custdesk.store import backup, checking, lock
from custdesk.store.backup import Reason
from custdesk.store.models import Channel
from custdesk.store.store import Store
from tests.faults import children, load
from tests.faults.children import Child
from tests.faults.verdict import Finding, Run, Verdict, left_over
from tests.helpers import find

OWNER, COLLEAGUE = "owner", "colleague"
PASSPHRASES = (None, "喝第一泡茶", "喝第二泡茶")
MEAN_WAIT = 0.5
"""Both are killed so many seconds after both have begun."""
LONGEST_AWAY = 0.4
"""Seconds for which the colleague has the file closed: time enough for another passphrase."""
PATIENCE = 30
RUNS_A_FILE = 10


@dataclass(frozen=True, slots=True)
class Task:
    """What a child is asked to do with a file, from its step `first` on, until it is killed."""

    path: str
    who: str
    first: int


def entered(who: str, last: int) -> set[int]:
    """The steps whose customers are there when `last` was the last step."""
    steps = range(1, last + 1)
    if who == COLLEAGUE:
        return {n for n in steps if n % 4}
    return {n for n in steps if n % 6 == 1 or (n % 6 == 3 and n + 2 > last)}


def passphrase_of(step: int) -> str | None:
    """Which passphrase the owner wants from a step on in which it is changed."""
    return PASSPHRASES[step // 6 % 3]


def _clock(step: int) -> datetime:
    """When a step is done: always on the same day, so that both mean the same by today."""
    return load.FIRST_DAY + timedelta(seconds=step)


# --- the children ---------------------------------------------------------------------------------


def come_in(path: Path, number: int) -> Store:
    """Open the file, with whichever passphrase it has; a person would try again, too."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            return open_store(path, lambda: _clock(number), load.key_of(path, PASSPHRASES))
        except CustdeskError:
            if time.monotonic() > until:
                raise
            time.sleep(0.05)


def enter(store: Store, who: str, number: int) -> None:
    phone = f"13{1 + (who == OWNER)}{number:08}"
    details = Details(f"{who} {number}", phones=[phone], tags=[f"{who}'s"])
    with store.write(f"Add {who} {number}") as db:
        id = customers.add(db, details, store.today).id or 0
        history.log_interaction(db, id, Channel.PHONE, "聊过", store.clock())
        history.record_purchase(db, id, store.today, [Item("白茶", 1, 100)])
    assert find(store, phone) == [f"{who} {number}"]


def own(store: Store, number: int) -> Store:
    """One step of the owner's; the store to go on with."""
    store.clock = lambda: _clock(number)
    match number % 6:
        case 2:
            _change_passphrase(store, passphrase_of(number))
        case 4:
            store.back_up(Reason.ASKED)
        case 5:
            with store.read() as db:
                query = text("SELECT id FROM customer WHERE name = :name")
                gone = db.execute(query, {"name": f"{OWNER} {number - 2}"}).scalars().all()
            store.erase(gone)
        case 0:
            store.close()
            return come_in(store.path, number)
        case _:
            enter(store, OWNER, number)
    return store


def _change_passphrase(store: Store, passphrase: str | None) -> None:
    """Several times, if somebody else has the file open; at last it stays as it is."""
    for _try in range(4):
        with suppress(Busy):
            written = store.rewrite(passphrase, lambda *_told: None)
            store.replace(written)
            store.follow(backup.all_of(store.path))
            return
        time.sleep(LONGEST_AWAY / 4)


def help_out(store: Store, number: int) -> Store:
    """One step of the colleague's; the store to go on with."""
    if number % 4:
        enter(store, COLLEAGUE, number)
        with store.read() as db:
            db.execute(text("SELECT * FROM customer JOIN standing ON id = customer_id")).all()
        return store
    store.close()
    time.sleep(Random(number).random() * LONGEST_AWAY)
    return come_in(store.path, number)


def main() -> None:
    """Wait for a task; say first that it begins, then every step that is confirmed."""
    task = Task(**json.loads(sys.stdin.readline()))
    store = come_in(Path(task.path), task.first)
    number = task.first - 1
    while True:
        which = PASSPHRASES.index(_in_force(store))
        os.write(sys.stdout.fileno(), f"{number} {which}\n".encode())
        number += 1
        store = own(store, number) if task.who == OWNER else help_out(store, number)


def _in_force(store: Store) -> str | None:
    key = store.key
    return next((one for one in PASSPHRASES if one and key and lock.matches(key, one)), None)


# --- the parent -----------------------------------------------------------------------------------


class Said(NamedTuple):
    """The last step that was confirmed, and the passphrase after it."""

    step: int
    passphrase: str | None


def said(lines: str) -> Said:
    """A line that was cut off was not confirmed."""
    step, which = lines.split("\n")[-2].split()
    return Said(int(step), PASSPHRASES[int(which)])


def pairs(folder: Path, seed: int, how_many: int) -> Iterator[Run]:
    """Let two at a file so many times, each time with the file that was left the time before."""
    chance = Random(f"pairs {seed}")
    disk, image = folder / "disk", folder / "image"
    spare = [_start(), _start()]
    done: dict[str, int] = {}
    try:
        for n in range(how_many):
            pair, spare = dict(zip((OWNER, COLLEAGUE), spare, strict=True)), [_start(), _start()]
            if n % RUNS_A_FILE == 0 or not done:
                shutil.rmtree(disk, ignore_errors=True)
                disk.mkdir(parents=True)
                done = dict.fromkeys(pair, 0)
            heard = _work(pair, disk / load.PLACE, done, chance)
            load.copy(disk, image)
            finding, done = judge(image / load.PLACE, heard)
            shutil.rmtree(image)
            last = ", ".join(f"{who} {one.step}" for who, one in heard.items())
            yield Run(f"seed {seed}, two at once, {last} confirmed", finding)
    finally:
        for child in spare:
            children.kill(child)


def _start() -> Child:
    return children.start(module="tests.faults.pair")


def _work(
    pair: dict[str, Child], path: Path, done: dict[str, int], chance: Random
) -> dict[str, Said]:
    """Both work until they are killed, in one order or the other; what each has confirmed."""
    for who, child in pair.items():
        children.tell(child, asdict(Task(str(path), who, done[who] + 1)))
    heard = {}
    for who, child in pair.items():
        assert child.stdout
        heard[who] = child.stdout.readline()
    order = chance.sample([*pair], 2)
    for who in order:
        if who == order[0] or chance.random() < 0.5:
            time.sleep(chance.expovariate(1 / MEAN_WAIT))
        heard[who] += children.kill(pair[who])
    return {who: said(lines) for who, lines in heard.items()}


def judge(path: Path, heard: dict[str, Said]) -> tuple[Finding, dict[str, int]]:
    """What is to be said of the file, and with which step of each to go on."""
    owner = heard[OWNER]
    in_force = [owner.passphrase]
    if (owner.step + 1) % 6 == 2:
        in_force.append(passphrase_of(owner.step + 1))
    try:
        store = open_store(path, lambda: _clock(owner.step), load.key_of(path, in_force))
        try:
            faults = checking.check(store)
            there = _there(store)
            for one in backup.all_of(path):
                backup.look_at(one.path, load.key_of(one.path, PASSPHRASES))
        finally:
            store.close()
    except (CustdeskError, sqlite.Error, DBAPIError, OSError) as error:
        return Finding(Verdict.FAULTY, None, f"{type(error).__name__}: {error}"), {}
    faults += [f"{one.name} is left over." for one in left_over(path.parent)]
    if faults:
        return Finding(Verdict.FAULTY, None, " ".join(faults)), {}
    done = {}
    for who, (step, _passphrase) in heard.items():
        may_be = {then: entered(who, then) for then in (step, step + 1)}
        found = next((then for then, numbers in may_be.items() if numbers == there[who]), None)
        if found is None:
            missing = may_be[step] & may_be[step + 1] - there[who]
            verdict = Verdict.LOST if missing else Verdict.HALF
            return Finding(verdict, step, f"{who} {sorted(missing or there[who])}"), {}
        done[who] = found
    return Finding(Verdict.WHOLE, done[OWNER]), done


def _there(store: Store) -> dict[str, set[int]]:
    """The steps whose customers are in the file, with everything that came with them."""
    with store.read() as db:
        whole = db.execute(
            text(
                "SELECT name FROM customer c WHERE"
                " (SELECT count(*) FROM contact_point WHERE customer_id = c.id) = 1 AND"
                " (SELECT count(*) FROM customer_tag WHERE customer_id = c.id) = 1 AND"
                " (SELECT count(*) FROM interaction WHERE customer_id = c.id) = 1 AND"
                " (SELECT count(*) FROM purchase JOIN purchase_line ON purchase.id = purchase_id"
                "  WHERE customer_id = c.id) = 1"
            )
        ).scalars()
        found: dict[str, set[int]] = {OWNER: set(), COLLEAGUE: set()}
        for name in whole:
            who, number = name.split()
            found[who].add(int(number))
    return found


if __name__ == "__main__":
    main()
