"""What stands where on a profile, measured from the reference picture of the page."""

from collections.abc import Sequence
from dataclasses import replace

from custdesk.formats import ago, calendar_day, count, money, rate
from custdesk.i18n import _, ngettext
from custdesk.paper.fonts import Typefaces
from custdesk.paper.page import (
    BODY,
    BOTTOM,
    FAINT,
    GAP,
    GUTTER,
    LEFT,
    LINE,
    MUTED,
    QUIET,
    RIGHT,
    ROW_LINE,
    SMALL,
    Block,
    Mark,
    Page,
    Rule,
    Sheets,
    Strip,
    Style,
    Words,
    lines_as_strips,
)
from custdesk.paper.profile import InteractionRow, ProfileFacts, PurchaseRow
from custdesk.paper.profile_head import head

_FIGURE = Style(size=17, leading=24.6, bold=True)
_RUNNING_NAME = Style(size=11, leading=16, colour=MUTED, bold=True)
_RUNNING = replace(SMALL, colour=MUTED)
_LABEL, _WIDEST_LABEL = 64.0, 130.0
_CELL = 6.0
_TEXT_COLUMN = LEFT + 102
_RULING = 27.0
_FEWEST_RULED_LINES = 4


def lay_out(facts: ProfileFacts, faces: Typefaces, what: str) -> list[Page]:
    """The pages of one profile; `what` names the document in the footer."""
    sheets = Sheets(faces, lambda sheets, page: _running_head(sheets, facts, page))
    top, left_over = head(sheets, facts)
    sheets.place(top)
    if figures := _figures(facts):
        sheets.place(_figure_strip(sheets, figures), GAP)
    _section(sheets, _("Before you meet"), _points(sheets, facts.know_before))
    _section(sheets, _("Details"), _grid(sheets, [*_details(facts), *left_over]))
    _section(
        sheets,
        _("Recent purchases"),
        _purchase_rows(sheets, facts.purchases),
        _purchase_head(sheets) if facts.purchases else None,
    )
    _section(sheets, _("Recent contact"), _interaction_rows(sheets, facts.interactions))
    related = [(relation.what, relation.who) for relation in facts.relations]
    _section(sheets, _("Related customers"), _grid(sheets, related))
    _section(sheets, _("Notes"), _paragraphs(sheets, facts.notes))
    _meeting_notes(sheets)
    for at, page in enumerate(sheets.pages, 1):
        page.append(_footer(sheets, facts, what, at))
    return sheets.pages


def _section(
    sheets: Sheets, title: str, strips: Sequence[Strip], columns: Strip | None = None
) -> None:
    sheets.section(title, _("{title} (continued)").format(title=title), strips, columns)


def _running_head(sheets: Sheets, facts: ProfileFacts, page: int) -> Strip:
    if page == 1:
        return Strip(0, ())
    number = _number(sheets, facts)
    room = RIGHT - LEFT - sheets.width(number, _RUNNING) - 30
    baseline = _RUNNING.baseline
    marks: list[Mark] = [
        Words(LEFT, baseline, sheets.fit(facts.name, room, _RUNNING_NAME), _RUNNING_NAME),
        Rule(LEFT, 21.5, RIGHT, 21.5, LINE),
        _at_right(sheets, RIGHT, baseline, number, _RUNNING),
    ]
    return Strip(22 + GAP, tuple(marks))


def _number(sheets: Sheets, facts: ProfileFacts) -> str:
    return sheets.fit(_("No. {number}").format(number=facts.number), 300, _RUNNING)


def _figures(facts: ProfileFacts) -> list[tuple[str, str]]:
    figures: list[tuple[str, str]] = []
    if facts.spend_12m_cents is not None:
        figures.append((_("Spent in 12 months"), money(facts.spend_12m_cents, decimals=False)))
    if facts.purchases_a_month is not None:
        figures.append((_("How often they buy"), rate(facts.purchases_a_month)))
    if facts.last_contact is not None:
        figures.append((_("Last contact"), ago(facts.last_contact, facts.printed_on)))
    if (bought := facts.purchase_count) is not None:
        times = ngettext("{n} purchase", "{n} purchases", bought).format(n=count(bought))
        figures.append((_("In all"), times))
    return figures


