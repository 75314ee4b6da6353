"""The pages of purchases and of interactions: every one as a row, and one may be removed."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QWidget
from sqlmodel import Session

from custdesk import formats
from custdesk.i18n import _, ngettext
from custdesk.people import history
from custdesk.ui.customer_file.page import Page
from custdesk.ui.customer_file.records import Heading, Records, Row
from custdesk.ui.desk import Desk
from custdesk.ui.widgets.button import Button
from custdesk.ui.widgets.empty_state import EmptyState
from custdesk.ui.widgets.text import ElidedLabel, rule
from custdesk.words import shown


class Dealings(Page):
    """A table over the whole page; below it a sum, Remove, and in `foot` what else can be done."""

    icon = "note"

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, scrolls=False, parent=parent)
        self.box.setContentsMargins(0, 0, 0, 0)
        self.box.setSpacing(0)
        self.table = Records()
        self.empty = EmptyState(self.icon)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.table)
        self._stack.addWidget(self.empty)
        self._sum = ElidedLabel("", "small")
        self._remove = Button(variant="ghost", icon="trash")
        self._remove.clicked.connect(self._remove_chosen)
        self.table.row_chosen.connect(lambda _index: self._remove.setEnabled(True))
        delete = QAction(self.table)
        delete.setShortcut(QKeySequence(Qt.Key.Key_Delete))
        delete.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        delete.triggered.connect(self._remove_chosen)
        self.table.addAction(delete)
        self.foot = foot = QHBoxLayout()
        foot.setContentsMargins(20, 5, 12, 6)
        foot.setSpacing(8)
        foot.addWidget(self._sum, 1)
        foot.addWidget(self._remove)
        self.box.addWidget(self._stack, 1)
        self.box.addWidget(rule())
        self.box.addLayout(foot)
        self.retranslate()

    def refresh(self) -> None:
        if self.customer_id is None:
            return
        with self.desk.read() as db:
            headings, rows, said = self.read(db, self.customer_id)
        self.table.show_rows(headings, rows)
        self._stack.setCurrentWidget(self.table if rows else self.empty)
        self._sum.set_text(said if rows else "")
        self._remove.setVisible(bool(rows))
        self._remove.setEnabled(self.table.current_id() is not None)

    def retranslate(self) -> None:
        self._remove.set_text(_("Remove"))

    def _remove_chosen(self) -> None:
        id = self.table.current_id()
        if id is not None:
            label = self.removed_words()
            self.desk.attempt(label, lambda db: self.remove(db, id), label)

    def read(self, db: Session, customer_id: int) -> tuple[list[Heading], list[Row], str]:
        """Headings, rows, and the words below them."""
        raise NotImplementedError

    def remove(self, db: Session, id: int) -> None:
        raise NotImplementedError

    def removed_words(self) -> str:
        raise NotImplementedError


class Purchases(Dealings):
    icon = "purchase"

    def retranslate(self) -> None:
        super().retranslate()
        self.table.setAccessibleName(_("Purchases"))
        self.empty.say(_("No purchases yet"), _("Record one with Ctrl+B."))

    def read(self, db: Session, customer_id: int) -> tuple[list[Heading], list[Row], str]:
        bought, over = history.purchases(db, customer_id), self.desk.mask.over
        headings = [
            Heading(_("Day"), 104),
            Heading(_("What")),
            Heading(_("Where"), 92),
            Heading(_("Amount"), 110, right=True),
        ]
        rows: list[Row] = [
            (
                one.id,
                (
                    one.day.isoformat(),
                    over(one.words),
                    one.channel,
                    over(formats.money(one.amount_cents, decimals=True)),
                ),
            )
            for one in bought
        ]
        total = over(formats.money(sum(one.amount_cents for one in bought)))
        n = len(bought)
        said = ngettext("{n} purchase, {sum}", "{n} purchases, {sum}", n)
        return headings, rows, said.format(n=n, sum=total)

    def remove(self, db: Session, id: int) -> None:
        history.remove_purchase(db, id)

    def removed_words(self) -> str:
        return _("Removed a purchase of {name}").format(name=self.name())


class Interactions(Dealings):
    icon = "message"

    def retranslate(self) -> None:
        super().retranslate()
        self.table.setAccessibleName(_("Interactions"))
        self.empty.say(_("No contact yet"), _("Log one with Ctrl+L."))

    def read(self, db: Session, customer_id: int) -> tuple[list[Heading], list[Row], str]:
        spoken, over = history.interactions(db, customer_id), self.desk.mask.over
        headings = [Heading(_("Day"), 132), Heading(_("By"), 76), Heading(_("What came of it"))]
        rows: list[Row] = [
            (one.id or 0, (f"{one.at:%Y-%m-%d %H:%M}", shown(one.channel), over(one.outcome)))
            for one in spoken
        ]
        n = len(spoken)
        return headings, rows, ngettext("{n} contact", "{n} contacts", n).format(n=n)

    def remove(self, db: Session, id: int) -> None:
        history.remove_interaction(db, id)

    def removed_words(self) -> str:
        return _("Removed a contact with {name}").format(name=self.name())
