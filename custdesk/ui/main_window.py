"""The main window: the rail, the views, and every wire between them in one block."""

import base64
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QByteArray, QDateTime, QPoint, Qt, QTime, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QIcon
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QMenu,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from custdesk import business
from custdesk.care import follow_ups
from custdesk.care.follow_ups import Counts
from custdesk.i18n import _, pgettext
from custdesk.insight.segment_rules import Rule
from custdesk.people import lists
from custdesk.store import lock
from custdesk.store.search import Query
from custdesk.store.store import Change
from custdesk.ui import actions, language, theme
from custdesk.ui.caretaker import Caretaker
from custdesk.ui.customer_file.view import CustomerFile
from custdesk.ui.customers.view import CustomersView
from custdesk.ui.desk import Desk
from custdesk.ui.export import ExportAction
from custdesk.ui.lock_page import LockPage
from custdesk.ui.safety.backups import is_old, last_words
from custdesk.ui.widgets.notice_bar import NoticeBar
from custdesk.ui.widgets.rail import Rail, RailButton
from custdesk.ui.widgets.shortcut_sheet import ShortcutSheet
from custdesk.ui.widgets.speaking import Speaks
from custdesk.ui.widgets.strip import Strip

if TYPE_CHECKING:
    from custdesk.ui.care.view import CareView
    from custdesk.ui.changes_view import ChangesView
    from custdesk.ui.follow_ups.view import FollowUpsView
    from custdesk.ui.grading.view import GradingView
    from custdesk.ui.import_view.view import ImportView
    from custdesk.ui.insights.view import InsightsView
    from custdesk.ui.paper_preview import Draw
    from custdesk.ui.products_view import ProductsView
    from custdesk.ui.profile_preview import ProfilePreview
    from custdesk.ui.report_preview import ReportPreview
    from custdesk.ui.safety.view import SafetyView
    from custdesk.ui.segments.view import SegmentsView
    from custdesk.ui.settings_view import SettingsView
    from custdesk.ui.trash_view import TrashView
    from custdesk.ui.welcome import WelcomeView

WIDTH, HEIGHT = 1366, 768
TITLE_BAR = 32
"""What the system puts above a window, at least: on a screen no higher, the window fills it."""
LEAST_WIDTH, LEAST_HEIGHT = 960, 600
CHANGES_SOMETHING = (
    *("import", "undo", "redo", "safety", "new_customer", "log_interaction", "record_purchase"),
    "delete",
)
"""Actions that make no sense on a file that can only be looked at."""

LIST_WIDTH = 612
"""How wide the list is at first, as in the reference picture."""

WANTED_SOON = (
    *("follow_ups", "care", "insights", "settings", "import_view", "preview", "grading"),
    *("segments", "safety", "changes", "products", "trash", "report"),
)
"""Views in the order in which they are made ahead: one of them every so often, while for so long
nobody touches the window."""
MAKE_EVERY_MS, QUIET_S = 200, 1.0

View = TypeVar("View", bound=QWidget)


