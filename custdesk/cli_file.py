"""The commands about the file as a whole: backup, restore, lock, unlock; and its passphrase."""

import argparse
import os
import sys
from contextlib import closing
from datetime import datetime
from getpass import getpass
from pathlib import Path

from custdesk import paths
from custdesk.errors import CustdeskError
from custdesk.formats import moment
from custdesk.i18n import _, ngettext

PASSPHRASE, NEW_PASSPHRASE = "CUSTDESK_PASSPHRASE", "CUSTDESK_NEW_PASSPHRASE"
"""Where scripts keep the passphrase, and `lock` the one that takes its place."""


def key_of(path: Path) -> str | None:
    """The key of a locked file, from the environment or asked for; None of one that is not."""
    from custdesk.store import lock, turn

    with turn.of(path):
        lock.settle(path)
    if not path.is_file() or not lock.needs_key(path):
        return None
    typed = os.environ.get(PASSPHRASE)
    if not typed and sys.stdin.isatty():
        typed = getpass(_("Passphrase: "))
    if not typed:
        raise CustdeskError(
            _("The file is locked. Give its passphrase in {name}.").format(name=PASSPHRASE)
        )
    return lock.unlock(path, typed)


def _existing(options: argparse.Namespace) -> Path:
    path: Path = options.db or paths.default_database()
    if not path.exists():
        raise CustdeskError(_("There is no customer file {path}.").format(path=path))
    return path


def back_up(options: argparse.Namespace) -> None:
    from custdesk.store import backup
    from custdesk.store.connecting import connect
    from custdesk.store.store import failures_of

    path, target = _existing(options), options.file
    if target.exists() or target.is_symlink():
        raise CustdeskError(
            _("{file} would be overwritten. Choose another name to write to.").format(
                file=target.name
            )
        )
    key = key_of(path)
    with failures_of(target, OSError), closing(connect(path, key)) as connection:
        n = backup.copy(connection, target, key)
    words = ngettext("Backup of {n} customer written.", "Backup of {n} customers written.", n)
    print(words.format(n=n))


def restore(options: argparse.Namespace) -> None:
    from custdesk.store import restoring

    path: Path = options.db or paths.default_database()
    wanted = options.file
    if not wanted.is_file():
        raise CustdeskError(_("There is no customer file {path}.").format(path=wanted))
    key, wanted_key = key_of(path), key_of(wanted)
    aside = restoring.restore(path, key, wanted, wanted_key, datetime.now())
    print(_("The state of {file} is back.").format(file=wanted.name))
    if aside is not None:
        print(_("What was there before is kept in {file}.").format(file=aside))


def lock(options: argparse.Namespace) -> None:
    from custdesk.store import lock as locking

    path = _existing(options)
    was_locked = key_of(path)
    passphrase = _new_passphrase(again=was_locked is not None)
    locking.check_new(passphrase)
    _change(path, was_locked, passphrase)
    print(_("The file is locked. Without its passphrase nobody can read it, not you either."))


def unlock(options: argparse.Namespace) -> None:
    path = _existing(options)
    key = key_of(path)
    if key is None:
        raise CustdeskError(_("The file has no passphrase."))
    _change(path, key, None)
    print(_("The passphrase is removed: anybody who gets the file can read it."))


def _new_passphrase(*, again: bool) -> str:
    """For the first one the usual variable serves; a change needs both."""
    name = NEW_PASSPHRASE if again else PASSPHRASE
    typed = os.environ.get(name) or os.environ.get(NEW_PASSPHRASE)
    if not typed and sys.stdin.isatty():
        typed = getpass(_("New passphrase: "))
        if getpass(_("Once more: ")) != typed:
            raise CustdeskError(_("These two differ. Type the passphrase twice, the same."))
    if not typed:
        raise CustdeskError(_("Give the new passphrase in {name}.").format(name=name))
    return typed


def _change(path: Path, key: str | None, passphrase: str | None) -> None:
    """Write file and backups anew under a passphrase; None removes it."""
    from custdesk.opening import open_store
    from custdesk.store import backup
    from custdesk.store import lock as locking

    def silent(_done: int, _total: int, _words: str) -> None:
        """A command says when it is done."""

    store = open_store(path, datetime.now, key)
    try:
        if store.read_only:
            raise CustdeskError(store.read_only)
        written = store.rewrite(passphrase, silent)
        store.replace(written)
        left = locking.follow(backup.all_of(path), key, written.key, silent)
    finally:
        store.close()
    for one in left:
        said = _("The backup of {when} could not be changed: it opens as before.")
        print(said.format(when=moment(one.at, datetime.now().date())), file=sys.stderr)
