"""What an import needs done away from the window; without Qt, as a process runs it too."""

import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from custdesk.errors import CustdeskError
from custdesk.exchange import fields, headers, importing
from custdesk.exchange.fields import Field, Kind
from custdesk.exchange.headers import Mapping
from custdesk.exchange.outcome import OnDuplicate, Report, Result
from custdesk.exchange.table import Table
from custdesk.i18n import _
from custdesk.opening import open_store
from custdesk.store.store import Store

LARGE = 5_000
"""From so many rows on, a rehearsal in a thread would be felt in the window."""


@dataclass(frozen=True, slots=True)
class Source:
    """A file to import, and which of its sheets; None for the one that looks most like a list."""

    path: Path
    sheet: str | None = None


@dataclass(frozen=True, slots=True)
class Wish:
    """An import as it was decided on the page."""

    source: Source
    mapping: Mapping
    on_duplicate: OnDuplicate


def fields_of(kind: Kind) -> list[Field]:
    """What a column can mean in a file of this kind, in the order in which people think of it."""
    known = _KNOWN[kind]
    return [one for one in Field if one in known or one in (Field.KEEP_IN_NOTES, Field.IGNORE)]


_KNOWN = {
    Kind.CUSTOMERS: fields.CUSTOMER_WORDS,
    Kind.PURCHASES: fields.PURCHASE_WORDS,
    Kind.INTERACTIONS: fields.INTERACTION_WORDS,
}


def read(report: Report, source: Source, kind: Kind | None) -> tuple[Table, Mapping]:
    """The table of a file, and what its columns seem to mean."""
    reading = _("Reading {file}").format(file=source.path.name)
    report(0, 0, reading)
    # A hostile workbook takes a minute to be given up; it must end when nobody waits any longer.
    table = importing.read_file(
        source.path, source.sheet, lambda share: report(round(share * 100), 100, reading)
    )
    report(0, 0, _("Looking at the columns"))
    return table, headers.guess_mapping(table.headers, table.rows, kind)


def rehearse(report: Report, store: Store, table: Table, wish: Wish) -> Result:
    """What would come of the import; nothing is written."""
    return importing.import_table(
        store, wish.source.path.name, table, wish.mapping, wish.on_duplicate,
        dry_run=True, report=report,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Database:
    """The customer file as another process has to open it; the key goes there through a pipe."""

    path: Path
    key: str | None
    only_look: str


def database(store: Store) -> Database:
    return Database(store.path, store.key, store.read_only)


def import_apart(
    report: Report, database: Database, now: datetime, wish: Wish, dry_run: bool
) -> Result:
    """The import, or its rehearsal, in a process of its own, which opens the customer file itself.

    `now` is the window's time; it goes on from there.
    """
    began = time.monotonic()
    store = open_store(
        database.path,
        lambda: now + timedelta(seconds=time.monotonic() - began),
        database.key,
        database.only_look,
    )
    try:
        report(0, 0, _("Reading {file}").format(file=wish.source.path.name))
        table = importing.read_file(wish.source.path, wish.source.sheet)
        if table.headers != [column.header for column in wish.mapping.columns]:
            raise CustdeskError(
                _("{file} has changed since it was looked at. Choose it again.").format(
                    file=wish.source.path.name
                )
            )
        return importing.import_table(
            store, wish.source.path.name, table, wish.mapping, wish.on_duplicate,
            dry_run=dry_run, report=report,
        )  # fmt: skip
    finally:
        store.close()
