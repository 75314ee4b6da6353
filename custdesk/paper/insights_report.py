"""The insights on paper: a period's figures, stages, recency × money, sales, warnings, care."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from custdesk import formats
from custdesk.care.effect import FEWEST, Group, OfKind
from custdesk.i18n import _, ngettext
from custdesk.insight import rfm
from custdesk.insight.figures import Figures
from custdesk.insight.periods import Month, Period
from custdesk.insight.rfm import FIFTHS
from custdesk.paper.document import Title, write_document
from custdesk.paper.fonts import Typefaces
from custdesk.paper.page import (
    ACCENT,
    BODY,
    GUTTER,
    LEFT,
    QUIET,
    RIGHT,
    SMALL,
    Block,
    Mark,
    Page,
    Sheets,
    Strip,
    Style,
    Words,
    lines_as_strips,
    paint,
)
from custdesk.paper.parts import at_right, footer, grid, paragraphs, running_head, section
from custdesk.paper.receipt import headline
from custdesk.words import shown

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas

_PALE = "#BFD9D1"
_ROW, _BAR, _LABEL = 21.0, 11.0, 160.0
_CELL_WIDTH, _CELL_HEIGHT = 62.0, 30.0
_DARK = 0.8
"""So much of the accent, and white is read better on it than black."""
_IN_CELL = Style(size=11.5, leading=16)
_IN_DARK_CELL = Style(size=11.5, leading=16, colour="#FFFFFF")


@dataclass(frozen=True, slots=True)
class Report:
    """What is printed. `masked` leaves out amounts and the reasons of warnings."""

    figures: Figures
    effects: Sequence[OfKind]
    business: str
    printed_on: date
    masked: bool = False

    @property
    def days(self) -> str:
        """Of which days it is."""
        period = self.figures.period
        return _("{first} to {last}").format(
            first=formats.full_day(period.first), last=formats.full_day(period.last)
        )

    def amount(self, cents: int) -> str:
        return "—" if self.masked else formats.money(cents, False)


def write_report(report: Report, target: Path | BinaryIO) -> None:
    """Write the report as a PDF; raises CustdeskError when it cannot be written."""
    days = report.days

    def lay_out(faces: Typefaces) -> list[Page]:
        sheets = Sheets(
            faces,
            lambda sheets, page: (
                running_head(sheets, _("Insights"), days) if page > 1 else Strip(0, ())
            ),
        )
        sheets.place(headline(sheets, _("Insights"), days))
        section(sheets, _("Figures"), grid(sheets, _figures(report)))
        said = _("Stages, groups and churn warnings are those of {day}.")
        for strip in paragraphs(sheets, said.format(day=formats.full_day(report.printed_on))):
            sheets.place(strip, 4)
        section(sheets, _("Lifecycle"), _stages(sheets, report))
        section(sheets, _("Monthly sales"), _months(sheets, report))
        if report.figures.compared.buyers >= rfm.FEWEST:
            section(sheets, _("Recency × money"), _cells(sheets, report))
        section(sheets, _("Churn warnings"), list(_warnings(sheets, report)))
        section(sheets, _("Effect of care"), _effects(sheets, report))
        for at, page in enumerate(sheets.pages, 1):
            page.append(footer(sheets, report.business, _("Insights"), report.printed_on, at))
        return sheets.pages

    def draw(canvas: "Canvas", faces: Typefaces) -> None:
        for page in lay_out(faces):
            paint(canvas, faces, page)

    title = Title((_("Insights"), days), report.business, report.printed_on)
    write_document(target, title, draw)


def _figures(report: Report) -> list[tuple[str, str]]:
    found = report.figures
    sales, punctual, risk = found.sales, found.punctuality, found.risk
    again = formats.percent(sales.repeat_rate) if sales.repeat_rate is not None else "—"
    in_time = formats.percent(punctual.rate) if punctual.rate is not None else "—"
    share = _("{share} ({n} of {all})")
    return [
        (_("Customers"), formats.count(found.customers)),
        (_("Sales"), report.amount(sales.cents)),
        (_("Year before"), report.amount(sales.cents_a_year_before)),
        (_("Purchases"), formats.count(sales.purchases)),
        (
            _("Average purchase"),
            report.amount(sales.average_cents) if sales.average_cents is not None else "—",
        ),
        (
            _("Came again"),
            share.format(
                share=again, n=formats.count(sales.came_again), all=formats.count(sales.buyers)
            ),
        ),
        (
            _("Followed up in time"),
            share.format(
                share=in_time,
                n=formats.count(punctual.on_time),
                all=formats.count(punctual.done),
            ),
        ),
        (
            _("Churn risk"),
            ngettext("{n} customer", "{n} customers", risk.customers).format(
                n=formats.count(risk.customers)
            )
            + f" · {report.amount(risk.loss_cents)}",
        ),
    ]


def _bar_row(
    sheets: Sheets, label: str, bars: Sequence[tuple[float, str]], numbers: Sequence[str]
) -> Strip:
    """A label, bars over each other (share of the room, colour), and numbers at the right."""
    baseline = _ROW / 2 + 0.38 * BODY.size
    left, right = LEFT + _LABEL + 6, RIGHT - 96 * len(numbers) - GUTTER
    marks: list[Mark] = [Words(LEFT, baseline, sheets.fit(label, _LABEL, BODY), BODY)]
    high = _BAR if len(bars) == 1 else _BAR / 2 + 1
    for at, (share, colour) in enumerate(bars):
        width = share * (right - left)
        if width >= 1:
            y = (_ROW - high * len(bars)) / 2 + at * high
            marks.append(Block(left, y, width, high - 0.6, min(2, width / 2), fill=colour))
    for at, number in enumerate(reversed(numbers)):
        marks.append(at_right(sheets, RIGHT - 96 * at, baseline, number, QUIET if at else BODY))
    return Strip(_ROW, tuple(reversed(marks)))


def _stages(sheets: Sheets, report: Report) -> list[Strip]:
    stages = report.figures.stages
    most = max([*stages.values(), 1])
    return [
        _bar_row(sheets, shown(stage), [(n / most, ACCENT)], [formats.count(n)])
        for stage, n in stages.items()
    ]


def _months(sheets: Sheets, report: Report) -> list[Strip]:
    months = report.figures.months
    most = max([1, *(max(one.cents, one.cents_a_year_before) for one in months)])
    baseline = _ROW / 2 + 0.38 * BODY.size
    head = Strip(
        _ROW,
        (
            at_right(sheets, RIGHT - 96, baseline, _("Year before"), SMALL),
            at_right(sheets, RIGHT, baseline, _("Sales"), SMALL),
        ),
        with_next=True,
    )
    rows = [
        _bar_row(
            sheets,
            _month(one.month, report.figures.period),
            [
                (max(0, one.cents) / most, ACCENT),
                (max(0, one.cents_a_year_before) / most, _PALE),
            ],
            [report.amount(one.cents_a_year_before), report.amount(one.cents)],
        )
        for one in months
    ]
    return [head, *rows]


def _month(month: Month, period: Period) -> str:
    """What it is called; "so far" where it is not over."""
    said = formats.month(month.year, month.month)
    return _("{said} so far").format(said=said) if period.last < month.last else said


def _cells(sheets: Sheets, report: Report) -> list[Strip]:
    """The grid at the left, the named groups at the right."""
    compared = report.figures.compared
    left = LEFT + 64
    strips: list[Strip] = []
    for r in reversed(FIFTHS):
        marks: list[Mark] = []
        said = {5: _("lately"), 1: _("long ago")}.get(r, "")
        middle = _CELL_HEIGHT / 2 + 0.38 * _IN_CELL.size
        marks.append(Words(LEFT, middle, said, QUIET))
        for m in FIFTHS:
            share = min(0.95, 0.08 + (r - 1) * 0.08 + (m - 1) * 0.13)
            x = left + (m - 1) * _CELL_WIDTH
            marks.append(Block(x, 1, _CELL_WIDTH - 3, _CELL_HEIGHT - 2, 3, fill=_over_white(share)))
            n = formats.count(compared.cells[r, m])
            style = _IN_DARK_CELL if share > _DARK else _IN_CELL
            marks.append(
                Words(x + (_CELL_WIDTH - 3 - sheets.width(n, style)) / 2, middle, n, style)
            )
        if r == max(FIFTHS):
            marks += _groups(sheets, report, left + 5 * _CELL_WIDTH + GUTTER)
        strips.append(Strip(_CELL_HEIGHT, tuple(marks), with_next=True))
    baseline = SMALL.baseline
    right = left + 5 * _CELL_WIDTH - 3
    strips.append(
        Strip(
            18,
            (
                Words(left, baseline, _("little"), SMALL),
                at_right(sheets, right, baseline, _("much"), SMALL),
            ),
        )
    )
    return strips


def _groups(sheets: Sheets, report: Report, left: float) -> Iterable[Mark]:
    """The named groups, beside the whole grid."""
    line = len(FIFTHS) * _CELL_HEIGHT / len(rfm.Group)
    for at, group in enumerate(rfm.Group):
        baseline = at * line + line / 2 + 0.38 * BODY.size
        name = sheets.fit(group.called, RIGHT - left - 50, BODY)
        yield Words(left, baseline, name, BODY)
        n = formats.count(report.figures.compared.groups[group])
        yield at_right(sheets, RIGHT, baseline, n, BODY)


def _over_white(share: float) -> str:
    """So much of the accent over white paper."""
    parts = (int(ACCENT[at : at + 2], 16) for at in (1, 3, 5))
    return "#" + "".join(f"{round(255 + share * (part - 255)):02X}" for part in parts)


def _warnings(sheets: Sheets, report: Report) -> Iterable[Strip]:
    found = report.figures
    if not found.warnings:
        yield from paragraphs(
            sheets, _("There is no churn warning: nobody seems to be drifting away.")
        )
        return
    spend, loss = RIGHT - 96, RIGHT
    yield Strip(
        _ROW,
        (
            at_right(sheets, spend, SMALL.baseline, _("12 months"), SMALL),
            at_right(sheets, loss, SMALL.baseline, _("Expected loss"), SMALL),
        ),
        with_next=True,
    )
    for one in found.warnings:
        name = sheets.wrap(f"{one.name}  {one.grade.called}", 150)
        why = "" if report.masked else _("; ").join(one.reasons)
        amounts = (report.amount(one.spend_12m_cents), report.amount(one.loss_cents))
        columns = [(LEFT, name, BODY), (LEFT + 162, sheets.wrap(why, spend - LEFT - 260), BODY)]
        for right, said in zip((spend, loss), amounts, strict=True):
            columns.append((right - sheets.width(said, BODY), [said], BODY))
        yield from lines_as_strips(columns, above=4, below=5, ruled=True)
    rest = found.risk.customers - len(found.warnings)
    if rest > 0:
        words = ngettext("{n} more warning", "{n} more warnings", rest)
        yield from paragraphs(sheets, words.format(n=formats.count(rest)))


def _share(group: Group) -> str:
    return "—" if group.share is None else formats.percent(group.share)


def _effects(sheets: Sheets, report: Report) -> list[Strip]:
    done = [one for one in report.effects if one.done]
    if not done:
        return []
    rights = (LEFT + 300, LEFT + 450, LEFT + 600)
    heads = (_("Done"), _("Bought within 30 days"), _("Without"))
    strips = [
        Strip(
            _ROW,
            tuple(
                at_right(sheets, right, SMALL.baseline, words, SMALL)
                for right, words in zip(rights, heads, strict=True)
            ),
            with_next=True,
        )
    ]
    for one in done:
        said = (formats.count(one.done), _share(one.cared), _share(one.others))
        columns = [(LEFT, [shown(one.kind)], BODY)]
        columns += [
            (right - sheets.width(words, BODY), [words], BODY)
            for right, words in zip(rights, said, strict=True)
        ]
        strips += lines_as_strips(columns, above=4, below=5, ruled=True)
    note = _("— : fewer than {n} people, too few to say").format(n=FEWEST)
    if any(one.cared.share is None for one in done):
        strips += lines_as_strips([(LEFT, [note], SMALL)], above=4)
    return strips
