"""What stands where on a profile, measured from the reference picture of the page."""

from collections.abc import Sequence
from dataclasses import replace

from custdesk.formats import ago, calendar_day, count, full_day, money, rate
from custdesk.i18n import _, ngettext
from custdesk.paper.fonts import Typefaces
from custdesk.paper.page import (
    BODY,
    FAINT,
    GAP,
    GUTTER,
    LEFT,
    LINE,
    QUIET,
    RIGHT,
    ROW_LINE,
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
from custdesk.paper.parts import at_right, footer, grid, paragraphs, running_head, section
from custdesk.paper.profile import InteractionRow, ProfileFacts, PurchaseRow
from custdesk.paper.profile_head import head

_FIGURE = Style(size=17, leading=24.6, bold=True)
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
    section(sheets, _("Before you meet"), _points(sheets, facts.know_before))
    section(sheets, _("Details"), grid(sheets, [*_details(facts), *left_over]))
    section(
        sheets,
        _("Recent purchases"),
        _purchase_rows(sheets, facts.purchases),
        _purchase_head(sheets) if facts.purchases else None,
    )
    section(sheets, _("Recent contact"), _interaction_rows(sheets, facts.interactions))
    related = [(relation.what, relation.who) for relation in facts.relations]
    section(sheets, _("Related customers"), grid(sheets, related))
    section(sheets, _("Notes"), paragraphs(sheets, facts.notes))
    _meeting_notes(sheets)
    for at, page in enumerate(sheets.pages, 1):
        privacy = _("Without phones, amounts and notes") if facts.masked else None
        page.append(footer(sheets, facts.business, what, facts.printed_on, at, privacy))
    return sheets.pages


def _running_head(sheets: Sheets, facts: ProfileFacts, page: int) -> Strip:
    if page == 1:
        return Strip(0, ())
    return running_head(sheets, facts.name, _("No. {number}").format(number=facts.number))


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
        (_("Important dates"), " · ".join(facts.dates)),
        (_("Called"), facts.called),
        (_("Work"), " ".join(part for part in (facts.company, facts.title) if part)),
        (_("Likes"), facts.likes),
        (_("Source"), facts.source),
        (_("Tags"), " · ".join(facts.tags)),
        (_("Reach by"), facts.preferred_channel),
        (_("Quiet hours"), facts.quiet_hours),
        (_("Taboos"), facts.taboos),
        (_("Gender"), facts.gender),
        (_("Consent given on"), full_day(facts.consented_on) if facts.consented_on else ""),
    ]
    return [(label, value) for label, value in details if value.strip()]


def _purchase_head(sheets: Sheets) -> Strip:
    baseline = 4 + QUIET.baseline
    titles = [(LEFT + _CELL, _("Date")), (_TEXT_COLUMN, _("Items")), (_CHANNEL, _("Channel"))]
    marks: list[Mark] = [Words(x, baseline, title, QUIET) for x, title in titles]
    marks.append(at_right(sheets, RIGHT - _CELL, baseline, _("Amount"), QUIET))
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
