"""What the columns of a file mean, guessed from their headers and then from their contents."""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from custdesk.errors import CustdeskError
from custdesk.exchange import fields
from custdesk.exchange.fields import Field as Field
from custdesk.exchange.fields import Kind as Kind
from custdesk.exchange.table import Row, text_of
from custdesk.i18n import _
from custdesk.people.typed import plain

_SIGNS = re.compile(r"[\s*:：_\-–—/\\.#'’\"“”|&,，、（）()\[\]【】?？]+")
_BRACKETS = re.compile(r"[(（\[【][^)）\]】]*[)）\]】]?")
_OWNERS = re.compile(
    r"^(?:客户|会员|顾客|联系人|客人|customer|client|contact|member)(?:的|s)?(?=.)"
)
_SAMPLE = 200
_MOSTLY = 0.8
_MOBILE = re.compile(r"(?:\+?86[\s-]?)?1[3-9]\d[\s-]?\d{4}[\s-]?\d{4}")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[a-z]{2,}", re.IGNORECASE)
_LUNAR = re.compile(r"(?:农历|阴历)|[正冬腊]月|月[初廿]")
_DATE = re.compile(r"(?:19|20)\d\d[-/.年]\d{1,2}[-/.月]\d{1,2}日?")
_CHINESE_NAME = re.compile(r"[\u3400-\u9fff\U00020000-\U000323af]{2,4}")


@dataclass(frozen=True, slots=True)
class Column:
    """One column and its meaning.

    `label` is that of its phones or addresses ("mobile", "home", "work" …); where another column
    holds the label of each row (Phone 1 - Label, Event 1 - Label), `label_column` is that column's
    index.
    """

    index: int
    header: str
    field: Field
    label: str = ""
    label_column: int | None = None


@dataclass(frozen=True, slots=True)
class Mapping:
    """The meaning of every column of a table, in the table's order.

    Several columns may have one field: all phones, e-mails, WeChat names, tags and notes count;
    parts of addresses with the same label belong together; of names, cities and other single
    facts the first column with something in it counts, and the others go to the notes.
    """

    kind: Kind
    columns: tuple[Column, ...]

    def of(self, field: Field) -> list[Column]:
        return [column for column in self.columns if column.field is field]

    def by_header(self) -> dict[str, str]:
        """Header to field, for the columns that are not left out."""
        kept = (column for column in self.columns if column.field is not Field.IGNORE)
        return {column.header: str(column.field) for column in kept}

    def with_field(self, index: int, field: Field) -> "Mapping":
        """The same with another meaning for one column."""
        columns = list(self.columns)
        columns[index] = replace(columns[index], field=field)
        return replace(self, columns=tuple(columns))

    def with_choices(self, choices: dict[str, str]) -> "Mapping":
        """The same with the meanings that somebody wrote down, by header; they win."""
        chosen = self
        for header, name in choices.items():
            indexes = [column.index for column in self.columns if column.header == header]
            if not indexes:
                raise CustdeskError(
                    _("The mapping names the column “{header}”, which the file lacks.").format(
                        header=header
                    )
                )
            if name not in set(Field):
                raise CustdeskError(
                    _(
                        "The mapping names “{field}”, which is no field. Fields are: {fields}."
                    ).format(field=name, fields=", ".join(Field))
                )
            for index in indexes:
                chosen = chosen.with_field(index, Field(name))
        return chosen


def key(header: str) -> str:
    """A header as the tables of `fields` have it: "Phone 1 - Value" is "phone#value"."""
    return re.sub(r"\d+", "#", _SIGNS.sub("", plain(header).lower()))


@lru_cache(maxsize=4096)
def is_known(header: str) -> bool:
    """Whether a cell could be the header of a column that we know."""
    if not header or len(header) > 40:
        return False
    return any(_field(header, kind) is not None for kind in Kind) or any(
        word in _known_otherwise() for word in _ways(header)
    )


def guess_kind(headers: Sequence[str]) -> Kind:
    """What the rows are: purchases have a product, a quantity, an amount or an order number."""
    keys = [key(header) for header in headers]
    if any(word in fields.ONLY_INTERACTIONS for word in keys):
        return Kind.INTERACTIONS
    found = {_field(header, Kind.PURCHASES) for header in headers}
    bought = found & {
        Field.PRODUCT, Field.QUANTITY, Field.UNIT_PRICE, Field.AMOUNT, Field.ORDER_NUMBER,
    }  # fmt: skip
    who = found & {Field.CUSTOMER_NUMBER, Field.CUSTOMER_NAME, Field.CUSTOMER_PHONE}
    about_people = {_field(header, Kind.CUSTOMERS) for header in headers} & {
        Field.BIRTHDAY, Field.LUNAR_BIRTHDAY, Field.GENDER, Field.WECHAT, Field.FAMILY_NAME,
    }  # fmt: skip
    enough = len(bought) > len(about_people) and (len(bought) > 1 or Field.ON in found)
    return Kind.PURCHASES if who and enough else Kind.CUSTOMERS


