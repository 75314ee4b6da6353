"""Sheets of A4: what stands where, and how it flows on to further pages.

Lengths are CSS pixels (96 an inch) from the top left corner, as in the pictures that the pages are
measured from; only `paint` knows of points.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import TYPE_CHECKING

from custdesk.paper.fonts import Typefaces
from custdesk.paper.lines import wrap

if TYPE_CHECKING:
    from reportlab.lib.colors import Color
    from reportlab.pdfgen.canvas import Canvas

POINTS = 0.75
WIDTH, HEIGHT = 793.7, 1122.52
LEFT, RIGHT, TOP, BOTTOM = 54.0, 739.7, 48.0, 1036.5
"""The room for content; the footer stands below BOTTOM."""
GAP, GUTTER = 15.0, 12.0
"""Between the parts of a page, and between what stands side by side."""

_LONGEST_FIT = 300
"""No line of a page holds more characters."""

_FILLED, _FILLED_AND_OUTLINED = 0, 2
_THICKER = 0.45
"""In points: what an outline adds to a character that has no bold one."""

_KEPT_WHOLE = 3
"""Rows of up to so many lines are never parted."""

TEXT, MUTED, FAINT = "#22211D", "#78746A", "#A5A096"
ACCENT, LINE, ROW_LINE = "#1F6B5A", "#E4E1D9", "#F0EEE8"


@dataclass(frozen=True, slots=True)
class Style:
    size: float = 12.5
    leading: float = 18.2
    colour: str = TEXT
    bold: bool = False

    @property
    def baseline(self) -> float:
        """From the top of a line to its baseline; Noto's letters sit 0.44 em below the middle."""
        return self.leading / 2 + 0.38 * self.size


BODY = Style()
QUIET = Style(colour=MUTED)
HEADING = Style(colour=ACCENT, bold=True)
SMALL = Style(size=11, leading=16, colour=FAINT)


@dataclass(frozen=True, slots=True)
class Words:
    """One line of readable text; `y` is its baseline."""

    x: float
    y: float
    text: str
    style: Style


@dataclass(frozen=True, slots=True)
class Rule:
    x: float
    y: float
    to_x: float
    to_y: float
    colour: str = LINE
    width: float = 1.0


@dataclass(frozen=True, slots=True)
class Block:
    """A rounded rectangle, filled or outlined or both."""

    x: float
    y: float
    width: float
    height: float
    radius: float = 8.0
    fill: str = ""
    stroke: str = ""
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Code:
    """A QR code `side` wide: rows of (first, count) runs of dark modules."""

    x: float
    y: float
    side: float
    modules: int
    rows: tuple[tuple[tuple[int, int], ...], ...]


Mark = Words | Rule | Block | Code


@dataclass(frozen=True, slots=True)
class Strip:
    """Marks that stay together on a page, measured from the strip's top.

    `with_next`: the following strip must stand on the same page.
    """

    height: float
    marks: tuple[Mark, ...]
    with_next: bool = False


Page = list[tuple[float, tuple[Mark, ...]]]
"""Strips as (top, marks)."""


class Sheets:
    """The pages being filled, from top to bottom."""

    def __init__(self, faces: Typefaces, running_head: Callable[["Sheets", int], Strip]) -> None:
        """`running_head` gives the head of page n, counted from 1."""
        self.faces = faces
        self.pages: list[Page] = []
        self._running_head = running_head
        self._y = BOTTOM
        self.turn()

    @property
    def room(self) -> float:
        return BOTTOM - self._y

    @property
    def bare(self) -> bool:
        """Nothing but the running head stands on this page yet."""
        return len(self.pages[-1]) == 1

    def place(self, strip: Strip, gap: float = 0.0) -> None:
        """Set `strip` below what is there, or on a new page when it does not fit."""
        if not self.bare and gap + strip.height > self.room + 0.01:
            self.turn()
        self._y += 0 if self.bare else gap
        self.pages[-1].append((self._y, strip.marks))
        self._y += strip.height

    def section(
        self, title: str, again: str, strips: Sequence[Strip], head: Strip | None = None
    ) -> None:
        """A headed part; where it goes on, the page begins with `again` and `head`.

        The heading never stands alone: two of the strips (or the only one) stand below it.
        """
        if not strips:
            return
        groups = _held_together(strips)
        start = [self._heading(title), *([head] if head else [])]
        needed = GAP + sum(strip.height for strip in (*start, *groups[0]))
        if len(groups) > 1:
            needed += sum(strip.height for strip in groups[1])
        if needed > self.room and not self.bare:
            self.turn()
        for strip in start:
            self.place(strip, GAP if strip is start[0] else 0)
        for group in groups:
            if sum(strip.height for strip in group) > self.room + 0.01:
                self.turn()
                self.place(self._heading(again), GAP)
                if head:
                    self.place(head)
            for strip in group:
                self.place(strip)

    def turn(self) -> None:
        """Go on at the top of a new page."""
        self.pages.append([])
        self._y = TOP
        self.place(self._running_head(self, len(self.pages)))

    def wrap(self, text: str, room: float, style: Style = BODY) -> list[str]:
        """Readable lines of `text`, none wider than `room`."""
        faces = self.faces
        return wrap(
            faces.readable(text),
            lambda part: faces.width(part, style.size, bold=style.bold),
            room,
        )

    def fit(self, text: str, room: float, style: Style) -> str:
        """One readable line of `text`, cut with an ellipsis where it is wider than `room`."""
        line = " ".join(self.faces.readable(text[:_LONGEST_FIT]).split())
        if self.width(line, style) <= room:
            return line
        while line and self.width(line + "…", style) > room:
            line = line[:-1]
        return line + "…"

    def width(self, readable: str, style: Style) -> float:
        return self.faces.width(readable, style.size, bold=style.bold)

    def _heading(self, title: str) -> Strip:
        words = Words(LEFT, HEADING.baseline, title, HEADING)
        return Strip(28.2, (words, Rule(LEFT, 21.7, RIGHT, 21.7)), with_next=True)


