"""Text that a spreadsheet would compute instead of showing: an apostrophe keeps it text in CSV."""

import re

FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
_A_PHONE = re.compile(r"\+\d[\d ()-]{6,}(?: \D{1,6} ?\d{1,7})?")


def guarded(cell: str) -> str:
    """A cell for a CSV file that no spreadsheet takes for a formula; phones stay as they are."""
    if cell.startswith(FORMULA_SIGNS) and not _A_PHONE.fullmatch(cell):
        return "'" + cell
    return cell


def unguarded(cell: str) -> str:
    """What a guarded cell said."""
    return cell[1:] if cell[:1] == "'" and cell[1:].startswith(FORMULA_SIGNS) else cell
