"""Words in the user's language, from gettext catalogues; English stands in the code.

Text must be looked up when it is shown, never at import: the language can change while running.
"""

import gettext
import locale
import os
from gettext import NullTranslations

from custdesk import paths

LANGUAGES = ("zh", "en")
_FOLDERS = {"zh": "zh_CN", "en": "en"}

_current: tuple[str, NullTranslations] = ("en", NullTranslations())


def use(language: str) -> None:
    """Speak `language` ("zh" or "en") from now on."""
    global _current
    if language == "en":
        _current = ("en", NullTranslations())
        return
    catalogue = gettext.translation(
        "custdesk", paths.resources() / "i18n", languages=[_FOLDERS[language]]
    )
    _current = (language, catalogue)


def language() -> str:
    """The language spoken now: "zh" or "en"."""
    return _current[0]


def system_language() -> str:
    """The language of the system: Chinese where it is any Chinese, English elsewhere."""
    names = [os.environ.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG")]
    named = next((name for name in names if name), "") or (locale.getlocale()[0] or "")
    return "zh" if named.lower().startswith(("zh", "chinese")) else "en"


def _(message: str) -> str:
    return _current[1].gettext(message) if message else ""


def ngettext(one: str, many: str, n: int) -> str:
    return _current[1].ngettext(one, many, n)


def pgettext(context: str, message: str) -> str:
    """For words that English writes alike and Chinese does not; `context` says which is meant."""
    return _current[1].pgettext(context, message)


def N_(message: str) -> str:
    """Mark `message` for translation where it stands as data; `_` it where it is shown."""
    return message
