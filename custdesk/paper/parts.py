"""What several papers have in common: sections, labels with values, the head and foot of a page."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from custdesk.i18n import _
from custdesk.paper.page import (
    BODY,
    BOTTOM,
    GAP,
    GUTTER,
    LEFT,
    LINE,
    MUTED,
    QUIET,
    RIGHT,
    SMALL,
    Mark,
    Rule,
    Sheets,
    Strip,
    Style,
    Words,
    lines_as_strips,
)

_RUNNING_NAME = Style(size=11, leading=16, colour=MUTED, bold=True)
_RUNNING = replace(SMALL, colour=MUTED)
_LABEL, _WIDEST_LABEL = 64.0, 130.0


def running_head(sheets: Sheets, name: str, number: str) -> Strip:
    """The head of every page but the first: whose pages these are."""
    number = sheets.fit(number, 300, _RUNNING)
    room = RIGHT - LEFT - sheets.width(number, _RUNNING) - 30
    baseline = _RUNNING.baseline
    marks: list[Mark] = [
        Words(LEFT, baseline, sheets.fit(name, room, _RUNNING_NAME), _RUNNING_NAME),
        Rule(LEFT, 21.5, RIGHT, 21.5, LINE),
        at_right(sheets, RIGHT, baseline, number, _RUNNING),
    ]
    return Strip(22 + GAP, tuple(marks))


def section(
    sheets: Sheets, title: str, strips: Sequence[Strip], columns: Strip | None = None
) -> None:
    """A headed part; where it goes on, its heading says so."""
    sheets.section(title, _("{title} (continued)").format(title=title), strips, columns)


def grid(sheets: Sheets, entries: Sequence[tuple[str, str]]) -> list[Strip]:
    """Labels and values in two columns; a long value takes the whole width, after the others."""
    if not entries:
        return []
    labels = [sheets.width(sheets.faces.readable(label), QUIET) for label, _value in entries]
    label_width = min(max(_LABEL, *labels), _WIDEST_LABEL)
    half = (RIGHT - LEFT - GUTTER) / 2
    value_width = half - label_width - GUTTER
    whole_width = RIGHT - LEFT - label_width - GUTTER

    def cell(x: float, entry: tuple[str, str], room: float) -> list[tuple[float, list[str], Style]]:
        label, value = entry
        return [
            (x, sheets.wrap(label, label_width, QUIET), QUIET),
            (x + label_width + GUTTER, sheets.wrap(value, room), BODY),
        ]

    short = [entry for entry in entries if not _is_long(sheets, entry[1], value_width)]
    strips: list[Strip] = []
    for at in range(0, len(short), 2):
        columns = cell(LEFT, short[at], value_width)
        if at + 1 < len(short):
            columns += cell(LEFT + half + GUTTER, short[at + 1], value_width)
        strips += lines_as_strips(columns, below=4)
    for entry in entries:
        if entry not in short:
            strips += lines_as_strips(cell(LEFT, entry, whole_width), below=4)
    return strips


def _is_long(sheets: Sheets, value: str, room: float) -> bool:
    return "\n" in value or sheets.width(sheets.faces.readable(value), BODY) > 2 * room


def paragraphs(sheets: Sheets, text: str) -> list[Strip]:
    """Lines of text as they were typed, an empty one being half as high."""
    strips: list[Strip] = []
    for paragraph in text.strip().splitlines():
        if paragraph.strip():
            lines = sheets.wrap(paragraph.rstrip(), RIGHT - LEFT)
            strips += lines_as_strips([(LEFT, lines, BODY)], below=2)
        else:
            strips.append(Strip(BODY.leading / 2, ()))
    return strips


def footer(
    sheets: Sheets, whose: str, what: str, on: date, page: int, privacy: str | None = None
) -> tuple[float, tuple[Mark, ...]]:
    """The foot of page n: whose paper of what it is, that it is personal, when it was printed.

    `privacy` is what stands there instead of "Personal information", "" for nothing.
    """
    baseline = 7 + SMALL.baseline
    whose = sheets.fit(whose, 180, SMALL)
    left = sheets.fit(" · ".join(part for part in (whose, what) if part), 260, SMALL)
    said = _("Personal information: keep it safe") if privacy is None else privacy
    privacy = sheets.fit(said, 260, SMALL)
    pages = _("Page {page} of {pages}").format(page=page, pages=len(sheets.pages))
    printed = sheets.fit(f"{on.isoformat()} · {pages}", 200, SMALL)
    centre = (LEFT + RIGHT - sheets.width(privacy, SMALL)) / 2
    return BOTTOM + 15, (
        Rule(LEFT, 0.5, RIGHT, 0.5),
        Words(LEFT, baseline, left, SMALL),
        Words(centre, baseline, privacy, SMALL),
        at_right(sheets, RIGHT, baseline, printed, SMALL),
    )


def at_right(sheets: Sheets, right: float, baseline: float, text: str, style: Style) -> Words:
    """Words that end at `right`."""
    return Words(right - sheets.width(text, style), baseline, text, style)
