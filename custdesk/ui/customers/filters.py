"""The chips above the list of customers: what narrows it, and segments to keep a narrowing in."""

from collections.abc import Callable, Mapping
from datetime import timedelta

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QFontMetrics
from PySide6.QtWidgets import QMenu, QWidget

from custdesk import formats
from custdesk.errors import CustdeskError
from custdesk.i18n import _, ngettext
from custdesk.insight import policies, segments
from custdesk.insight.segment_rules import All, In
from custdesk.people import customers
from custdesk.store.models import Stage
from custdesk.store.search import Query
from custdesk.store.store import Change
from custdesk.ui import background, theme
from custdesk.ui.background import Job
from custdesk.ui.desk import Desk
from custdesk.ui.widgets.chip import Chip
from custdesk.ui.widgets.flow_layout import FlowLayout
from custdesk.ui.widgets.speaking import Speaks
from custdesk.words import shown

SILENT_DAYS = (30, 60, 90, 180, 365)
"""What "not contacted for n days" offers."""
_MOST_OFFERED = 40
_WIDEST = 240
"""How many pixels of the words of a filter are shown."""


class Filters(Speaks, QWidget):
    """Shows the filters of a query and asks for others.

    `narrowed` brings what is to be changed of the query, by the names of its fields.
    """

    narrowed = Signal(object)
    save_requested = Signal(object)
    """The rule that the present filters make: keep it as a segment."""
    edit_requested = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._query = Query()
        self._segment: int | None = None
        """The one that `only` of the query came from."""
        self._counting: Job | None = None
        self.grade, self.stage = Chip(menu=QMenu(self)), Chip(menu=QMenu(self))
        self.tag, self.city = Chip(menu=QMenu(self)), Chip(menu=QMenu(self))
        self.silent, self.segment = Chip(menu=QMenu(self)), Chip(menu=QMenu(self))
        self.only = Chip(closable=True)
        row = FlowLayout(self)
        for chip in (
            *(self.grade, self.stage, self.tag, self.city, self.silent, self.segment, self.only),
        ):
            row.addWidget(chip)
        nothing: Mapping[str, object]
        for chip, fill, nothing in (
            (self.grade, self._fill_grades, {"grades": frozenset()}),
            (self.stage, self._fill_stages, {"stages": frozenset()}),
            (self.tag, self._fill_tags, {"tag": None}),
            (self.city, self._fill_cities, {"city": None}),
            (self.silent, self._fill_silent, {"silent_since": None}),
            (self.segment, self._fill_segments, {"only": None}),
        ):
            chip.menu().aboutToShow.connect(fill)
            chip.closed.connect(lambda nothing=nothing: self.narrowed.emit(nothing))
        self.only.closed.connect(lambda: self.narrowed.emit({"only": None}))
        desk.changed.connect(self._changed)
        desk.day_turned.connect(self._read_segment)

    def retranslate(self) -> None:
        self.show_query(self._query)

    def show_query(self, query: Query) -> None:
        """Show what narrows the list now."""
        if query.only is None:
            self._segment = None
        self._query = query
        with self._desk.read() as db:
            grades = policies.grades(db).ranked
            name = segments.known(db).names.get(self._segment or 0, "")
        called = [grade.called for grade in grades if grade.key in query.grades]
        stages = [shown(stage) for stage in Stage if stage in query.stages]
        days = (self._desk.today - query.silent_since).days if query.silent_since else 0
        silent = ngettext("Silent for {n} day", "Silent for {n} days", days).format(n=days)
        for chip, what, value in (
            (self.grade, _("Grade"), _(", ").join(called)),
            (self.stage, _("Stage"), _(", ").join(stages)),
            (self.tag, _("Tag"), query.tag or ""),
            (self.city, _("City"), query.city or ""),
            (self.silent, _("Not contacted"), silent if days else ""),
            (self.segment, _("Segments"), name),
        ):
            chip.set_text(_short(value) or what)
            chip.setAccessibleName(value or what)
            chip.set_closable(bool(value))
        words = query.only.words if query.only is not None else ""
        self.segment.setToolTip(words if self._segment is not None else "")
        self.only.setVisible(bool(words) and self._segment is None)
        self.only.set_text(_short(words))
        self.only.setAccessibleName(words)
        self.only.setToolTip(words)

    def show_segment(self, segment_id: int) -> None:
        """Narrow the list to who is in a segment."""
        self._segment = segment_id
        self._read_segment()

    def _read_segment(self) -> None:
        """Ask anew for the segment that is shown: its rule, or the day, may be another."""
        if self._segment is None:
            return
        with self._desk.read() as db:
            known = segments.known(db)
            rule = known.rules.get(self._segment)
            only = rule and segments.condition(db, rule, self._desk.today)
        if only is None:
            self._segment = None
        if only != self._query.only:
            self.narrowed.emit({"only": only})
        else:
            self.show_query(self._query)

    def _changed(self, change: Change) -> None:
        if "segment" in change.tables:
            self._read_segment()

    # --- the menus --------------------------------------------------------------------------------

    def _fill_grades(self) -> None:
        with self._desk.read() as db:
            grades = policies.grades(db).ranked
        named = {grade.key: grade.called for grade in grades}
        self._fill_set(self.grade.menu(), named, "grades", self._query.grades)

    def _fill_stages(self) -> None:
        named = {stage.value: shown(stage) for stage in Stage}
        self._fill_set(self.stage.menu(), named, "stages", self._query.stages)

    def _fill_set(
        self, menu: QMenu, named: Mapping[str, str], what: str, chosen: frozenset[str]
    ) -> None:
        """Of which any number can be chosen."""
        menu.clear()
        for key, name in named.items():
            _tick(menu, name, key in chosen).triggered.connect(
                lambda _on, key=key: self.narrowed.emit({what: chosen ^ {key}})
            )

    def _fill_tags(self) -> None:
        with self._desk.read() as db:
            names = customers.all_tags(db)
        self._fill_one(self.tag.menu(), names, _("There are no tags yet"), "tag", self._query.tag)

    def _fill_cities(self) -> None:
        with self._desk.read() as db:
            names = customers.all_cities(db)
        none = _("There are no cities yet")
        self._fill_one(self.city.menu(), names, none, "city", self._query.city)

    def _fill_one(
        self, menu: QMenu, names: list[str], none: str, what: str, chosen: str | None
    ) -> None:
        """Of which one can be chosen."""
        menu.clear()
        if not names:
            menu.addAction(none).setEnabled(False)
        for name in names[:_MOST_OFFERED]:
            _tick(menu, name, name == chosen).triggered.connect(
                lambda on, name=name: self.narrowed.emit({what: name if on else None})
            )

    def _fill_silent(self) -> None:
        menu = self.silent.menu()
        menu.clear()
        for days in SILENT_DAYS:
            words = ngettext("For {n} day", "For {n} days", days).format(n=days)
            since = self._desk.today - timedelta(days=days)
            menu.addAction(words).triggered.connect(
                lambda _on=False, since=since: self.narrowed.emit({"silent_since": since})
            )

    def _fill_segments(self) -> None:
        """All segments; how many are in each is counted while one looks."""
        if self._counting is not None:
            self._counting.abandon()  # it would write into entries that are gone
            self._counting = None
        menu = self.segment.menu()
        menu.clear()
        with self._desk.read() as db:
            names = segments.known(db).names
        offered: dict[int, Callable[[str], None]] = {}
        for id, name in names.items():
            action = _tick(menu, name, id == self._segment, "\t……")
            action.triggered.connect(lambda _on, id=id: self._choose(id))
            offered[id] = _writer(action, name)
        if names:
            menu.addSeparator()
        save = menu.addAction(_("Save this filter as a segment …"))
        whole = self._query.only is None or self._segment is not None
        save.setEnabled(whole and bool(self._rule().parts) and not self._desk.store.read_only)
        save.triggered.connect(lambda: self.save_requested.emit(self._rule()))
        menu.addAction(_("Edit segments …")).triggered.connect(self.edit_requested)
        store, today = self._desk.store, self._desk.today

        def count(_report: object) -> dict[int, int]:
            with store.read() as db:
                return segments.counts(db, today)

        def show(counts: dict[int, int]) -> None:
            self._counting = None
            for id, n in counts.items():
                if id in offered:
                    offered[id](formats.count(n))

        def failed(error: CustdeskError) -> None:
            self._counting = None
            self._desk.warned.emit(str(error))

        if names:
            self._counting = background.run(count, show, failed, owner=self)

    def _choose(self, id: int) -> None:
        if id == self._segment:
            self.narrowed.emit({"only": None})
        else:
            self.show_segment(id)

    def _rule(self) -> All:
        """What the present filters say, the segment among them."""
        rule = segments.of_query(self._query, self._desk.today)
        within = () if self._segment is None else (In(self._segment),)
        return All((*rule.parts, *within))


def _short(words: str) -> str:
    metrics = QFontMetrics(theme.font(theme.SMALL_PX))
    return metrics.elidedText(words, Qt.TextElideMode.ElideRight, _WIDEST)


def _tick(menu: QMenu, name: str, on: bool, behind: str = "") -> QAction:
    action = menu.addAction(name.replace("&", "&&") + behind)
    action.setCheckable(True)
    action.setChecked(on)
    return action


def _writer(action: QAction, name: str) -> Callable[[str], None]:
    """Puts a number behind the name."""
    return lambda number: action.setText(f"{name.replace('&', '&&')}\t{number}")
