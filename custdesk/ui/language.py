"""The window's language, switched at once: our words, Qt's words, the form of dates and numbers."""

from PySide6.QtCore import QLibraryInfo, QLocale, QTranslator
from PySide6.QtWidgets import QApplication

from custdesk import i18n

_LOCALES = {"zh": QLocale.Language.Chinese, "en": QLocale.Language.English}
_QT_CATALOGUES = {"zh": "qtbase_zh_CN", "en": "qtbase_en"}


def speak(app: QApplication, language: str) -> None:
    """Speak "zh" or "en" from now on; every widget hears QEvent.LanguageChange."""
    i18n.use(language)
    QLocale.setDefault(locale())
    for old in app.findChildren(QTranslator, "qt-words"):
        app.removeTranslator(old)
        old.deleteLater()
    translator = QTranslator(app)
    translator.setObjectName("qt-words")
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if not translator.load(_QT_CATALOGUES[language], folder):
        translator.deleteLater()
    app.installTranslator(translator)  # an empty one too: installing sends LanguageChange


def locale() -> QLocale:
    """How the language spoken now writes dates and numbers."""
    country = QLocale.Country.China
    return QLocale(_LOCALES[i18n.language()], country)
