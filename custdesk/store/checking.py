"""Whether all is well with the file: SQLite's own checks, then everything derived, once more."""

import logging
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import sqlcipher3.dbapi2 as sqlite
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from custdesk.errors import CustdeskError
from custdesk.i18n import _, ngettext
from custdesk.store import migrations, wal
from custdesk.store.connecting import connect
from custdesk.store.store import Store, explain

_log = logging.getLogger(__name__)

MOST_FAULTS = 5
MOST_VERSIONS = 1000
"""A schema version beyond is no version."""

Query = Callable[[str], Iterable[Sequence[object]]]


def look(path: Path, key: str | None = None, *, thorough: bool = False) -> list[str]:
    """What is wrong with a file that nobody has open here, one sentence each; it is only read.

    A second for a million customers; `thorough`, also what indexes say and who belongs to whom, ten
    times as long. Never raises: a file that cannot even be opened is a fault.
    """
    try:
        if wal.is_of_another_file(path, key):
            return [
                _(
                    "The file beside it that ends in -wal belongs to another customer file."
                    " Put it elsewhere."
                )
            ]
        connection = connect(path, key, read_only=True, log=wal.is_there(path))
        try:
            return _faults(connection.execute, thorough=thorough)
        finally:
            connection.close()
    except (sqlite.Error, OSError, UnicodeDecodeError) as error:
        _log.warning("The file cannot be checked: %s", type(error).__name__)
        malformed = "malformed" in str(error)
        return [_unreadable() if malformed else str(explain(error, path) or _unreadable())]


def quick(store: Store) -> list[str]:
    """Whether SQLite finds the pages in order: what a start can afford. One sentence each."""
    return _faults_in(store, thorough=False)


def check(store: Store, *, repair: bool = False) -> list[str]:
    """What is not well, one sentence each; with `repair`, what is derived is written anew.

    Nothing is derived from a file that is damaged. Never raises because of what is in the file.
    """
    faults = _faults_in(store, thorough=True)
    if faults:
        return faults
    try:
        agrees = store.recompute(keep=repair)
    except CustdeskError as error:
        return [str(error)]
    except (
        SQLAlchemyError,
        sqlite.Error,
        ValueError,
        TypeError,
        LookupError,
        ArithmeticError,
    ) as error:
        _log.warning("The file cannot be checked: %s", type(error).__name__)
        return [_unreadable()]
    if agrees:
        return []
    return [_("Figures or the search index do not agree with the customers. Use check --repair.")]


def _faults_in(store: Store, *, thorough: bool) -> list[str]:
    try:
        with store.read() as db:
            return _faults(lambda query: db.execute(text(query)).all(), thorough=thorough)
    except CustdeskError as error:
        return [str(error)]
    except (SQLAlchemyError, UnicodeDecodeError) as error:
        _log.warning("The file cannot be checked: %s", type(error).__name__)
        return [_unreadable()]


def _faults(ask: Query, *, thorough: bool) -> list[str]:
    ((mark,),) = ask("PRAGMA application_id")
    ((version,),) = ask("PRAGMA user_version")
    if mark != migrations.APPLICATION_ID or version not in range(1, MOST_VERSIONS):
        return [_unreadable()]
    found = []
    for (answer,) in ask(f"PRAGMA {'integrity' if thorough else 'quick'}_check({MOST_FAULTS})"):
        if answer != "ok":
            said = " ".join(str(answer).split())
            found.append(_("The file is damaged: {answer}").format(answer=said))
    lost = len([*ask("PRAGMA foreign_key_check")]) if thorough else 0
    if lost:
        words = ngettext("{n} entry belongs to nobody.", "{n} entries belong to nobody.", lost)
        found.append(words.format(n=lost))
    return found


def _unreadable() -> str:
    return _("The file is damaged: not all of it can be read.")
