"""The receipt of an erasure on paper: what was erased and when, and nothing about whom."""

from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from custdesk.formats import full_day
from custdesk.i18n import _
from custdesk.paper.document import Title, write_document
from custdesk.paper.fonts import Typefaces
from custdesk.paper.page import (
    ACCENT,
    BODY,
    GAP,
    LEFT,
    QUIET,
    RIGHT,
    Page,
    Rule,
    Sheets,
    Strip,
    Style,
    Words,
    lines_as_strips,
    paint,
)
from custdesk.paper.parts import at_right, footer, grid, section
from custdesk.people import erasing
from custdesk.people.erasing import Receipt

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas

HEADLINE = Style(size=22, leading=32, bold=True)


def write_receipt(receipt: Receipt, target: Path | BinaryIO) -> None:
    """Write the receipt as a PDF; raises CustdeskError when it cannot be written."""
    number = _("Receipt no. {number}").format(number=receipt.number)
    title = Title((erasing.title(), receipt.number), receipt.business, receipt.at.date())

    def lay_out(faces: Typefaces) -> list[Page]:
        sheets = Sheets(faces, lambda _sheets, _page: Strip(0, ()))
        sheets.place(headline(sheets, erasing.title(), number))
        when = f"{full_day(receipt.at.date())} {receipt.at:%H:%M}"
        facts = [(_("Erased on"), when), (_("Erased by"), receipt.business)]
        section(sheets, _("Details"), grid(sheets, [fact for fact in facts if fact[1]]))
        rows = [
            strip
            for line in erasing.lines(receipt.counts)
            for strip in lines_as_strips(
                [(LEFT + 6, sheets.wrap(line, RIGHT - LEFT), BODY)], above=4, below=5, ruled=True
            )
        ]
        section(sheets, _("What was erased"), rows)
        meant = [
            strip
            for sentence in receipt.sentences()
            for strip in lines_as_strips(
                [(LEFT, sheets.wrap(sentence, RIGHT - LEFT), BODY)], below=6
            )
        ]
        section(sheets, _("What this means"), meant)
        sheets.place(_signature(sheets), 3 * GAP)
        for at, page in enumerate(sheets.pages, 1):
            on = receipt.at.date()
            page.append(footer(sheets, receipt.business, erasing.title(), on, at, privacy=""))
        return sheets.pages

    def draw(canvas: "Canvas", faces: Typefaces) -> None:
        for page in lay_out(faces):
            paint(canvas, faces, page)

    write_document(target, title, draw)


def headline(sheets: Sheets, title: str, beside: str) -> Strip:
    """What paper this is, in large letters, with something small at the right."""
    room = RIGHT - LEFT - sheets.width(beside, QUIET) - GAP
    return Strip(
        HEADLINE.leading + 12,
        (
            Words(LEFT, HEADLINE.baseline, sheets.fit(title, room, HEADLINE), HEADLINE),
            at_right(sheets, RIGHT, HEADLINE.baseline, beside, QUIET),
            Rule(LEFT, HEADLINE.leading + 10, RIGHT, HEADLINE.leading + 10, ACCENT, width=2),
        ),
    )


def _signature(sheets: Sheets) -> Strip:
    """A line to sign on."""
    x = RIGHT - 230
    words = sheets.fit(_("Signature"), 200, QUIET)
    return Strip(64, (Rule(x, 40.5, RIGHT, 40.5), Words(x, 44 + QUIET.baseline, words, QUIET)))
