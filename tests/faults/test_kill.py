"""Killed at any moment: what was confirmed is there, nothing is there by half."""

import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from custdesk.store.store import Store
from tests.conftest import Opener
from tests.helpers import TEA_SHOP, add, contents, faults, labels

ROOT = Path(__file__).parents[2]
MOMENTS = 20


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    """The environment of a child with a home of its own."""
    places = ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "LOCALAPPDATA")
    return {**os.environ, "PYTHONPATH": str(ROOT), **dict.fromkeys(places, str(tmp_path / "home"))}


def numbers(store: Store) -> list[int]:
    """The customers that are there whole: with phone, tag, city, talk and purchase."""
    with store.read() as db:
        rows = db.execute(
            text(
                "SELECT number FROM customer c WHERE city = '杭州'"
                " AND EXISTS (SELECT 1 FROM contact_point WHERE customer_id = c.id)"
                " AND EXISTS (SELECT 1 FROM customer_tag WHERE customer_id = c.id)"
                " AND EXISTS (SELECT 1 FROM interaction WHERE customer_id = c.id)"
                " AND EXISTS (SELECT 1 FROM purchase_line l JOIN purchase p ON p.id = l.purchase_id"
                "   WHERE p.customer_id = c.id) ORDER BY number"
            )
        )
        found = [int(number) for (number,) in rows]
        assert len(found) == db.execute(text("SELECT count(*) FROM customer")).scalar_one()
    return found


def test_killed_while_editing(tmp_path: Path, open_file: Opener, home: dict[str, str]) -> None:
    path = tmp_path / "customers.custdesk"
    chance = random.Random(20261121)
    confirmed = 0
    for moment in range(MOMENTS):
        child = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.editing", str(path), str(confirmed + 1)],
            stdout=subprocess.PIPE,
            text=True,
            env=home,
        )
        assert child.stdout
        assert child.stdout.readline() == "ready\n"
        time.sleep(chance.uniform(0.0, 0.25))
        child.kill()
        said = child.communicate()[0].split("\n")
        # A line that was cut off was not confirmed.
        confirmed = max([confirmed, *(int(line) for line in said[:-1])])
        store = open_file(path)
        there = numbers(store)
        assert there in ([*range(1, confirmed + 1)], [*range(1, confirmed + 2)]), moment
        assert labels(store)[:1] == [f"Add {number}" for number in there[-1:]]
        assert faults(store) == []
        store.close()
        confirmed = len(there)
    assert confirmed > MOMENTS


@pytest.fixture
def whole_import(tmp_path: Path, open_file: Opener, home: dict[str, str]) -> Iterator[float]:
    """A file with somebody in it, and how long an import into it takes that nobody disturbs."""
    store = open_file(tmp_path / "before.custdesk")
    add(store, "孙军宇", phone="19993287921", number="A1")
    store.close()
    shutil.copy(tmp_path / "before.custdesk", tmp_path / "warm.custdesk")
    began = time.monotonic()
    subprocess.run(_import_into(tmp_path / "warm.custdesk"), env=home, check=True)
    yield time.monotonic() - began


def _import_into(path: Path) -> list[str]:
    files = [str(TEA_SHOP / "customers_gb18030.csv")]
    return [sys.executable, "-m", "custdesk", "--db", str(path), "import", *files, "--json"]


def test_killed_while_importing(
    tmp_path: Path, open_file: Opener, home: dict[str, str], whole_import: float
) -> None:
    nothing = _after(open_file, tmp_path / "before.custdesk")
    everything = len(_after(open_file, tmp_path / "warm.custdesk")["customer"])
    chance = random.Random(20261121)
    seen = set()
    for moment in range(MOMENTS):
        path = tmp_path / f"{moment}.custdesk"
        shutil.copy(tmp_path / "before.custdesk", path)
        child = subprocess.Popen(
            _import_into(path), env=home, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        time.sleep(whole_import * chance.uniform(0.35, 1.0))
        child.kill()
        said, _nothing = child.communicate()
        store = open_file(path)
        there = len(contents(store)["customer"])
        assert there in (1, everything), moment
        assert there == everything or b'"created"' not in said, moment
        assert faults(store) == []
        if there == everything:
            assert labels(store)[0] == "Import customers_gb18030.csv"
            store.undo()
        assert len(contents(store)["customer"]) == 1
        assert contents(store)["follow_up"] == nothing["follow_up"]
        store.close()
        seen.add(there)
    assert 1 in seen


def _after(open_file: Opener, path: Path) -> dict[str, list[tuple[object, ...]]]:
    store = open_file(path)
    found = contents(store)
    store.close()
    return found
