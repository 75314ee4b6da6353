"""The one way to the background: work in a thread or a process, its end back in the window."""

import logging
import multiprocessing
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

from PySide6.QtCore import QCoreApplication, QObject, Qt, QThread, QTimer, Signal

from custdesk import i18n
from custdesk.errors import Cancelled, CustdeskError
from custdesk.i18n import _
from custdesk.ui.process_side import (
    CancelAsked,
    Failed,
    Finished,
    Report,
    Reported,
    serve,
    trace_of,
)

T = TypeVar("T")
Progress = Callable[[int, int, str], None]
Failure = Callable[[CustdeskError], None]

_log = logging.getLogger(__name__)
_POLL_MS, _PATIENCE_S, _REPORT_EVERY_S = 50, 3.0, 0.05


class Job(QObject):
    """A piece of work under way. It ends in `done` or in `failed`, once, in the window's thread;
    `failed` brings `Cancelled` after `cancel`."""

    _reported = Signal(int, int, str)
    _ended = Signal(object)

    def __init__(
        self,
        done: Callable[[T], None],
        failed: Failure,
        progress: Progress | None,
        owner: QObject | None,
    ) -> None:
        super().__init__(QCoreApplication.instance())
        self._done: Callable[..., None] | None = done
        self._failed: Failure | None = failed
        self._progress = progress
        queued = Qt.ConnectionType.QueuedConnection
        self._reported.connect(self._pass_on, queued)
        self._ended.connect(self._end, queued)
        if owner is not None:
            owner.destroyed.connect(self.abandon)

    def cancel(self) -> None:
        """Ask the work to stop at its next report; `failed` follows."""
        raise NotImplementedError

    def is_running(self) -> bool:
        raise NotImplementedError

    def wait(self, seconds: float) -> bool:
        """Block until the work has stopped; False if it has not in `seconds`."""
        raise NotImplementedError

    def abandon(self) -> None:
        """Stop the work, and tell nobody: the place that wanted it is gone."""
        self._done = self._failed = self._progress = None
        self.cancel()

    def _pass_on(self, done: int, total: int, words: str) -> None:
        if self._progress is not None:
            self._progress(done, total, words)

    def _end(self, outcome: Finished | CustdeskError) -> None:
        self._progress = None
        done, failed, self._done, self._failed = self._done, self._failed, None, None
        self.deleteLater()
        if isinstance(outcome, Finished):
            if done is not None:
                done(outcome.value)
        elif failed is not None:
            failed(outcome)


def run(
    work: Callable[[Report], T],
    done: Callable[[T], None],
    failed: Failure,
    progress: Progress | None = None,
    *,
    owner: QObject | None = None,
) -> Job:
    """Do `work(report)` in a thread.

    `report(done, total, words)` tells how far it is and raises `Cancelled` once `cancel` was
    asked: call it often, inside the write that is to roll back. `done(value)`, `failed(error)`
    and `progress(done, total, words)` are called in the window's thread; `str(error)` is a
    sentence for the user. With an `owner`, the work stops silently when that is destroyed.
    """
    return _ThreadJob(work, done, failed, progress, owner)


def run_process(
    target: Callable[..., T],
    args: tuple[object, ...],
    done: Callable[[T], None],
    failed: Failure,
    progress: Progress | None = None,
    *,
    owner: QObject | None = None,
) -> Job:
    """Do `target(report, *args)` in a process of its own, for work that would starve the window.

    `target` is a function at the top of a module, `args` and its answer can be pickled. All else
    as in `run`; a process that dies ends in `failed`, one that does not answer `cancel` within
    3 seconds is ended.
    """
    return _ProcessJob(target, args, done, failed, progress, owner)


def running() -> list[Job]:
    """The jobs that have not stopped yet."""
    app = QCoreApplication.instance()
    return [job for job in app.findChildren(Job) if job.is_running()] if app is not None else []


def wait_all(seconds: float = 5.0) -> bool:
    """At the end of the application: stop every job and wait; False if one would not stop."""
    jobs = running()
    for job in jobs:
        job.abandon()
    until = time.monotonic() + seconds
    return all([job.wait(max(0.0, until - time.monotonic())) for job in jobs])


def _defect(trace: str) -> CustdeskError:
    _log.error("work in the background failed:\n%s", trace)
    return CustdeskError(_("This did not work. The reason has been noted in the log."))