def guess_mapping(headers: Sequence[str], rows: Sequence[Row], kind: Kind | None = None) -> Mapping:
    """What each column means; unknown ones are kept in the notes, empty ones left out.

    With no rows at all (headers alone), no column counts as empty.
    """
    kind = kind or guess_kind(headers)
    guess = _Guess(list(headers), rows, kind)
    guess.by_headers()
    guess.by_contents()
    if kind is Kind.CUSTOMERS:
        guess.name_of_the_chat_program()
        guess.title_or_salutation()
        guess.whole_addresses_only()
        guess.some_name()
    return Mapping(kind, tuple(guess.columns))


def phone_label(text: str) -> str:
    """A label as we keep it: "* Mobile" and 手机 are "mobile"; unknown words stay as typed."""
    words = " ".join(plain(text).lstrip("* ").split())
    return _labels().get(key(words), words)


@lru_cache(maxsize=1)
def _labels() -> dict[str, str]:
    return {word: label for label, words in fields.PHONE_LABELS.items() for word in words.split()}


@lru_cache(maxsize=3)
def _words(kind: Kind) -> dict[str, Field]:
    tables = {
        Kind.CUSTOMERS: fields.CUSTOMER_WORDS,
        Kind.PURCHASES: fields.PURCHASE_WORDS,
        Kind.INTERACTIONS: fields.INTERACTION_WORDS,
    }
    table = tables[kind]
    words = {word: field for field, line in table.items() for word in line.split()}
    words |= {key(field.value): field for field in table}
    if kind is Kind.CUSTOMERS:
        phones = (word for word in _labels() if _labels()[word] in ("mobile", "home", "work"))
        short = {"work", "home", "business", "office", "家", "公司", "单位", "工作", "住宅"}
        short |= {"家庭", "办公", "商务"}
        words |= {word: Field.PHONE for word in phones if word not in short}
        words |= {word: Field.PHONE for word in fields.PHONE_LABELS["landline"].split()}
        words |= dict.fromkeys(_address_parts(), Field.ADDRESS)
    return words


@lru_cache(maxsize=1)
def _address_parts() -> dict[str, str]:
    """The headers of parts of addresses, each with the label of its address."""
    endings = (fields.STREETS + " " + fields.POSTCODES).split()
    return {
        before + ending: label
        for label, beginnings in fields.ADDRESS_PARTS.items()
        for before in beginnings
        for ending in endings
    } | {word: "" for word in fields.POSTCODES.split()}


@lru_cache(maxsize=1)
def _known_otherwise() -> frozenset[str]:
    return frozenset(fields.NEVER_KEPT.split()) | frozenset(fields.NAME_STAND_INS.split())


def _ways(header: str) -> list[str]:
    """The keys by which to look up a header: whole, without brackets, numbers, and 客户 …"""
    ways = [key(header), key(_BRACKETS.sub("", header))]
    ways += [way.rstrip("#") for way in ways]
    ways += [_OWNERS.sub("", way) for way in ways]
    return [way for way in dict.fromkeys(ways) if way]


def _field(header: str, kind: Kind) -> Field | None:
    words = _words(kind)
    return next((words[way] for way in _ways(header) if way in words), None)


