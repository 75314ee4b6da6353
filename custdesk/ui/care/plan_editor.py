"""One care plan as it is edited: for whom, when, what to say, and whom it would concern."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCompleter, QHBoxLayout, QVBoxLayout, QWidget
from sqlmodel import Session

from custdesk import formats, i18n
from custdesk.care import occasions, plans, templates
from custdesk.care.plans import Draft, Preview
from custdesk.errors import CustdeskError
from custdesk.exchange.values import Unreadable, read_money
from custdesk.i18n import _, ngettext, pgettext
from custdesk.insight import policies, segments
from custdesk.insight.grades import Grades
from custdesk.people import customers
from custdesk.store.models import CarePlan, Channel, FollowUpKind, Stage
from custdesk.ui import background
from custdesk.ui.background import Job
from custdesk.ui.desk import Desk
from custdesk.ui.widgets.button import Button
from custdesk.ui.widgets.card import Card
from custdesk.ui.widgets.chip import Chip
from custdesk.ui.widgets.fields import Choice, ChoiceField, Field, LineField, TextField
from custdesk.ui.widgets.flow_layout import FlowLayout
from custdesk.ui.widgets.speaking import Speaks
from custdesk.ui.widgets.tag import Tag
from custdesk.ui.widgets.text import ElidedLabel, Label
from custdesk.words import shown

_ABOUT_PRODUCTS = (FollowUpKind.AFTER_SALE, FollowUpKind.REPLENISHMENT)
_ABOUT_DATES = (FollowUpKind.RENEWAL, FollowUpKind.ANNIVERSARY)
_LABEL_WIDTH, _NUMBER_WIDTH = 96, 60
_SHOWN = 8
"""How many of those whom a plan concerns are named."""
_SIDE, _WIDE_SIDE = 100, 160
"""How wide the choice of before and after is, in pixels."""
_ONLY_AFTER = (FollowUpKind.AFTER_SALE, FollowUpKind.WIN_BACK)
_BEFORE, _AFTER = "before", "after"


class PlanEditor(Speaks, QWidget):
    """Saves by itself what is left; `removed` when the plan was taken away."""

    removed = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._plan: CarePlan | None = None
        self._draft: Draft | None = None
        self._job: Job | None = None
        self._title, self._state = ElidedLabel("", "title"), Tag("", "grey")
        self.switch = Button(variant="primary")
        self.remove = Button(variant="danger", icon="trash")
        self.name = LineField("")
        self._ranked = Grades(())
        self._segments: Mapping[int, str] = {}
        self.grades: dict[str, Chip] = {}
        self._whom, self._stages_label = Label("", "muted"), Label("", "muted")
        self.stages = {stage: Chip(checkable=True) for stage in Stage}
        self.tags = LineField("")
        self.segment = ChoiceField("")
        self.occasion = ChoiceField("")
        self.about = LineField("")
        self.number = LineField("")
        self.side = Choice()
        self._when, self._unit = Label("", "muted"), Label("")
        self.channel = ChoiceField("")
        self.gifts: dict[str, LineField] = {}
        self._gifts_label = Label("", "muted")
        self._gift_row = QWidget()
        self.words = TextField("", lines=3, most=8)
        self._words_hint = Label("", "small", wrap=True)
        self.error = Label("", "error", wrap=True)
        self._preview_title, self._preview = Label("", "section"), Label("", "", wrap=True)
        self._names = Label("", "small", wrap=True)
        self._lay_out()
        self._connect()
        self._mask(desk.mask.is_on)
        self.retranslate()

    # --- showing ----------------------------------------------------------------------------------

    def show_plan(self, db: Session, plan: CarePlan) -> None:
        """Show a plan; what is being typed into the same one stays."""
        draft = plans.draft_of(db, plan)
        same = self._plan is not None and self._plan.id == plan.id
        known = plans.tags_known(db), plans.abouts_known(db, plan.kind)
        self._plan, self._draft = plan, draft
        self._ranked = policies.grades(db)
        self._offer_grades()
        for line, words in zip((self.tags, self.about), known, strict=True):
            self._offer(line, words)
        self._write_state()
        self._wait(self._desk.is_busy)
        self._title.set_text(plans.title(plan, self._ranked))
        self.name.edit.setPlaceholderText(plans.title(replace(draft, name=""), self._ranked))
        for grade, chip in self.grades.items():
            chip.setChecked(grade in draft.grades)
        for stage, chip in self.stages.items():
            chip.setChecked(stage in draft.stages)
        self._segments = segments.known(db).names
        self._offer_segments()
        days = draft.every_days if plan.kind is FollowUpKind.CALLBACK else abs(draft.days or 0)
        self.side.choose(_BEFORE if (draft.days or 0) <= 0 else _AFTER)
        values: list[tuple[Field, str]] = [
            (self.name, draft.name),
            (self.tags, _(", ").join(draft.tags)),
            (self.about, draft.about),
            (self.occasion, draft.about),
            (self.number, str(days or 0)),
            (self.segment, str(draft.segment_id or "")),
            (self.channel, draft.channel or ""),
            (self.words, draft.words),
        ]
        budgets = dict(draft.gifts)
        values += [
            (field, formats.money(budgets[grade]).lstrip("¥") if grade in budgets else "")
            for grade, field in self.gifts.items()
        ]
        for field, value in values:
            if not (same and field.is_edited()):
                field.set_value(value)
        for asked in (
            *(field for field, _value in values),
            *self.grades.values(),
            self.side,
            *self.stages.values(),
        ):
            asked.setEnabled(not self._desk.store.read_only)
        if not same:
            self._show_error("")
        self._dress(plan.kind)
        self._hint()
        self._look_ahead()

    def _offer_segments(self) -> None:
        self.segment.set_choices(
            [("", _("any")), *((str(id), name) for id, name in self._segments.items())]
        )

    def _offer_grades(self) -> None:
        """A chip and a gift for each grade of the policy in force."""
        keys = [grade.key for grade in self._ranked.ranked]
        if keys != list(self.grades):
            for old in (*self.grades.values(), *self.gifts.values()):
                old.setParent(None)
                old.deleteLater()
            self.grades = {key: Chip(checkable=True) for key in keys}
            self.gifts = {key: LineField("", above=True) for key in keys}
            for chip in self.grades.values():
                chip.clicked.connect(self._save_grades)
                self._grade_row.addWidget(chip)
            for gift in self.gifts.values():
                gift.committed.connect(lambda _typed: self._save_gifts())
                gift.set_masked(self._desk.mask.is_on)
                self._gifts.addWidget(gift, 1)
        self._name_grades()

    def _name_grades(self) -> None:
        for grade in self._ranked.ranked:
            if grade.key in self.grades:
                self.grades[grade.key].set_text(grade.called)
                self.gifts[grade.key].set_label(grade.called)
                self.gifts[grade.key].edit.setPlaceholderText("¥")

    def _hint(self) -> None:
        """Which facts the words may name."""
        if self._plan is None:
            return
        named = templates.placeholders(i18n.language(), self._plan.kind)
        self._words_hint.setText("   ".join(f"{name} {meaning}" for name, meaning in named))

    def _dress(self, kind: FollowUpKind) -> None:
        """Which questions a plan of this kind asks."""
        self.occasion.setVisible(kind is FollowUpKind.FESTIVAL)
        self.about.setVisible(kind in (*_ABOUT_PRODUCTS, *_ABOUT_DATES))
        self.about.set_label(_("Product") if kind in _ABOUT_PRODUCTS else _("Which date"))
        self.about.edit.setPlaceholderText(
            _("any product; or one, or a category")
            if kind in _ABOUT_PRODUCTS
            else _("any; or one, as it is called in the files")
        )
        called = kind is FollowUpKind.CALLBACK
        self.side.setVisible(not called and kind not in _ONLY_AFTER)
        self._gift_row.setVisible(kind is FollowUpKind.FESTIVAL)
        self._name_sides(kind)
        self._unit.setText(
            _("days without a contact")
            if called
            else _("days after the purchase")
            if kind is FollowUpKind.AFTER_SALE
            else _("days after the warning")
            if kind is FollowUpKind.WIN_BACK
            else _("days")
        )

    def _name_sides(self, kind: FollowUpKind) -> None:
        """Before and after what; a case is about two days."""
        is_case = kind is FollowUpKind.CASE
        chosen = self.side.key()
        before = _("before it is due") if is_case else _("before")
        after = _("after it was solved") if is_case else _("after")
        self.side.set_choices([(_BEFORE, before), (_AFTER, after)])
        self.side.setFixedWidth(_WIDE_SIDE if is_case else _SIDE)
        if chosen:
            self.side.choose(chosen)

    def _write_state(self) -> None:
        on = self._plan is not None and self._plan.enabled
        self._state.set(_("switched on") if on else _("switched off"), "green" if on else "grey")
        self.switch.set_text(_("Switch off") if on else _("Switch on"))
        self.switch.set_variant("plain" if on else "primary")

    def set_narrow(self, narrow: bool) -> None:
        """Where there is little room, the list alone says whether the plan is on."""
        self._state.setVisible(not narrow)

    def retranslate(self) -> None:
        self.remove.set_text(_("Take away"))
        self.name.set_label(pgettext("plan", "Name"))
        self._whom.setText(_("For whom"))
        self._name_grades()
        self._stages_label.setText(_("Stage"))
        for stage, chip in self.stages.items():
            chip.set_text(shown(stage))
        self.segment.set_label(_("Segment"))
        self._offer_segments()
        self.tags.set_label(_("Tags"))
        self.tags.edit.setPlaceholderText(_("all; or some of your tags, with commas"))
        self.occasion.set_label(pgettext("plan", "Occasion"))
        self.occasion.set_choices([(one.value, one.words()) for one in occasions.EVERY])
        self._when.setText(_("When"))
        self.side.setAccessibleName(_("Before or after"))
        self.number.edit.setAccessibleName(_("Number of days"))
        self.channel.set_label(_("Channel"))
        self.channel.set_choices(
            [("", _("as the customer prefers")), *((one, shown(one)) for one in Channel)]
        )
        self._gifts_label.setText(_("Gift up to"))
        self.words.set_label(_("Words"))
        self.words.edit.setPlaceholderText(_("One variant a line; empty: the words of CustDesk"))
        self._preview_title.setText(_("In the next 30 days"))
        if self._plan is not None:
            self._title.set_text(plans.title(self._plan, self._ranked))
            self._write_state()
            self._dress(self._plan.kind)
            self._hint()
            self._look_ahead()

    @staticmethod
    def _offer(field: LineField, words: Sequence[str]) -> None:
        completer = QCompleter(list(words), field.edit)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        field.edit.setCompleter(completer)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(10)
        head.addWidget(self._title, 1)
        head.addWidget(self._state)
        head.addWidget(self.remove)
        head.addWidget(self.switch)
        for field in (
            *(self.name, self.tags, self.segment, self.occasion, self.about, self.channel),
            self.words,
        ):
            field.set_label_width(_LABEL_WIDTH)
        self.number.label.hide()
        self.number.edit.setFixedWidth(_NUMBER_WIDTH)
        self.number.edit.setAlignment(Qt.AlignmentFlag.AlignRight)
        chips = QWidget()
        self._grade_row = FlowLayout(chips)
        whom = self._row(self._whom)
        whom.insertWidget(2, chips, 100)  # all the width: their row is wrapped late
        stage_chips = QWidget()
        stages = FlowLayout(stage_chips)
        for chip in self.stages.values():
            stages.addWidget(chip)
        stage = self._row(self._stages_label)
        stage.insertWidget(2, stage_chips, 100)
        when = self._row(self._when, self.number, self._unit, self.side)
        gifts = self._gifts = QHBoxLayout(self._gift_row)
        gifts.setContentsMargins(0, 0, 0, 0)
        gifts.setSpacing(10)
        self._gifts_label.setFixedWidth(_LABEL_WIDTH)
        gifts.addWidget(self._gifts_label)
        preview = Card("sunken", (14, 10, 14, 12), 5)
        for part in (self._preview_title, self._preview, self._names):
            preview.box.addWidget(part)
        hint = QHBoxLayout()
        hint.setContentsMargins(_LABEL_WIDTH + 10, 0, 0, 0)
        hint.addWidget(self._words_hint)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 20)
        column.setSpacing(12)
        column.addLayout(head)
        column.addWidget(preview)
        column.addWidget(self.error)
        column.addWidget(self.name)
        column.addLayout(whom)
        column.addLayout(stage)
        column.addWidget(self.tags)
        column.addWidget(self.segment)
        column.addWidget(self.occasion)
        column.addWidget(self.about)
        column.addLayout(when)
        column.addWidget(self.number.error)
        column.addWidget(self.channel)
        column.addWidget(self._gift_row)
        column.addWidget(self.words)
        column.addLayout(hint)
        column.addStretch(1)

    @staticmethod
    def _row(label: Label, *parts: QWidget) -> QHBoxLayout:
        label.setFixedWidth(_LABEL_WIDTH)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(label)
        row.addSpacing(2)
        for part in parts:
            row.addWidget(part)
        row.addStretch(1)
        return row

    def _connect(self) -> None:
        self.name.committed.connect(lambda typed: self._save(self.name, name=typed))
        self.tags.committed.connect(self._save_tags)
        self.segment.committed.connect(
            lambda chosen: self._save(self.segment, segment_id=int(chosen) if chosen else None)
        )
        for chip in self.stages.values():
            chip.clicked.connect(self._save_stages)
        self.occasion.committed.connect(lambda chosen: self._save(about=chosen))
        self.about.committed.connect(lambda typed: self._save(about=typed))
        self.channel.committed.connect(
            lambda chosen: self._save(channel=Channel(chosen) if chosen else None)
        )
        self.words.committed.connect(self._save_words)
        self.number.committed.connect(lambda _typed: self._save_days())
        self.side.activated.connect(lambda _index: self._save_days())
        self._desk.busy_changed.connect(self._wait)
        self.switch.clicked.connect(self._switch)
        self._desk.mask.changed.connect(self._mask)
        self.remove.clicked.connect(self._remove)

    def _wait(self, busy: bool) -> None:
        """One thing after the other: what is planned anew now may be another plan's in a moment."""
        for button in (self.switch, self.remove):
            button.setEnabled(not busy and not self._desk.store.read_only)

    def _mask(self, on: bool) -> None:
        for field in self.gifts.values():
            field.set_masked(on)

    # --- saving -----------------------------------------------------------------------------------

    def _save_grades(self) -> None:
        chosen = tuple(key for key, chip in self.grades.items() if chip.isChecked())
        # All of them, or none, is everybody.
        self._save(grades=() if len(chosen) == len(self.grades) else chosen)

    def _save_stages(self) -> None:
        chosen = tuple(stage.value for stage, chip in self.stages.items() if chip.isChecked())
        self._save(stages=() if len(chosen) == len(self.stages) else chosen)

    def _save_tags(self, typed: str) -> None:
        named = [part.strip() for part in typed.replace("，", ",").replace("、", ",").split(",")]
        with self._desk.read() as db:
            known = set(plans.tags_known(db))
        unknown = [one for one in named if one and one not in known]
        if unknown:
            said = _("No customer has the tag {tag}.").format(tag=unknown[0])
            self.tags.set_error(said)
            return
        self._save(tags=tuple(filter(None, named)))

    def _save_words(self, typed: str) -> None:
        said = templates.objection(typed, self._plan.kind if self._plan else None)
        if said:
            self.words.set_error(said)
            return
        self._save(words=typed)

    def _save_days(self) -> None:
        typed = self.number.text()
        if not (typed.isascii() and typed.isdigit() and len(typed) < 6):
            self.number.set_error(_("Type a number of days."))
            return
        days, plan = int(typed), self._plan
        if plan is None:
            return
        self.number.set_error(None)
        if plan.kind is FollowUpKind.CALLBACK:
            self._save(self.number, every_days=days)
        elif plan.kind is FollowUpKind.CASE and self.side.key() == _AFTER and not days:
            self.number.set_error(_("After a complaint was solved comes a day later at least."))
        elif plan.kind in _ONLY_AFTER or self.side.key() == _AFTER:
            self._save(self.number, days=days)
        else:
            self._save(self.number, days=-days)
        if not self.number.error.text():
            self.number.set_value(str(days))

    def _save_gifts(self) -> None:
        found = []
        for grade, field in self.gifts.items():
            cents = read_money(field.text())
            if isinstance(cents, Unreadable) or (cents is not None and cents <= 0):
                field.set_error(_("Type an amount."))
                return
            if cents is not None:
                found.append((grade, cents))
        self._save(gifts=tuple(found))

    def _save(self, field: Field | None = None, **changed: object) -> None:
        """The plan becomes what was typed; a plan in force plans anew, in the background."""
        plan = self._plan
        if plan is None or self._draft is None:
            return
        draft = replace(self._draft, **changed)  # type: ignore[arg-type]
        refuse: Callable[[str], None] = field.set_error if field else self._show_error
        try:
            plans.check(draft)
            if draft.segment_id is not None:
                with self._desk.read() as db:
                    segments.check_for_plan(db, draft.segment_id)
        except CustdeskError as error:
            refuse(str(error))
            return
        self._show_error("")
        self._draft = draft
        label = _("Change the care plan {name}").format(name=plans.title(draft, self._ranked))
        self._write(plan, label, lambda db, now: plans.change(db, now, draft), refuse)

    def _write(
        self,
        plan: CarePlan,
        label: str,
        work: Callable[[Session, CarePlan], None],
        refuse: Callable[[str], None],
        said: str = "",
        *,
        apart: bool = False,
    ) -> None:
        id = plan.id

        def change(db: Session) -> None:
            now = db.get(CarePlan, id)
            if now is None:
                raise CustdeskError(_("This plan is no longer there."))
            work(db, now)

        if plan.enabled or apart:
            self._desk.write_apart(label, change, said, lambda error: refuse(str(error)))
            return
        try:
            self._desk.write(label, change, said)
        except CustdeskError as error:
            refuse(str(error))

    def _switch(self) -> None:
        plan, today = self._plan, self._desk.today
        if plan is None:
            return
        on = not plan.enabled
        name = plans.title(plan, self._ranked)
        label = _("Switch on: {name}") if on else _("Switch off: {name}")
        said = label.format(name=name)
        self._write(
            plan,
            said,
            lambda db, now: plans.switch(db, now, on, today),
            self._show_error,
            said,
            apart=True,
        )

    def _remove(self) -> None:
        plan = self._plan
        if plan is None:
            return
        label = _("Take away the care plan {name}").format(name=plans.title(plan, self._ranked))
        self._write(plan, label, plans.remove, self._show_error, label, apart=True)
        self.removed.emit()

    def _show_error(self, sentence: str) -> None:
        self.error.setText(sentence)
        self.error.setVisible(bool(sentence))

    # --- looking ahead ----------------------------------------------------------------------------

    def _look_ahead(self) -> None:
        """Say whom the plan concerns; counted in the background, the last question's answer."""
        draft, today = self._draft, self._desk.today
        if draft is None:
            return
        if self._job is not None:
            self._job.abandon()
        store = self._desk.store

        def work(_report: object) -> tuple[Preview, list[str]]:
            with store.read() as db:
                found = plans.preview(db, draft, today)
                named = []
                for one in found.coming[:_SHOWN]:
                    day = formats.day(max(one.due, today), today)
                    name = customers.get(db, one.customer_id).name
                    named.append(_("{name}, {day}").format(name=name, day=day))
            return found, named

        self._preview.setText(_("Counting …"))
        self._job = background.run(work, self._show_preview, self._no_preview, owner=self)

    def _show_preview(self, answer: tuple[Preview, list[str]]) -> None:
        found, named = answer
        self._job = None
        n = len(found.coming)
        concerned = ngettext(
            "It concerns {n} customer.", "It concerns {n} customers.", found.customers
        ).format(n=formats.count(found.customers))
        coming = ngettext("{n} follow-up would come", "{n} follow-ups would come", n)
        if self._plan is not None and self._plan.enabled:
            coming = ngettext("{n} follow-up comes", "{n} follow-ups come", n)
        self._preview.setText(
            _("{coming}. {concerned}").format(
                coming=coming.format(n=formats.count(n)), concerned=concerned
            )
        )
        if not n and found.next_day is not None:
            words = ngettext("{n} on {day}", "{n} on {day}", found.next_count)
            named = [
                _("The next ones: {words}").format(
                    words=words.format(
                        n=formats.count(found.next_count), day=formats.full_day(found.next_day)
                    )
                )
            ]
        more = ["…"] if n > len(named) else []
        self._names.setText("   ".join([*named, *more]))
        self._names.setVisible(bool(named))

    def _no_preview(self, error: CustdeskError) -> None:
        self._job = None
        self._preview.setText(str(error))
