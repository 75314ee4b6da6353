"""The whole program, started with the system: it waits in the tray and tells what is due."""

import os
import subprocess
import sys
from collections.abc import Sequence
from datetime import datetime, time
from pathlib import Path

import pytest

from custdesk.care import follow_ups, habits
from custdesk.care.habits import Habits
from custdesk.opening import open_store
from tests import helpers
from tests.session_bus import Daemon, StartDaemon

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="speaks D-Bus")

ROOT = Path(__file__).parents[3]


def told_by(command: Sequence[str | Path], folder: Path, daemon: Daemon) -> dict[str, object]:
    """The first notice of a program that is started on a file with one thing due, whatever hour."""
    path = folder / "customers.custdesk"
    store = open_store(path, datetime.now)
    with store.write("Hours") as db:
        never = Habits(quiet_from=time(0), quiet_until=time(0), tell_at=time(0))
        habits.choose(db, never)
    id = helpers.add(store, "张丽华")
    with store.write("Plan") as db:
        follow_ups.schedule(db, id, store.today, "约好回电")
    store.close()
    places = {"HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"}
    program = subprocess.Popen(
        [*command, "--lang", "en", "--db", path, "--tray"],
        cwd=ROOT,
        env=os.environ | dict.fromkeys(places, str(folder)) | {"QT_QPA_PLATFORM": "offscreen"},
    )
    try:
        return daemon.next()
    finally:
        program.kill()
        program.wait()


def test_it_tells_what_is_due_over_the_bus(tmp_path: Path, start_daemon: StartDaemon) -> None:
    told = told_by([sys.executable, "-m", "custdesk"], tmp_path, start_daemon())
    assert (told["title"], told["words"]) == ("张丽华", "约好回电")