class _Guess:
    """The mapping while it is being guessed."""

    def __init__(self, headers: list[str], rows: Sequence[Row], kind: Kind) -> None:
        self.rows = rows
        self.kind = kind
        self.keys = [key(header) for header in headers]
        self.columns = [Column(i, header, Field.IGNORE) for i, header in enumerate(headers)]

    def mean(self, index: int, field: Field) -> None:
        self.columns[index] = replace(self.columns[index], field=field)

    def meanings(self) -> set[Field]:
        return {column.field for column in self.columns}

    def is_empty(self, index: int) -> bool:
        if not self.rows:
            return False
        return not any(
            cell.strip() if isinstance(cell, str) else True
            for cell in (row.cells[index] for row in self.rows)
        )

    def by_headers(self) -> None:
        never = frozenset(fields.NEVER_KEPT.split())
        for i, column in enumerate(self.columns):
            field = _field(column.header, self.kind)
            if self.is_empty(i) or (field is None and self.keys[i] in never):
                continue
            self.mean(i, field or Field.KEEP_IN_NOTES)
            if field is Field.PHONE:
                self.columns[i] = replace(
                    self.columns[i],
                    label=next((_labels()[w] for w in _ways(column.header) if w in _labels()), ""),
                    label_column=self.label_column(column.header),
                )
            elif field is Field.ANNIVERSARY:
                self.columns[i] = replace(
                    self.columns[i], label_column=self.label_column(column.header)
                )
            elif field is Field.ADDRESS:
                self.columns[i] = replace(
                    self.columns[i], label=_address_parts().get(self.keys[i], "")
                )

    def label_column(self, header: str) -> int | None:
        """The column of "Phone 1 - Label" (or Type) for "Phone 1 - Value" or "Phone 1"."""
        before = re.sub(r"\s*-\s*value\s*$", "", header.lower())
        wanted = {f"{before} - {ending}" for ending in ("label", "type", "标签", "类型")}
        return next((c.index for c in self.columns if c.header.lower() in wanted), None)

    def by_contents(self) -> None:
        """Unknown columns whose contents leave no doubt, and known ones that hold another thing."""
        for column in list(self.columns):
            if column.field not in (Field.KEEP_IN_NOTES, Field.PHONE):
                continue
            cells = self.sample(column.index)
            if not cells:
                continue
            if _mostly(cells, _EMAIL.fullmatch):
                self.mean(column.index, Field.EMAIL)
            elif column.field is Field.KEEP_IN_NOTES:
                found = self.told_by(cells, column.index)
                if found:
                    self.mean(column.index, found)

    def told_by(self, cells: list[str], index: int) -> Field | None:
        nameless = len(self.keys[index]) < 3 and self.keys[index].isascii()  # A, B, C …
        if _mostly(cells, _MOBILE.fullmatch):
            return Field.PHONE if self.kind is Kind.CUSTOMERS else Field.CUSTOMER_PHONE
        if self.kind is not Kind.CUSTOMERS:
            return None
        if set(cells) <= {"男", "女", "male", "female", "Male", "Female"}:
            return Field.GENDER
        if set(cells) <= {"个人", "公司", "企业", "单位", "person", "company"}:
            return Field.KIND
        if not nameless:
            return None
        if any(_LUNAR.search(cell) for cell in cells) and _mostly(
            cells, lambda cell: _LUNAR.search(cell) or _DATE.match(cell)
        ):
            return Field.BIRTHDAY
        counts = Counter(cells)
        if (
            Field.NAME not in self.meanings()
            and len(counts) > len(cells) * 0.7
            and _mostly(cells, _CHINESE_NAME.fullmatch)
        ):
            return Field.NAME
        return None

    def sample(self, index: int) -> list[str]:
        found: list[str] = []
        for row in self.rows:
            text = plain(text_of(row.cells[index]))
            if text:
                found.append(text)
                if len(found) == _SAMPLE:
                    break
        return found

    def name_of_the_chat_program(self) -> None:
        """The owner's remark is the name there; elsewhere a remark is a note."""
        words = set(self.keys)
        if "pyinitial" in words or {"alias", "nickname", "remark"} <= words:
            for i, word in enumerate(self.keys):
                if word in fields.WECHAT_EXPORT and not self.is_empty(i):
                    self.mean(i, fields.WECHAT_EXPORT[word])
        elif words & {"昵称", "微信昵称"} and "备注" in words and Field.NAME not in self.meanings():
            for i, word in enumerate(self.keys):
                if word in ("昵称", "微信昵称", "备注") and not self.is_empty(i):
                    self.mean(i, Field.NAME)

    def title_or_salutation(self) -> None:
        """Beside a job title (and in address books), Title is Mr or Mrs."""
        if "jobtitle" in self.keys or "organizationtitle" in self.keys:
            for i, word in enumerate(self.keys):
                if word == "title" and self.columns[i].field is Field.TITLE:
                    self.mean(i, Field.KEEP_IN_NOTES)

    def whole_addresses_only(self) -> None:
        """Where an address stands whole (Formatted), its parts say nothing new, but its city."""
        numbers = {
            re.sub(r"\D", "", column.header)
            for column, word in zip(self.columns, self.keys, strict=True)
            if word == "address#formatted" and column.field is Field.ADDRESS
        }
        for i, (column, word) in enumerate(zip(self.columns, self.keys, strict=True)):
            part = word.removeprefix("address#")
            repeats = part != word and part in fields.WITHIN_FORMATTED
            if repeats and re.sub(r"\D", "", column.header) in numbers:
                self.mean(i, Field.IGNORE)

    def some_name(self) -> None:
        """A name where no column is headed so: the contact's, the nickname, the firm's."""
        if self.meanings() & {Field.NAME, Field.FAMILY_NAME, Field.GIVEN_NAME}:
            return
        for word in fields.NAME_STAND_INS.split():
            for i, known in enumerate(self.keys):
                if known == word and self.columns[i].field in (Field.KEEP_IN_NOTES, Field.CALLED):
                    self.mean(i, Field.NAME)
                    return
        companies = [column for column in self.columns if column.field is Field.COMPANY]
        if companies:
            self.mean(companies[0].index, Field.NAME)


def _mostly(cells: list[str], says: Callable[[str], object]) -> bool:
    return sum(bool(says(cell)) for cell in cells) >= len(cells) * _MOSTLY
