"""The app as people install it: frozen into one folder, it makes its tour and answers commands."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.session_bus import StartDaemon
from tests.ui.notices.test_program import told_by

pytestmark = pytest.mark.frozen

ROOT = Path(__file__).parents[1]
LARGEST = 355_000_000
"""Bytes; 341 million when written: NumPy and SciPy 103, the fonts 54, Qt's ICU data 32."""


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The frozen program, built from build.spec."""
    built = tmp_path_factory.mktemp("frozen")
    subprocess.run(
        [
            *(sys.executable, "-m", "PyInstaller", "--noconfirm", "--log-level", "ERROR"),
            *("--distpath", built / "dist", "--workpath", built / "work", "build.spec"),
        ],
        cwd=ROOT,
        check=True,
    )
    return built / "dist" / "custdesk" / ("custdesk.exe" if os.name == "nt" else "custdesk")


def run(program: Path, home: Path, *words: str) -> str:
    """What the program prints, in a home of its own."""
    places = {"HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"}
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run(
        [program, *words],
        cwd=home,
        env=kept | dict.fromkeys(places, str(home)) | {"CUSTDESK_DB": str(home / "db.custdesk")},
        capture_output=True,
        encoding="utf-8",
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_makes_its_tour(program: Path, tmp_path: Path) -> None:
    run(program, tmp_path, "tour", "--out", "tour")
    pictures = list((tmp_path / "tour").rglob("*.png"))
    papers = list((tmp_path / "tour").rglob("*.pdf"))
    assert all(picture.read_bytes().startswith(b"\x89PNG") for picture in pictures)
    assert all(paper.read_bytes().startswith(b"%PDF") for paper in papers)
    assert pictures and papers


def test_finds_whom_it_was_told_of(program: Path, tmp_path: Path) -> None:
    run(program, tmp_path, "add", "--name", "张丽华", "--phone", "13800138000")
    assert "张丽华" in run(program, tmp_path, "search", "zlh")


def test_writes_the_calendar(program: Path, tmp_path: Path) -> None:
    run(program, tmp_path, "add", "--name", "张丽华", "--birthday", "1968-12-01")
    run(program, tmp_path, "export", "all.ics")
    assert (tmp_path / "all.ics").read_bytes().count(b"BEGIN:VEVENT") == 3


def test_knows_what_to_expect_of_customers(program: Path, tmp_path: Path) -> None:
    """With SciPy, of which it brings only what that needs."""
    run(program, tmp_path, "sample", "--customers", "200", "--seed", "1")
    found = json.loads(run(program, tmp_path, "insight", "--json"))["customers"]
    assert sum(one["expected_purchases_12m"] is not None for one in found) > 150
    run(program, tmp_path, "grades", "-o", "grades.xlsx")
    assert (tmp_path / "grades.xlsx").stat().st_size > 5000


@pytest.mark.skipif(sys.platform != "linux", reason="speaks D-Bus")
def test_tells_what_is_due_by_the_system(
    program: Path, tmp_path: Path, start_daemon: StartDaemon
) -> None:
    assert told_by([program], tmp_path, start_daemon())["title"] == "张丽华"


def test_leaves_out_what_is_not_used(program: Path) -> None:
    names = [path.name for path in program.parent.rglob("*")]
    assert [name for name in names if "Qml" in name or "Quick" in name or "QtSql" in name] == []


def test_is_no_larger_than_it_must_be(program: Path) -> None:
    files = [path for path in program.parent.rglob("*") if path.is_file() and not path.is_symlink()]
    assert sum(path.stat().st_size for path in files) < LARGEST
