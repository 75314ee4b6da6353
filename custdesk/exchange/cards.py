"""What one vCard says about a contact: its properties, of any version, as facts."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from custdesk.exchange.fields import Field
from custdesk.exchange.values import join_name
from custdesk.i18n import N_, _

_CHINESE = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U000323af]")
_ESCAPED = re.compile(r"\\([nN;,:\"\\])")
_APPLE_LABEL = re.compile(r"_\$!<(.*)>!\$_")
_ANDROID_EVENT = re.compile(r"vnd\.android\.cursor\.item/contact_event;([^;]*);(\d*)")
_ANDROID_NICKNAME = re.compile(r"vnd\.android\.cursor\.item/nickname;([^;]*)")
_ANDROID_BIRTHDAY = "3"
_TYPE_LABELS = (
    ("cell", "mobile"), ("mobile", "mobile"), ("iphone", "mobile"), ("work", "work"),
    ("home", "home"), ("car", "other"), ("other", "other"),
)  # fmt: skip
_CHATS = {
    "X-QQ": "QQ", "X-TENCENT-QQ": "QQ", "X-SKYPE": "Skype", "X-SKYPE-USERNAME": "Skype",
    "X-MSN": "MSN", "X-ICQ": "ICQ", "X-AIM": "AIM", "X-YAHOO": "Yahoo", "X-JABBER": "Jabber",
    "X-GOOGLE-TALK": "Google Talk", "X-GTALK": "Google Talk", "X-MS-IMADDRESS": "IM",
}  # fmt: skip
_WECHAT = frozenset({"X-WECHAT", "X-WEIXIN", "X-WECHAT-ID", "X-SOCIALPROFILE-WECHAT"})
_KEPT = {
    "NICKNAME": N_("Nickname"),
    "URL": N_("Website"),
    "ROLE": N_("Role"),
    "FAX": N_("Fax"),
    "DEPARTMENT": N_("Department"),
    "COUNTRY": N_("Country"),
    "OTHER-ADDRESS": N_("Other address"),
    "ANNIVERSARY": N_("Anniversary"),
    "SPOUSE": N_("Spouse"),
    "MANAGER": N_("Manager"),
    "ASSISTANT": N_("Assistant"),
    "RELATED": N_("Related person"),
    "OTHER-DATE": N_("Other date"),
    "LUNAR-BIRTHDAY": N_("Other birthday"),
}
_FACTS = {"TITLE": Field.TITLE, "NOTE": Field.NOTES, "CATEGORIES": Field.TAGS}
_GENDERS = {"m": "male", "f": "female", "1": "female", "2": "male", "male": "male"} | {
    "female": "female", "男": "male", "女": "female",
}  # fmt: skip


@dataclass(slots=True)
class Card:
    """A contact, before its columns: `phones` with labels, `others` with translated headers."""

    class Property(NamedTuple):
        """One property: its group (item1), name, parameters in capitals, and text."""

        group: str
        name: str
        parameters: dict[str, list[str]]
        value: str

        def types(self) -> set[str]:
            return {word.lower() for word in self.parameters.get("TYPE", [])}

    line: int
    facts: dict[Field, str] = field(default_factory=dict)
    phones: list[tuple[str, str]] = field(default_factory=list)
    emails: list[str] = field(default_factory=list)
    wechats: list[str] = field(default_factory=list)
    others: list[tuple[str, str]] = field(default_factory=list)

    def add(self, about: Field, text: str) -> None:
        if text and text not in self.facts.get(about, "").split("\n"):
            self.facts[about] = "\n".join(filter(None, (self.facts.get(about), text)))

    def keep(self, name: str, text: str) -> None:
        header = _CHATS.get(name) or _(_KEPT[name])
        if text and (header, text) not in self.others:
            self.others.append((header, text))


def card_of(line: int, properties: list[Card.Property]) -> Card | None:
    """The contact that a card's properties describe; None when it is a group of contacts."""
    card = Card(line)
    labels = _apple_labels(properties)
    names: dict[str, str] = {}
    preferred: list[tuple[str, str]] = []
    for prop in properties:
        text = _text(prop.value)
        if not text:
            continue
        match prop.name:
            case "KIND" | "X-ADDRESSBOOKSERVER-KIND" if text.lower() == "group":
                return None
            case "FN" | "N" | "SORT-STRING":
                names.setdefault(prop.name, prop.value)
            case "ORG":
                names.setdefault("ORG", prop.value)
                company, *departments = (_text(part) for part in _parts(prop.value))
                card.add(Field.COMPANY, company)
                card.keep("DEPARTMENT", " ".join(filter(None, departments)))
            case "TEL":
                _take_phone(card, prop, labels, preferred)
            case "EMAIL":
                address = text.removeprefix("mailto:")
                if address not in card.emails:
                    card.emails.append(address)
            case "KIND" | "X-ABSHOWAS":
                if text.lower() in ("org", "company"):
                    card.facts[Field.KIND] = "company"
            case _:
                _take_other(card, prop, text, labels)
    _take_addresses(card, properties)
    card.phones = list(dict.fromkeys(preferred + card.phones))
    _take_name(card, names)
    return card


def _text(value: str) -> str:
    """A value as people read it: escapes undone, without space around it."""
    read = _ESCAPED.sub(lambda found: "\n" if found[1] in "nN" else found[1], value)
    return read.replace("\r\n", "\n").strip()


def _parts(value: str, sign: str = ";") -> list[str]:
    """The parts of a compound value, still escaped."""
    return re.split(rf"(?<!\\){sign}", value)


