"""A file that appears whole or not at all: written beside its place, then put there."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from custdesk.errors import CustdeskError
from custdesk.i18n import _


@contextmanager
def put_whole(path: Path) -> Iterator[Path]:
    """Where to write what will be at `path`; an existing file is replaced by a whole one only.

    Raises CustdeskError when it cannot be written; nothing is left beside it then.
    """
    beside = path.with_name(f".{path.name}.new")
    try:
        yield beside
        beside.replace(path)
    except OSError as error:
        raise CustdeskError(
            _("{file} could not be written. Close it elsewhere, or choose another place.").format(
                file=path.name
            )
        ) from error
    finally:
        with suppress(OSError):
            beside.unlink(missing_ok=True)