class MainWindow(Speaks, QWidget):
    """The window of one customer file."""

    sample_requested = Signal()
    sample_left = Signal()
    look_requested = Signal(object)
    """The path of a backup: look inside."""
    restore_requested = Signal(object)
    """The path of a backup: put it in the place of the file."""
    back_requested = Signal()
    """Enough looked at: back to the file itself."""
    repair_requested = Signal()
    counts_changed = Signal(object)
    """How much is overdue and due today (`Counts`): rail and title show it, and so may others."""
    locked_changed = Signal(bool)

    hidden = Signal()
    """Closed, but waiting in the tray."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.stays_in_tray: Callable[[], bool] = lambda: False
        """Whether closing the window leaves the program in the tray."""
        self._leaves = False
        self._warned_of_unfinished = False
        self._looked_at: Path | None = None
        self.desk = desk
        self.is_locked = False
        self.counts = Counts()
        self.caretaker = Caretaker(desk, self)
        self.actions_by_name = actions.build(self)
        self._build()
        self._lay_out()
        self._wire()
        self._restore()
        self.retranslate()
        self._show_counts()
        self._open_first()
        self._enable_changes()

    # --- building ---------------------------------------------------------------------------------

    def _build(self) -> None:
        desk = self.desk
        self.customers = CustomersView(desk)
        self.file = CustomerFile(desk)
        self._export = ExportAction(desk, self)
        self._split = QSplitter(Qt.Orientation.Horizontal)
        self._split.addWidget(self.customers)
        self._split.addWidget(self.file)
        self._split.setChildrenCollapsible(False)
        self._split.setHandleWidth(1)
        self._split.setStretchFactor(1, 1)
        self._views = QStackedWidget()
        self._views.addWidget(self._split)
        self._before: QWidget = self._split
        self._rail = Rail()
        self._to_customers = self._rail.add(RailButton("users", ""))
        self._to_follow_ups = self._rail.add(RailButton("follow-ups", ""))
        self._to_care = self._rail.add(RailButton("care", ""))
        self._to_insights = self._rail.add(RailButton("insights", ""))
        self._menu_button = self._rail.add_below(RailButton("more", ""))
        self._menu_button.setCheckable(False)
        self._to_settings = self._rail.add_below(RailButton("settings", ""))
        self._rail_buttons = (
            *(self._to_customers, self._to_follow_ups, self._to_care, self._to_insights),
            self._to_settings,
        )
        self._led_to: dict[QWidget, RailButton] = {self._split: self._to_customers}
        self._strip = Strip(self)
        self._sheet = ShortcutSheet(self, actions.ACTIONS)
        self._sample_bar, self._look_bar = NoticeBar(), NoticeBar("amber_soft")
        self._damage_bar, self._mask_bar = NoticeBar("amber_soft"), NoticeBar("sunken", "mask")
        self._lock_page = LockPage(self._try_key, desk.preferences, lambda: desk.now)
        self._whole = QStackedWidget()
        self._midnight = QTimer(self)
        self._midnight.setSingleShot(True)
        self._ahead = QTimer(self)
        self._ahead.setInterval(MAKE_EVERY_MS)

    def _lay_out(self) -> None:
        right = QVBoxLayout()
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(0)
        for bar in (self._sample_bar, self._look_bar, self._damage_bar, self._mask_bar):
            right.addWidget(bar)
        right.addWidget(self._views, 1)
        inside = QWidget()
        row = QHBoxLayout(inside)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._rail)
        row.addLayout(right, 1)
        self._whole.addWidget(inside)
        self._whole.addWidget(self._lock_page)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._whole)
        self.setMinimumSize(LEAST_WIDTH, LEAST_HEIGHT)
        self.setWindowIcon(QIcon(str(theme.icon_file("app"))))
        with self.desk.read() as db:
            self._is_sample = bool(business.get(db, business.IS_SAMPLE))

    def _wire(self) -> None:
        """Who hears whom, of all that is there from the start."""
        desk = self.desk
        desk.said.connect(self._say)
        desk.warned.connect(self._strip.wrong)
        desk.changed.connect(self._changed)
        desk.day_turned.connect(self._show_counts)

        self.customers.customer_chosen.connect(self.file.show_customer)
        self.customers.customer_opened.connect(lambda _id: self.file.setFocus())
        self.customers.new_requested.connect(self._new_customer)
        self.customers.import_requested.connect(lambda: self._import())
        self.file.customer_requested.connect(self.open_customer)
        self.file.made.connect(self._made)
        self.file.closed.connect(self.customers.focus_list)
        self.file.profile_requested.connect(lambda id: self._preview([id]))
        self.file.trash_requested.connect(lambda id: self.customers.trash([id]))
        self.file.plan_requested.connect(self._plan_for)
        self.customers.segments_requested.connect(self._show_segments)
        self.customers.segment_saved.connect(self._keep_as_segment)
        self.customers.safety_requested.connect(self._show_safety)
        self.caretaker.backups_changed.connect(self._show_last_backup)
        self.caretaker.damage_found.connect(self.tell_of_damage)
        self.caretaker.idle.connect(self._lock_when_idle)
        self._lock_page.opened.connect(lambda _key: self._unlock())
        self._lock_page.quit_requested.connect(self.leave)
        self._sample_bar.first.clicked.connect(self.sample_left)
        self._look_bar.first.clicked.connect(self._restore_looked_at)
        self._look_bar.second.clicked.connect(self.back_requested)
        self._damage_bar.first.clicked.connect(self.repair_requested)
        self._mask_bar.first.clicked.connect(lambda: desk.mask.put(False))
        desk.mask.changed.connect(self._show_mask)

        self._strip.undo_asked.connect(desk.undo)
        self._strip.cancel_asked.connect(self._export.cancel)
        self._export.progressed.connect(self._strip.work)
        self._to_customers.clicked.connect(self.show_customers)
        self._to_follow_ups.clicked.connect(self.show_follow_ups)
        self._to_care.clicked.connect(self.show_care)
        self._to_insights.clicked.connect(self.show_insights)
        self._to_settings.clicked.connect(self._show_settings)
        self._menu_button.clicked.connect(self._open_menu)
        self._midnight.timeout.connect(self._turn_day)
        self._ahead.timeout.connect(self._make_ahead)
        QApplication.instance().applicationStateChanged.connect(self._woke)  # type: ignore[union-attr]

        act = self.actions_by_name
        act["import"].triggered.connect(lambda: self._import())
        act["export"].triggered.connect(self._export_shown)
        act["safety"].triggered.connect(self._show_safety)
        act["lock"].triggered.connect(self.lock)
        act["settings"].triggered.connect(self._show_settings)
        act["quit"].triggered.connect(self.leave)
        act["undo"].triggered.connect(self._undo)
        act["redo"].triggered.connect(desk.redo)
        act["changes"].triggered.connect(self._show_changes)
        act["search"].triggered.connect(self._search)
        act["new_customer"].triggered.connect(lambda: self._new_customer(""))
        act["log_interaction"].triggered.connect(lambda: self._in_file(self.file.log_interaction))
        act["record_purchase"].triggered.connect(lambda: self._in_file(self.file.record_purchase))
        act["profile"].triggered.connect(self._print)
        self.removeAction(act["delete"])  # only in the list: elsewhere Del deletes what is typed
        self.customers.add_list_action(act["delete"])
        act["delete"].triggered.connect(lambda: self.customers.trash(self.customers.selected()))
        act["view_customers"].triggered.connect(self.show_customers)
        act["view_follow_ups"].triggered.connect(self.show_follow_ups)
        act["view_care"].triggered.connect(self.show_care)
        act["view_insights"].triggered.connect(self.show_insights)
        act["products"].triggered.connect(self._show_products)
        act["grading"].triggered.connect(self._show_grading)
        act["segments"].triggered.connect(self._show_segments)
        act["open_trash"].triggered.connect(self._show_trash)
        act["mask"].triggered.connect(desk.mask.put)
        act["back"].triggered.connect(self._back)
        act["shortcuts"].triggered.connect(self._sheet.open)

    # --- views: each made, and its wires drawn, when it is first wanted ---------------------------

    def _kept(self, view: View, button: RailButton | None = None) -> View:
        """One more view; `button` leads to it."""
        self._views.addWidget(view)
        if button is not None:
            self._led_to[view] = button
        return view

    @cached_property
    def follow_ups(self) -> "FollowUpsView":
        from custdesk.ui.follow_ups.view import FollowUpsView

        view = self._kept(FollowUpsView(self.desk), self._to_follow_ups)
        view.customer_requested.connect(self.open_customer)
        view.list_requested.connect(self._show_festival)
        view.count_changed.connect(lambda _count: self._show_counts())
        view.review_requested.connect(self.show_review)
        return view

    @cached_property
    def care(self) -> "CareView":
        from custdesk.ui.care.view import CareView

        view = self._kept(CareView(self.desk), self._to_care)
        view.customer_requested.connect(self.open_customer)
        return view

    @cached_property
    def insights(self) -> "InsightsView":
        from custdesk.ui.insights.view import InsightsView

        view = self._kept(InsightsView(self.desk), self._to_insights)
        view.customer_requested.connect(self.open_customer)
        view.list_requested.connect(self._list)
        view.grading_requested.connect(self._show_grading)
        view.review_requested.connect(self.show_review)
        view.report_requested.connect(self._print_report)
        return view

    @cached_property
    def settings(self) -> "SettingsView":
        from custdesk.ui.settings_view import SettingsView

        view = self._kept(SettingsView(self.desk), self._to_settings)
        view.safety_requested.connect(self._show_safety)
        view.care_requested.connect(self.show_care)
        view.language_chosen.connect(self._speak)
        view.theme_chosen.connect(self._dress)
        view.products_requested.connect(self._show_products)
        view.trash_requested.connect(self._show_trash)
        view.import_requested.connect(lambda: self._import())
        view.export_requested.connect(lambda: self._export.ask())
        view.sample_left.connect(self.sample_left)
        return view

    @cached_property
    def import_view(self) -> "ImportView":
        from custdesk.ui.import_view.view import ImportView

        view = self._kept(ImportView(self.desk))
        view.closed.connect(self.show_customers)
        return view

    @cached_property
    def preview(self) -> "ProfilePreview":
        from custdesk.ui.profile_preview import ProfilePreview

        view = self._kept(ProfilePreview(self.desk))
        view.closed.connect(self._go_back)
        return view

    @cached_property
    def report(self) -> "ReportPreview":
        from custdesk.ui.report_preview import ReportPreview

        view = self._kept(ReportPreview(self.desk))
        view.closed.connect(self._go_back)
        return view

    @cached_property
    def products(self) -> "ProductsView":
        from custdesk.ui.products_view import ProductsView

        view = self._kept(ProductsView(self.desk))
        view.closed.connect(self._go_back)
        return view

    @cached_property
    def grading(self) -> "GradingView":
        from custdesk.ui.grading.view import GradingView

        view = self._kept(GradingView(self.desk))
        view.closed.connect(self._go_back)
        view.customer_requested.connect(self.open_customer)
        return view

    @cached_property
    def segments(self) -> "SegmentsView":
        from custdesk.ui.segments.view import SegmentsView

        view = self._kept(SegmentsView(self.desk))
        view.closed.connect(self._go_back)
        view.list_requested.connect(self._list_segment)
        return view

    @cached_property
    def trash(self) -> "TrashView":
        from custdesk.ui.trash_view import TrashView

        view = self._kept(TrashView(self.desk))
        view.closed.connect(self._go_back)
        return view

    @cached_property
    def safety(self) -> "SafetyView":
        from custdesk.ui.safety.view import SafetyView

        view = self._kept(SafetyView(self.desk, self.caretaker))
        view.closed.connect(self._go_back)
        view.look_requested.connect(self.look_requested)
        view.restore_requested.connect(self.restore_requested)
        view.repair_requested.connect(self.repair_requested)
        view.lock_requested.connect(self.lock)
        return view

    @cached_property
    def changes(self) -> "ChangesView":
        from custdesk.ui.changes_view import ChangesView

        view = self._kept(ChangesView(self.desk))
        view.closed.connect(self._go_back)
        view.customer_requested.connect(self.open_customer)
        return view

    @cached_property
    def welcome(self) -> "WelcomeView":
        from custdesk.ui.welcome import WelcomeView

        view = self._kept(WelcomeView(self.desk))
        view.empty_requested.connect(self._start_empty)
        view.import_requested.connect(lambda: self._import())
        view.sample_requested.connect(self.sample_requested)
        view.language_chosen.connect(self._speak)
        return view

    def _make_ahead(self) -> None:
        """One more view while nobody is waiting, so that the first look at it is no wait either."""
        left = [name for name in WANTED_SOON if name not in self.__dict__]
        if not left:
            self._ahead.stop()
        elif self.caretaker.quiet_s() >= QUIET_S:
            getattr(self, left[0])

    def _shows(self, name: str) -> bool:
        """Whether the view of that name is shown now; it is not made to find out."""
        return self._views.currentWidget() is self.__dict__.get(name, self)

    # --- from one view to another -----------------------------------------------------------------

    def _open_first(self) -> None:
        with self.desk.read() as db:
            empty = lists.how_many(db) == 0
        if empty and self.desk.store.last_step() is None:
            self._show(self.welcome)
            return
        self.show_customers()

    def _show(self, view: QWidget) -> None:
        current = self._views.currentWidget()
        if current in self._led_to:
            self._before = current
        self._views.setCurrentWidget(view)
        for button in self._rail_buttons:
            button.setAutoExclusive(False)
            button.setChecked(self._led_to.get(view) is button)
            button.setAutoExclusive(True)
        self.actions_by_name["delete"].setEnabled(view is self._split)

    def show_customers(self) -> None:
        self._show(self._split)
        self.customers.focus_list()

    def show_follow_ups(self) -> None:
        self.follow_ups.refresh()
        self._show(self.follow_ups)
        self.follow_ups.setFocus()

    def show_care(self) -> None:
        self._show(self.care)
        self.care.setFocus()

    def show_insights(self) -> None:
        self._show(self.insights)
        self.insights.setFocus()

    def _list(self, query: Query) -> None:
        self.show_customers()
        self.customers.show_query(query)

    def _show_festival(self, about: str, year: int) -> None:
        self.show_care()
        self.care.show_ledger(about, year)

    def show_follow_up(self, follow_up_id: int, *, ask_outcome: bool = False) -> None:
        """Come forward with one follow-up, perhaps to type its outcome."""
        self.come_forward()
        if self.is_locked:
            return
        self.show_follow_ups()
        self.follow_ups.choose(follow_up_id)
        if ask_outcome:
            self.follow_ups.ask_outcome()

    def open_customer(self, customer_id: int) -> None:
        """Show the file of a customer, from wherever it was asked for."""
        self._show(self._split)
        self.customers.choose(customer_id)
        self.file.show_customer(customer_id)

    def come_forward(self) -> None:
        """Before all other windows: a second start, or a click in the tray."""
        if self.isMinimized():
            self.showNormal()
        self.show()
        self.raise_()
        self.activateWindow()

    def _made(self, customer_id: int) -> None:
        self.open_customer(customer_id)
        self.customers.focus_list()

    def _show_settings(self) -> None:
        self.settings.refresh()
        self._show(self.settings)

    def _plan_for(self, customer_id: int) -> None:
        self.show_follow_ups()
        self.follow_ups.schedule_for(customer_id)

    def _show_grading(self) -> None:
        self._show(self.grading)
        self.grading.setFocus()

    def show_review(self) -> None:
        """Who moved from one grade to another since the last review."""
        self._show_grading()
        self.grading.show_review()

    def _export_shown(self) -> None:
        """Who is listed, where the list is seen; everybody elsewhere."""
        listed = self._views.currentWidget() is self._split
        self._export.ask(self.customers.shown() if listed else None)

    def _show_segments(self) -> None:
        self._show(self.segments)
        self.segments.setFocus()

    def _keep_as_segment(self, filters: Rule) -> None:
        self._show_segments()
        self.segments.keep(filters)

    def _list_segment(self, segment_id: int) -> None:
        self.show_customers()
        self.customers.show_segment(segment_id)

    def _show_products(self) -> None:
        self._show(self.products)
        self.products.setFocus()

    def _show_trash(self) -> None:
        self.trash.refresh()
        self._show(self.trash)
        self.trash.setFocus()

    def _show_safety(self) -> None:
        self._show(self.safety)
        self.safety.setFocus()

    def _show_changes(self) -> None:
        self._show(self.changes)
        self.changes.setFocus()

    def _start_empty(self) -> None:
        self._show(self._split)
        self._new_customer("")

    def _import(self) -> None:
        self.open_import(None)

    def open_import(self, path: Path | None) -> None:
        """The import page, with a file already chosen or asking for one."""
        self._show(self.import_view)
        self.import_view.begin(path)

    def _preview(self, ids: list[int]) -> None:
        self._show(self.preview)
        self.preview.open(ids)

    def _print(self) -> None:
        """The profiles of who is chosen, or the insights; in a preview, on to the printer."""
        chosen = self.customers.selected()
        if self._shows("preview"):
            self.preview.print_pages()
        elif self._shows("report"):
            self.report.print_pages()
        elif self._shows("insights"):
            self.insights.print_report()
        elif self._views.currentWidget() is self._split and chosen:
            self._preview(chosen)

    def _print_report(self, drawing: Callable[[], "Draw"]) -> None:
        self._show(self.report)
        self.report.open(drawing)

    def _new_customer(self, name: str) -> None:
        self._show(self._split)
        self.file.begin_new(name)

    def _search(self) -> None:
        self._show(self._split)
        self.customers.focus_search()

    def _in_file(self, action: object) -> None:
        if self.customers.chosen() is not None:
            self._show(self._split)
            action()  # type: ignore[operator]

    def _back(self) -> None:
        """Esc: put away what lies open, then the view, then on to the search field."""
        if self._shows("safety") and self.safety.put_away():
            return
        if self._shows("care") and self.care.put_away():
            return
        if self._views.currentWidget() is not self._split:
            self._go_back()
        elif not self.file.go_back():
            self.customers.focus_list()

    def _go_back(self) -> None:
        current = self._views.currentWidget()
        if self._shows("welcome") or (self._shows("import_view") and self.desk.is_busy):
            return
        self._show(self._before if self._before is not current else self._split)

    def _undo(self) -> None:
        """Undo what was typed last too: it is saved first, as leaving the field would."""
        focused = self.focusWidget()
        if focused is not None:
            focused.clearFocus()
            focused.setFocus(Qt.FocusReason.OtherFocusReason)
        self.desk.undo()

    def _open_menu(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        actions.fill_menu(menu, self.actions_by_name)
        corner = self._menu_button.mapToGlobal(QPoint(self._menu_button.width(), 0))
        menu.popup(corner - QPoint(0, max(0, menu.sizeHint().height() - 80)))

    def _show_mask(self, on: bool) -> None:
        """Say that the screen is masked; what was said before may quote what is hidden now."""
        self.actions_by_name["mask"].setChecked(on)
        said = _("Phones, amounts and notes are hidden, on paper too. {key} shows them again.")
        key = actions.key_words(actions.keys_of("mask")[0])
        self._mask_bar.say(said.format(key=key) if on else "", _("Show them"))
        if on:
            self._strip.put_away()

    # --- hearing ----------------------------------------------------------------------------------

    def _say(self, sentence: str, undoable: bool) -> None:
        if undoable:
            self._strip.done(sentence)
        else:
            self._strip.say(sentence)

    def _changed(self, change: Change) -> None:
        if "follow_up" in change.tables or "customer" in change.tables:
            self._show_counts()
        if "setting" in change.tables:
            self._title()

    def _show_counts(self) -> None:
        with self.desk.read() as db:
            counts = follow_ups.counts(db, self.desk.today)
        self._wait_for_midnight()
        if counts != self.counts:
            self.counts = counts
            self._to_follow_ups.set_badge(counts.now)
            self._title()
        self.counts_changed.emit(counts)

    def _wait_for_midnight(self) -> None:
        now = QDateTime.currentDateTime()
        midnight = QDateTime(now.date().addDays(1), QTime(0, 0, 5))
        self._midnight.start(max(1000, now.msecsTo(midnight)))

    def _turn_day(self) -> None:
        self.desk.turn_day()
        self._wait_for_midnight()

    def _woke(self, state: Qt.ApplicationState) -> None:
        """The window is used again: the PC may have slept, and others may have written."""
        if state == Qt.ApplicationState.ApplicationActive:
            self.desk.look_again()

    # --- safety -----------------------------------------------------------------------------------

    def watch(self) -> None:
        """Take care of the file from now on: backups, checks, the lock."""
        self.winId()  # a window that waits in the tray was never shown, and is cared for too
        handle = self.windowHandle()
        if handle is not None:
            self.caretaker.start(handle)
        self._ahead.start()
        self._show_last_backup()

    def look_at_backup(self, path: Path) -> None:
        """This window shows a backup: say so, and offer the two ways on."""
        self._looked_at = path
        self._look_bar.say(
            self.desk.store.read_only, _("Restore this backup"), _("Back to the present file")
        )

    def _restore_looked_at(self) -> None:
        if self._looked_at is not None:
            self.restore_requested.emit(self._looked_at)

    def _show_last_backup(self) -> None:
        last, today = self.caretaker.last_good(), self.desk.today
        if self.caretaker.is_backed_up():
            self.customers.show_backup(last_words(last, today), alarming=is_old(last, today))

    def tell_of_damage(self, faults: list[str]) -> None:
        """The file is damaged: say so, and offer to repair it."""
        self._damage_bar.say(_("The customer file is damaged."), _("Repair …"))
        self.safety.health.show_faults(faults)

    def _lock_when_idle(self) -> None:
        if self.desk.store.key is not None and not self.desk.is_busy:
            self.lock()

    def lock(self) -> None:
        """Cover everything until the passphrase comes; what is being typed is saved or kept."""
        if self.is_locked:
            return
        if self.desk.store.key is None:
            self._show_safety()
            self._say(_("Set a passphrase first; then the window can be locked."), False)
            return
        focused = self.focusWidget()
        if focused is not None:
            focused.clearFocus()
        for popup in (QApplication.activePopupWidget(), QApplication.activeModalWidget()):
            if popup is not None:
                popup.close()
        self._set_locked(True)
        self._lock_page.setFocus()

    def _unlock(self) -> None:
        self._set_locked(False)
        self.desk.turn_day()

    def _set_locked(self, locked: bool) -> None:
        self.is_locked = self.desk.is_locked = locked
        self._strip.put_away()
        self._whole.setCurrentIndex(1 if locked else 0)
        for name, action in self.actions_by_name.items():
            action.setEnabled(not locked or name == "quit")
        self._enable_changes()
        self.actions_by_name["delete"].setEnabled(
            not locked and self._views.currentWidget() is self._split
        )
        self._title()
        self.locked_changed.emit(locked)

    def _enable_changes(self) -> None:
        """Where the file can only be looked at, nothing is offered that would change it."""
        if self.desk.store.read_only:
            for name in CHANGES_SOMETHING:
                self.actions_by_name[name].setEnabled(False)

    def _try_key(self, typed: str) -> str:
        """Whether what was typed opens this file: without touching it, for it is open."""
        key = self.desk.store.key or ""
        if not lock.matches(key, typed):
            raise lock.WrongPassphrase(_("This passphrase does not open the file. Try again."))
        return key

    # --- language, look, place --------------------------------------------------------------------

    def _speak(self, chosen: str) -> None:
        from custdesk import i18n

        self.desk.preferences.language = chosen
        self.desk.preferences.save()
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        language.speak(app, chosen or i18n.system_language())

    def _dress(self, scheme: str) -> None:
        self.desk.preferences.theme = scheme
        self.desk.preferences.save()
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        theme.apply(app, scheme)

    def retranslate(self) -> None:
        actions.retranslate(self.actions_by_name)
        self._to_customers.set_text(_("Customers"))
        self._to_follow_ups.set_text(_("Follow-ups"))
        self._to_care.set_text(pgettext("page", "Care"))
        self._to_insights.set_text(_("Insights"))
        self._to_settings.set_text(_("Settings"))
        self._menu_button.set_text(_("Menu"))
        if self._is_sample and self._looked_at is None:
            said = _("This is a sample: the people are invented, and nothing of it is kept.")
            self._sample_bar.say(said, _("Leave the sample"))
        if self._looked_at is not None:
            self.look_at_backup(self._looked_at)
        else:
            self._look_bar.say(self.desk.store.read_only)
        self._show_mask(self.desk.mask.is_on)
        self._show_last_backup()
        self._title()

    def _title(self) -> None:
        with self.desk.read() as db:
            name = "" if self.is_locked else business.name(db)
        counts = "" if self.is_locked else self.counts.words()
        title = " · ".join(filter(None, (_("CustDesk"), counts)))
        self.setWindowTitle(f"{name} — {title}" if name else title)

    def _restore(self) -> None:
        preferences = self.desk.preferences
        geometry = QByteArray(base64.b64decode(preferences.geometry or ""))
        if not preferences.geometry or not self.restoreGeometry(geometry):
            self.resize(WIDTH, HEIGHT)
            if self.screen().availableSize().height() < HEIGHT + TITLE_BAR:
                self.setWindowState(Qt.WindowState.WindowMaximized)
        width = preferences.list_width or LIST_WIDTH
        self._split.setSizes([width, max(self.width() - 76 - width, 400)])

    def _remember(self) -> None:
        preferences = self.desk.preferences
        preferences.geometry = base64.b64encode(self.saveGeometry().data()).decode()
        preferences.list_width = self._split.sizes()[0]
        preferences.save()

    def leave(self) -> bool:
        """Close for good; False when something is in the way of that."""
        self._leaves = True
        self._leaves = self.close()
        return self._leaves

    def closeEvent(self, event: QCloseEvent) -> None:
        """What is being typed is saved; work in the background stops and leaves nothing half."""
        focused = self.focusWidget()
        if focused is not None:
            focused.clearFocus()
        if not self._leaves and self.stays_in_tray():
            event.ignore()
            self.hide()
            self.hidden.emit()
            return
        unfinished = self.file.unfinished()
        if unfinished and not self._warned_of_unfinished:
            self._warned_of_unfinished = True
            self._strip.wrong(unfinished + " " + _("Close once more to leave it."))
            event.ignore()
            return
        if not self.desk.finish():
            event.ignore()
            return
        self._remember()
        self.desk.leave()
        event.accept()
