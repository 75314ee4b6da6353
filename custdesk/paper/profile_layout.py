"""What stands where on a profile, measured from the reference picture of the page."""

from collections.abc import Sequence
from dataclasses import replace

from custdesk.formats import ago, calendar_day, count, full_day, money, rate
from custdesk.i18n import _, ngettext
from custdesk.paper.contact_card import ContactCard, qr_rows
from custdesk.paper.fonts import Typefaces
from custdesk.paper.page import (
    ACCENT,
    BODY,
    BOTTOM,
    FAINT,
    GAP,
    LEFT,
    LINE,
    MUTED,
    QUIET,
    RIGHT,
    ROW_LINE,
    SMALL,
    Block,
    Code,
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

_SQUARE = 84.0
_BESIDE = LEFT + _SQUARE + 16
_NAME = Style(size=24, leading=34.8, bold=True)
_LONG_NAME, _LONGEST_NAME = Style(size=14, leading=20.3, bold=True), 400
_INITIAL = Style(size=36, leading=_SQUARE, colour=ACCENT)
_FIGURE = Style(size=17, leading=24.6, bold=True)
_RUNNING_NAME = Style(size=11, leading=16, colour=MUTED, bold=True)
_RUNNING = replace(SMALL, colour=MUTED)
_INITIAL_GROUND = "#DCE9E4"

_TAG_SIZE, _TAG_HEIGHT, _TAG_PADDING = 11.5, 18.0, 7.0
_GRADE_COLOURS = {
    "vip": ("#9A6B12", "#FBF1D9"),
    "regular": ("#355F93", "#E6EEF7"),
    "potential": ("#4B7A2B", "#EAF2E1"),
}

_DOT = " ·\U000f00b7"
"""What may part two facts, as typed and as Latin sets it; needless at the end of a line."""

_CONTACT_LINES = 3
_LABEL, _WIDEST_LABEL = 64.0, 130.0
_GUTTER = 12.0
_CELL = 6.0
_TEXT_COLUMN = LEFT + 102
_RULING = 27.0
_FEWEST_RULED_LINES = 4


def lay_out(facts: ProfileFacts, faces: Typefaces, what: str) -> list[Page]:
    """The pages of one profile; `what` names the document in the footer."""
    sheets = Sheets(faces, lambda sheets, page: _running_head(sheets, facts, page))
    head, left_over = _head(sheets, facts)
    sheets.place(head)
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
    sheets: Sheets, title: str, strips: Sequence[Strip], head: Strip | None = None
) -> None:
    sheets.section(title, _("{title} (continued)").format(title=title), strips, head)


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


def _head(sheets: Sheets, facts: ProfileFacts) -> tuple[Strip, list[tuple[str, str]]]:
    """The head, and the contact points that it has no room for, as details."""
    code = _code(facts)
    right = code.x - 16 if code else RIGHT
    marks: list[Mark] = [Block(LEFT, 0, _SQUARE, _SQUARE, fill=_INITIAL_GROUND)]
    initial = _initial(sheets, facts.name)
    middle = LEFT + (_SQUARE - sheets.width(initial, _INITIAL)) / 2
    marks.append(Words(middle, _INITIAL.baseline, initial, _INITIAL))
    if code:
        marks.append(code)
    y, named = _name_and_grade(sheets, facts, right)
    marks += named
    y += 5
    for line in sheets.wrap(_second_line(facts), right - _BESIDE, QUIET)[:_CONTACT_LINES]:
        marks.append(Words(_BESIDE, y + QUIET.baseline, line.rstrip(_DOT), QUIET))
        y += QUIET.leading
    rows, left_over = _contact_rows(sheets, facts, right - _BESIDE)
    y += 6 if rows else 0
    for row in rows:
        marks += [Words(_BESIDE + x, y + BODY.baseline, text, style) for x, text, style in row]
        y += BODY.leading
    bottom = max(_SQUARE, y) + 14
    marks.append(Rule(LEFT, bottom + 1, RIGHT, bottom + 1, ACCENT, width=2))
    return Strip(bottom + 2, tuple(marks)), left_over


def _code(facts: ProfileFacts) -> Code | None:
    card = ContactCard(
        name=facts.name,
        phones=[line.plain or line.value for line in facts.contacts if line.kind == "phone"],
        emails=[line.value for line in facts.contacts if line.kind == "email"],
        company=facts.company,
        title=facts.title,
        city=facts.city,
        address=facts.address,
    )
    drawn = qr_rows(card)
    return Code(RIGHT - _SQUARE, 0, _SQUARE, *drawn) if drawn else None


def _initial(sheets: Sheets, name: str) -> str:
    for character in name:
        readable = sheets.faces.readable(character)
        if character.isalnum() and len(readable) == 1:
            return readable.upper()
    return ""


