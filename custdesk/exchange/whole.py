"""A file that appears whole or not at all: written beside its place, then put there."""

import errno
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
        raise CustdeskError(why_not(error, path)) from error
    finally:
        with suppress(OSError):
            beside.unlink(missing_ok=True)


def why_not(error: OSError, path: Path) -> str:
    """The sentence that says why a file could not be written, and what to do."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        words = _("The disk is full: {file} was not saved. Free some room, or choose another disk.")
    elif path.is_dir():
        words = _("{file} is a folder. Add a name for the file.")
    elif not path.parent.is_dir():
        words = _("There is no folder {folder}. Choose another one.")
    else:
        words = _("{file} could not be written. Close it elsewhere, or choose another place.")
    return words.format(file=path.name, folder=path.parent)
