"""A notification daemon for tests: prints what it is asked to show, presses what it is told to.

    session_bus_daemon.py [mute] [plain]

Each call is one JSON line on standard output. A line "press ID ACTION" on standard input presses a
button. `mute`: it never answers. `plain`: it knows no buttons.
"""

import asyncio
import json
import sys

from dbus_fast import Message, MessageType
from dbus_fast.aio import MessageBus

NAME, PATH = "org.freedesktop.Notifications", "/org/freedesktop/Notifications"
XML = """<node><interface name="org.freedesktop.Notifications">
<method name="GetCapabilities"><arg type="as" direction="out"/></method>
<method name="GetServerInformation">
  <arg type="s" direction="out"/><arg type="s" direction="out"/>
  <arg type="s" direction="out"/><arg type="s" direction="out"/></method>
<method name="Notify">
  <arg type="s" direction="in"/><arg type="u" direction="in"/><arg type="s" direction="in"/>
  <arg type="s" direction="in"/><arg type="s" direction="in"/><arg type="as" direction="in"/>
  <arg type="a{sv}" direction="in"/><arg type="i" direction="in"/><arg type="u" direction="out"/>
</method>
<method name="CloseNotification"><arg type="u" direction="in"/></method>
<signal name="ActionInvoked"><arg type="u"/><arg type="s"/></signal>
<signal name="NotificationClosed"><arg type="u"/><arg type="u"/></signal>
</interface></node>"""


class Daemon:
    """org.freedesktop.Notifications, as far as it is spoken by us."""

    def __init__(self, bus: MessageBus) -> None:
        self.bus, self.last = bus, 0

    def answer(self, message: Message) -> Message | bool | None:
        if message.message_type is not MessageType.METHOD_CALL or message.path != PATH:
            return None
        if message.member == "Introspect":
            return Message.new_method_return(message, "s", [XML])
        if "mute" in sys.argv:
            return True  # dealt with: nobody else answers either
        if message.member == "GetCapabilities":
            known = ["body"] if "plain" in sys.argv else ["body", "actions"]
            return Message.new_method_return(message, "as", [known])
        if message.member == "GetServerInformation":
            return Message.new_method_return(message, "ssss", ["test", "custdesk", "1", "1.2"])
        if message.member == "Notify":
            self.last += 1
            title, words, actions = message.body[3:6]
            say({"id": self.last, "title": title, "words": words, "actions": actions})
            return Message.new_method_return(message, "u", [self.last])
        if message.member == "CloseNotification":
            say({"closed": message.body[0]})
            self.tell("NotificationClosed", "uu", [message.body[0], 3])
            return Message.new_method_return(message)
        return None

    def tell(self, signal: str, signature: str, body: list[object]) -> None:
        self.bus.send(Message.new_signal(PATH, NAME, signal, signature, body))


def say(what: dict[str, object]) -> None:
    print(json.dumps(what), flush=True)


async def main() -> None:
    bus = await MessageBus().connect()
    daemon = Daemon(bus)
    bus.add_message_handler(daemon.answer)
    await bus.request_name(NAME)
    say({"ready": True})
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        _press, id, action = line.split()
        await asyncio.sleep(0.1)  # nobody is as fast as a test: the notice is on the screen
        daemon.tell("ActionInvoked", "us", [int(id), action])
        daemon.tell("NotificationClosed", "uu", [int(id), 2])


asyncio.run(main())
