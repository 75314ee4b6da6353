"""The card of the effect of care: what was done, and who bought after it, beside those without."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from custdesk import formats
from custdesk.care.effect import FEWEST, Group, OfKind
from custdesk.i18n import _, pgettext
from custdesk.insight import narrowing
from custdesk.insight.periods import Period
from custdesk.ui.insights.mark import Cells, Heads, take_away
from custdesk.ui.widgets.card import Card
from custdesk.ui.widgets.text import Label
from custdesk.words import shown

_COLUMNS = ((0.26, False), (0.18, True), (0.31, True), (0.25, True))
_ROW = 32


def share_words(group: Group) -> str:
    """ "38%", or a dash for too few people to say."""
    return "—" if group.share is None else formats.percent(group.share)


class EffectCard(Card):
    list_requested = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("plain", (14, 12, 14, 10), 4, parent)
        self._title = Label("", "section")
        self._heads = Heads(_COLUMNS)
        self._rows = QVBoxLayout()
        self._rows.setSpacing(0)
        self.rows: list[Cells] = []
        self._note = Label("", "small", wrap=True)
        self.box.addWidget(self._title)
        self.box.addWidget(self._heads)
        self.box.addLayout(self._rows)
        self.box.addSpacing(4)
        self.box.addWidget(self._note)
        self.box.addStretch(1)
        self.retranslate()

    def wait(self) -> None:
        """It is being reckoned for another period."""
        self._clear()
        self._heads.hide()
        self._note.setText(_("Counting …"))

    def show_effects(self, effects: Sequence[OfKind], period: Period) -> None:
        self._clear()
        done = [one for one in effects if one.done]
        for one in done:
            row = Cells(_COLUMNS, _ROW)
            words = (shown(one.kind), formats.count(one.done),
                     share_words(one.cared), share_words(one.others))  # fmt: skip
            row.show_words(words)
            row.say(
                _("{care}: done {n} times, {share} bought within 30 days, {others} without").format(
                    care=words[0], n=words[1], share=words[2], others=words[3]
                )
            )
            query = narrowing.who_had_care(one.kind, period.first, period.last)
            row.clicked.connect(lambda _on=False, query=query: self.list_requested.emit(query))
            self._rows.addWidget(row)
            self.rows.append(row)
        self._heads.setVisible(bool(done))
        few = any(one.cared.share is None for one in done)
        self._note.setText(
            _("— : fewer than {n} people, too few to say").format(n=FEWEST)
            if few
            else ""
            if done
            else _("When planned care was done for some weeks, what came of it stands here.")
        )

    def _clear(self) -> None:
        take_away(self.rows)
        self.rows = []

    def retranslate(self) -> None:
        self._title.setText(_("Effect of care"))
        self._heads.show_words((pgettext("page", "Care"), _("Done"), _("In 30 days"), _("Without")))
        self._heads.setToolTip(
            _(
                "In 30 days: how many bought. Without: customers of the same grade who had none of"
                " it, in the same months"
            )
        )
        self.setAccessibleName(_("Effect of care"))
