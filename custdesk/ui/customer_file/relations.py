"""The page of related customers: who brought whom, family, colleagues, the company."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from custdesk.i18n import _
from custdesk.people import customers, history, lists
from custdesk.people.history import Related
from custdesk.store.models import RelationKind
from custdesk.store.search import Query, find
from custdesk.ui.customer_file.page import Page, clear
from custdesk.ui.desk import Desk
from custdesk.ui.widgets.avatar import Avatar
from custdesk.ui.widgets.button import Button
from custdesk.ui.widgets.card import Card
from custdesk.ui.widgets.fields import Choice
from custdesk.ui.widgets.picker import Picker
from custdesk.ui.widgets.text import Label, rule
from custdesk.words import shown


class Relations(Page):
    """Each related customer is a link; a line below adds another."""

    customer_requested = Signal(int)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent=parent)
        self._known = Card("plain", (14, 4, 14, 4), 0)
        self._rows = QVBoxLayout()
        self._rows.setSpacing(0)
        self._known.box.addLayout(self._rows)
        self._new = Card("plain", (14, 11, 14, 12), 8)
        self._heading = Label("", "section")
        self._who = Picker(self._search)
        self._kind = Choice()
        self._add = Button(variant="primary")
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._kind)
        row.addWidget(self._who, 1)
        row.addWidget(self._add)
        self._new.box.addWidget(self._heading)
        self._new.box.addLayout(row)
        self._add.clicked.connect(self._relate)
        self._who.picked.connect(lambda _id: self._add.setFocus())
        self.box.addWidget(self._known)
        self.box.addWidget(self._new)
        self.box.addStretch(1)
        self.retranslate()

    def retranslate(self) -> None:
        self._heading.setText(_("Add a related customer"))
        self._kind.set_choices([(kind.value, shown(kind)) for kind in RelationKind])
        if not self._kind.key():
            self._kind.choose(RelationKind.REFERRED_BY.value)
        self._kind.setAccessibleName(_("What they are to this customer"))
        self._who.set_placeholder(_("Name, pinyin or phone of the other customer"))
        self._add.set_text(_("Add"))

    def refresh(self) -> None:
        if self.customer_id is None:
            return
        with self.desk.read() as db:
            related = history.relations(db, self.customer_id)
        clear(self._rows)
        for at, one in enumerate(related):
            if at:
                self._rows.addWidget(rule("hairline"))
            self._rows.addWidget(self._row(one))
        self._known.setVisible(bool(related))

    def _row(self, related: Related) -> QWidget:
        made = QWidget()
        row = QHBoxLayout(made)
        row.setContentsMargins(0, 8, 0, 8)
        row.setSpacing(10)
        kind = Label(history.relation_words(related), "muted")
        kind.setFixedWidth(76)
        open_it = Button(related.name, "link")
        open_it.clicked.connect(lambda: self.customer_requested.emit(related.other_id))
        remove = Button(_("Remove {name}").format(name=related.name), "icon", icon="close")
        remove.clicked.connect(lambda: self._remove(related))
        row.addWidget(kind)
        row.addWidget(Avatar(related.name, 28))
        row.addWidget(open_it)
        row.addWidget(Label(related.number, "faint"))
        row.addWidget(Label(self.desk.mask.over(related.note), "muted"))
        row.addStretch(1)
        row.addWidget(remove)
        return made

    def _search(self, typed: str) -> list[tuple[int, str]]:
        with self.desk.read() as db:
            ids = [id for id in find(db, Query(typed))[:9] if id != self.customer_id]
            found = lists.rows(db, ids)
        return [(id, f"{found[id].name}  {found[id].number}") for id in ids if id in found]

    def _relate(self) -> None:
        other = self._who.chosen
        if other is None or self.customer_id is None:
            self._who.setFocus()
            return
        id, kind = self.customer_id, RelationKind(self._kind.key())
        with self.desk.read() as db:
            other_name = customers.get(db, other).name
        label = _("Relate {name} and {other}").format(name=self.name(), other=other_name)
        self._who.clear()
        self.desk.attempt(label, lambda db: history.relate(db, id, other, kind), label)

    def _remove(self, related: Related) -> None:
        label = _("Removed the relation of {name} and {other}").format(
            name=self.name(), other=related.name
        )
        self.desk.attempt(label, lambda db: history.remove_relation(db, related.relation_id), label)