class _Thread(QThread):
    """Runs one function; a class of its own because Qt calls `run` in the thread."""

    def __init__(self, job: QObject, body: Callable[[], None]) -> None:
        super().__init__(job)
        self._body = body

    def run(self) -> None:
        self._body()


class _ThreadJob(Job):
    def __init__(
        self,
        work: Callable[[Report], T],
        done: Callable[[T], None],
        failed: Failure,
        progress: Progress | None,
        owner: QObject | None,
    ) -> None:
        super().__init__(done, failed, progress, owner)
        self._work: Callable[[Report], object] = work
        self._stop = threading.Event()
        self._told = 0.0
        self._thread = _Thread(self, self._body)
        self._thread.start()

    def cancel(self) -> None:
        self._stop.set()

    def is_running(self) -> bool:
        return self._thread.isRunning()

    def wait(self, seconds: float) -> bool:
        return self._thread.wait(round(seconds * 1000))

    def _report(self, done: int, total: int, words: str) -> None:
        if self._stop.is_set():
            raise Cancelled()
        now = time.monotonic()
        if now - self._told >= _REPORT_EVERY_S or done == total:
            self._told = now
            self._reported.emit(done, total, words)

    def _body(self) -> None:
        outcome: Finished | CustdeskError
        try:
            outcome = Finished(self._work(self._report))
        except CustdeskError as error:
            outcome = error
        except BaseException as error:
            outcome = _defect(trace_of(error))
        self._ended.emit(outcome)

    def _end(self, outcome: Finished | CustdeskError) -> None:
        self._thread.wait()  # the thread has said its last word; only its return is missing
        super()._end(outcome)


class _ProcessJob(Job):
    def __init__(
        self,
        target: Callable[..., T],
        args: tuple[object, ...],
        done: Callable[[T], None],
        failed: Failure,
        progress: Progress | None,
        owner: QObject | None,
    ) -> None:
        super().__init__(done, failed, progress, owner)
        context = multiprocessing.get_context("spawn")
        self._ours, theirs = context.Pipe()
        self._process = context.Process(
            target=serve, args=(theirs, i18n.language(), target, args), daemon=True
        )
        self._over = False
        self._process.start()
        theirs.close()
        self._asked_at: float | None = None
        self._poll = QTimer(self)
        self._poll.setInterval(_POLL_MS)
        self._poll.timeout.connect(self._look)
        self._poll.start()

    def cancel(self) -> None:
        if self._over or self._asked_at is not None:
            return
        self._asked_at = time.monotonic()
        with suppress(OSError):  # it may have ended already; the next look sees how
            self._ours.send(CancelAsked())

    def is_running(self) -> bool:
        return not self._over

    def wait(self, seconds: float) -> bool:
        until = time.monotonic() + min(seconds, _PATIENCE_S)
        while not self._over and time.monotonic() < until:
            self._look()
            time.sleep(_POLL_MS / 1000)
        if not self._over:
            self._process.terminate()
            self._close(Cancelled())
        return True

    def _look(self) -> None:
        """Read all that the process has sent, and see whether it lives."""
        alive = self._process.is_alive()  # asked first: what it sent before dying is still read
        outcome: Finished | CustdeskError | None = None
        try:
            while outcome is None and self._ours.poll():
                outcome = self._read(self._ours.recv())
        except (EOFError, OSError):
            alive = False
        if outcome is not None:
            self._close(outcome)
        elif not alive:
            code = self._process.exitcode
            ended = Cancelled() if self._asked_at is not None else _defect(f"exit code {code}")
            self._close(ended)
        elif self._asked_at is not None and time.monotonic() - self._asked_at > _PATIENCE_S:
            self._process.terminate()

    def _read(self, message: object) -> Finished | CustdeskError | None:
        if isinstance(message, Reported):
            if self._asked_at is None:
                self._reported.emit(message.done, message.total, message.words)
            return None
        if isinstance(message, Failed):
            if message.cancelled:
                return Cancelled(message.sentence)
            return CustdeskError(message.sentence) if message.sentence else _defect(message.trace)
        return message if isinstance(message, Finished) else None

    def _close(self, outcome: Finished | CustdeskError) -> None:
        if self._over:
            return
        self._over = True
        self._poll.stop()
        self._process.join(_PATIENCE_S)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()
        self._process.close()
        self._ours.close()
        self._ended.emit(outcome)