def _name_and_grade(sheets: Sheets, facts: ProfileFacts, right: float) -> tuple[float, list[Mark]]:
    """The name, on as many lines as it needs, and the grade behind its last word."""
    name, room, large = " ".join(facts.name.split()), right - _BESIDE, _NAME
    lines = sheets.wrap(name, room, large)
    if len(lines) > 2:
        large = _LONG_NAME
        lines = sheets.wrap(name[:_LONGEST_NAME], room, large)
    marks: list[Mark] = [
        Words(_BESIDE, at * large.leading + large.baseline, line, large)
        for at, line in enumerate(lines)
    ]
    bottom = len(lines) * large.leading
    if not facts.grade_name:
        return bottom, marks
    ink, ground = _GRADE_COLOURS.get(facts.grade, _GRADE_COLOURS["regular"])
    style = Style(size=_TAG_SIZE, leading=_TAG_HEIGHT, colour=ink)
    word = sheets.fit(facts.grade_name, 160, style)
    width = sheets.width(word, style) + 2 * _TAG_PADDING
    x = _BESIDE + sheets.width(lines[-1], large) + 9
    y = bottom - (large.leading + _TAG_HEIGHT) / 2
    if x + width > right:
        x, y = _BESIDE, bottom
        bottom += _TAG_HEIGHT
    marks.append(Block(x, y, width, _TAG_HEIGHT, radius=4, fill=ground))
    marks.append(Words(x + _TAG_PADDING, y + style.baseline, word, style))
    return bottom, marks


def _second_line(facts: ProfileFacts) -> str:
    parts = [_("No. {number}").format(number=facts.number)]
    if facts.private_sign:
        parts.append(_("Private-sign client"))
    if facts.referred_by:
        parts.append(_("Introduced by {name}").format(name=facts.referred_by))
    if facts.added_on:
        parts.append(_("On file since {day}").format(day=full_day(facts.added_on)))
    return " · ".join("\u00a0".join(part.split()) for part in parts)


_Row = list[tuple[float, str, Style]]


def _contact_rows(
    sheets: Sheets, facts: ProfileFacts, room: float
) -> tuple[list[_Row], list[tuple[str, str]]]:
    """Lines of the head as (x, text, style); what they have no room for as (label, value)."""
    rows: list[_Row] = []
    x = room
    entries = [(_one_line(sheets, line.label), line.value) for line in facts.contacts]
    if place := _place(facts):
        entries.append(("", place))
    for at, (label, value) in enumerate(entries):
        indent = sheets.width(label + " ", QUIET) if label else 0.0
        shown = _one_line(sheets, value)
        width = indent + sheets.width(shown, BODY)
        if x + width <= room:
            rows[-1] += _labelled(x, label, indent, shown)
            x += width + _GUTTER
            continue
        lines = sheets.wrap(shown, room - indent)
        if len(rows) + len(lines) > _CONTACT_LINES:
            return rows, [
                (label or _("More contact details"), value) for label, value in entries[at:]
            ]
        rows.append(_labelled(0, label, indent, lines[0]))
        rows += [[(indent, line, BODY)] for line in lines[1:]]
        x = indent + sheets.width(lines[-1], BODY) + _GUTTER
    return rows, []


def _labelled(x: float, label: str, indent: float, value: str) -> _Row:
    return [*([(x, label, QUIET)] if label else []), (x + indent, value, BODY)]


def _one_line(sheets: Sheets, text: str) -> str:
    return " ".join(sheets.faces.readable(text).split())


def _place(facts: ProfileFacts) -> str:
    if facts.city and not facts.address.startswith(facts.city):
        return f"{facts.city} {facts.address}".strip()
    return facts.address


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
        room = wide - 2 * _GUTTER
        marks.append(Words(x + _GUTTER, 9 + QUIET.baseline, sheets.fit(label, room, QUIET), QUIET))
        shown = sheets.fit(value, room, _FIGURE)
        marks.append(Words(x + _GUTTER, 27.2 + _FIGURE.baseline, shown, _FIGURE))
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
    half = (RIGHT - LEFT - _GUTTER) / 2
    value_width = half - label_width - _GUTTER
    whole_width = RIGHT - LEFT - label_width - _GUTTER

    def cell(x: float, entry: tuple[str, str], room: float) -> list[tuple[float, list[str], Style]]:
        label, value = entry
        return [
            (x, sheets.wrap(label, label_width, QUIET), QUIET),
            (x + label_width + _GUTTER, sheets.wrap(value, room), BODY),
        ]

    short = [entry for entry in entries if not _is_long(sheets, entry[1], value_width)]
    strips: list[Strip] = []
    for at in range(0, len(short), 2):
        columns = cell(LEFT, short[at], value_width)
        if at + 1 < len(short):
            columns += cell(LEFT + half + _GUTTER, short[at + 1], value_width)
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
            (_TEXT_COLUMN, sheets.wrap(purchase.what, _CHANNEL - _TEXT_COLUMN - 14), BODY),
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
    privacy = sheets.fit(_("Personal information: keep it safe"), 260, SMALL)
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
