"""The commands that say what is known of customers: the grading table, and where they stand."""

import argparse
import json
import sys
from datetime import date
from typing import TYPE_CHECKING

from custdesk import cli_file
from custdesk.errors import CustdeskError
from custdesk.i18n import _, ngettext

if TYPE_CHECKING:
    from custdesk.insight.grading_table import GradingTable
    from custdesk.insight.on_a_day import Everybody


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


def insight(options: argparse.Namespace) -> None:
    """Print how many are in each stage, and of everybody what follows from their history: whom a
    warning is about first, by what losing them would cost."""
    from custdesk import documents
    from custdesk.insight import on_a_day
    from custdesk.insight.value import Refusal

    with cli_file.opened(options, must_exist=True) as store:
        on = options.on or store.today
        with store.read() as db:
            found = on_a_day.everybody(db, on)
    if isinstance(found.model, Refusal):
        print(found.model.words(), file=sys.stderr)
    if options.json:
        print(json.dumps(documents.insight(found, on), ensure_ascii=False))
        return
    _print_stages(found)
    print()
    _print_everybody(found)
    n = len(found)
    print(ngettext("{n} customer", "{n} customers", n).format(n=n), file=sys.stderr)


def _print_stages(found: "Everybody") -> None:
    from custdesk import formats
    from custdesk.store.models import Stage
    from custdesk.words import shown

    for stage in Stage:
        print(shown(stage), formats.count(found.stages[stage]), sep="\t")


def _print_everybody(everybody: "Everybody") -> None:
    from custdesk import formats
    from custdesk.insight import rfm
    from custdesk.words import shown

    print(
        *(_("Number"), _("Name"), _("Stage"), _("Last purchase"), _("Days bought")),
        *(_("Spent so far"), "R", "F", "M", _("Group"), _("Purchases expected in 12 months")),
        *(_("Lifetime value"), _("Expected loss"), _("Churn warning")),
        sep="\t",
    )
    found = list(everybody)
    is_compared = sum(one.buyer is not None for one in found) >= rfm.FEWEST
    for one in sorted(found, key=lambda one: (-(one.loss_cents or -1), one.id)):
        told = ["—"] * 10
        if one.buyer:
            told[:3] = [
                date.fromordinal(one.buyer.last).isoformat(),
                formats.count(one.buyer.days),
                formats.money(one.buyer.cents),
            ]
        if one.scores and is_compared:
            told[3:6] = map(str, (one.scores.r, one.scores.f, one.scores.m))
            told[6] = rfm.group(one.scores).called
        if one.expected and one.lifetime_cents is not None:
            told[7] = f"{one.expected.purchases:.1f}"
            told[8] = formats.money(one.lifetime_cents, False)
        if one.loss_cents is not None:
            told[9] = formats.money(one.loss_cents, False)
        warned = _("; ").join(one.reasons)
        print(one.number, one.name, shown(one.stage), *told, warned, sep="\t")
