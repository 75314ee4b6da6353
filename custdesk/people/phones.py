"""Phone numbers: whatever was typed becomes one form inside, and is spaced for people outside."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from custdesk.i18n import N_, _
from custdesk.people.typed import half_width, plain
from custdesk.store.spelling import dialled

digits = dialled
"""The digits by which people look for a stored phone."""


class PhoneFault(StrEnum):
    """Why a number stays as it was typed; the value is the sentence, to be looked up with `_`."""

    DAMAGED = N_("The spreadsheet has cut digits off this phone number.")
    INCOMPLETE = N_("This is not a complete phone number.")
    NO_AREA_CODE = N_("This phone number has no area code.")

    @property
    def reason(self) -> str:
        return _(self.value)


@dataclass(frozen=True, slots=True)
class Phone:
    """A phone number as it is kept: E.164 ("+8613812345678", "+8657188886666;ext=802").

    With a `fault`, `value` is what was typed, untouched. `label` is what else stood there ("老公").
    """

    value: str
    fault: PhoneFault | None = None
    label: str = ""

    @property
    def is_e164(self) -> bool:
        return self.fault is None


_NOTHING = frozenset(
    {"无", "没有", "暂无", "未知", "不详", "空", "保密", "n/a", "na", "none", "null", "nil", "nan"}
    | {"-", "--", "—", "/", "\\", ".", "?", "0", "#n/a"}
)
_DASHES = re.compile(r"[\u2010-\u2015\u2212\uff0d\u30fc~]")
_FLOAT = re.compile(r"(\d+)\.0+")
_SCIENTIFIC = re.compile(r"(\d)(?:\.(\d+))?[eE]\+?(\d{1,2})")
_CHINESE_MOBILE = re.compile(r"(?:\+?86|0086)?(1[3-9]\d{9})")
_SEPARATORS = re.compile(r"[\s().\-]")
_EXTENSION_WORD = r"(?:,?\s*(?:转接?|分机号?|extension|ext\.?|;ext=|x|#)\s*[:：]?\s*)"
_NUMBER = re.compile(
    rf"(?P<number>\+?\(?\+?\d[\d\s().\-]*)(?:{_EXTENSION_WORD}(?P<extension>\d{{1,7}}))?",
    re.IGNORECASE,
)
_LANDLINE_WITH_EXTENSION = re.compile(r"(0\d{2,3}[\s-]?\d{7,8})-(\d{1,6})|(\d{7,8})-(\d{1,6})")
_PLAIN_WORDS = re.compile(
    r"联系电话|联系方式|手机号码?|手机|电话号码?|电话|号码|phone number|telephone|mobile|phone"
    r"|cell|\btel\b|\bmob\b",
    re.IGNORECASE,
)
_MARKS = " \t\r\n:;,.()[]【】'\"`=-_|、，。/*"
_BETWEEN_NUMBERS = re.compile(
    r"[/\\、,，；|\r\n\t]|;(?!ext=)|(?<=\d)\s*(?:或者?|和|及|&|\bor\b)\s*(?=[+\d])"
)
_WHOLE_NUMBER = re.compile(
    r"(?<!\d)(?:(?:\+?86[\s-]?|0086[\s-]?)?1[3-9]\d[\s-]?\d{4}[\s-]?\d{4}"
    r"|0\d{2,3}[\s-]?\d{3,4}[\s-]?\d{4})(?!\d)"
)


def normalise(typed: str, region: str = "CN") -> Phone | None:
    """The phone number that was typed, or None when the cell says that there is none.

    Numbers without a country code belong to `region`. What is no complete number stays as typed,
    with a fault: nothing is dropped, and no digit is invented. One number only: `split_phones`.
    """
    text = _DASHES.sub("-", plain(typed))
    if not text or text.lower() in _NOTHING:
        return None
    if text[0] == "'":  # what spreadsheets put before digits that are text
        text = text[1:]
    exact = _FLOAT.fullmatch(text)
    if exact:
        text = exact[1]
    scientific = _SCIENTIFIC.fullmatch(text)
    if scientific:
        fraction, places = scientific[2] or "", int(scientific[3])
        if len(fraction) < places:
            return Phone(_as_typed(typed), PhoneFault.DAMAGED)
        text = scientific[1] + fraction[:places]
    if region == "CN":
        mobile = _CHINESE_MOBILE.fullmatch(_SEPARATORS.sub("", text))
        if mobile:
            return Phone("+86" + mobile[1])
    return _with_words(typed, text, region)


def _with_words(typed: str, text: str, region: str) -> Phone:
    """The number among the words around it, which become the label."""
    found = max(_NUMBER.finditer(text), key=lambda match: len(match["number"]), default=None)
    if found is None:
        return Phone(_as_typed(typed), PhoneFault.INCOMPLETE)
    around = text[: found.start()] + " " + text[found.end() :]
    if any(char.isdigit() for char in around):
        return Phone(_as_typed(typed), PhoneFault.INCOMPLETE)
    label = _PLAIN_WORDS.sub(" ", around).strip(_MARKS)
    number, extension = found["number"].strip(" -."), found["extension"] or ""
    short = _LANDLINE_WITH_EXTENSION.fullmatch(number)
    if short and not extension:
        number, extension = short[1] or short[3], short[2] or short[4]
    kept = _e164(number, region)
    if isinstance(kept, PhoneFault):
        return Phone(_as_typed(typed), kept)
    return Phone(f"{kept};ext={extension}" if extension else kept, label=label)


def _e164(number: str, region: str) -> str | PhoneFault:
    import phonenumbers

    digits = re.sub(r"\D", "", number)
    if region == "CN" and re.fullmatch(r"[2-8]\d{6,7}", digits) and number[0] != "+":
        return PhoneFault.NO_AREA_CODE
    try:
        parsed = phonenumbers.parse(number, region)
    except phonenumbers.NumberParseException:
        return PhoneFault.INCOMPLETE
    if not phonenumbers.is_valid_number(parsed):
        # Number plans change: a foreign number typed with its country code is believed.
        typed_abroad = number.lstrip("( ").startswith(("+", "00")) and parsed.country_code != 86
        if not (typed_abroad and phonenumbers.is_possible_number(parsed)):
            return PhoneFault.INCOMPLETE
    e164 = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    national = str(parsed.national_number)
    # Zeros after the country code may go at the next reading: then it is no number to be sure of.
    again = parsed.country_code == 86 or phonenumbers.parse(e164) == parsed
    return e164 if again and digits.endswith(national) else PhoneFault.INCOMPLETE


def _as_typed(typed: str) -> str:
    return " ".join(typed.split())


def split_phones(text: str) -> list[str]:
    """The numbers of a cell that holds several ("138… / 0571-…", one a line), each as typed."""
    found = []
    for part in _BETWEEN_NUMBERS.split(half_width(text)):
        found += [piece.strip() for piece in _run_together(part)]
    found = [piece for piece in found if piece and piece.lower() not in _NOTHING]
    with_digits = [piece for piece in found if any(char.isdigit() for char in piece)]
    if len(found) > 1 and len(with_digits) < 2:
        return [text.strip()]
    return found


def _run_together(part: str) -> Iterator[str]:
    """Numbers with nothing but space or words between them ("手机 138… 家 0571…")."""
    starts = [match.start() for match in _WHOLE_NUMBER.finditer(part)]
    if len(starts) < 2:
        yield part
        return
    # The words before a number belong to it.
    ends = [match.end() for match in _WHOLE_NUMBER.finditer(part)]
    at = 0
    for end in ends[:-1]:
        closing = re.match(r"\s*[)\]】]|\s*\([^)]*\)", part[end:])
        end += closing.end() if closing else 0
        yield part[at:end]
        at = end
    yield part[at:]


def display(value: str) -> str:
    """`value` (as in `Phone.value`) spaced for people: "138 1234 5678", "0571 8888 6666".

    Foreign numbers with their country code, extensions in words, what is no number as typed.
    """
    if len(value) == 14 and value.startswith("+861"):
        return f"{value[3:6]} {value[6:10]} {value[10:]}"
    if not value.startswith("+"):
        return value
    import phonenumbers

    number, _sign, extension = value.partition(";ext=")
    try:
        parsed = phonenumbers.parse(number, None)
    except phonenumbers.NumberParseException:
        return value
    at_home = parsed.country_code == 86
    if at_home and not phonenumbers.is_valid_number(parsed):
        return value
    form = phonenumbers.PhoneNumberFormat
    shown = phonenumbers.format_number(parsed, form.NATIONAL if at_home else form.INTERNATIONAL)
    if extension:
        return _("{number} ext. {extension}").format(number=shown, extension=extension)
    return shown
