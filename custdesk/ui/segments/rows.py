"""The rule of a segment as rows: groups that hold conditions and groups, each in its place."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from custdesk.i18n import _
from custdesk.insight.segment_faults import Fault
from custdesk.insight.segment_fields import FIELDS, IN_DAYS, Choices, Field, How
from custdesk.insight.segment_rules import (
    All,
    AnyOf,
    In,
    Not,
    Rule,
    Test,
    Value,
    part_at,
    parts_of,
    put_at,
    taken_from,
    with_parts,
)
from custdesk.insight.segment_words import HOWS
from custdesk.ui.segments.values import Values
from custdesk.ui.widgets.button import Button
from custdesk.ui.widgets.fields import Choice
from custdesk.ui.widgets.text import Label, rule

_ALL, _ANY, _NONE, _SEGMENT = "all", "any", "none", "segment"
_FIELD_WIDTH, _HOW_WIDTH, _INDENT = 188, 204, 14
_LEAST_WIDTH, _SHARE = 96, 10
Place = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Offered:
    """What conditions are chosen from: the segments but the edited one, choices, known words."""

    segments: Mapping[int, str]
    choices: Mapping[str, Choices]
    known: Callable[[Field], Sequence[str]]
    today: date


class Rows(QWidget):
    """A rule that is edited in place.

    `edited` comes with every key, `committed` when one is done with a value or has changed how the
    rule is built.
    """

    edited = Signal()
    committed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rule: Rule = All()
        self.conditions: dict[Place, Condition] = {}
        self.groups: dict[Place, Group] = {}
        self._offered: Offered | None = None
        self._enabled = True
        self._whole: QWidget | None = None
        self._building = False
        """While editors go, what loses the keyboard says that one is done with it."""
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)

    def show_rule(self, shown: Rule, offered: Offered, *, enabled: bool = True) -> None:
        """Show a rule that has a group around everything (`segment_rules.in_groups`)."""
        self.rule, self._offered, self._enabled = shown, offered, enabled
        self._rebuild()

    def show_faults(self, faults: Sequence[Fault]) -> None:
        """Say at each place what is wrong there."""
        said = {fault.at: fault.words for fault in faults}
        for at, condition in self.conditions.items():
            condition.set_error(said.pop(at, ""))
        for at, group in self.groups.items():
            # What is wrong with the group within a Not stands at that place, one further.
            group.set_error(said.pop(at, "") or said.pop((*at, 0), ""))

    def _rebuild(self) -> None:
        if self._whole is not None:
            self._building = True
            self._whole.setParent(None)
            self._whole.deleteLater()
            self._building = False
        self.conditions, self.groups = {}, {}
        self._whole = self._made(self.rule, ())
        self._whole.setEnabled(self._enabled)
        self._column.addWidget(self._whole)

    def _made(self, part: Rule, at: Place) -> QWidget:
        assert self._offered is not None
        if isinstance(part, Test | In):
            condition = Condition(part, self._offered)
            condition.edited.connect(lambda: self._take(at, condition.part()))
            condition.committed.connect(self._done)
            condition.rebuilt.connect(lambda: self._replace(at, condition.part()))
            condition.removed.connect(lambda: self._remove(at))
            self.conditions[at] = condition
            return condition
        inner, within = (part.part, (*at, 0)) if isinstance(part, Not) else (part, at)
        mode = _NONE if isinstance(part, Not) else _ALL if isinstance(part, All) else _ANY
        group = Group(mode, is_root=not at)
        for n, one in enumerate(parts_of(inner)):
            group.add(self._made(one, (*within, n)))
        group.mode_chosen.connect(lambda mode: self._replace(at, _group(mode, parts_of(inner))))
        group.condition_wanted.connect(lambda: self._extend(at, within, Test("", "")))
        group.group_wanted.connect(
            lambda: self._extend(at, within, _group(_other(mode), (Test("", ""),)))
        )
        group.removed.connect(lambda: self._remove(at))
        self.groups[at] = group
        return group

    def _done(self) -> None:
        if not self._building:
            self.committed.emit()

    def _take(self, at: Place, part: Rule) -> None:
        self.rule = put_at(self.rule, at, part)
        self.edited.emit()

    def _replace(self, at: Place, part: Rule) -> None:
        self.rule = put_at(self.rule, at, part)
        self._rebuild()
        if at in self.conditions:
            self.conditions[at].focus()
        self.committed.emit()

    def _extend(self, at: Place, within: Place, part: Rule) -> None:
        n = self.groups[at].count
        group = part_at(self.rule, within)
        parts = (*parts_of(group), part)
        self.rule = put_at(self.rule, within, with_parts(group, parts))
        self._rebuild()
        new = (*within, n)
        next(one for place, one in self.conditions.items() if place[: len(new)] == new).focus()
        self.committed.emit()

    def _remove(self, at: Place) -> None:
        self.rule = taken_from(self.rule, at)
        self._rebuild()
        self.committed.emit()


def _group(mode: str, parts: tuple[Rule, ...]) -> Rule:
    if mode == _NONE:
        return Not(AnyOf(parts))
    return All(parts) if mode == _ALL else AnyOf(parts)


def _other(mode: str) -> str:
    """What a new group within such a one is most likely for."""
    return _ANY if mode == _ALL else _ALL


class Group(QFrame):
    """A head that says how the parts are joined, and below it the parts."""

    mode_chosen = Signal(str)
    condition_wanted = Signal()
    group_wanted = Signal()
    removed = Signal()

    def __init__(self, mode: str, *, is_root: bool) -> None:
        super().__init__()
        self.count = 0
        self.mode = Choice(
            [
                (_ALL, _("all of these")),
                (_ANY, _("any of these")),
                (_NONE, _("none of these")),
            ]
        )
        self.mode.setAccessibleName(_("How conditions are joined"))
        self.mode.choose(mode)
        self.mode.activated.connect(lambda _at: self.mode_chosen.emit(self.mode.key()))
        self.add_condition = Button(_("Condition"), variant="ghost", icon="plus")
        self.add_group = Button(_("Group of conditions"), variant="ghost", icon="plus")
        self.remove = Button(_("Take this group away"), variant="icon", icon="close")
        self.remove.setVisible(not is_root)
        self.add_condition.clicked.connect(self.condition_wanted)
        self.add_group.clicked.connect(self.group_wanted)
        self.remove.clicked.connect(self.removed)
        self.error = Label("", "error", wrap=True)
        self.error.hide()
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.mode)
        head.addWidget(self.add_condition)
        head.addWidget(self.add_group)
        head.addStretch(1)
        head.addWidget(self.remove)
        self._parts = QVBoxLayout()
        self._parts.setContentsMargins(0, 0, 0, 0)
        self._parts.setSpacing(8)
        body = QHBoxLayout()
        body.setContentsMargins(_INDENT, 0, 0, 0)
        body.setSpacing(_INDENT)
        body.addWidget(rule(upright=True))
        body.addLayout(self._parts, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(self.error)
        column.addLayout(body)

    def add(self, part: QWidget) -> None:
        self._parts.addWidget(part)
        self.count += 1

    def set_error(self, sentence: str) -> None:
        self.error.setText(sentence)
        self.error.setVisible(bool(sentence))


def _narrow(choice: Choice, width: int) -> None:
    """So wide, or less where a small window leaves less."""
    choice.setMinimumWidth(_LEAST_WIDTH)
    choice.setMaximumWidth(width)
    choice.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)


class Condition(QWidget):
    """One test: a field, a comparison, a value; or that the customer is in another segment."""

    edited = Signal()
    committed = Signal()
    rebuilt = Signal()
    """Another field or comparison: other editors are wanted."""
    removed = Signal()

    def __init__(self, part: Test | In, offered: Offered) -> None:
        super().__init__()
        self._part: Test | In = part
        self._offered = offered
        self.field = Choice(
            [
                ("", _("choose …")),
                *((field.key, field.called) for field in FIELDS.values()),
                (_SEGMENT, _("In the segment")),
            ]
        )
        self.field.setAccessibleName(_("What to look at"))
        _narrow(self.field, _FIELD_WIDTH)
        self.field.setMaxVisibleItems(18)
        self.field.activated.connect(lambda _at: self._choose_field(self.field.key()))
        self.how, self.segment = Choice(parent=self), Choice(parent=self)
        self.how.hide()
        self.segment.hide()
        self.values: Values | None = None
        self.remove = Button(_("Take this condition away"), variant="icon", icon="close")
        self.remove.clicked.connect(self.removed)
        self.error = Label("", "error", wrap=True)
        self.error.hide()
        self._row = QHBoxLayout()
        self._row.setSpacing(8)
        self._row.addWidget(self.field, _SHARE)
        if isinstance(part, In):
            self._add_segment(part)
        else:
            self._add_test(part)
        self._row.addWidget(self.remove)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        column.addLayout(self._row)
        column.addWidget(self.error)

    def part(self) -> Test | In:
        """What the editors say."""
        return self._part

    def focus(self) -> None:
        """Go on where something is missing."""
        if not self.field.key():
            self.field.setFocus()
        elif self.values is not None:
            self.values.focus()
        else:
            self.segment.setFocus()

    def set_error(self, sentence: str) -> None:
        self.error.setText(sentence)
        self.error.setVisible(bool(sentence))
        if self.values is not None:
            self.values.set_wrong(sentence)

    def _add_segment(self, part: In) -> None:
        self.field.choose(_SEGMENT)
        names = self._offered.segments.items()
        self.segment.set_choices([("0", _("choose …")), *((str(id), name) for id, name in names)])
        self.segment.setAccessibleName(_("Segment"))
        self.segment.choose(str(part.segment))
        self.segment.activated.connect(self._choose_segment)
        self.segment.show()
        self._row.addWidget(self.segment)
        self._row.addStretch(_SHARE)

    def _add_test(self, part: Test) -> None:
        field = FIELDS.get(part.field)
        self.field.choose(part.field)
        if field is None:
            self._row.addStretch(_SHARE)
            return
        self.how.set_choices([(how.value, _(HOWS[how])) for how in field.hows])
        self.how.choose(part.how)
        self.how.setAccessibleName(_("How to compare"))
        _narrow(self.how, _HOW_WIDTH)
        self.how.activated.connect(lambda _at: self._choose_how(self.how.key()))
        self.how.setVisible(len(field.hows) > 1)
        self._row.addWidget(self.how, _SHARE)
        choices = self._offered.choices.get(field.key, {})
        known = self._offered.known(field)
        today = self._offered.today
        values = self.values = Values(field, part.how, part.values, choices, known, today)
        values.edited.connect(self._typed)
        values.committed.connect(self.committed)
        self._row.addWidget(values, _SHARE)

    def _typed(self) -> None:
        if isinstance(self._part, Test) and self.values is not None:
            self._part = Test(self._part.field, self._part.how, self.values.values())
            self.edited.emit()

    def _choose_field(self, key: str) -> None:
        if key == _SEGMENT:
            self._part = In(0)
        elif key in FIELDS:
            self._part = Test(key, FIELDS[key].hows[0])
        else:
            self._part = Test("", "")
        self.rebuilt.emit()

    def _choose_how(self, how: str) -> None:
        if isinstance(self._part, Test):
            kept = _kept(self._part.how, how, self._part.values)
            self._part = Test(self._part.field, how, kept)
            self.rebuilt.emit()

    def _choose_segment(self) -> None:
        self._part = In(int(self.segment.key()))
        self.edited.emit()
        self.committed.emit()


def _kept(before: str, now: str, values: tuple[Value, ...]) -> tuple[Value, ...]:
    """What was typed, where another comparison can use it."""
    if now in (How.EMPTY, How.FILLED) or (before in IN_DAYS) != (now in IN_DAYS):
        return ()
    if now == How.BETWEEN:
        return values if before == How.BETWEEN else ()
    return values if now == How.ONE_OF else values[:1]
