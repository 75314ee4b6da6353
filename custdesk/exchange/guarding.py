"""Text that a spreadsheet would compute instead of showing: an apostrophe keeps it text in CSV."""

import re

_COMPUTED = re.compile(r"""[\s'"\u200b-\u200f\u2060\ufeff]*[=+\-@＝＋－＠\t\r]""")
"""Spaces, quotes and invisible characters before the sign: some programs pass over them. DDE
(=cmd|…, +cmd|…) begins with the same signs."""

_HARMLESS = re.compile(
    r"-\d[\d,]*(?:\.\d+)?"  # a negative amount
    r"|\+\d{7,15}(?:;ext=\d{1,7})?"  # a phone, in one piece or spaced: "1 4" is no formula
    r"|\+\d{1,3} [\d(][\d ()-]{4,}(?: [^\W\d]{1,6}\.? ?\d{1,7})?"
)


def guarded(cell: str) -> str:
    """A cell for a CSV file that no spreadsheet takes for a formula.

    Phones and negative amounts stay as they are.
    """
    return "'" + cell if _COMPUTED.match(cell) and not _HARMLESS.fullmatch(cell) else cell


def doubled(cell: str) -> str:
    """A cell for a workbook, where text is text, but what looks guarded would be unguarded."""
    return "'" + cell if unguarded(cell) != cell else cell


def unguarded(cell: str) -> str:
    """What a guarded cell said."""
    return cell[1:] if cell[:1] == "'" and _COMPUTED.match(cell, 1) else cell
