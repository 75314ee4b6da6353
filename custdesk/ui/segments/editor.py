"""One segment as it is edited: its rule as rows, the same in words, and how many it finds."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget
from sqlmodel import Session

from custdesk import formats
from custdesk.errors import CustdeskError
from custdesk.i18n import _, ngettext, pgettext
from custdesk.insight import segment_rules, segments
from custdesk.insight.segment_fields import FIELDS, Field
from custdesk.insight.segment_rules import All, Rule, Test
from custdesk.insight.segment_words import Speaker
from custdesk.store.models import Segment
from custdesk.ui import background
from custdesk.ui.background import Job
from custdesk.ui.desk import Desk
from custdesk.ui.segments.rows import Offered, Rows
from custdesk.ui.widgets.button import Button
from custdesk.ui.widgets.card import Card
from custdesk.ui.widgets.fields import LineField
from custdesk.ui.widgets.speaking import Speaks
from custdesk.ui.widgets.text import Label

_PAUSE_MS = 250
"""So long after the last key it is counted again."""
_NAME_WIDTH = 56


class SegmentEditor(Speaks, QWidget):
    """Saves by itself what is done with, as long as nothing is wrong with it."""

    removed = Signal()
    added = Signal(int)
    """A new segment has been saved for the first time."""
    list_requested = Signal(int)
    """Show who is in it."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._id: int | None = None
        self._saved: Rule | None = None
        """The rule in the file; None for a segment that is not there yet."""
        self._job: Job | None = None
        self._known: dict[str, list[str]] = {}
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self.name = LineField("")
        self.show_list = Button(icon="users")
        self.remove = Button(variant="danger", icon="trash")
        self.sentence = Label("", "heading", wrap=True)
        self.count = Label("", "muted")
        self.state = Label("", "small", wrap=True)
        self.rows = Rows()
        self._lay_out()
        self._pause.timeout.connect(self._look)
        self.rows.edited.connect(self._pause.start)
        self.rows.committed.connect(self._commit)
        self.name.committed.connect(self._rename)
        self.remove.clicked.connect(self._remove)
        self.show_list.clicked.connect(self._ask_for_list)
        desk.busy_changed.connect(self._wait)
        desk.day_turned.connect(self._pause.start)
        self.retranslate()

    # --- showing ----------------------------------------------------------------------------------

    def show_segment(self, db: Session, segment: Segment) -> None:
        """Show a segment; what is being typed into the same one stays."""
        found = segments.rule_of(segment)
        same = self._id == segment.id
        self._id = segment.id
        if not (same and self.name.is_edited()):
            self.name.set_value(segment.name)
        if not same or found != self._saved:
            self._saved = found
            self._show_rule(db, segment_rules.in_groups(found))
        else:
            self._look()
        self._wait(self._desk.is_busy)

    def begin(self, db: Session) -> None:
        """A new segment: it is saved when it says something."""
        self._id = self._saved = None
        self.name.set_value(segments.free_name(db, _("New segment")))
        self._show_rule(db, All((Test("", ""),)))
        self._wait(self._desk.is_busy)
        self.rows.conditions[(0,)].focus()

    def name_it(self) -> None:
        """Begin to type another name."""
        self.name.edit.setFocus(Qt.FocusReason.OtherFocusReason)
        self.name.edit.selectAll()

    def _show_rule(self, db: Session, shown: Rule) -> None:
        self._known.clear()
        names = dict(segments.known(db).names)
        speaker = Speaker(db, names)
        names.pop(self._id or 0, None)
        choices = {field.key: speaker.choices(field) for field in FIELDS.values()}
        offered = Offered(names, choices, self._words_of, self._desk.today)
        self.rows.show_rule(shown, offered, enabled=not self._desk.store.read_only)
        self._look()

    def _words_of(self, field: Field) -> Sequence[str]:
        """What a field holds anywhere: read when it is first chosen."""
        if field.key not in self._known:
            with self._desk.read() as db:
                self._known[field.key] = field.known_words(db)
        return self._known[field.key]

    def _look(self) -> bool:
        """Say what the rule says and what is wrong with it; count in the background. Whether
        nothing is wrong."""
        self._pause.stop()
        shown = self.rows.rule
        with self._desk.read() as db:
            faults = segments.faults(db, shown, self._id)
            self.sentence.setText(segments.words(db, shown))
        self.rows.show_faults(faults)
        unsaved = bool(faults)
        self.state.set_role("small")
        self.state.setText(_("It is saved as soon as nothing is missing or wrong."))
        self.state.setVisible(unsaved)
        self.count.setVisible(not unsaved)
        if self._job is not None:
            self._job.abandon()
            self._job = None
        if unsaved:
            return False
        store, today = self._desk.store, self._desk.today

        def work(_report: object) -> int:
            with store.read() as db:
                return segments.count(db, shown, today)

        self._job = background.run(work, self._show_count, self._fail, owner=self)
        return True

    def _show_count(self, n: int) -> None:
        self._job = None
        words = ngettext("Finds {n} customer.", "Finds {n} customers.", n)
        self.count.setText(words.format(n=formats.count(n)))

    def _fail(self, error: CustdeskError) -> None:
        self._job = None
        self.count.setText(str(error))

    # --- saving -----------------------------------------------------------------------------------

    def _commit(self) -> None:
        """What is done with is saved, where nothing is wrong with it."""
        sound, shown = self._look(), self.rows.rule
        if not sound or (self._saved and shown == segment_rules.in_groups(self._saved)):
            return
        id = self._id
        if id is None:
            self._add(shown)
            return
        label = _("Change the segment {name}").format(name=self.name.value())
        with self._desk.read() as db:
            in_force = segments.is_in_force(db, id)
        before, self._saved = self._saved, shown

        def work(db: Session) -> None:
            segments.change(db, id, shown)

        def refused(error: CustdeskError) -> None:
            self._saved = before
            self._refuse(str(error))

        if in_force:
            self._desk.write_apart(label, work, "", refused)
            return
        try:
            self._desk.write(label, work)
        except CustdeskError as error:
            refused(error)

    def _add(self, shown: Rule) -> None:
        name = self.name.text()

        def work(db: Session) -> int:
            return segments.add(db, segments.free_name(db, name), shown).id or 0

        label = _("Add the segment {name}").format(name=name)
        id = self._desk.attempt(label, work, label)
        if id is not None:
            self.added.emit(id)

    def _rename(self, typed: str) -> None:
        id = self._id
        if id is None:
            return
        label = _("Rename the segment {name}").format(name=typed)
        try:
            self._desk.write(label, lambda db: segments.rename(db, id, typed))
        except CustdeskError as error:
            self.name.set_error(str(error))

    def _remove(self) -> None:
        id = self._id
        if id is None:
            self.removed.emit()
            return
        label = _("Take away the segment {name}").format(name=self.name.value())

        def work(db: Session) -> bool:
            segments.remove(db, id)
            return True

        try:
            if self._desk.write(label, work, label):
                self.removed.emit()
        except CustdeskError as error:
            self._refuse(str(error))

    def _refuse(self, sentence: str) -> None:
        self.state.set_role("error")
        self.state.setText(sentence)
        self.state.show()

    def _ask_for_list(self) -> None:
        if self._id is not None:
            self.list_requested.emit(self._id)

    def _wait(self, busy: bool) -> None:
        free = not busy and not self._desk.store.read_only
        self.remove.setEnabled(free)
        self.name.setEnabled(not self._desk.store.read_only)
        self.show_list.setEnabled(self._id is not None)

    # --- the rest ---------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(10)
        self.name.set_label_width(_NAME_WIDTH)
        head.addWidget(self.name, 1)
        head.addWidget(self.show_list, 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(self.remove, 0, Qt.AlignmentFlag.AlignTop)
        said = Card("sunken", (14, 10, 14, 12), 4)
        for part in (self.sentence, self.count, self.state):
            said.box.addWidget(part)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 20)
        column.setSpacing(14)
        column.addLayout(head)
        column.addWidget(said)
        column.addWidget(self.rows)
        column.addStretch(1)

    def retranslate(self) -> None:
        self.name.set_label(pgettext("plan", "Name"))
        self.show_list.set_text(_("Show in the list"))
        self.remove.set_text(_("Take away"))
        if self._id is not None or self.rows.conditions:
            with self._desk.read() as db:
                self._show_rule(db, self.rows.rule)
