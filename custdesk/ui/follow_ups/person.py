"""Who the chosen follow-up is about: name and grade, phone, last talk, likes, spend."""

from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from custdesk import formats
from custdesk.care.briefing import Briefing
from custdesk.i18n import _, ngettext
from custdesk.people import phones
from custdesk.ui.looks import grade_tag
from custdesk.ui.mask import Mask
from custdesk.ui.widgets.button import Button
from custdesk.ui.widgets.tag import Tag
from custdesk.ui.widgets.text import ElidedLabel, Label
from custdesk.words import shown

_LABELS = 64


class _Name(ElidedLabel):
    """A name that takes the room it needs, and less where there is none."""

    def __init__(self, text: str = "", role: str = "") -> None:
        super().__init__(text, role)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)


class PersonCard(QWidget):
    """`file_requested` when the file is to be opened."""

    file_requested = Signal()

    def __init__(self, mask: Mask, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._mask = mask
        self._known: tuple[Briefing, date] | None = None
        mask.changed.connect(self._write)
        self._name = _Name("", "heading")
        self._grade = Tag()
        self._silent = Tag("", "red")
        self._open = Button(variant="link", icon="arrow-right", icon_after=True)
        self._open.clicked.connect(self.file_requested)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self._name)
        head.addWidget(self._grade)
        head.addWidget(self._silent)
        head.addStretch(1)
        head.addWidget(self._open)
        self._facts = QGridLayout()
        self._facts.setHorizontalSpacing(10)
        self._facts.setVerticalSpacing(4)
        self._facts.setColumnMinimumWidth(0, _LABELS)
        self._facts.setColumnStretch(1, 1)
        self._rows: list[tuple[Label, ElidedLabel]] = []
        for row in range(6):
            pair = (Label("", "muted"), ElidedLabel())
            self._rows.append(pair)
            for place, label in enumerate(pair):
                self._facts.addWidget(label, row, place)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(head)
        column.addLayout(self._facts)
        self.retranslate()

    def retranslate(self) -> None:
        self._silent.set(_("Do not contact"), "red")
        self._open.set_text(_("Open the file"))

    def show_person(self, known: Briefing, today: date) -> None:
        self._known = known, today
        self._write()

    def _write(self) -> None:
        if self._known is None:
            return
        known, today = self._known
        self._name.set_text(known.name)
        self._grade.set(known.grade.called, grade_tag(known.grade))
        self._silent.setVisible(known.do_not_contact)
        facts = _facts(known, today, self._mask)
        for at, (label, value) in enumerate(self._rows):
            used = at < len(facts)
            label.setVisible(used)
            value.setVisible(used)
            if used:
                name, words, role = facts[at]
                label.setText(name)
                value.set_text(words)
                value.set_role(role)
                value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)


def _facts(known: Briefing, today: date, mask: Mask) -> list[tuple[str, str, str]]:
    """What is known, as (label, words, role); what is not known takes no line."""
    facts, over = [], mask.over
    if known.phones:
        facts.append((_("Phone"), over(" · ".join(map(phones.display, known.phones[:2]))), ""))
    elif known.wechat:
        facts.append((_("WeChat"), over(known.wechat), ""))
    else:
        facts.append((_("Phone"), _("No number in the file"), "muted"))
    talk = known.last_talk
    if talk is None:
        facts.append((_("Last contact"), _("Never contacted"), "muted"))
    else:
        words = _("{day}, {channel}: {outcome}").format(
            day=formats.calendar_day(talk.at.date(), today),
            channel=shown(talk.channel),
            outcome=over(talk.outcome),
        )
        facts.append((_("Last contact"), words, ""))
    if known.cases:
        one, more = known.cases[0], len(known.cases) - 1
        words = _("since {day}: {about}").format(
            day=formats.calendar_day(one.opened_on, today), about=over(one.about)
        )
        if more:
            words += " · " + ngettext("{n} more", "{n} more", more).format(n=more)
        facts.append((shown(one.kind), words, "danger"))
    if known.likes:
        facts.append((_("Likes"), over(" · ".join(known.likes)), ""))
    if known.taboos:
        facts.append((_("Taboos"), over(" · ".join(known.taboos)), "danger"))
    times = known.purchases_12m
    if times or known.spend_12m_cents:
        words = ngettext("{n} purchase", "{n} purchases", times).format(n=times)
        money = over(formats.money(known.spend_12m_cents, False))
        facts.append((_("12 months"), f"{money} · {words}", ""))
    return facts
