"""Profiles before they are printed: of one customer, or of several one after another."""

import io

from PySide6.QtWidgets import QButtonGroup, QWidget

from custdesk.i18n import _, ngettext
from custdesk.insight.recommending import Companions
from custdesk.paper import facts as paper_facts
from custdesk.paper.profile import profile_filename, write_profile
from custdesk.store.store import Change
from custdesk.ui.desk import Desk
from custdesk.ui.paper_preview import Draw, PaperPreview, Printed
from custdesk.ui.process_side import Report
from custdesk.ui.widgets.chip import Chip


class ProfilePreview(PaperPreview):
    """`open(ids)` shows them: for us, or without what the customers must not read."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        self._ids: tuple[int, ...] = ()
        self.private, self.client_safe = Chip(checkable=True), Chip(checkable=True)
        super().__init__(desk, (self.private, self.client_safe), parent)
        group = QButtonGroup(self)
        for chip in (self.private, self.client_safe):
            group.addButton(chip)
        self.private.setChecked(True)
        group.buttonClicked.connect(lambda _chip: self.refresh())
        self.retranslate()

    def open(self, customer_ids: list[int]) -> None:
        """Show the profiles of these customers, in this order, the private version first."""
        self._ids = tuple(customer_ids)
        self.private.setChecked(True)
        self.begin()

    def called(self) -> str:
        return _("Profile")

    def drawing(self) -> Draw | None:
        ids, desk = self._ids, self._desk
        client_safe, masked = self.client_safe.isChecked(), desk.mask.is_on

        def draw(report: Report) -> Printed:
            gathered = []
            with desk.store.read() as db:
                companions = Companions(db)
                for at, customer_id in enumerate(ids):
                    report(at, len(ids), "")
                    gathered.append(
                        paper_facts.gather(db, customer_id, desk.today, masked, companions)
                    )
            content = io.BytesIO()
            write_profile(gathered, content, client_safe)
            first, many = gathered[0], len(gathered)
            if many == 1:
                about = f"{first.name}  {first.number}"
                name = profile_filename(first.name, first.number)
            else:
                about = ngettext("{n} customer", "{n} customers", many).format(n=many)
                name = profile_filename(_("Profiles"), first.printed_on.isoformat())
            return Printed.of(content.getvalue(), about, name)

        return draw if ids else None

    def is_concerned(self, change: Change) -> bool:
        return any(change.concerns(one) for one in self._ids) or "setting" in change.tables

    def retranslate(self) -> None:
        self.private.set_text(_("For us"))
        self.private.setToolTip(_("With notes, taboos, grade and figures"))
        self.client_safe.set_text(_("For the customer"))
        self.client_safe.setToolTip(_("Without notes, taboos, grade and figures"))
        super().retranslate()
