"""Where things are: data file, preferences, log, and the resources that travel with us."""

import os
import sys
from pathlib import Path

import platformdirs

APP = "CustDesk"


def resources() -> Path:
    """The folder of icons, fonts, words and sample data: installed, frozen, or in a checkout."""
    here = Path(__file__).resolve().parent
    frozen = getattr(sys, "_MEIPASS", None)
    places = [Path(frozen) / "resources"] if frozen else []
    places += [here / "resources", here.parent / "resources"]
    return next(place for place in places if place.is_dir())


def default_database() -> Path:
    """CUSTDESK_DB, or customers.custdesk in the platform's data folder."""
    named = os.environ.get("CUSTDESK_DB")
    if named:
        return Path(named)
    return Path(platformdirs.user_data_dir(APP, appauthor=False)) / "customers.custdesk"


def preferences_file() -> Path:
    """This PC's preferences (language, theme, geometry); never the customers' data."""
    return Path(platformdirs.user_config_dir(APP, appauthor=False)) / "preferences.toml"


def log_file() -> Path:
    return Path(platformdirs.user_log_dir(APP, appauthor=False)) / "custdesk.log"
