"""Import: a file read, matched with who is known, rehearsed, and written in one undoable step."""

import csv
import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from sqlalchemy import text
from sqlmodel import Session

from custdesk import business
from custdesk.errors import CustdeskError
from custdesk.exchange import decoding, headers, records, sheet, vcard
from custdesk.exchange.arrivals import CustomerArrivals
from custdesk.exchange.dealings import InteractionArrivals, PurchaseArrivals
from custdesk.exchange.fields import Field, Kind
from custdesk.exchange.guarding import guarded
from custdesk.exchange.headers import Mapping
from custdesk.exchange.outcome import OnDuplicate, Report, Result
from custdesk.exchange.records import Remark
from custdesk.exchange.table import Progress, Table
from custdesk.i18n import _, ngettext
from custdesk.insight import policies
from custdesk.store import backup
from custdesk.store.store import Store

_LONGEST_MAPPING, _LONGEST_MAPPING_LINE = 1 << 17, 300
"""Bytes, characters; a thousand columns take half. Keys of many parts (a.a.a.…) take TOML long."""


class Arrivals(Protocol):
    """The rows of one import: sorted while the file is looked at, written when they may be."""

    def decide(self, db: Session) -> None: ...

    def write(self, db: Session) -> None: ...


@dataclass(frozen=True, slots=True)
class Choices:
    """What somebody decided about an import; what is None is guessed."""

    kind: Kind | None = None
    mapping: Mapping | None = None
    mapping_by_header: dict[str, str] = field(default_factory=dict)
    on_duplicate: OnDuplicate = OnDuplicate.MERGE


def read_file(path: Path, sheet_name: str | None = None, progress: Progress | None = None) -> Table:
    """The table in a file of any kind that can be imported; of a workbook, the sheet named."""
    try:
        if vcard.is_cards(path):
            return vcard.read_cards(path, progress)
        return sheet.read_table(path, sheet_name, progress)
    except OSError as error:  # it has gone, or its disk has, while it was read
        raise decoding.unreadable(path) from error


def read_mapping_file(path: Path) -> dict[str, str]:
    """Header to field, from a TOML file with a table [columns]."""
    try:
        with decoding.open_file(path) as file:
            words = file.read(_LONGEST_MAPPING).decode("utf-8-sig")
        if max(map(len, words.splitlines()), default=0) > _LONGEST_MAPPING_LINE:
            raise ValueError("a line is too long")
        found = tomllib.loads(words)
    except (CustdeskError, OSError, UnicodeDecodeError) as error:
        raise CustdeskError(
            _("The mapping file {file} cannot be read.").format(file=path.name)
        ) from error
    except (
        ValueError,
        RecursionError,
    ) as error:  # of TOML, or of a number or a depth beyond Python
        place = re.search(r"line (\d+)", str(error))  # "at end of document" has none
        raise CustdeskError(
            _("The mapping file {file} is not TOML: see line {line}.").format(
                file=path.name, line=place[1] if place else _("the last")
            )
        ) from error
    columns = found.get("columns", found)
    if not isinstance(columns, dict):
        columns = found
    return {header: name for header, name in columns.items() if isinstance(name, str)}


def mapping_for(table: Table, choices: Choices) -> Mapping:
    """The mapping that was chosen, or the guess with what was chosen of it."""
    if choices.mapping is not None:
        return choices.mapping
    guess = headers.guess_mapping(table.headers, table.rows, choices.kind)
    return guess.with_choices(choices.mapping_by_header)


def import_file(
    store: Store,
    path: Path,
    choices: Choices,
    *,
    dry_run: bool = False,
    report: Report | None = None,
) -> Result:
    """Read a file and write it in one step; `dry_run` says what would come of it."""
    report = report or _silent
    report(0, 0, _("Reading {file}").format(file=path.name))
    table = read_file(path)
    mapping = mapping_for(table, choices)
    result = import_table(
        store, path.name, table, mapping, choices.on_duplicate, dry_run=dry_run, report=report
    )
    result.warnings[:0] = passed_over(table)
    return result


def passed_over(table: Table) -> list[Remark]:
    """What to say of a workbook's other sheets to somebody who could not choose among them."""
    if not table.other_sheets:
        return []
    said = _(
        "Only the sheet “{sheet}” is imported. Save the others as files of their own: {names}."
    )
    return [Remark(0, said.format(sheet=table.sheet, names=_(", ").join(table.other_sheets)))]


def _silent(_done: int, _total: int, _words: str) -> None:
    """Nobody wants to know how far it is."""


