"""Whether a customer file after a fault is what it was at a confirmed moment, exactly."""

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import sqlcipher3.dbapi2 as sqlite
from sqlalchemy.exc import DBAPIError

from custdesk.errors import CustdeskError
from custdesk.store import checking
from tests.faults import load


class Verdict(StrEnum):
    WHOLE = "whole"
    LOST = "lost"
    """It holds an earlier moment, or a copy that was confirmed is not there."""
    HALF = "half"
    """It holds no moment that ever was, or a copy beside it does not."""
    FAULTY = "faulty"
    """It does not open, or `check` finds something."""


@dataclass(frozen=True, slots=True)
class State:
    """What a moment is known by: of the file and of each copy beside it, every row."""

    digest: str
    copies: dict[str, str]


@dataclass(frozen=True, slots=True)
class Finding:
    """The step after which the file stands, if it is one, and what is to be said of it."""

    verdict: Verdict
    step: int | None = None
    words: str = ""


def digest(path: Path) -> str:
    """Of every row of every ordinary table, the journal's too, the schema and its version.

    The search index is not in it: `check` compares that with the rows.
    """
    connection = sqlite.connect(str(path), isolation_level=None)
    try:
        found = hashlib.sha256(str(connection.execute("PRAGMA user_version").fetchone()).encode())
        tables = connection.execute(
            "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table'"
            " AND name <> 'sqlite_schema' ORDER BY name"
        ).fetchall()
        schema = "SELECT type, name, sql FROM sqlite_schema WHERE type <> 'table' OR name NOT LIKE"
        queries = [f'SELECT * FROM "{name}"' for (name,) in tables]
        for query in [f"{schema} 'sqlite_%'", *queries]:
            for row in sorted(map(repr, connection.execute(query))):
                found.update(row.encode())
    finally:
        connection.close()
    return found.hexdigest()


def state(path: Path) -> State:
    """What a customer file holds, and every other customer file in its folder and below."""
    copies = {}
    for copy in path.parent.rglob(f"[!.]*{path.suffix}"):
        if copy != path:
            try:
                copies[copy.name] = digest(copy)
            except sqlite.DatabaseError as error:
                copies[copy.name] = str(error)
    return State(digest(path), copies)


def undisturbed(folder: Path, seed: int, last: int) -> list[State]:
    """The states after the steps 0 to `last` of the work with this seed, done in a new folder."""
    states: list[State] = []
    path = folder / "undisturbed" / load.PLACE
    path.parents[1].mkdir(parents=True)
    load.begin(path, seed)
    load.work(path, folder, seed, range(last + 1), lambda _number: states.append(state(path)))
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
    step = None
    try:
        store = load.open_file(path, under_way)
        try:
            found = state(path)
            step = _step(found.digest, states, confirmed, under_way)
            if step is not None:
                store.clock = lambda: load.clock(step)
            faults = checking.check(store)
        finally:
            store.close()
    except (CustdeskError, sqlite.Error, DBAPIError) as error:
        return Finding(Verdict.FAULTY, step, f"{type(error).__name__}: {error}")
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
    ever = {item for one in states[: under_way + 1] for item in one.copies.items()}
    for name, _held in sorted(found.copies.items() - ever):
        return Finding(Verdict.HALF, step, name)
    return Finding(Verdict.WHOLE, step)


def _step(held: str, states: list[State], confirmed: int, under_way: int) -> int | None:
    """The step after which the file held this: of several that changed nothing, the confirmed."""
    steps = [max(confirmed, 0), under_way, *range(confirmed - 1, -1, -1)]
    return next((step for step in steps if states[step].digest == held), None)