def _held_together(strips: Sequence[Strip]) -> list[list[Strip]]:
    groups: list[list[Strip]] = [[]]
    for strip in strips:
        groups[-1].append(strip)
        if not strip.with_next:
            groups.append([])
    return [group for group in groups if group]


def lines_as_strips(
    columns: Sequence[tuple[float, Sequence[str], Style]],
    *,
    above: float = 0.0,
    below: float = 0.0,
    ruled: bool = False,
) -> list[Strip]:
    """Texts side by side, as a row of a table or a paragraph, that may go on to the next page.

    `columns`: x, lines, style each. Rows of many lines may be parted, but never after the first
    or before the last line. `ruled` draws the line below a row of a table.
    """
    count = max(len(lines) for _x, lines, _style in columns)
    leading = max(style.leading for _x, _lines, style in columns)
    strips: list[Strip] = []
    for at in range(count):
        top = above if at == 0 else 0.0
        height = top + leading + (below if at == count - 1 else 0.0)
        marks: list[Mark] = [
            Words(x, top + style.baseline, lines[at], style)
            for x, lines, style in columns
            if at < len(lines) and lines[at]
        ]
        if ruled and at == count - 1:
            marks.append(Rule(LEFT, height - 0.5, RIGHT, height - 0.5, ROW_LINE))
        ends = at in (0, count - 2) or count <= _KEPT_WHOLE
        strips.append(Strip(height, tuple(marks), with_next=ends and at < count - 1))
    return strips


def paint(canvas: "Canvas", faces: Typefaces, page: Page) -> None:
    """Draw one page and end it: shapes first, words above them."""
    for top, marks in page:
        for mark in marks:
            if isinstance(mark, Rule):
                _paint_rule(canvas, mark, top)
            elif isinstance(mark, Block):
                _paint_block(canvas, mark, top)
            elif isinstance(mark, Code):
                _paint_code(canvas, mark, top)
    canvas.setLineWidth(_THICKER)
    text = canvas.beginText()
    words = [(mark, top) for top, marks in page for mark in marks if isinstance(mark, Words)]
    for colour, same in groupby(words, key=lambda placed: placed[0].style.colour):
        text.setFillColor(_ink(colour))
        for mark, top in same:
            text.setTextOrigin(mark.x * POINTS, _up(top + mark.y))
            for run in faces.runs(mark.text, bold=mark.style.bold):
                text.setFont(run.font, mark.style.size * POINTS)
                if run.thicken:
                    text.setStrokeColor(_ink(colour))
                    text.setTextRenderMode(_FILLED_AND_OUTLINED)
                text.textOut(run.text)
                if run.thicken:
                    text.setTextRenderMode(_FILLED)
    canvas.drawText(text)
    canvas.showPage()


def _up(y: float) -> float:
    return (HEIGHT - y) * POINTS


def _paint_rule(canvas: "Canvas", rule: Rule, top: float) -> None:
    canvas.setStrokeColor(_ink(rule.colour))
    canvas.setLineWidth(rule.width * POINTS)
    canvas.line(rule.x * POINTS, _up(top + rule.y), rule.to_x * POINTS, _up(top + rule.to_y))


def _paint_block(canvas: "Canvas", block: Block, top: float) -> None:
    if block.fill:
        canvas.setFillColor(_ink(block.fill))
    if block.stroke:
        canvas.setStrokeColor(_ink(block.stroke))
        canvas.setLineWidth(POINTS)
        canvas.setDash(*((3, 2) if block.dashed else ()))
    canvas.roundRect(
        block.x * POINTS,
        _up(top + block.y + block.height),
        block.width * POINTS,
        block.height * POINTS,
        block.radius * POINTS,
        stroke=int(bool(block.stroke)),
        fill=int(bool(block.fill)),
    )
    if block.dashed:
        canvas.setDash()


def _paint_code(canvas: "Canvas", code: Code, top: float) -> None:
    from reportlab.pdfgen.pathobject import PDFPathObject

    canvas.saveState()
    canvas.translate(code.x * POINTS, _up(top + code.y))
    module = code.side * POINTS / code.modules
    canvas.scale(module, -module)
    canvas.setFillColor(_ink(TEXT))
    runs = (f"{x} {y} {count} 1 re" for y, row in enumerate(code.rows) for x, count in row)
    dark = PDFPathObject(["n", *runs])
    canvas.drawPath(dark, stroke=0, fill=1)
    canvas.restoreState()


@cache
def _ink(colour: str) -> "Color":
    from reportlab.lib.colors import HexColor

    return HexColor(colour)
