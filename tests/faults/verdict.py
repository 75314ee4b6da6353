"""Whether a customer file after a fault is what it was at a confirmed moment, exactly."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

import sqlcipher3.dbapi2 as sqlite
from sqlalchemy.exc import DBAPIError

from custdesk.errors import CustdeskError
from custdesk.store import checking, lock
from custdesk.store.connecting import connect
from tests.faults import load


class Verdict(StrEnum):
    WHOLE = "whole"
    LOST = "lost"
    """It holds an earlier moment, or a copy that was confirmed is not there."""
    HALF = "half"
    """It holds no moment that ever was, or a copy beside it does not."""
    FAULTY = "faulty"
    """It does not open, or `check` finds something."""


class Held(NamedTuple):
    """What a customer file is known by: every row, and what opens it."""

    digest: str
    passphrase: str | None = None


@dataclass(frozen=True, slots=True)
class State:
    """What a moment is known by: the file, and each copy beside it."""

    file: Held
    copies: dict[str, Held]


@dataclass(frozen=True, slots=True)
class Finding:
    """The step after which the file stands, if it is one, and what is to be said of it."""

    verdict: Verdict
    step: int | None = None
    words: str = ""


def digest(path: Path, key: str | None = None) -> str:
    """Of every row of every ordinary table, the journal's too, the schema and its version.

    The search index is not in it: `check` compares that with the rows. Nor is the note that the
    file is still to be rewritten after an erasure: whether or not it was, the rows are the same.
    Nor are its earlier keys, which are made of chance.
    """
    connection = connect(path, key)
    try:
        found = hashlib.sha256(str(connection.execute("PRAGMA user_version").fetchone()).encode())
        tables = connection.execute(
            "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table'"
            " AND name <> 'sqlite_schema' ORDER BY name"
        ).fetchall()
        schema = "SELECT type, name, sql FROM sqlite_schema WHERE type <> 'table' OR name NOT LIKE"
        queries = [
            f'SELECT * FROM "{name}"' + (" WHERE id NOT IN (-1, -3)" if name == "setting" else "")
            for (name,) in tables
        ]
        for query in [f"{schema} 'sqlite_%'", *queries]:
            for row in sorted(map(repr, connection.execute(query))):
                found.update(row.encode())
    finally:
        connection.close()
    return found.hexdigest()


def held(path: Path, passphrases: Sequence[str | None]) -> Held:
    """What a customer file holds, which one of these opens."""
    key = load.key_of(path, passphrases)
    opens = [one for one in passphrases if one is not None and key and lock.matches(key, one)]
    return Held(digest(path, key), opens[0] if key else None)


def state(path: Path, passphrases: Sequence[str | None]) -> State:
    """What a customer file holds, and every other customer file in its folder and below."""
    copies = {}
    for copy in path.parent.rglob(f"[!.]*{path.suffix}"):
        if copy != path:
            try:
                copies[copy.name] = held(copy, passphrases)
            except (sqlite.DatabaseError, CustdeskError) as error:
                copies[copy.name] = Held(str(error))
    return State(held(path, passphrases), copies)


def undisturbed(folder: Path, seed: int, last: int) -> list[State]:
    """The states after the steps 0 to `last` of the work with this seed, done in a new folder."""
    states: list[State] = []
    path = folder / "undisturbed" / load.PLACE
    path.parents[1].mkdir(parents=True)
    load.begin(path, seed)
    passphrases: list[str | None] = [None]

    def note(number: int) -> None:
        now = load.passphrase_after(seed, number)
        if now not in passphrases:
            passphrases.insert(0, now)
        states.append(state(path, passphrases))

    load.work(path, folder, seed, range(last + 1), note)
    return states


@dataclass(frozen=True, slots=True)
class Run:
    """One fault, how it came about, and what was found after it."""

    how: str
    finding: Finding

    def __str__(self) -> str:
        finding = self.finding
        return f"{finding.verdict}: {self.how}, found after step {finding.step}: {finding.words}"


def judge(path: Path, states: list[State], confirmed: int) -> Finding:
    """Open the file as the next start does; `confirmed` is the last step that was, or -1.

    The step that was under way may have happened or not; nothing else may differ.
    """
    under_way = min(confirmed + 1, len(states) - 1)
    ever = [*dict.fromkeys(one.file.passphrase for one in reversed(states[: under_way + 1]))]
    in_force = {states[max(confirmed, 0)].file.passphrase, states[under_way].file.passphrase}
    step = None
    try:
        # A version that is installed brings the file up at its first start, in that step's time.
        opening = under_way if load.installs(under_way) else max(confirmed, 0)
        store = load.open_file(path, opening, load.key_of(path, in_force))
        try:
            found = state(path, ever)
            step = _step(found.file, states, confirmed, under_way)
            if step is not None:
                store.clock = lambda: load.clock(step)
            faults = checking.check(store)
        finally:
            store.close()
    except (CustdeskError, sqlite.Error, DBAPIError, OSError) as error:
        return Finding(Verdict.FAULTY, step, f"{type(error).__name__}: {error}")
    faults += [f"{one.name} is left over." for one in left_over(path.parent)]
    if faults:
        return Finding(Verdict.FAULTY, step, " ".join(faults))
    if step is None:
        return Finding(Verdict.HALF, None, "the file")
    if step < confirmed:
        return Finding(Verdict.LOST, step, f"of {confirmed}")
    confirmed_copies = states[step].copies.keys() & states[under_way].copies.keys()
    for name in sorted(confirmed_copies - found.copies.keys()):
        return Finding(Verdict.LOST, step, name)
    # A copy that was deleted may be there again, as it was.
    once = {item for one in states[: under_way + 1] for item in one.copies.items()}
    for name, _held in sorted(found.copies.items() - once):
        return Finding(Verdict.HALF, step, name)
    return Finding(Verdict.WHOLE, step)


def left_over(folder: Path) -> list[Path]:
    """What was made while one file took the place of another, and is there no longer."""
    ends = ("-new", "-old", "-log", "-turn")
    return [one for one in sorted(folder.rglob(".*")) if one.name.endswith(ends)]


def _step(file: Held, states: list[State], confirmed: int, under_way: int) -> int | None:
    """The step after which the file held this: of several that changed nothing, the confirmed."""
    steps = [max(confirmed, 0), under_way, *range(confirmed - 1, -1, -1)]
    return next((step for step in steps if states[step].file == file), None)
