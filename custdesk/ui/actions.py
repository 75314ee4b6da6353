"""Every action as a table that feeds menus, shortcuts, the shortcut sheet and the manual."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar, QWidget

from custdesk.i18n import N_, _
from custdesk.ui import theme


class Menu(StrEnum):
    """The menus in their order; the value is the menu's English name."""

    FILE = N_("File")
    EDIT = N_("Edit")
    CUSTOMER = N_("Customer")
    VIEW = N_("View")
    HELP = N_("Help")


@dataclass(frozen=True, slots=True)
class ActionSpec:
    """`text` is English, translated when shown; the first of `keys` is the one that menus show."""

    name: str
    text: str
    menu: Menu
    keys: tuple[str, ...] = ()
    icon: str = ""
    separated: bool = False
    toggles: bool = False
    """Whether it is on or off, and shows which."""


ACTIONS: tuple[ActionSpec, ...] = (
    ActionSpec("import", N_("Import customers …"), Menu.FILE, ("Ctrl+I",), "import"),
    ActionSpec("export", N_("Export customers …"), Menu.FILE, ("Ctrl+E",), "export"),
    ActionSpec("safety", N_("Safety"), Menu.FILE, ("Ctrl+K",), "safety", separated=True),
    ActionSpec("lock", N_("Lock"), Menu.FILE, ("Ctrl+Alt+L",), "lock"),
    ActionSpec("settings", N_("Settings"), Menu.FILE, ("Ctrl+,",), "settings", separated=True),
    ActionSpec("quit", N_("Quit"), Menu.FILE, ("Ctrl+Q",), separated=True),
    ActionSpec("undo", N_("Undo"), Menu.EDIT, ("Ctrl+Z",), "undo"),
    ActionSpec("redo", N_("Redo"), Menu.EDIT, ("Ctrl+Shift+Z", "Ctrl+Y")),
    ActionSpec("changes", N_("Recent changes"), Menu.EDIT, ("Ctrl+H",)),
    ActionSpec("search", N_("Search customers"), Menu.EDIT, ("Ctrl+F",), "search", separated=True),
    ActionSpec("new_customer", N_("New customer"), Menu.CUSTOMER, ("Ctrl+N",), "plus"),
    ActionSpec(
        "log_interaction",
        N_("Log a contact"),
        Menu.CUSTOMER,
        ("Ctrl+L",),
        "message",
        separated=True,
    ),
    ActionSpec("record_purchase", N_("Record a purchase"), Menu.CUSTOMER, ("Ctrl+B",), "purchase"),
    ActionSpec("profile", N_("Print the profile"), Menu.CUSTOMER, ("Ctrl+P",), "pdf"),
    ActionSpec("delete", N_("Move to the trash"), Menu.CUSTOMER, ("Del",), "trash", separated=True),
    ActionSpec("view_customers", N_("Customers"), Menu.VIEW, ("Ctrl+1",), "users"),
    ActionSpec("view_follow_ups", N_("Follow-ups"), Menu.VIEW, ("Ctrl+2",), "follow-ups"),
    ActionSpec("view_care", N_("Care"), Menu.VIEW, ("Ctrl+3",), "care"),
    ActionSpec("view_insights", N_("Insights"), Menu.VIEW, ("Ctrl+4",), "insights"),
    ActionSpec("grading", N_("Grading"), Menu.VIEW, ("Ctrl+Shift+G",), "insights"),
    ActionSpec("products", N_("Products"), Menu.VIEW, ("Ctrl+Shift+P",), "tag"),
    ActionSpec("segments", N_("Segments"), Menu.VIEW, ("Ctrl+Shift+S",), "segments"),
    ActionSpec("open_trash", N_("Trash"), Menu.VIEW, (), "trash"),
    ActionSpec("mask", N_("Mask the screen"), Menu.VIEW, ("F9",), separated=True, toggles=True),
    ActionSpec("back", N_("Back"), Menu.VIEW, ("Esc",), separated=True),
    ActionSpec("shortcuts", N_("Keyboard shortcuts"), Menu.HELP, ("F1", "?"), "help"),
)


def build(
    parent: QWidget, specs: Sequence[ActionSpec] = ACTIONS, *, attach: bool = True
) -> dict[str, QAction]:
    """A QAction for each spec, by name, in the language spoken now.

    `attach` adds them to `parent`, so that their keys work anywhere in its window.
    """
    made = {spec.name: _action(parent, spec) for spec in specs}
    if attach:
        parent.addActions(list(made.values()))
    return made


def _action(parent: QObject, spec: ActionSpec) -> QAction:
    action = QAction(parent)
    action.setObjectName(spec.name)
    action.setData(spec)
    action.setShortcuts([QKeySequence(key) for key in spec.keys])
    action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
    action.setCheckable(spec.toggles)
    action.setMenuRole(_MENU_ROLES.get(spec.name, QAction.MenuRole.NoRole))
    if spec.icon:
        theme.set_icon(action, spec.icon, "muted", 16)
    _write(action, spec)
    return action


_MENU_ROLES = {
    "settings": QAction.MenuRole.PreferencesRole,
    "quit": QAction.MenuRole.QuitRole,
}


def retranslate(actions: Mapping[str, QAction]) -> None:
    """Write every action anew in the language spoken now."""
    for action in actions.values():
        spec = action.data()
        if isinstance(spec, ActionSpec):
            _write(action, spec)


def _write(action: QAction, spec: ActionSpec) -> None:
    action.setText(_(spec.text))
    keys = f" ({key_words(spec.keys[0])})" if spec.keys else ""
    action.setToolTip(_(spec.text).removesuffix(" …") + keys)


def fill_menu(
    menu: QMenu | QMenuBar,
    actions: Mapping[str, QAction],
    which: Menu | None = None,
    specs: Sequence[ActionSpec] = ACTIONS,
) -> None:
    """Put the actions of menu `which` into `menu`, in the table's order; all menus, each as its
    own menu, where `which` is None. What stands in it is taken out first, so call it again after
    a language change."""
    menu.clear()
    if which is None:
        for each in Menu:
            inner = menu.addMenu(_(each.value))
            fill_menu(inner, actions, each, specs)
        return
    for spec in specs:
        if spec.menu == which and spec.name in actions:
            if spec.separated and menu.actions():
                menu.addSeparator()
            menu.addAction(actions[spec.name])


def keys_of(name: str) -> tuple[str, ...]:
    """The keys of an action as the table has them, the one that menus show first."""
    return next(spec.keys for spec in ACTIONS if spec.name == name)


def key_words(key: str) -> str:
    """A key as this platform writes it: Ctrl+N, or ⌘N."""
    return QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)
