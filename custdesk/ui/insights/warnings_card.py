"""The card of churn warnings: who is drifting away, why, what it would cost, and the way to act."""

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from custdesk import formats
from custdesk.i18n import _, ngettext
from custdesk.insight import narrowing
from custdesk.insight.figures import Risk, Warned
from custdesk.insight.winning_back import WonBack
from custdesk.ui import theme
from custdesk.ui.desk import Desk
from custdesk.ui.insights.mark import place_of_focus, put_focus, take_away
from custdesk.ui.looks import grade_tag
from custdesk.ui.widgets.button import Button
from custdesk.ui.widgets.card import Card, ScrollPane
from custdesk.ui.widgets.tag import Tag
from custdesk.ui.widgets.text import ElidedLabel, Label, rule

_NAME, _WHY, _SPEND, _LOSS, _ACT = range(5)
_ROW, _NAME_WIDTH = 31, 140
SHOWN = 20
"""More rows than this take too long to make; the list shows all."""
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class WarningsCard(Card):
    list_requested = Signal(object)
    customer_requested = Signal(int)
    arrange_requested = Signal(object)
    """A `Warned`: win this customer back."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__("plain", (14, 12, 14, 8), 4, parent)
        self._mask, self._may_act = desk.mask, not desk.store.read_only
        self._title, self._order = Label("", "section"), Label("", "muted")
        self._won = ElidedLabel("", "small")
        self._nobody = Label("", "muted", wrap=True)
        self.all = Button(variant="link")
        self.all.clicked.connect(lambda: self.list_requested.emit(narrowing.who_is_warned_of()))
        head = QHBoxLayout()
        head.addWidget(self._title)
        head.addStretch(1)
        head.addWidget(self._order)
        self._rows = QVBoxLayout()
        self._pane = QWidget()
        column = QVBoxLayout(self._pane)
        column.setContentsMargins(0, 0, 8, 0)
        column.setSpacing(0)
        column.addLayout(self._rows)
        column.addStretch(1)
        self.box.addLayout(head)
        self.box.addWidget(self._nobody)
        self._scroll = ScrollPane(self._pane)
        self.box.addWidget(self._scroll, 1)
        foot = QHBoxLayout()
        foot.addWidget(self.all)
        foot.addStretch(1)
        foot.addWidget(self._won, 4)
        self.box.addLayout(foot)
        self.box.addStretch(0)
        self._grid: QWidget | None = None
        self._names: list[Button] = []
        self._acts: list[Button] = []
        self._asked: set[int] = set()
        """Whose win-back was asked for, until the rows are made anew: a second click is none."""
        self.retranslate()

    def show_warnings(
        self, warnings: Sequence[Warned], risk: Risk, won: WonBack, today: date
    ) -> None:
        warnings = warnings[:SHOWN]
        self._won.set_text(self._mask.over(won_words(won)) if won.tried or won.lost else "")
        self._won.setVisible(bool(won.tried or won.lost))
        names, acts = place_of_focus(self._names), place_of_focus(self._acts)
        if self._grid is not None:
            take_away([self._grid])
        self._grid = QWidget()
        self._names, self._acts = [], []
        self._asked.clear()
        grid = QGridLayout(self._grid)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(0)
        grid.setColumnStretch(_WHY, 1)
        heads = (_("Customer"), _("Why"), _("12 months"), _("Expected loss"))
        for at, words in enumerate(heads if warnings else ()):
            label = Label(words, "small")
            label.setFixedHeight(26)
            if at in (_SPEND, _LOSS):
                label.setAlignment(_RIGHT)
            grid.addWidget(label, 0, at)
        for at, one in enumerate(warnings):
            grid.addWidget(rule("line" if at == 0 else "hairline"), 2 * at + 1, 0, 1, 5)
            self._put(grid, 2 * at + 2, one, today)
        self._rows.addWidget(self._grid)
        put_focus(self._names, names)
        put_focus(self._acts, acts)
        self._nobody.setVisible(not warnings)
        self._order.setVisible(bool(warnings))
        self._scroll.setVisible(bool(warnings))
        rest = risk.customers - len(warnings)
        self.all.setVisible(rest > 0)
        self.all.set_text(
            ngettext("{n} more warning", "{n} more warnings", rest).format(n=formats.count(rest))
        )

    def _put(self, grid: QGridLayout, row: int, one: Warned, today: date) -> None:
        over = self._mask.over
        name = Button(variant="link")
        font = theme.font(bold=True)
        name.setFont(font)
        cut = QFontMetrics(font).elidedText(one.name, Qt.TextElideMode.ElideRight, _NAME_WIDTH)
        name.setText(cut.replace("&", "&&"))
        name.setAccessibleName(one.name)
        name.setToolTip(_("Open the file of {name}").format(name=one.name))
        name.clicked.connect(lambda: self.customer_requested.emit(one.customer_id))
        self._names.append(name)
        who = QHBoxLayout()
        who.setSpacing(6)
        who.addWidget(name)
        who.addWidget(Tag(one.grade.called, grade_tag(one.grade)))
        who.addStretch(1)
        grid.addLayout(who, row, _NAME)
        grid.addWidget(ElidedLabel(over(_("; ").join(one.reasons))), row, _WHY)
        for at, cents in ((_SPEND, one.spend_12m_cents), (_LOSS, one.loss_cents)):
            amount = Label(over(formats.money(cents, False)))
            amount.setAlignment(_RIGHT)
            grid.addWidget(amount, row, at)
        grid.addWidget(self._act(one, today), row, _ACT)
        grid.setRowMinimumHeight(row, _ROW)

    def _act(self, one: Warned, today: date) -> QWidget:
        if one.arranged is not None:
            return Label(
                _("Arranged · {day}").format(day=formats.day(one.arranged, today)), "muted"
            )
        if one.do_not_contact:
            return Label(_("Do not contact"), "muted")
        if not self._may_act:
            return Label()
        act = Button(_("Arrange win-back"), "link")
        act.setAccessibleName(_("Arrange win-back: {name}").format(name=one.name))

        def arrange() -> None:
            if one.customer_id not in self._asked:
                self._asked.add(one.customer_id)
                self.arrange_requested.emit(one)

        act.clicked.connect(arrange)
        self._acts.append(act)
        return act

    def retranslate(self) -> None:
        self._title.setText(_("Churn warnings"))
        self._order.setText(_("Ranked by expected loss"))
        self._nobody.setText(_("There is no churn warning: nobody seems to be drifting away."))
        self.setAccessibleName(_("Churn warnings"))


def won_words(won: WonBack) -> str:
    """ "挽留 30 位，12 位回来，消费 ¥8,200；流失 8 位：价格 3，搬走了 2"."""
    said = _("Win-backs: {tried} tried, {back} came back, {amount}").format(
        tried=formats.count(won.tried),
        back=formats.count(won.came_back),
        amount=formats.money(won.spent_cents, False),
    )
    if not won.lost:
        return said
    reasons = _(", ").join(f"{why} {n}" for why, n in won.lost)
    lost = _("{n} lost: {reasons}").format(n=sum(n for _why, n in won.lost), reasons=reasons)
    return f"{said} · {lost}"
