"""The grading table on paper: seven columns, as many pages as it needs."""

from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from custdesk.formats import full_day
from custdesk.i18n import _, ngettext
from custdesk.insight.grading_table import GradingTable, Row, headers
from custdesk.paper.document import Title, write_document
from custdesk.paper.fonts import Typefaces
from custdesk.paper.page import (
    BODY,
    LEFT,
    QUIET,
    RIGHT,
    Mark,
    Page,
    Rule,
    Sheets,
    Strip,
    Style,
    Words,
    paint,
)
from custdesk.paper.parts import at_right, footer, running_head
from custdesk.paper.receipt import headline

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas

_STARTS = (0.0, 128.0, 204.0, 284.0, 382.0, 456.0, 566.0)
"""Where the columns begin, from the left margin; the third ends at the right of its room."""
_SPEND = 2
_GUTTER = 14.0
_ROW, _HEAD = 26.0, 30.0
_NAME_LINES = 3


def write_grading_table(table: GradingTable, business: str, target: Path | BinaryIO) -> None:
    """Write the table as a PDF; raises CustdeskError when it cannot be written."""
    title = _("Customer grading table")
    on = full_day(table.on)

    def lay_out(faces: Typefaces) -> list[Page]:
        def head(sheets: Sheets, page: int) -> Strip:
            return running_head(sheets, title, on) if page > 1 else Strip(0, ())

        sheets = Sheets(faces, head)
        sheets.place(headline(sheets, title, on))
        count = len(table.rows)
        said = ngettext("{n} customer", "{n} customers", count).format(n=f"{count:,}")
        sheets.place(Strip(26, (Words(LEFT, 4 + QUIET.baseline, said, QUIET),)))
        columns = _columns(sheets)
        sheets.place(columns)
        for row in table.rows:
            strip = _strip(sheets, row)
            if sheets.room < strip.height:
                sheets.turn()
                sheets.place(columns)
            sheets.place(strip)
        for at, page in enumerate(sheets.pages, 1):
            page.append(footer(sheets, business, title, table.on, at))
        return sheets.pages

    def draw(canvas: "Canvas", faces: Typefaces) -> None:
        for page in lay_out(faces):
            paint(canvas, faces, page)

    write_document(target, Title((title,), business, table.on), draw)


def _room(place: int) -> float:
    ends = (*_STARTS[1:], RIGHT - LEFT)
    gutter = 0 if place == len(_STARTS) - 1 else _GUTTER
    return ends[place] - _STARTS[place] - gutter


def _columns(sheets: Sheets) -> Strip:
    marks: list[Mark] = [Rule(LEFT, _HEAD - 1, RIGHT, _HEAD - 1)]
    for place, header in enumerate(headers()):
        marks.append(_cell(sheets, place, 6, header, QUIET))
    return Strip(_HEAD, tuple(marks), with_next=True)


def _strip(sheets: Sheets, row: Row) -> Strip:
    """A name that is long, as those of companies are, goes on below."""
    name, *others = row.cells()
    lines = sheets.wrap(name, _room(0), BODY)
    if len(lines) > _NAME_LINES:
        lines[_NAME_LINES - 1 :] = ["".join(lines[_NAME_LINES - 1 :])]
    height = _ROW + (len(lines) - 1) * BODY.leading
    marks: list[Mark] = [Rule(LEFT, height - 0.5, RIGHT, height - 0.5)]
    for at, line in enumerate(lines):
        marks.append(_cell(sheets, 0, 3 + at * BODY.leading, line, BODY))
    for place, words in enumerate(others, 1):
        marks.append(_cell(sheets, place, 3, words, BODY))
    return Strip(height, tuple(marks))


def _cell(sheets: Sheets, place: int, above: float, words: str, style: Style) -> Words:
    line = sheets.fit(words, _room(place), style)
    if place == _SPEND:
        right = LEFT + _STARTS[place] + _room(place)
        return at_right(sheets, right, above + style.baseline, line, style)
    return Words(LEFT + _STARTS[place], above + style.baseline, line, style)
