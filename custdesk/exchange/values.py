"""What a cell says: names, money, quantities, yes or no; never a guess, never a loss."""

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Literal

from custdesk.exchange.table import Cell, text_of
from custdesk.i18n import N_, _
from custdesk.people.typed import half_width, plain, visible


class Why(StrEnum):
    """Why a cell cannot be read; the value is the sentence, to be looked up with `_`."""

    NOT_A_DATE = N_("This is not a date.")
    NO_SUCH_DAY = N_("There is no such day.")
    NO_SUCH_LEAP_MONTH = N_("That lunar year has no such leap month.")
    IN_THE_FUTURE = N_("This day is still to come.")
    TOO_LONG_AGO = N_("This year is too long ago.")
    NO_DAY = N_("The month or the day is missing.")
    NO_YEAR = N_("The year is missing.")
    DAY_OR_MONTH = N_("It is not clear which number is the day and which the month.")
    SOLAR_OR_LUNAR = N_("It is not clear whether this is a solar or a lunar date.")
    CUT_OFF = N_("The spreadsheet has cut digits off this value.")
    NOT_MONEY = N_("This is not an amount of money.")
    ABOUT = N_("This is only about an amount.")
    OTHER_CURRENCY = N_("This amount is in another currency.")
    TOO_LARGE = N_("This number is too large to be right.")
    NOT_A_NUMBER = N_("This is not a number.")
    NOT_A_GENDER = N_("This does not say male or female.")
    NOT_YES_OR_NO = N_("This says neither yes nor no.")


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A cell that says something which cannot be understood: keep `text`, warn with `reason`."""

    text: str
    why: Why

    @property
    def reason(self) -> str:
        return _(self.why.value)


@dataclass(frozen=True, slots=True)
class CleanName:
    """A name for the file, and what stood beside it in brackets ("老客户")."""

    name: str
    remark: str = ""


def _words(spaced: str) -> frozenset[str]:
    return frozenset(spaced.split())


NOTHING = _words(
    "无 没有 暂无 空 - -- --- — —— / \\ . n/a na none null nil nan #n/a 未填 未填写 未登记"
)
"""What people type where there is nothing to say, in lower case."""

# --- names -----------------------------------------------------------------------------------

_CHINESE = r"\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
_CHINESE_SPACED = re.compile(
    rf"(?<=[{_CHINESE}\ufe00-\ufe0f\U000e0100-\U000e01ef])\s+(?=[{_CHINESE}])"
)
_MIDDLE_DOTS = re.compile(r"\s*[•‧・･∙⋅･᛫●]\s*|(?<=[^\x00-\x7f])\s*[·.]\s*(?=[^\x00-\x7f])")
_BRACKETS = re.compile(r"[(\[【〔〖{]([^()\[\]【】〔〕〖〗{}]*)(?:[)\]】〕〗}]|$)")
_COMPANY = re.compile(
    r"(公司|集团|企业|厂|商行|商店|商贸|经营部|门市部|事务所|工作室|研究院|研究所|设计院|医院|学校"
    r"|大学|中学|小学|幼儿园|银行|支行|分行|中心|酒店|饭店|宾馆|餐厅|茶楼|茶舍|茶馆|会所|超市"
    r"|合作社|协会|商会|委员会|管理局|村委会|居委会|店)$"
    r"|\b(inc|ltd|llc|gmbh|corp|corporation|company|limited|plc|s\.?a\.?|co)\.?$",
    re.IGNORECASE,
)


def looks_like_company(name: str) -> bool:
    """Whether a name is that of a firm by its ending (公司, 店, Ltd …)."""
    return len(name) > 2 and bool(_COMPANY.search(_BRACKETS.sub("", name).strip()))


def clean_name(typed: Cell) -> CleanName:
    """A name as it should stand in the file; ("", "") for an empty one.

    Space inside Chinese names goes, one kind of middle dot stays (买买提·吐尔逊), what stands in
    brackets becomes the remark; titles (王老板, 张姐) and the case of Latin names stay as typed.
    """
    text = " ".join(plain(text_of(typed)).split())
    if text.lower() in NOTHING or not any(char.isalnum() for char in text):
        return CleanName("")
    remarks: list[str] = []
    while (again := _cleaned(text, remarks)) != text:  # brackets may stand within brackets
        text = again
    return CleanName(text, "、".join(remark for remark in remarks if remark))


def _cleaned(text: str, remarks: list[str]) -> str:
    """A name without brackets, which go to the remarks, and with the signs that it should have."""
    if not looks_like_company(text):
        outside = _BRACKETS.sub(" ", text)
        if any(char.isalnum() for char in outside):
            remarks += [found.strip() for found in _BRACKETS.findall(text)]
            text = outside
        else:
            text = " ".join(_BRACKETS.findall(text))
    text = _MIDDLE_DOTS.sub("·", " ".join(text.split()))
    return _CHINESE_SPACED.sub("", text).strip(" ,;:、，")


def join_name(family: str, given: str, middle: str = "") -> str:
    """One name from its parts: 张 + 丽华, but Mary + Ann + Smith."""
    family, given, middle = (" ".join(part.split()) for part in (family, given, middle))
    if re.search(f"[{_CHINESE}\u1100-\u11ff\uac00-\ud7af]", family + given):
        return family + middle + given
    return " ".join(part for part in (given, middle, family) if part)


# --- money and quantities --------------------------------------------------------------------

_TIMES = {"亿": 10**8, "万": 10**4, "w": 10**4, "千": 1000, "k": 1000, "百": 100}
_CURRENCY_BEFORE = re.compile(
    r"^(?:rmb|cny|cn¥|人民币|[¥￥$])\s*|^(?:共|合计|总计)\s*[:：]?\s*", re.I
)
_CURRENCY_AFTER = re.compile(r"\s*(?:元整|元|块钱?|rmb|cny|圆整?)$", re.I)
_FOREIGN = re.compile(
    r"us\$|hk\$|nt\$|usd|hkd|eur|gbp|jpy|twd|mop|[€£₩₽฿]|美元|美金|港币|港元|欧元|日元|英镑|台币",
    re.I,
)
_ABOUT = re.compile(r"约|左右|大概|大约|上下|以上|以下|不到|多|\+|余|~|几|或|-\s*\d|至|到")
_GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+(?=\.|$|\D)|\d{1,4}(?:,\d{4})+(?=\.|$|\D)")
_PLAIN_NUMBER = re.compile(r"\d+(?:\.\d+)?|\.\d+")
_WITH_MULTIPLE = re.compile(r"(\d+(?:\.\d+)?)\s*([亿万千百wk])", re.I)
_CUT_OFF = re.compile(r"\d(?:\.\d+)?[eE]\+\d+")
MOST_CENTS = 10**12
"""Of one amount: millions of them can still be added up."""


def read_money(cell: Cell) -> int | Unreadable | None:
    """Cents (分), half a cent away from nought; None for an empty cell.

    "¥63,281.00", "1.2万", "（300）" and "-300" (both -300 元), full-width digits, numbers.
    """
    text = text_of(cell).strip()
    if isinstance(cell, bool) or not isinstance(cell, str | int | float):
        return Unreadable(text, Why.NOT_MONEY)
    if isinstance(cell, str):
        amount = _amount(cell)
    else:
        amount = Decimal(repr(cell)) if cell == cell else Why.NOT_MONEY
    if amount is None:
        return None
    if isinstance(amount, Why):
        return Unreadable(text, amount)
    if not amount.is_finite() or abs(amount) * 100 > MOST_CENTS:
        return Unreadable(text, Why.TOO_LARGE)
    return int((amount * 100).quantize(Decimal(1), ROUND_HALF_UP))


def _amount(typed: str) -> Decimal | Why | None:
    text = plain(typed).replace("\u2212", "-")
    if not text or text.lower() in NOTHING:
        return None
    if _CUT_OFF.fullmatch(text):
        return Why.CUT_OFF
    if _FOREIGN.search(text):
        return Why.OTHER_CURRENCY
    negative = False
    if text[0] == "(" and text[-1] == ")":
        negative, text = True, text[1:-1].strip()
    for _twice in range(2):  # -¥50 and ¥-50
        if text[:1] == "-":
            negative, text = not negative, text[1:].strip()
        elif text[:1] == "+":
            text = text[1:].strip()
        text = _CURRENCY_BEFORE.sub("", text)
    text = _CURRENCY_AFTER.sub("", text)
    number = _number(text)
    if number is None:
        return Why.ABOUT if re.search(r"\d", text) and _ABOUT.search(text) else Why.NOT_MONEY
    return -number if negative else number


def _number(text: str) -> Decimal | None:
    if "," in text:
        if not _GROUPED.match(text):
            return None
        text = text.replace(",", "")
    if re.fullmatch(r"\d{1,3}(?: \d{3})+(?:\.\d+)?", text):
        text = text.replace(" ", "")
    text = text.lower()
    if _PLAIN_NUMBER.fullmatch(text):
        return Decimal(text)
    parts = _WITH_MULTIPLE.findall(text)
    if parts and "".join(number + times for number, times in parts) == text.replace(" ", ""):
        multiples = [_TIMES[times] for _digits, times in parts]
        if multiples == sorted(set(multiples), reverse=True):  # 1万2千, not 2千1万
            return sum((Decimal(n) * _TIMES[times] for n, times in parts), Decimal(0))
    return None


_UNITS = (
    r"(?:个|件|盒|斤|公斤|千克|kg|g|克|两|包|袋|瓶|罐|饼|提|箱|套|支|只|条|份|张|次|位|把|杯|壶|对|双"
    r"|本|台|块|片|米|平|平米|㎡|小时|天|月|年|pcs|pc|x|ea)?"
)
_QUANTITY = re.compile(rf"[x×*]?\s*([+-]?\d+(?:,\d{{3}})*(?:\.\d+)?)\s*{_UNITS}", re.IGNORECASE)
_CHINESE_COUNTS = {"半": 0.5, "两": 2.0} | {
    numeral: float(number) for number, numeral in enumerate("一二三四五六七八九十", 1)
}


def read_quantity(cell: Cell) -> float | Unreadable | None:
    """How many: "3", "2.5斤", "x2", "两盒"; None for an empty cell."""
    text = text_of(cell).strip()
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return float(cell) if cell == cell and abs(cell) < 1e9 else Unreadable(text, Why.TOO_LARGE)
    if not isinstance(cell, str):
        return Unreadable(text, Why.NOT_A_NUMBER)
    typed = plain(cell).replace("\u2212", "-").lower()
    if not typed or typed in NOTHING:
        return None
    found = _QUANTITY.fullmatch(typed)
    if found:
        number = float(found[1].replace(",", ""))
        return number if abs(number) < 1e9 else Unreadable(text, Why.TOO_LARGE)
    if typed[0] in _CHINESE_COUNTS and re.fullmatch(_UNITS, typed[1:]):
        return _CHINESE_COUNTS[typed[0]]
    return Unreadable(text, Why.NOT_A_NUMBER)


# --- choices and lists -----------------------------------------------------------------------

GenderWord = Literal["male", "female"]
_MALE = _words("男 男性 男士 先生 m male man mr mr. ♂ 1 帅哥")
_FEMALE = _words("女 女性 女士 小姐 太太 f female woman mrs mrs. ms ms. miss ♀ 2 美女")
_NOT_SAID = NOTHING | _words("保密 未知 不详 不明 unspecified unknown u o n x other 其他 0 ?")
_YES = _words("是 有 对 y yes true 1 √ ✓ ✔ ☑ 已 要 同意 on")
_NO = _words("否 无 没有 不 不是 n no false 0 × ✗ ✘ x ☐ 未 不要 不同意 off")
_SEPARATORS = frozenset("、，,;；/|\n\r\t")
_OPENING, _CLOSING = frozenset("（([【"), frozenset("）)]】")
_SAME_AS_PHONE = re.compile(
    r"(?:微信)?(?:同|和|与|就是)?(?:手机|电话)(?:号码?)?(?:同号|一样|相同|一致|同)?"
    r"|(?:微信)?同号|同(?:左|前)|微信同步|same(?: as)?(?: (?:the )?(?:phone|mobile|number))*",
    re.IGNORECASE,
)


def read_gender(cell: Cell) -> GenderWord | Unreadable | None:
    """ "male", "female", or None where it is not said (未知, 保密, WeChat's 0)."""
    word = plain(text_of(cell)).lower()
    if not word or word in _NOT_SAID:
        return None
    if word in _MALE:
        return "male"
    return "female" if word in _FEMALE else Unreadable(text_of(cell).strip(), Why.NOT_A_GENDER)


def read_yes_no(cell: Cell) -> bool | Unreadable | None:
    word = plain(text_of(cell)).lower()
    if not word:
        return None
    if word in _YES:
        return True
    return False if word in _NO else Unreadable(text_of(cell).strip(), Why.NOT_YES_OR_NO)


def split_list(cell: Cell) -> list[str]:
    """The items of a list in one cell (龙井、书法; a, b), each once, in their order.

    Space divides only between Chinese words. What is in brackets stays together. The groups that
    every Google contact is in ("* myContacts") are left out.
    """
    text = visible(text_of(cell)).replace(":::", "\n")
    text = re.sub(rf"(?<=[{_CHINESE}])[ \u3000]+(?=[{_CHINESE}])", "\n", text)
    items, depth = [""], 0
    for char in text:
        depth = max(0, depth + (char in _OPENING) - (char in _CLOSING))
        if char in _SEPARATORS and not depth:
            items.append("")
        else:
            items[-1] += char
    found = (half_width(item).strip(" \t\u3000。.") for item in items)
    unwanted = NOTHING | {"", "* mycontacts", "mycontacts"}
    return list(dict.fromkeys(item for item in found if item.lower() not in unwanted))


def is_same_as_phone(cell: Cell) -> bool:
    """Whether a WeChat cell says that it is the phone number (同手机, 微信同号, same as phone)."""
    return bool(_SAME_AS_PHONE.fullmatch(plain(text_of(cell)).strip("（）() 。.")))