def _figure_strip(sheets: Sheets, figures: Sequence[tuple[str, str]]) -> Strip:
    height = 60.8
    wide = (RIGHT - LEFT) / len(figures)
    marks: list[Mark] = [Block(LEFT + 0.5, 0.5, RIGHT - LEFT - 1, height - 1, stroke=LINE)]
    for at, (label, value) in enumerate(figures):
        x = LEFT + at * wide
        room = wide - 2 * GUTTER
        marks.append(Words(x + GUTTER, 9 + QUIET.baseline, sheets.fit(label, room, QUIET), QUIET))
        shown = sheets.fit(value, room, _FIGURE)
        marks.append(Words(x + GUTTER, 27.2 + _FIGURE.baseline, shown, _FIGURE))
        if at:
            marks.append(Rule(x, 1, x, height - 1))
    return Strip(height, tuple(marks))


def _points(sheets: Sheets, sentences: Sequence[str]) -> list[Strip]:
    x = LEFT + 18
    strips: list[Strip] = []
    for sentence in sentences:
        lines = sheets.wrap(" ".join(sentence.split()), RIGHT - x)
        first, *rest = lines_as_strips([(x, lines, BODY)], above=1.9, below=1.9)
        dot = Block(LEFT + 1, 8.6, 4.8, 4.8, radius=2.4, fill=BODY.colour)
        strips += [replace(first, marks=(dot, *first.marks)), *rest]
    return strips


def _details(facts: ProfileFacts) -> list[tuple[str, str]]:
    birthday = facts.birthday
    if birthday and (coming := facts.next_birthday):
        day = calendar_day(coming, facts.printed_on)
        if coming.year == facts.printed_on.year:
            birthday = _("{birthday} (this year {day})").format(birthday=birthday, day=day)
        else:
            birthday = _("{birthday} (next {day})").format(birthday=birthday, day=day)
    details = [
        (_("Birthday"), birthday),
        (_("Work"), " ".join(part for part in (facts.company, facts.title) if part)),
        (_("Likes"), facts.likes),
        (_("Source"), facts.source),
        (_("Tags"), " · ".join(facts.tags)),
        (_("Reach by"), facts.preferred_channel),
        (_("Taboos"), facts.taboos),
        (_("Gender"), facts.gender),
    ]
    return [(label, value) for label, value in details if value.strip()]


def _grid(sheets: Sheets, entries: Sequence[tuple[str, str]]) -> list[Strip]:
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


def _purchase_head(sheets: Sheets) -> Strip:
    baseline = 4 + QUIET.baseline
    titles = [(LEFT + _CELL, _("Date")), (_TEXT_COLUMN, _("Items")), (_CHANNEL, _("Channel"))]
    marks: list[Mark] = [Words(x, baseline, title, QUIET) for x, title in titles]
    marks.append(_at_right(sheets, RIGHT - _CELL, baseline, _("Amount"), QUIET))
    marks.append(Rule(LEFT, 26.7, RIGHT, 26.7, ROW_LINE))
    return Strip(27.2, tuple(marks))


_CHANNEL = LEFT + 489


def _purchase_rows(sheets: Sheets, purchases: Sequence[PurchaseRow]) -> list[Strip]:
    strips: list[Strip] = []
    for purchase in purchases:
        amount = money(purchase.cents, decimals=True)
        right = RIGHT - _CELL - sheets.width(amount, BODY)
        columns = [
            (LEFT + _CELL, [purchase.on.isoformat()], BODY),
            (
                _TEXT_COLUMN,
                sheets.wrap(purchase.what or purchase.note, _CHANNEL - _TEXT_COLUMN - 14),
                BODY,
            ),
            (_CHANNEL, sheets.wrap(purchase.channel, min(right, _AMOUNT) - _CHANNEL - 8), BODY),
            (right, [amount], BODY),
        ]
        strips += lines_as_strips(columns, above=4, below=5, ruled=True)
    return strips


