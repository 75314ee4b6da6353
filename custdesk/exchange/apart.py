"""Reading in a process of its own, its memory bounded: a reader that dies takes nobody along."""

import logging
import multiprocessing
import os
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import TypeVar

from custdesk import i18n
from custdesk.errors import CustdeskError

_log = logging.getLogger(__name__)

START = "spawn"
"""How the process begins; a fork would copy threads of the window in the middle of their work."""

_LOOK_EVERY_S = 0.02
_PATIENCE_S = 90.0
"""For one more word from the reader; a workbook of 100,000 rows is read within 6 seconds."""

T = TypeVar("T")


class Died(Exception):
    """The reader ended without a word, or says nothing any more."""


class TooLarge(Exception):
    """The reader was about to take more memory than it may."""


@dataclass(frozen=True, slots=True)
class _Item:
    value: object


@dataclass(frozen=True, slots=True)
class _Refused:
    sentence: str


@dataclass(frozen=True, slots=True)
class _Defect:
    trace: str


def stream(
    read: Callable[..., Iterable[T]],
    args: tuple[object, ...],
    most_memory: int,
    waiting: Callable[[], None],
) -> Iterator[T]:
    """What `read(*args)` yields, read in a process of its own that takes `most_memory` bytes.

    `read` is a function at the top of a module; its arguments and items can be pickled. `waiting`
    is called all the while and may raise to stop it. Raises Died, TooLarge, and the CustdeskErrors
    of the reader. Within a worker process, which may have no children, it is read right there:
    the window outlives it, and has read the file once before.
    """
    if multiprocessing.current_process().daemon:
        yield from read(*args)
        return
    context = multiprocessing.get_context(START)
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(  # type: ignore[attr-defined]
        target=_serve, args=(theirs, i18n.language(), read, args), daemon=True
    )
    process.start()
    theirs.close()
    try:
        while True:
            message = _next(ours, process.pid, most_memory, waiting)
            if message is None:
                return
            if isinstance(message, _Refused):
                raise CustdeskError(message.sentence)
            if isinstance(message, _Defect):
                _log.error("reading in a process of its own failed: %s", message.trace)
                raise RuntimeError("a defect in the reader")
            yield message.value  # type: ignore[misc]
    finally:
        process.kill()
        process.join()
        process.close()
        ours.close()


def _next(
    connection: Connection, pid: int, most_memory: int, waiting: Callable[[], None]
) -> _Item | _Refused | _Defect | None:
    import psutil

    until = time.monotonic() + _PATIENCE_S
    try:
        watched = psutil.Process(pid)
        while not connection.poll(_LOOK_EVERY_S):
            waiting()
            if watched.memory_info().rss > most_memory:
                raise TooLarge
            if time.monotonic() > until:
                raise Died
    except psutil.Error:
        pass  # it has ended; what it said before is still to be read
    try:
        found: _Item | _Refused | _Defect | None = connection.recv()
    except (EOFError, OSError):
        raise Died from None
    return found


def _serve(
    connection: Connection,
    language: str,
    read: Callable[..., Iterable[object]],
    args: tuple[object, ...],
) -> None:
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # what a library writes when it dies is not for us
    i18n.use(language)
    try:
        for item in read(*args):
            connection.send(_Item(item))
        connection.send(None)
    except CustdeskError as error:
        connection.send(_Refused(str(error)))
    except BrokenPipeError:
        pass  # nobody listens any longer
    except BaseException as error:
        connection.send(_Defect(_where(error)))


def _where(error: BaseException) -> str:
    """Kind and place, for the log; never the message, which may hold a customer's data."""
    words, trace = [type(error).__qualname__], error.__traceback__
    while trace is not None:
        words.append(f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}")
        trace = trace.tb_next
    return " ".join(words)
