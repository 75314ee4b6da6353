"""The commands that say what is known of customers: the grading table."""

import argparse
import json
from typing import TYPE_CHECKING

from custdesk import cli_file
from custdesk.errors import CustdeskError
from custdesk.i18n import _

if TYPE_CHECKING:
    from custdesk.insight.grading_table import GradingTable


def grades(options: argparse.Namespace) -> None:
    """Print the grading table, or write it as a PDF or a workbook."""
    from custdesk import business, documents
    from custdesk.exchange.grading_table import write_workbook
    from custdesk.insight import grading_table
    from custdesk.paper.grading_table import write_grading_table

    target = options.output
    if target is not None and target.suffix.lower() not in (".pdf", ".xlsx"):
        raise CustdeskError(_("Give the file a name that ends in .pdf or .xlsx."))
    with cli_file.opened(options, must_exist=True) as store, store.read() as db:
        table = grading_table.table(db, options.on or store.today)
        whose = business.name(db)
    if target is None and not options.json:
        _print(table)
    if target is not None and target.suffix.lower() == ".pdf":
        write_grading_table(table, whose, target)
    elif target is not None:
        write_workbook(table, target)
    if options.json:
        print(json.dumps(documents.grades(table), ensure_ascii=False))
    elif target is not None:
        print(target)


def _print(table: "GradingTable") -> None:
    from custdesk.insight.grading_table import headers

    print("\t".join(headers()))
    for row in table.rows:
        print("\t".join(row.cells()))
