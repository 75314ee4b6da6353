"""The card in which one notes how content a customer is: a score, by survey, call or visit."""

from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QWidget

from custdesk.i18n import _
from custdesk.people import feedback
from custdesk.people.feedback import SCORES
from custdesk.store.models import FeedbackSource
from custdesk.ui.customer_file.quick_card import QuickCard
from custdesk.ui.desk import Desk
from custdesk.ui.widgets.chip import Chip
from custdesk.ui.widgets.text import Label
from custdesk.words import shown

_Draft = tuple[int, FeedbackSource, str, str]
"""The score, 0 for none yet; how one heard of it, the words, and the day as typed."""


class FeedbackCard(QuickCard[_Draft]):
    """Notes a score and words."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self.scores = {score: Chip(checkable=True) for score in SCORES}
        self.sources = {source: Chip(checkable=True) for source in FeedbackSource}
        self.words = self.line()
        self.day = self.dated(self.words)
        self._worst, self._best = Label("", "muted"), Label("", "muted")
        self._score_group, sources = QButtonGroup(self), QButtonGroup(self)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._worst)
        for chip in self.scores.values():
            self._score_group.addButton(chip)
            row.addWidget(chip)
        row.addWidget(self._best)
        row.addStretch(1)
        self.body.addLayout(row)
        for chip in self.sources.values():
            sources.addButton(chip)
            self.foot.addWidget(chip)
        self.foot.addStretch(1)
        self.retranslate()

    def first(self) -> QWidget:
        return self.words

    def fill(self, draft: _Draft | None) -> None:
        self.day.set_day(self.desk.today)
        score, source, words, day = draft or (0, FeedbackSource.CALL, "", self.day.text())
        self.day.show_text(day)
        self._score_group.setExclusive(False)  # or one of them stays chosen
        for one, chip in self.scores.items():
            chip.setChecked(one == score)
        self._score_group.setExclusive(True)
        self.sources[source].setChecked(True)
        self.words.setText(words)

    def _score(self) -> int:
        return next((one for one, chip in self.scores.items() if chip.isChecked()), 0)

    def typed(self) -> _Draft | None:
        score, words = self._score(), self.words.text()
        if not score and not words.strip():
            return None
        return score, self._source(), words, self.day.text()

    def _source(self) -> FeedbackSource:
        return next(one for one, chip in self.sources.items() if chip.isChecked())

    def clear(self) -> None:
        self.fill(None)

    def write(self, customer_id: int, name: str) -> None:
        score, source, words = self._score(), self._source(), self.words.text()
        day = self.past_day(self.day)
        said = _("Feedback noted: {name}").format(name=name)
        self.desk.write(
            said, lambda db: feedback.note(db, customer_id, score, source, words, day), said
        )

    def retranslate(self) -> None:
        super().retranslate()
        self.title.set_text(_("How content are they?"))
        self.words.setPlaceholderText(_("In their words: what they liked, and what they did not"))
        self.words.setAccessibleName(_("What they said"))
        self.day.edit.setAccessibleName(_("Day"))
        self._worst.setText(_("Not at all"))
        self._best.setText(_("Very"))
        for score, chip in self.scores.items():
            chip.set_text(str(score))
            chip.setAccessibleName(_("{n} of 5").format(n=score))
        for source, chip in self.sources.items():
            chip.set_text(shown(source))
        self.commit.set_text(_("Note it"))
