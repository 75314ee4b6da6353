"""Notices by the system itself, spoken with in a thread that the window never waits for.

desktop-notifier knows those of Windows, macOS and Linux, in asyncio. Whatever is missing (no bus,
nobody who answers on it, no permission, no signed bundle on macOS, no buttons) shows as `failed`,
within a few seconds, and something else can tell it.
"""

import asyncio
import logging
import threading
from collections.abc import Coroutine
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, Signal

from custdesk import paths
from custdesk.ui.notices.notice import Notice, Reply

if TYPE_CHECKING:
    from desktop_notifier import DesktopNotifier

_log = logging.getLogger(__name__)

PATIENCE_S = 5.0
"""How long the system may take to show a notice."""

GOODBYE_S = 2.0
"""How long the thread may take to end; it would not keep the program from ending."""


class _NoButtonsError(Exception):
    """There is nobody here who shows a notice with buttons."""


class NativeNotices(QObject):
    """Shows notices and brings what is answered to them. Nothing is begun before the first."""

    answered = Signal(object, str)
    """The Notice, and the Reply."""
    failed = Signal(object)
    """The Notice could not be shown."""

    _was_answered = Signal(object, str)
    _has_failed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._center: DesktopNotifier | None = None
        self._shown: dict[str, Notice] = {}
        """By the identifier of the system's notice; of the thread."""
        self._in_turn = asyncio.Lock()
        """What is taken back at once was not half shown."""
        queued = Qt.ConnectionType.QueuedConnection
        self._was_answered.connect(self.answered, queued)
        self._has_failed.connect(self.failed, queued)

    def show(self, notice: Notice) -> None:
        self._do(self._show(notice))

    def withdraw(self, ids: frozenset[int] | None = None) -> None:
        """Take back the notices about any of `ids`, or all of them."""
        if self._loop is not None:
            self._do(self._withdraw(ids))

    def close(self) -> None:
        """Take back what is shown, and end the thread."""
        loop, thread = self._loop, self._thread
        if loop is None or thread is None:
            return
        self._loop = self._thread = None
        asyncio.run_coroutine_threadsafe(self._end(loop), loop)
        thread.join(GOODBYE_S)

    # --- in the thread ----------------------------------------------------------------------------

    def _do(self, work: Coroutine[object, object, None]) -> None:
        if self._loop is None:
            self._loop = asyncio.new_event_loop()
            self._thread = threading.Thread(
                target=_run, args=(self._loop,), name="notices", daemon=True
            )
            self._thread.start()
        asyncio.run_coroutine_threadsafe(work, self._loop)

    async def _show(self, notice: Notice) -> None:
        try:
            async with self._in_turn:
                await asyncio.wait_for(self._send(notice), PATIENCE_S)
        except Exception as error:  # whatever a system comes up with: it is told another way
            _log.info("No notice by the system: %s", type(error).__name__)
            self._hang_up()  # the next notice begins anew: somebody may be there by then
            self._has_failed.emit(notice)

    async def _send(self, notice: Notice) -> None:
        from desktop_notifier import Button, Capability, DesktopNotifier, Icon, Notification

        if self._center is None:
            icon = Icon(path=paths.resources() / "icons" / "app.png")
            self._center = DesktopNotifier("CustDesk", icon)
        center, is_there = self._center, False
        if not await center.request_authorisation():
            raise PermissionError
        if Capability.BUTTONS not in await center.get_capabilities():
            raise _NoButtonsError

        def dispatched() -> None:
            nonlocal is_there
            is_there = True

        sent = Notification(
            title=notice.title,
            message=notice.words,
            buttons=tuple(
                Button(words, partial(self._answer, notice, reply))
                for reply, words in notice.buttons()
            ),
            on_dispatched=dispatched,
            on_clicked=partial(self._answer, notice, Reply.OPEN),
        )
        await center.send_notification(sent)
        if not is_there:
            raise _NoButtonsError
        self._shown[sent.identifier] = notice

    def _answer(self, notice: Notice, reply: Reply) -> None:
        with suppress(RuntimeError):  # the window has gone meanwhile
            self._was_answered.emit(notice, reply)

    async def _withdraw(self, ids: frozenset[int] | None) -> None:
        async with self._in_turn:
            for identifier, notice in list(self._shown.items()):
                if ids is None or ids & set(notice.ids):
                    del self._shown[identifier]
                    await self._clear(identifier)

    async def _clear(self, identifier: str) -> None:
        if self._center is not None:
            with suppress(Exception):  # it has gone by itself, or nobody is there now
                await asyncio.wait_for(self._center.clear(identifier), PATIENCE_S)

    def _hang_up(self) -> None:
        """desktop-notifier has no way to end its connection to the bus, where it has one."""
        center, self._center = self._center, None
        bus = getattr(getattr(center, "_backend", None), "bus", None)
        if bus is not None:
            with suppress(Exception):  # it went away by itself
                bus.disconnect()

    async def _end(self, loop: asyncio.AbstractEventLoop) -> None:
        with suppress(Exception):
            await asyncio.wait_for(self._withdraw(None), GOODBYE_S / 2)
        self._hang_up()
        loop.stop()


def _run(loop: asyncio.AbstractEventLoop) -> None:
    """The thread: until `_end`; what is still under way then is given up."""
    asyncio.set_event_loop(loop)
    loop.set_exception_handler(_note)
    try:
        loop.run_forever()
        left = asyncio.all_tasks(loop)
        for task in left:
            task.cancel()
        loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
    finally:
        loop.close()


def _note(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """A bus that went away under a call: no defect of ours, and nothing for a screen."""
    _log.info("Of the system's notices: %s", type(context.get("exception")).__name__)
