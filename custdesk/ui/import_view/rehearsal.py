"""A file before it is imported: read, its columns guessed, and what would come of it counted."""

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QObject, QTimer, Signal

from custdesk.errors import CustdeskError
from custdesk.exchange import headers
from custdesk.exchange.fields import Field, Kind
from custdesk.exchange.headers import Mapping
from custdesk.exchange.outcome import OnDuplicate, Report, Result
from custdesk.exchange.table import Table
from custdesk.ui import background
from custdesk.ui.desk import Desk
from custdesk.ui.import_view import work
from custdesk.ui.import_view.work import Source, Wish

T = TypeVar("T")
_PAUSE_MS = 150


class Rehearsal(QObject):
    """All of it happens in the background; what was asked last counts, the rest is dropped.

    `progressed(done, total, words)` while a file is read, then `was_read` with `table` and
    `mapping` there, or `unreadable(CustdeskError)`. `mapped` when the columns of the same table
    mean something else. `counting` and then `counted`, with `result` there, or `refused(sentence)`.
    """

    progressed = Signal(int, int, str)
    was_read = Signal()
    unreadable = Signal(object)
    mapped = Signal()
    counting = Signal()
    counted = Signal()
    refused = Signal(str)

    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._turn = 0
        self._job: background.Job | None = None
        self._on_duplicate = OnDuplicate.MERGE
        self.source: Source | None = None
        self.table: Table | None = None
        self.mapping: Mapping | None = None
        self.result: Result | None = None
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(self.count)

    def wish(self) -> Wish | None:
        """The import as it stands; None while it cannot be made."""
        if self.source is None or self.mapping is None or self.result is None:
            return None
        return Wish(self.source, self.mapping, self._on_duplicate)

    def read(self, source: Source) -> None:
        """Read a file, guess what its columns mean, and count."""
        self.source, self.table, self.mapping, self.result = source, None, None, None
        self._read(source, None, self._take_table)

    def read_again(self) -> None:
        """In another language, headers of contact cards and remarks are other words."""
        if self.source is not None and self.mapping is not None:
            self._read(self.source, self.mapping.kind, self._take_again)

    def _read(
        self, source: Source, kind: Kind | None, take: Callable[[tuple[Table, Mapping]], None]
    ) -> None:
        self._start(lambda report: work.read(report, source, kind), take, self.unreadable.emit)

    def _take_table(self, found: tuple[Table, Mapping]) -> None:
        self.table, self.mapping = found
        self.was_read.emit()
        self.count()

    def _take_again(self, found: tuple[Table, Mapping]) -> None:
        table, _mapping = found
        if self.table is None or table.headers != self.table.headers:
            self._take_table(found)
            return
        self.table = table
        self.count()

    def guess(self, kind: Kind) -> None:
        """The rows are of another kind: guess anew what the columns mean."""
        table = self.table
        if table is not None:
            self.counting.emit()
            self._start(
                lambda report: headers.guess_mapping(table.headers, table.rows, kind),
                self._take_mapping,
                self._refuse,
            )

    def _take_mapping(self, mapping: Mapping) -> None:
        self.mapping = mapping
        self.mapped.emit()
        self.count()

    def mean(self, column: int, field: Field) -> None:
        """A column means something else."""
        if self.mapping is not None:
            self.mapping = self.mapping.with_field(column, field)
            self.mapped.emit()
            self.counting.emit()
            self.count_soon()

    def answer(self, on_duplicate: OnDuplicate) -> None:
        """What becomes of customers who are here already."""
        self._on_duplicate = on_duplicate
        self.count()

    def count_soon(self) -> None:
        """Count when nothing more is chosen for a moment."""
        self._pause.start()

    def count(self) -> None:
        """Say what would come of it; nothing is written."""
        source, table, mapping = self.source, self.table, self.mapping
        if source is None or table is None or mapping is None:
            return
        self.counting.emit()
        wish, store = Wish(source, mapping, self._on_duplicate), self._desk.store
        if len(table.rows) < work.LARGE:
            self._start(
                lambda report: work.rehearse(report, store, table, wish),
                self._take_result,
                self._refuse,
            )
            return
        self.stop()
        take, refuse = self._for_this_turn(self._take_result), self._for_this_turn(self._refuse)
        args = (work.database(store), self._desk.now, wish, True)
        self._job = background.run_process(work.import_apart, args, take, refuse, owner=self)

    def _take_result(self, result: Result) -> None:
        self.result = result
        self.counted.emit()

    def _refuse(self, error: CustdeskError) -> None:
        self.result = None
        self.refused.emit(str(error))

    def is_busy(self) -> bool:
        return self._job is not None or self._pause.isActive()

    def stop(self) -> None:
        """Nobody waits any longer for what is under way."""
        self._turn += 1
        self._pause.stop()
        job, self._job = self._job, None
        if job is not None:
            job.abandon()

    def _start(
        self,
        do: Callable[[Report], T],
        done: Callable[[T], None],
        failed: Callable[[CustdeskError], None],
    ) -> None:
        self.stop()
        self._job = background.run(
            do,
            self._for_this_turn(done),
            self._for_this_turn(failed),
            self.progressed.emit,
            owner=self,
        )

    def _for_this_turn(self, take: Callable[[T], None]) -> Callable[[T], None]:
        turn = self._turn

        def take_if_wanted(value: T) -> None:
            if turn == self._turn:
                self._job = None
                take(value)

        return take_if_wanted
