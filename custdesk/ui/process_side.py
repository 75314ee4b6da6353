"""What runs inside a worker process; free of Qt, so that the process starts fast."""

import traceback
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection

from custdesk import i18n
from custdesk.errors import Cancelled, CustdeskError

Report = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class Reported:
    done: int
    total: int
    words: str


@dataclass(frozen=True, slots=True)
class Finished:
    value: object


@dataclass(frozen=True, slots=True)
class Failed:
    """`sentence` for the user, or "" for a defect, whose `trace` goes to the log."""

    sentence: str
    trace: str = ""
    cancelled: bool = False


@dataclass(frozen=True, slots=True)
class CancelAsked:
    pass


def serve(
    connection: Connection, language: str, target: Callable[..., object], args: tuple[object, ...]
) -> None:
    """Do `target(report, *args)` and send through `connection` how it goes and how it ended."""

    def report(done: int, total: int, words: str) -> None:
        if connection.poll():
            connection.recv()
            raise Cancelled()
        connection.send(Reported(done, total, words))

    try:
        i18n.use(language)
        connection.send(Finished(target(report, *args)))
    except Cancelled as error:
        connection.send(Failed(str(error), cancelled=True))
    except CustdeskError as error:
        connection.send(Failed(str(error)))
    except (EOFError, ConnectionError):
        pass  # the window is gone
    except BaseException as error:
        connection.send(Failed("", trace_of(error)))
    finally:
        connection.close()


def trace_of(error: BaseException) -> str:
    """Where and what kind, for the log; never the message, which may hold a customer's data."""
    frames = traceback.extract_tb(error.__traceback__)
    lines = [f"  {frame.filename}:{frame.lineno} in {frame.name}" for frame in frames]
    return "\n".join([*lines, type(error).__qualname__])
