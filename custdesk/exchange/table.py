"""What any file becomes before its columns mean anything: headers, and rows with line numbers."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

# An empty cell is "". Whole numbers are int, whatever the file made of them.
Cell = str | int | float | bool | date | datetime

# Called with the share that is done, 0.0 to 1.0; may raise Cancelled.
Progress = Callable[[float], None]


class Row(NamedTuple):
    """One record; `line` is what a person sees: the spreadsheet's row, the text file's line."""

    line: int
    cells: list[Cell]


@dataclass(frozen=True, slots=True)
class Table:
    """A file's one table. Every row has exactly as many cells as there are headers.

    `encoding` is "utf-8", "gb18030", "utf-16", "big5", ... for text and "xlsx", "xls", "xlsb" or
    "ods" for workbooks. `delimiter` is "" where there is none. `header_line` is 0 when the file
    has no headers; they are then A, B, C, ... `titles` are the words above the headers.
    `other_sheets` hold rows too, and were passed over because nobody had named a sheet.
    """

    headers: list[str]
    rows: list[Row]
    encoding: str
    delimiter: str = ""
    sheet: str = ""
    sheet_names: tuple[str, ...] = ()
    header_line: int = 0
    titles: tuple[str, ...] = ()
    other_sheets: tuple[str, ...] = ()


def text_of(cell: Cell) -> str:
    """The words of a cell, as a person would read them; dates as YYYY-MM-DD."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, datetime):
        return cell.isoformat(" ", "minutes")
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    return str(cell)
