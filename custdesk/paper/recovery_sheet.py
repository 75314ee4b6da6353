"""The recovery sheet: the key that opens a locked file when its passphrase is forgotten."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from custdesk.formats import full_day
from custdesk.i18n import _
from custdesk.paper.document import Title, write_document
from custdesk.paper.fonts import Typefaces
from custdesk.paper.page import (
    BODY,
    GAP,
    LEFT,
    RIGHT,
    Block,
    Sheets,
    Strip,
    Style,
    Words,
    lines_as_strips,
    paint,
)
from custdesk.paper.parts import footer, grid, section
from custdesk.paper.receipt import headline

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas

KEY = Style(size=22, leading=36, bold=True)
GROUPS = 4
"""How many groups of the key stand in a line: so one does not lose one's place in copying."""

_PADDING, _COLUMN = 18.0, 150.0


def write_sheet(words: str, file: Path, now: datetime, target: Path | BinaryIO) -> None:
    """Write the sheet for the customer file `file` as a PDF; `words` is `lock.sheet_words(key)`.

    Nothing on it says what is in the file. Raises CustdeskError when it cannot be written.
    """
    what = _("Recovery sheet")

    def draw(canvas: "Canvas", faces: Typefaces) -> None:
        sheets = Sheets(faces, lambda _sheets, _page: Strip(0, ()))
        sheets.place(headline(sheets, what, full_day(now.date())))
        facts = [(_("File"), file.name), (_("Location"), str(file.parent))]
        section(sheets, _("For which file"), grid(sheets, facts))
        section(sheets, _("Recovery key"), [_key(words)])
        said = (
            _("Whoever has this sheet and the file can read everything. Keep it locked away."),
            _("When the passphrase is forgotten, type the key in its place; dashes do not matter."),
            _("A new passphrase makes a new key: this sheet is worth nothing then. Print another."),
        )
        rows = [
            strip
            for sentence in said
            for strip in lines_as_strips(
                [(LEFT, sheets.wrap(sentence, RIGHT - LEFT), BODY)], below=6
            )
        ]
        section(sheets, _("What this means"), rows)
        for at, page in enumerate(sheets.pages, 1):
            page.append(footer(sheets, "", what, now.date(), at, privacy=""))
            paint(canvas, faces, page)

    write_document(target, Title((what,), "", now.date()), draw)


def _key(words: str) -> Strip:
    """The groups of the key in lines, on a ground of their own."""
    groups = words.split("-")
    lines = [groups[start : start + GROUPS] for start in range(0, len(groups), GROUPS)]
    height = 2 * _PADDING + len(lines) * KEY.leading
    marks = [
        Words(
            LEFT + _PADDING + column * _COLUMN,
            GAP + _PADDING + row * KEY.leading + KEY.baseline,
            group,
            KEY,
        )
        for row, line in enumerate(lines)
        for column, group in enumerate(line)
    ]
    ground = Block(LEFT, GAP, RIGHT - LEFT, height, fill="#F6F5F1", stroke="#E4E1D9")
    return Strip(height + 2 * GAP, (ground, *marks))
