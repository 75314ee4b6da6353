"""The page of a customer's own history: when, which field, from what, to what."""

from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QWidget

from custdesk import formats
from custdesk.i18n import _, ngettext
from custdesk.people import changes
from custdesk.ui.customer_file.page import Page
from custdesk.ui.customer_file.records import Heading, Records, Row
from custdesk.ui.desk import Desk
from custdesk.ui.widgets.empty_state import EmptyState
from custdesk.ui.widgets.text import Label, rule

NOTHING = "—"


class Changes(Page):
    """One row for each field that changed, the newest first; a change of several says when once."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, scrolls=False, parent=parent)
        self.box.setContentsMargins(0, 0, 0, 0)
        self.box.setSpacing(0)
        self._table = Records()
        self._empty = EmptyState("note")
        self._stack = QStackedWidget()
        self._stack.addWidget(self._table)
        self._stack.addWidget(self._empty)
        self._sum = Label("", "small")
        foot = QHBoxLayout()
        foot.setContentsMargins(20, 5, 12, 6)
        foot.addWidget(self._sum)
        self.box.addWidget(self._stack, 1)
        self.box.addWidget(rule())
        self.box.addLayout(foot)
        self.retranslate()

    def refresh(self) -> None:
        if self.customer_id is None:
            return
        with self.desk.read() as db:
            found = changes.history_of(db, self.customer_id, self.desk.today)
        headings = [
            Heading(_("When"), 132),
            Heading(_("Field"), 108),
            Heading(_("From")),
            Heading(_("To")),
        ]
        rows: list[Row] = []
        over = self.desk.mask.over
        for one in found:
            when = formats.moment(one.step.at, self.desk.today)
            for what in one.differences:
                before, after = over(what.before) or NOTHING, over(what.after) or NOTHING
                cells = (when, what.field, before, after)
                rows.append((len(rows), cells))
                when = ""
        self._table.show_rows(headings, rows)
        self._stack.setCurrentWidget(self._table if rows else self._empty)
        n = len(found)
        said = ngettext("{n} change", "{n} changes", n).format(n=formats.count(n))
        self._sum.setText(said if rows else "")

    def retranslate(self) -> None:
        self._table.setAccessibleName(_("What changed"))
        self._empty.say(_("Nothing has changed yet"), _("Whatever you edit is kept here."))