def import_table(
    store: Store,
    name: str,
    table: Table,
    mapping: Mapping,
    on_duplicate: OnDuplicate = OnDuplicate.MERGE,
    *,
    dry_run: bool = False,
    report: Report = _silent,
) -> Result:
    """Import the rows of `table`; all of it is decided and written in one transaction."""
    result = Result(
        name, mapping.kind, table.encoding, tuple(table.headers), mapping.by_header(),
        read=len(table.rows),
    )  # fmt: skip
    today = store.today

    def reading(done: int, total: int) -> None:
        report(done, total * 2, _("Reading the rows"))

    result.warnings += _undecoded(table, mapping)
    arrivals: Arrivals
    if mapping.kind is Kind.CUSTOMERS:
        with store.read() as db:
            grades = policies.grades(db)
        people = [*records.customers(table, mapping, today, reading, grades)]
        arrivals = CustomerArrivals(people, on_duplicate, today, result, report)
    elif mapping.kind is Kind.PURCHASES:
        bought = [*records.purchases(table, mapping, today, reading)]
        arrivals = PurchaseArrivals(bought, result, report)
    else:
        said = [*records.interactions(table, mapping, today, reading)]
        arrivals = InteractionArrivals(said, result, report)
    if dry_run:
        with store.read() as db:
            arrivals.decide(db)
        return result
    if len(table.rows) > backup.LARGE_CHANGE and _is_worth_a_backup(store):
        report(0, 0, _("Writing a backup"))
        store.back_up(backup.Reason.IMPORT)
    with store.write(_("Import {file}").format(file=name)) as db:
        arrivals.decide(db)
        arrivals.write(db)
        report(1, 1, _("Updating the search index and follow-ups"))
        result.batch = int(db.execute(text("SELECT change_id FROM journal_state")).scalar_one())
    if not result.created and not result.merged:
        result.batch = None
    return result


def _is_worth_a_backup(store: Store) -> bool:
    """Whether somebody real is in the file: of an empty one, or a sample, no backup is made.

    Nor of one that can only be looked at, into which nothing will come.
    """
    if store.read_only:
        return False
    with store.read() as db:
        there = db.execute(text("SELECT EXISTS (SELECT 1 FROM customer)")).scalar_one()
        return bool(there) and not business.get(db, business.IS_SAMPLE)


_REPLACED = "\ufffd"
_LINES_NAMED = 10


def _undecoded(table: Table, mapping: Mapping) -> list[Remark]:
    """One remark on all the rows of which some bytes are no characters."""
    kept = [column.index for column in mapping.columns if column.field is not Field.IGNORE]
    lines = [
        row.line
        for row in table.rows
        if any(isinstance(cell := row.cells[at], str) and _REPLACED in cell for at in kept)
    ]
    if not lines:
        return []
    named = _(", ").join(map(str, lines[:_LINES_NAMED]))
    n = len(lines)
    said = ngettext(
        "Characters in {n} row are damaged and stand as “�”. Mend them in the file: row {lines}.",
        "Characters in {n} rows are damaged and stand as “�”. Mend them in the file: rows {lines}.",
        n,
    ).format(n=n, lines=named + (" …" if n > _LINES_NAMED else ""))
    return [Remark(lines[0], said)]


def look_at_place(path: Path) -> None:
    """Raise a sentence if rejected rows cannot be written to `path`; nothing is changed there."""
    there = path.exists()
    try:
        path.open("ab").close()
        if not there:
            path.unlink()
    except OSError as error:
        raise _unwritable(path) from error


def write_rejects(results: Result | Sequence[Result], path: Path) -> None:
    """The rejected rows as they were, with line and reason before them, as a CSV file.

    Of several results, the file's name stands before that, and the headers wherever they change.
    """
    several = not isinstance(results, Result)
    headers: list[str] = []
    try:
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            for result in [results] if isinstance(results, Result) else results:
                first = [_("File")] if several else []
                wanted = [*first, _("Row"), _("Reason"), *result.headers]
                if wanted != headers and (result.rejects or not several):
                    writer.writerow(map(guarded, wanted))
                    headers = wanted
                name = [result.file] if several else []
                for one in result.rejects:
                    cells = [*name, str(one.remark.line), one.remark.words, *one.cells]
                    writer.writerow(map(guarded, cells))
    except OSError as error:
        raise _unwritable(path) from error


def _unwritable(path: Path) -> CustdeskError:
    return CustdeskError(
        _("The rejected rows could not be written to {file}. Choose another place.").format(
            file=path.name
        )
    )
