"""The program as it starts: one window a file, the tour, what it says without a screen."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def custdesk(
    *arguments: str | Path, environment: dict[str, str], timeout: float = 120
) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "custdesk", *map(str, arguments)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=timeout,
        check=False,
        cwd=ROOT,
        env={**os.environ, **environment},
    )


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    """A user's folders of their own."""
    return {
        "HOME": str(tmp_path),
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
        "XDG_DATA_HOME": str(tmp_path / "data"),
        "XDG_STATE_HOME": str(tmp_path / "state"),
    }


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux can have no screen at all")
def test_without_a_screen_it_says_what_to_do(home: dict[str, str], tmp_path: Path) -> None:
    ended = custdesk(
        "--lang", "en", "--db", tmp_path / "a.custdesk",
        environment={**home, "DISPLAY": "", "WAYLAND_DISPLAY": "", "QT_QPA_PLATFORM": ""},
    )  # fmt: skip
    assert ended.returncode == 1
    assert "tour" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_second_start_raises_the_first_window(home: dict[str, str], tmp_path: Path) -> None:
    db = tmp_path / "a.custdesk"
    offscreen = {**home, "QT_QPA_PLATFORM": "offscreen"}
    first = subprocess.Popen(
        [sys.executable, "-m", "custdesk", "--db", str(db)],
        env={**os.environ, **offscreen},
        cwd=ROOT,
        stderr=subprocess.PIPE,
    )
    try:
        for _attempt in range(100):
            if db.exists() and db.stat().st_size and first.poll() is None:
                break
            subprocess.run(["sleep", "0.1"], check=True)
        subprocess.run(["sleep", "2"], check=True)
        assert first.poll() is None
        second = custdesk("--db", db, timeout=30, environment=offscreen)
        assert second.returncode == 0
        assert first.poll() is None
    finally:
        first.kill()
        first.communicate()


def test_the_tour_leaves_pictures_and_a_profile(home: dict[str, str], tmp_path: Path) -> None:
    ended = custdesk(
        "--lang",
        "zh",
        "tour",
        "--out",
        tmp_path / "tour",
        environment={**home, "QT_QPA_PLATFORM": "offscreen"},
    )
    assert ended.returncode == 0, ended.stderr
    made = {path.name for path in (tmp_path / "tour" / "zh").iterdir()}
    views = (
        "customers",
        "details",
        "follow-ups",
        "care",
        "insights",
        "settings",
        "profile",
        "import",
        "welcome",
        "safety",
        "changes",
    )
    wanted = {f"{view}-{scheme}.png" for view in views for scheme in ("light", "dark")}
    assert wanted | {"profile.pdf"} == made
