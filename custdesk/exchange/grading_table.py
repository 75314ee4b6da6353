"""The grading table as a workbook: the seven columns, the spend as a number."""

from io import BytesIO
from pathlib import Path

from custdesk.exchange.guarding import doubled
from custdesk.exchange.whole import put_whole
from custdesk.i18n import _
from custdesk.insight.grading_table import GradingTable, headers

_SPEND = 2
_WIDTHS = (18, 12, 14, 12, 14, 14, 18)


def write_workbook(table: GradingTable, path: Path) -> None:
    """Write the table; raises CustdeskError when it cannot be written."""
    from xlsxwriter import Workbook
    from xlsxwriter.exceptions import XlsxWriterException

    content = BytesIO()  # not straight to the disk: see `exporting`
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = Workbook(content, options)
    sheet = book.add_worksheet(_("Customer grading table"))
    sheet.freeze_panes(1, 1)
    bold, plain = book.add_format({"bold": True}), book.add_format({"num_format": "@"})
    money = book.add_format({"num_format": "0.##"})
    for place, (header, width) in enumerate(zip(headers(), _WIDTHS, strict=True)):
        sheet.set_column(place, place, width)
        sheet.write_string(0, place, header, bold)
    for number, row in enumerate(table.rows, 1):
        for place, cell in enumerate(row.cells()):
            if place == _SPEND:
                whole = row.spend_cents % 100 == 0
                sheet.write_number(number, place, row.spend_cents / 100, None if whole else money)
            else:
                sheet.write_string(number, place, doubled(cell), plain)
    with put_whole(path) as beside:
        try:
            book.close()
        except XlsxWriterException as error:  # is no OSError, but means one
            raise OSError from error
        beside.write_bytes(content.getvalue())