def _apple_labels(properties: list[Card.Property]) -> dict[str, str]:
    """Labels that stand in a property of their own, by group."""
    return {
        prop.group: _APPLE_LABEL.sub(r"\1", _text(prop.value))
        for prop in properties
        if prop.name == "X-ABLABEL" and prop.group
    }


def _take_phone(
    card: Card,
    prop: Card.Property,
    labels: dict[str, str],
    preferred: list[tuple[str, str]],
) -> None:
    number = re.sub(r"^tel:", "", _text(prop.value), flags=re.IGNORECASE)
    types = prop.types()
    if "fax" in types and not types & {"voice", "cell"}:
        card.keep("FAX", number)
        return
    named = labels.get(prop.group)
    label = named or next((label for word, label in _TYPE_LABELS if word in types), "")
    first = "pref" in types or "PREF" in prop.parameters
    (preferred if first else card.phones).append((number, label))


def _take_other(card: Card, prop: Card.Property, text: str, labels: dict[str, str]) -> None:
    name = prop.name
    if name in _FACTS:
        words = "、".join(filter(None, map(_text, _parts(prop.value, ","))))
        card.add(_FACTS[name], words if name == "CATEGORIES" else text)
    elif name == "BDAY":
        card.facts.setdefault(Field.BIRTHDAY, text)
    elif name in ("GENDER", "X-GENDER", "X-WAB-GENDER"):
        said = _GENDERS.get(text.split(";")[0].lower())
        if said:
            card.facts[Field.GENDER] = said
    elif name in _WECHAT or (name in ("IMPP", "X-IMPP", "X-SOCIALPROFILE") and _is_wechat(prop)):
        card.wechats.append(re.sub(r"^[\w+-]+:(?://)?", "", text))
    elif name in _CHATS:
        card.keep(name, text)
    elif name == "IMPP":
        card.keep("X-MS-IMADDRESS", text)
    elif name in ("NICKNAME", "URL", "ROLE", "ANNIVERSARY"):
        card.keep(name, text)
    elif name == "X-ANDROID-CUSTOM":
        _take_android(card, text)
    elif name in ("X-ABDATE", "X-EVOLUTION-ANNIVERSARY", "X-ANNIVERSARY", "X-MS-ANNIVERSARY"):
        label = labels.get(prop.group, "Anniversary")
        is_anniversary = label.lower() == "anniversary"
        card.keep("ANNIVERSARY" if is_anniversary else "OTHER-DATE", text)
    elif name in ("X-ALTBDAY", "X-LUNAR-BIRTHDAY"):
        card.keep("LUNAR-BIRTHDAY", text)
    elif name in ("X-ABRELATEDNAMES", "RELATED"):
        card.keep("RELATED", " ".join(filter(None, (labels.get(prop.group), text))))
    else:
        for word in ("SPOUSE", "MANAGER", "ASSISTANT"):
            if name.startswith("X-") and name.endswith("-" + word):
                card.keep(word, text)


def _is_wechat(prop: Card.Property) -> bool:
    services = " ".join([*prop.types(), *prop.parameters.get("X-SERVICE-TYPE", []), prop.value])
    return bool(re.search(r"wechat|weixin|微信", services, re.IGNORECASE))


def _take_android(card: Card, text: str) -> None:
    """What Android keeps in rows of its own: nicknames and days."""
    nickname = _ANDROID_NICKNAME.match(text)
    if nickname:
        card.keep("NICKNAME", nickname[1])
    event = _ANDROID_EVENT.match(text)
    if event and event[2] == _ANDROID_BIRTHDAY:
        card.facts.setdefault(Field.BIRTHDAY, event[1])
    elif event:
        card.keep("ANNIVERSARY" if event[2] == "1" else "OTHER-DATE", event[1])


def _take_addresses(card: Card, properties: list[Card.Property]) -> None:
    """City and province from the first address; further ones whole; a label where none is."""
    first = True
    for prop in properties:
        if prop.name != "ADR":
            continue
        parts = [_text(part).replace("\n", " ") for part in _parts(prop.value)] + [""] * 7
        box, more, street, city, region, code, country = parts[:7]
        chinese = bool(_CHINESE.search(street + city))
        join = "" if chinese else " "
        lines = list(filter(None, (street, more, box)))
        if first and any(parts):
            first = False
            card.add(Field.CITY, city)
            card.add(Field.PROVINCE, region)
            card.add(Field.ADDRESS, " ".join([*lines, *filter(None, [code])]))
            card.keep("COUNTRY", country)
        else:
            whole = [region, city, *lines] if chinese else [*lines, city, region]
            there = join.join(filter(None, whole))
            card.keep("OTHER-ADDRESS", " ".join(filter(None, (there, code, country))))
    if first:
        for text in (_text(prop.value) for prop in properties if prop.name == "LABEL"):
            card.add(Field.ADDRESS, " ".join(text.split()))


def _take_name(card: Card, names: dict[str, str]) -> None:
    full = _text(names.get("FN", ""))
    family, given, middle = [*(_text(p) for p in _parts(names.get("N", ""))), "", "", ""][:3]
    joined = join_name(family, given, middle)
    in_order = _CHINESE.search(full) and " " not in full
    if _CHINESE.search(joined) and not in_order:
        full = joined  # some phones write 丽华 张
    name = full or joined
    if not name and card.facts.get(Field.COMPANY):
        name = card.facts[Field.COMPANY]
        card.facts[Field.KIND] = "company"
    card.facts[Field.NAME] = name or next(_stand_ins(card), "")


def _stand_ins(card: Card) -> Iterator[str]:
    """What may stand for a name that a card lacks."""
    kept = _KEPT["NICKNAME"]
    yield from (text for header, text in card.others if header == _(kept))
