"""The commands about the file as a whole, its passphrase, and how every command opens it."""

import argparse
import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import datetime
from getpass import getpass
from pathlib import Path
from tempfile import TemporaryDirectory

from custdesk import paths
from custdesk.errors import CustdeskError
from custdesk.formats import moment
from custdesk.i18n import _, ngettext
from custdesk.store.store import Store

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


@contextmanager
def opened(
    options: argparse.Namespace, *, must_exist: bool = False, untouched: bool = False
) -> Iterator[Store]:
    """The customer file that the command is about, brought up to today.

    With `untouched`, a file that is not there is not made either.
    """
    from custdesk.opening import open_store

    path = options.db or paths.default_database()
    with ExitStack() as stack:
        if not path.exists() and must_exist:
            raise CustdeskError(_("There is no customer file {path}.").format(path=path))
        if not path.exists() and untouched:
            path = Path(stack.enter_context(TemporaryDirectory())) / path.name
        store = open_store(path, datetime.now, key_of(path))
        stack.callback(_close, store)
        if store.read_only:
            print(store.read_only, file=sys.stderr)
        store.new_day()
        yield store


def _close(store: Store) -> None:
    if not store.close():
        said = _("The disk is too full to finish {file}. Free some room before you copy the file.")
        print(said.format(file=store.path.name), file=sys.stderr)


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

    def silent(_done: int, _total: int, _words: str) -> None:
        """A command says when it is done."""

    store = open_store(path, datetime.now, key)
    try:
        if store.read_only:
            raise CustdeskError(store.read_only)
        written = store.rewrite(passphrase, silent)
        store.replace(written)
        left = store.follow(backup.all_of(path), silent)
    finally:
        store.close()
    for one in left:
        said = _("The backup of {when} could not be changed: it opens as before.")
        print(said.format(when=moment(one.at, datetime.now().date())), file=sys.stderr)


def check(options: argparse.Namespace) -> int:
    from custdesk.store import checking

    path = options.db or paths.default_database()
    if not path.exists():
        raise CustdeskError(_("There is no customer file {path}.").format(path=path))
    key = key_of(path)
    damaged = faults = checking.look(path, key)
    if not faults:
        with opened(options, must_exist=True) as store:
            faults = checking.check(store, repair=options.repair)
            damaged = checking.check(store) if faults and options.repair else []
    for fault in faults:
        print(fault)
    if faults and damaged and not options.repair:
        print(_("custdesk check --repair saves what can be saved."), file=sys.stderr)
    if not faults:
        print(_("All is well."))
    elif options.repair and damaged:
        _repair(path, key)
    elif options.repair:
        print(_("Repaired what is derived; check once more."))
    return 1 if faults else 0


def _repair(path: Path, key: str | None) -> None:
    """Save what can be saved into a new file, which takes the place of the damaged one."""
    from custdesk import formats
    from custdesk.opening import open_store
    from custdesk.store import repair

    now = datetime.now()
    new = repair.new_beside(path)
    salvage = repair.salvage(
        path, new, lambda file: open_store(file, datetime.now, key), now, key=key
    )
    for sentence in salvage.sentences():
        print(sentence)
    if salvage.is_empty:
        new.unlink()
    else:
        aside = repair.put_in_place(path, new, now)
        print(_("The damaged file is kept in {file}.").format(file=aside.name))
    backup = repair.last_good_backup(path, key)
    if backup is not None:
        words = ngettext(
            "The last good backup, of {when}, has {n} customer: {file}",
            "The last good backup, of {when}, has {n} customers: {file}",
            backup.customers,
        )
        when = formats.moment(backup.at, now.date())
        print(words.format(when=when, n=backup.customers, file=backup.path))