_AMOUNT = RIGHT - 90


def _interaction_rows(sheets: Sheets, interactions: Sequence[InteractionRow]) -> list[Strip]:
    x = _TEXT_COLUMN + 60
    strips: list[Strip] = []
    for interaction in interactions:
        columns = [
            (LEFT + _CELL, [interaction.on.isoformat()], BODY),
            (_TEXT_COLUMN, sheets.wrap(interaction.channel, 54), BODY),
            (x, sheets.wrap(interaction.text, RIGHT - _CELL - x), BODY),
        ]
        strips += lines_as_strips(columns, above=4, below=5, ruled=True)
    return strips


def _paragraphs(sheets: Sheets, text: str) -> list[Strip]:
    strips: list[Strip] = []
    for paragraph in text.strip().splitlines():
        if paragraph.strip():
            lines = sheets.wrap(paragraph.rstrip(), RIGHT - LEFT)
            strips += lines_as_strips([(LEFT, lines, BODY)], below=2)
        else:
            strips.append(Strip(BODY.leading / 2, ()))
    return strips


def _meeting_notes(sheets: Sheets) -> None:
    """Ruled lines to write on, down to the foot of the page.

    With no room left on the front of a sheet they take its back; a further sheet is not begun.
    """
    least = _RULING * (_FEWEST_RULED_LINES + 1)
    if sheets.room - GAP < least:
        if len(sheets.pages) % 2 == 0:
            return
        sheets.turn()
    gap = 0.0 if sheets.bare else GAP
    height = sheets.room - gap
    marks: list[Mark] = [Words(LEFT + 11, 5 + BODY.baseline, _("Meeting notes"), _FAINT_TITLE)]
    y = _RULING + 0.5
    while y < height - 18:
        marks.append(Rule(LEFT + 0.5, y, RIGHT - 0.5, y, _RULED_LINE))
        y += _RULING
    marks.append(Block(LEFT + 0.5, 0.5, RIGHT - LEFT - 1, height - 1, stroke=_BOX, dashed=True))
    sheets.place(Strip(height, tuple(marks)), gap)


_FAINT_TITLE = Style(colour=FAINT)
_RULED_LINE, _BOX = "#EFEDE7", "#CFCABF"


def _footer(
    sheets: Sheets, facts: ProfileFacts, what: str, page: int
) -> tuple[float, tuple[Mark, ...]]:
    baseline = 7 + SMALL.baseline
    whose = sheets.fit(facts.business, 180, SMALL)
    left = sheets.fit(" · ".join(part for part in (whose, what) if part), 260, SMALL)
    said = _("Personal information: keep it safe")
    if facts.masked:
        said = _("Without phones, amounts and notes")
    privacy = sheets.fit(said, 260, SMALL)
    pages = _("Page {page} of {pages}").format(page=page, pages=len(sheets.pages))
    printed = sheets.fit(f"{facts.printed_on.isoformat()} · {pages}", 200, SMALL)
    centre = (LEFT + RIGHT - sheets.width(privacy, SMALL)) / 2
    return BOTTOM + 15, (
        Rule(LEFT, 0.5, RIGHT, 0.5),
        Words(LEFT, baseline, left, SMALL),
        Words(centre, baseline, privacy, SMALL),
        _at_right(sheets, RIGHT, baseline, printed, SMALL),
    )


def _at_right(sheets: Sheets, right: float, baseline: float, text: str, style: Style) -> Words:
    return Words(right - sheets.width(text, style), baseline, text, style)
