"""How a name is spelt in pinyin: for sorting, for initials, for searching as one speaks it."""

import os
import re
import unicodedata
from functools import lru_cache
from itertools import islice, product

SURNAMES = {
    "万": "wan", "乐": "yue", "乜": "nie", "仇": "qiu", "令": "ling", "任": "ren", "佴": "nai",
    "僪": "yu", "冼": "xian", "区": "ou", "华": "hua", "单": "shan", "卜": "bu", "召": "shao",
    "员": "yun", "宁": "ning", "宓": "fu", "尉": "wei", "尹": "yin", "应": "ying", "折": "she",
    "晁": "chao", "曾": "zeng", "朴": "piao", "查": "zha", "洗": "xian", "燕": "yan", "牟": "mou",
    "盖": "ge", "瞿": "qu", "祭": "zhai", "秘": "bi", "种": "chong", "纪": "ji", "繁": "po",
    "缪": "miao", "翟": "zhai", "能": "nai", "葛": "ge", "覃": "qin", "角": "jue", "解": "xie",
    "谌": "chen", "过": "guo", "逄": "pang", "逯": "lu", "郇": "xun", "郗": "xi", "郄": "qie",
    "钭": "tou", "隗": "wei", "麻": "ma", "黑": "he", "殷": "yin", "车": "che", "么": "yao",
    "都": "du", "乘": "cheng", "洪": "hong", "重": "chong", "盛": "sheng", "石": "shi",
    "貊": "mo", "少": "shao", "哈": "ha", "相": "xiang", "传": "chuan", "褚": "chu", "铅": "yan",
    "长": "chang", "曲": "qu", "沈": "shen", "贾": "jia", "臧": "zang", "薄": "bo", "谷": "gu",
    "訾": "zi", "那": "na", "幺": "yao",
}  # fmt: skip
"""Surnames whose reading as a name is not, or might not be, the dictionary's first one."""

COMPOUND_SURNAMES = {
    "万俟": "mo qi", "上官": "shang guan", "东方": "dong fang", "东郭": "dong guo",
    "令狐": "ling hu", "仲孙": "zhong sun", "公孙": "gong sun", "公冶": "gong ye",
    "公羊": "gong yang", "单于": "chan yu", "司徒": "si tu", "司空": "si kong", "司马": "si ma",
    "呼延": "hu yan", "太史": "tai shi", "夏侯": "xia hou", "夹谷": "jia gu", "宇文": "yu wen",
    "宗政": "zong zheng", "尉迟": "yu chi", "慕容": "mu rong", "拓跋": "tuo ba", "欧阳": "ou yang",
    "淳于": "chun yu", "濮阳": "pu yang", "独孤": "du gu", "申屠": "shen tu", "皇甫": "huang fu",
    "端木": "duan mu", "第五": "di wu", "百里": "bai li", "诸葛": "zhu ge", "轩辕": "xuan yuan",
    "钟离": "zhong li", "长孙": "zhang sun", "闻人": "wen ren", "闾丘": "lv qiu",
    "赫连": "he lian", "澹台": "tan tai", "鲜于": "xian yu", "南宫": "nan gong",
    "西门": "xi men", "纳兰": "na lan", "哥舒": "ge shu", "完颜": "wan yan",
}  # fmt: skip

_PARTS = re.compile(r"[a-z0-9]+|[^\x00-\x7f]")
MOST_SPELLINGS = 8
"""How many spellings of one name are indexed where its characters have several readings."""


def fold(text: str) -> str:
    """`text` as it is compared: full-width as half-width, lower case, Latin without accents.

    Characters that are only compatibility forms of Chinese ones stay as written: they are names.
    """
    return text.casefold().translate(_FOLDED)


class _Folded(dict[int, str]):
    """What each character is folded to, found out when it is first met."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        is_name = 0xF900 <= code <= 0xFAFF or code >= 0x20000
        plain = char if is_name else unicodedata.normalize("NFKD", char)
        bare = "".join(part for part in plain if not unicodedata.combining(part))
        self[code] = folded = bare.casefold()
        return folded


_FOLDED = _Folded()


@lru_cache(maxsize=20_000)
def readings(character: str) -> tuple[str, ...]:
    """The toneless readings of a Chinese character, the commonest first; () when it has none."""
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")  # names need no phrases: 50 MB, 200 ms
    from pypinyin.constants import PINYIN_DICT

    found = PINYIN_DICT.get(ord(character), "")
    plain = (_toneless(reading) for reading in found.split(",") if reading)
    return tuple(dict.fromkeys(plain))


def _toneless(reading: str) -> str:
    decomposed = unicodedata.normalize("NFD", reading)
    umlaut = decomposed.replace("u\u0308", "v")
    return "".join(char for char in umlaut if not unicodedata.combining(char))


def dialled(phone: str) -> str:
    """The digits by which people look for a stored phone, without the extension.

    Chinese numbers as dialled at home (0571…), foreign ones with their country code.
    """
    number = fold(phone.partition(";ext=")[0])
    digits = re.sub(r"\D", "", number)
    if not re.fullmatch(r"\+86\d{9,12}", number):
        return digits
    national = digits[2:]
    return national if re.match(r"1\d{10}|[48]00", national) else "0" + national


def surname(name: str) -> str:
    """The surname that a Chinese name begins with; "" when it is no Chinese name."""
    if not name or not _is_chinese(name[0]) or "·" in name:
        return ""
    if name[:2] in COMPOUND_SURNAMES and len(name) > 2:
        return name[:2]
    return name[0]


def _is_chinese(character: str) -> bool:
    return (
        "\u3400" <= character <= "\u9fff"
        or "\uf900" <= character <= "\ufaff"
        or (ord(character) >= 0x20000)
    )


def is_spelt(character: str) -> bool:
    """Whether a character of a name has a syllable: the dot in 买买提·吐尔逊 has none."""
    return _is_chinese(character) or character.isalnum()


def _syllables(name: str) -> list[tuple[str, ...]]:
    """For each part of a name its readings: one Chinese character, or one Latin word."""
    head = name[:2]
    family: list[tuple[str, ...]] = []
    rest = name
    if head in COMPOUND_SURNAMES:
        family = [(syllable,) for syllable in COMPOUND_SURNAMES[head].split()]
        rest = name[2:]
    elif name[:1] in SURNAMES:
        right = SURNAMES[name[0]]
        others = tuple(reading for reading in readings(name[0]) if reading != right)
        family = [(right, *others)]
        rest = name[1:]
    parts = [part for part in _PARTS.findall(fold(rest)) if part.isascii() or is_spelt(part)]
    return family + [(part,) if part.isascii() else (readings(part) or (part,)) for part in parts]


def spell(name: str) -> list[str]:
    """A name's syllables in its likeliest reading: 曾丽华 -> ["zeng", "li", "hua"]."""
    return [syllable[0] for syllable in _syllables(name)]


def spellings(name: str) -> list[list[str]]:
    """Every reading of a name worth searching for, the likeliest first, at most eight."""
    choices = [syllable[:2] for syllable in _syllables(name)]
    return [list(one) for one in islice(product(*choices), MOST_SPELLINGS)]


def sort_key(name: str) -> str:
    """What a list is ordered by: pinyin, surname first; the name itself decides between equals."""
    return f"{' '.join(spell(name))}\t{fold(name)}"
