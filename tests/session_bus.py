"""A session bus of the test's own, so that no test reaches the notices of who runs it."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from queue import Queue
from threading import Thread

import pytest

DAEMON = Path(__file__).with_name("session_bus_daemon.py")


class Daemon:
    """The notification daemon of a test, in a process of its own."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        assert process.stdin and process.stdout
        self._process = process
        self._out, self._in = process.stdout, process.stdin
        self._lines: Queue[str] = Queue()
        self._reader = Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        for line in self._out:
            self._lines.put(line)

    def next(self) -> dict[str, object]:
        """What it is asked next; waits for it."""
        found: dict[str, object] = json.loads(self._lines.get(timeout=30))
        return found

    def press(self, id: object, action: object) -> None:
        self._in.write(f"press {id} {action}\n")
        self._in.flush()

    def end(self) -> None:
        self._process.kill()
        self._process.wait()
        self._reader.join()
        self._out.close()
        self._in.close()


StartDaemon = Callable[..., Daemon]


@pytest.fixture(autouse=True)
def nobody_on_the_bus(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """There is no session bus, unless a test starts one."""
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={tmp_path / 'nobody'}")


@pytest.fixture
def session_bus(nobody_on_the_bus: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a session bus with nobody on it."""
    bus = subprocess.Popen(
        ["dbus-daemon", "--session", "--nofork", "--nopidfile", "--print-address"],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert bus.stdout
    address = bus.stdout.readline().strip()
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
    yield address
    bus.kill()
    bus.wait()
    bus.stdout.close()


@pytest.fixture
def start_daemon(session_bus: str) -> Iterator[StartDaemon]:
    """Starts a notification daemon on the session bus; "mute" and "plain" make it so."""
    with ExitStack() as ending:

        def start(*how: str) -> Daemon:
            process = subprocess.Popen(
                [sys.executable, DAEMON, *how],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            daemon = Daemon(process)
            ending.callback(daemon.end)
            assert daemon.next() == {"ready": True}
            return daemon

        yield start
