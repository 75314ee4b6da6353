"""The head of a profile: who it is, how to reach them, and the code for a phone."""

from custdesk.formats import full_day
from custdesk.i18n import _
from custdesk.paper.contact_card import ContactCard, qr_rows
from custdesk.paper.page import (
    ACCENT,
    BODY,
    GUTTER,
    LEFT,
    QUIET,
    RIGHT,
    Block,
    Code,
    Mark,
    Rule,
    Sheets,
    Strip,
    Style,
    Words,
)
from custdesk.paper.profile import ProfileFacts

_SQUARE = 84.0
_BESIDE = LEFT + _SQUARE + 16
_NAME = Style(size=24, leading=34.8, bold=True)
_LONG_NAME, _LONGEST_NAME = Style(size=14, leading=20.3, bold=True), 400
_INITIAL = Style(size=36, leading=_SQUARE, colour=ACCENT)
_INITIAL_GROUND = "#DCE9E4"

_TAG_SIZE, _TAG_HEIGHT, _TAG_PADDING = 11.5, 18.0, 7.0
_GRADE_COLOURS = {
    "vip": ("#9A6B12", "#FBF1D9"),
    "regular": ("#355F93", "#E6EEF7"),
    "potential": ("#4B7A2B", "#EAF2E1"),
}

_WARNING_COLOURS = ("#A93226", "#F9E5E2")

_DOT = " ·\U000f00b7"
"""What may part two facts, as typed and as Latin sets it; needless at the end of a line."""

_CONTACT_LINES = 3


def head(sheets: Sheets, facts: ProfileFacts) -> tuple[Strip, list[tuple[str, str]]]:
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
    if facts.masked:
        return None
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
    tags = []
    if facts.grade_name:
        colours = _GRADE_COLOURS.get(facts.grade, _GRADE_COLOURS["regular"])
        tags.append((facts.grade_name, colours))
    if facts.do_not_contact:
        tags.append((_("Do not contact"), _WARNING_COLOURS))
    x = _BESIDE + sheets.width(lines[-1], large) + 9
    y = bottom - (large.leading + _TAG_HEIGHT) / 2
    for words, (ink, ground) in tags:
        style = Style(size=_TAG_SIZE, leading=_TAG_HEIGHT, colour=ink)
        word = sheets.fit(words, 160, style)
        width = sheets.width(word, style) + 2 * _TAG_PADDING
        if x + width > right:
            x, y = _BESIDE, bottom
            bottom += _TAG_HEIGHT
        marks.append(Block(x, y, width, _TAG_HEIGHT, radius=4, fill=ground))
        marks.append(Words(x + _TAG_PADDING, y + style.baseline, word, style))
        x += width + 6
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
        if not shown:  # nothing but characters that nobody sees
            continue
        width = indent + sheets.width(shown, BODY)
        if x + width <= room:
            rows[-1] += _labelled(x, label, indent, shown)
            x += width + GUTTER
            continue
        lines = sheets.wrap(shown, room - indent)
        if len(rows) + len(lines) > _CONTACT_LINES:
            return rows, [
                (label or _("More contact details"), value) for label, value in entries[at:]
            ]
        rows.append(_labelled(0, label, indent, lines[0]))
        rows += [[(indent, line, BODY)] for line in lines[1:]]
        x = indent + sheets.width(lines[-1], BODY) + GUTTER
    return rows, []


def _labelled(x: float, label: str, indent: float, value: str) -> _Row:
    return [*([(x, label, QUIET)] if label else []), (x + indent, value, BODY)]


def _one_line(sheets: Sheets, text: str) -> str:
    return " ".join(sheets.faces.readable(text).split())


def _place(facts: ProfileFacts) -> str:
    if facts.city and not facts.address.startswith(facts.city):
        return f"{facts.city} {facts.address}".strip()
    return facts.address
