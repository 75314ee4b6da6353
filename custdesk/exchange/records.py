"""What the rows of a table say about customers, purchases or interactions; nothing is written."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from hashlib import blake2b

from custdesk.care.birthday import Birthday, Calendar
from custdesk.errors import CustdeskError
from custdesk.exchange.dates import guess_day_first, read_birthday, read_date
from custdesk.exchange.fields import ANNIVERSARIES, Field, Kind
from custdesk.exchange.headers import Column, Mapping, key, phone_label
from custdesk.exchange.own_dates import YEARS_AHEAD, OwnDate, missing
from custdesk.exchange.own_dates import read as read_own_dates
from custdesk.exchange.table import Cell, Row, Table, text_of
from custdesk.exchange.values import (
    MOST_CENTS,
    Unreadable,
    Why,
    clean_name,
    is_same_as_phone,
    join_name,
    looks_like_company,
    read_gender,
    read_money,
    read_quantity,
    read_yes_no,
    split_list,
)
from custdesk.i18n import N_, _
from custdesk.insight.grades import USUAL, Grades
from custdesk.people import phones, quiet_hours
from custdesk.people.customers import NUMBER_DIGITS
from custdesk.people.phones import Phone
from custdesk.people.typed import LONGEST_LINE, line, visible
from custdesk.store.models import (
    POTENTIAL,
    REGULAR,
    VIP,
    Channel,
    CustomerKind,
    Gender,
    Potential,
)
from custdesk.store.spelling import fold

Report = Callable[[int, int], None]
"""Called with rows done and rows in all; may raise Cancelled."""


@dataclass(frozen=True, slots=True)
class Remark:
    """Something a person should know of one row: why it was rejected, or what was kept aside.

    `line` is 0 where the file as a whole is meant.
    """

    line: int
    words: str

    def sentence(self) -> str:
        if not self.line:
            return self.words
        return _("Row {line}: {words}").format(line=self.line, words=self.words)


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that cannot be imported, as it was."""

    remark: Remark
    cells: tuple[str, ...]


@dataclass(slots=True)
class CustomerRecord:
    """A row read as a customer. `digest` knows the row again when the file comes once more.

    `unchosen` are facts that hold because nobody said otherwise; others may take their place.
    """

    line: int
    digest: str
    name: str
    number: str = ""
    kind: CustomerKind | None = None
    gender: Gender | None = None
    called: str = ""
    birthday: Birthday | None = None
    dates: list[OwnDate] = field(default_factory=list)
    phones: list[Phone] = field(default_factory=list)
    emails: list[str] = field(default_factory=list)
    wechats: list[str] = field(default_factory=list)
    company: str = ""
    title: str = ""
    city: str = ""
    address: str = ""
    source: str = ""
    likes: list[str] = field(default_factory=list)
    taboos: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    grade: str | None = None
    """Its key."""
    potential: Potential | None = None
    preferred_channel: Channel | None = None
    quiet_hours: str = ""
    private_sign: bool = False
    do_not_contact: bool = False
    consented_on: date | None = None
    added_on: date | None = None
    referred_by: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    warnings: list[Remark] = field(default_factory=list)
    unchosen: frozenset[Field] = frozenset()

    def likely_kind(self) -> CustomerKind:
        """What was said, or what the name suggests where nothing tells of a person."""
        human = self.gender is not None or self.birthday is not None
        if self.kind is None and not human and looks_like_company(self.name):
            return CustomerKind.COMPANY
        return self.kind or CustomerKind.PERSON

    def keep(self, header: str, words: str, why: str = "") -> None:
        """Keep what fits nowhere in the notes; with a warning when it could not be read."""
        self.notes.append(_("{header}: {words}").format(header=header, words=words))
        if why:
            said = _("{header} “{words}”: {why} It is kept in the notes.")
            self.warnings.append(
                Remark(self.line, said.format(header=header, words=words, why=why))
            )


@dataclass(frozen=True, slots=True)
class PurchaseRecord:
    """A row read as one line of a purchase; amounts in cents."""

    line: int
    digest: str
    customer: "Named"
    day: date
    product: str
    category: str
    quantity: float
    amount_cents: int
    channel: str
    order: str
    note: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class InteractionRecord:
    """A row read as an interaction."""

    line: int
    digest: str
    customer: "Named"
    day: date
    channel: Channel
    outcome: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Named:
    """Whom a purchase or an interaction says it belongs to; a cell may hold several phones."""

    number: str
    name: str
    phone: str
    more_phones: tuple[str, ...] = ()

    def words(self) -> str:
        said = (self.number, self.name, self.phone, *self.more_phones)
        return " ".join(part for part in said if part)


MARK = 32
"""Characters of a mark; the digest of a customer's row is that of its cells and that of its facts.

Dealings have the first alone: read with other columns, a sale is still the same sale.
"""


def digests(table: Table, kind: Kind) -> list[str]:
    """A mark for the cells of every row by which it is known again."""
    rows = ([text_of(cell).strip() for cell in row.cells] for row in table.rows)
    return _marks([kind.value, *cells] for cells in rows)


def _facts_marks(table: Table, mapping: Mapping) -> list[str]:
    """A mark for what every row says by its mapping: what is left out or empty says nothing."""
    kept = [
        (column.index, column.field.value)
        for column in mapping.columns
        if column.field is not Field.IGNORE
    ]
    return _marks(
        [f"{name}\x1d{words}" for at, name in kept if (words := text_of(row.cells[at]).strip())]
        for row in table.rows
    )


def _marks(rows: Iterable[Iterable[str]]) -> list[str]:
    """One mark a row; equal rows of one file count up."""
    seen: Counter[str] = Counter()
    marks = []
    for row in rows:
        words = "\x1f".join(row)
        seen[words] += 1
        marks.append(blake2b(f"{words}\x1e{seen[words]}".encode(), digest_size=16).hexdigest())
    return marks


def _texts(row: Row) -> tuple[str, ...]:
    return tuple(text_of(cell) for cell in row.cells)


def _column(table: Table, mapping: Mapping, wanted: Field) -> list[Cell]:
    at = [column.index for column in mapping.columns if column.field is wanted]
    return [row.cells[i] for row in table.rows for i in at]


# --- customers ------------------------------------------------------------------------------------

_GRADES = {
    "vip": VIP, "vip客户": VIP, "重要客户": VIP, "重要": VIP, "a": VIP,
    "普通": REGULAR, "普通客户": REGULAR, "一般客户": REGULAR, "regular": REGULAR, "b": REGULAR,
    "潜在": POTENTIAL, "潜在客户": POTENTIAL, "potential": POTENTIAL, "c": POTENTIAL,
}  # fmt: skip
_POTENTIALS = {
    "高": Potential.HIGH, "high": Potential.HIGH, "中": Potential.MEDIUM,
    "medium": Potential.MEDIUM, "低": Potential.LOW, "low": Potential.LOW,
}  # fmt: skip
_KINDS = {
    "企业": CustomerKind.COMPANY, "公司": CustomerKind.COMPANY, "单位": CustomerKind.COMPANY,
    "company": CustomerKind.COMPANY,
    "firm": CustomerKind.COMPANY, "个人": CustomerKind.PERSON, "person": CustomerKind.PERSON,
}  # fmt: skip
_CHANNELS = {
    "电话": Channel.PHONE, "phone": Channel.PHONE, "call": Channel.PHONE, "微信": Channel.WECHAT,
    "wechat": Channel.WECHAT, "短信": Channel.SMS, "sms": Channel.SMS, "到店": Channel.VISIT,
    "拜访": Channel.VISIT, "上门": Channel.VISIT, "门店": Channel.VISIT, "visit": Channel.VISIT,
    "邮件": Channel.EMAIL, "e-mail": Channel.EMAIL, "email": Channel.EMAIL,
}  # fmt: skip


def customers(
    table: Table,
    mapping: Mapping,
    today: date,
    report: Report | None = None,
    grades: Grades = USUAL,
) -> Iterator[CustomerRecord | Rejected]:
    """Every row as a customer; a row without a name is rejected. `grades` are those in force."""
    styles = _Styles(
        guess_day_first(_column(table, mapping, Field.BIRTHDAY)),
        {
            column.index: guess_day_first(row.cells[column.index] for row in table.rows)
            for column in mapping.columns
            if column.field in _OWN_DATES
        },
        _by_words(grades),
    )
    total = len(table.rows)
    marks = zip(digests(table, Kind.CUSTOMERS), _facts_marks(table, mapping), strict=True)
    for at, (row, (cells, facts)) in enumerate(zip(table.rows, marks, strict=True)):
        if report and at % 500 == 0:
            report(at, total)
        yield _customer(row, cells + facts, mapping, today, styles)


@dataclass(frozen=True, slots=True)
class _Styles:
    """How this table is written: whether days come before months, in birthdays and in each column
    of other dates; and which grade each word means."""

    birthdays: bool | None
    columns: dict[int, bool | None]
    grades: dict[str, str]


def _by_words(grades: Grades) -> dict[str, str]:
    """The keys of the grades in force, by all that means them; their own names come first."""
    there = {grade.key for grade in grades.ranked}
    found = {words: key for words, key in _GRADES.items() if key in there}
    for grade in grades.ranked:
        found.update({_key(name): grade.key for name in (grade.in_full, grade.called)})
    return found


def _key(words: str) -> str:
    return fold(words).replace(" ", "")


_OWN_DATES = {
    Field.ANNIVERSARY: N_("Wedding anniversary"),
    Field.MEMBERSHIP_ENDS: N_("Membership"),
    Field.INSURANCE_ENDS: N_("Insurance"),
    Field.CONTRACT_ENDS: N_("Contract"),
}
"""What the date of a column is called."""

_INSURANCE = re.compile(r"\w{1,4}险")
_SALUTATIONS = frozenset(
    ("先生", "女士", "小姐", "太太", "男士", "mr", "mr.", "mrs", "mrs.", "ms", "ms.", "miss")
)
"""How nobody is called without a name."""

_LONGEST_PHONES = 2_000
"""Characters; a cell with more holds something else than phone numbers."""


def _customer(
    row: Row, digest: str, mapping: Mapping, today: date, styles: _Styles
) -> CustomerRecord | Rejected:
    record = CustomerRecord(row.line, digest, "")
    parts: dict[Field, str] = {}
    for column in mapping.columns:
        cell = row.cells[column.index]
        words = text_of(cell).strip()
        if not words or column.field is Field.IGNORE:
            continue
        if column.field in (Field.NAME, Field.FAMILY_NAME, Field.GIVEN_NAME, Field.MIDDLE_NAME):
            if parts.setdefault(column.field, words) != words:
                record.keep(column.header, words)
        elif column.field in (Field.BIRTHDAY, Field.LUNAR_BIRTHDAY):
            _take_birthday(record, column, cell, today, styles.birthdays)
        elif column.field in _OWN_DATES:
            _take_own_date(record, column, row, today, styles.columns[column.index])
        elif column.field is Field.PHONE:
            _take_phones(record, column, row, words)
        elif column.field is Field.GRADE:
            grade = styles.grades.get(_key(words))
            _take_one(record, column.header, column.field, grade, words)
        else:
            _take(record, column.header, column.field, cell, words, today)
    typed = parts.get(Field.NAME) or join_name(
        parts.get(Field.FAMILY_NAME, ""),
        parts.get(Field.GIVEN_NAME, ""),
        parts.get(Field.MIDDLE_NAME, ""),
    )
    clean = clean_name(typed)
    if not clean.name:
        return Rejected(Remark(row.line, _("There is no name.")), _texts(row))
    record.name = clean.name
    if clean.remark:
        record.notes.insert(0, clean.remark)
    if any(is_same_as_phone(wechat) for wechat in record.wechats):
        others = [wechat for wechat in record.wechats if not is_same_as_phone(wechat)]
        same = [phones.digits(phone.value) for phone in record.phones[:1]]
        record.wechats = [*filter(None, same), *others]  # "ask his wife" has no digits
    return record


def _take_birthday(
    record: CustomerRecord, column: Column, cell: Cell, today: date, day_first: bool | None
) -> None:
    header = column.header
    calendar = Calendar.LUNAR if column.field is Field.LUNAR_BIRTHDAY else Calendar.SOLAR
    read = read_birthday(cell, today=today, calendar=calendar, day_first=day_first)
    if isinstance(read, Unreadable):
        record.keep(header, read.text, read.reason)
    elif read is not None and record.birthday not in (None, read):
        record.keep(header, text_of(cell))
    elif read is not None:
        record.birthday = read


def _take_own_date(
    record: CustomerRecord, column: Column, row: Row, today: date, day_first: bool | None
) -> None:
    yearly = column.field is Field.ANNIVERSARY
    read = read_date(
        row.cells[column.index],
        today=today,
        day_first=day_first,
        years_ahead=YEARS_AHEAD,
        yearly=yearly,
    )
    if isinstance(read, Unreadable):
        record.keep(column.header, read.text, read.reason)
    elif read is not None:
        name = _name_of_date(column, row)
        record.dates += missing(record.dates, [OwnDate(name, read, yearly)])


def _name_of_date(column: Column, row: Row) -> str:
    """保险, or 车险 in a column so headed; of an event in an address book, its label."""
    if column.label_column is not None:
        label = line(text_of(row.cells[column.label_column]).lstrip("* ")[:LONGEST_LINE])
        if label and key(label) not in ANNIVERSARIES.split():
            return label
    kind = _INSURANCE.match(column.header.strip())
    if column.field is Field.INSURANCE_ENDS and kind and kind[0] != "保险":
        return kind[0]
    return _(_OWN_DATES[column.field])


def _take(
    record: CustomerRecord, header: str, column: Field, cell: Cell, words: str, today: date
) -> None:
    """Put one cell where it belongs; what cannot be understood goes to the notes."""
    match column:
        case Field.WECHAT:
            name = visible(words).strip()
            record.wechats += [name] if name and name not in record.wechats else []
        case Field.EMAIL:
            found = [part for part in split_list(words) if "@" in part]
            record.emails += [part for part in found if part not in record.emails]
            if not found:
                record.keep(header, words)
        case Field.GENDER:
            gender = read_gender(cell)
            if isinstance(gender, Unreadable):
                record.keep(header, gender.text, gender.reason)
            elif gender is not None:
                _take_one(record, header, column, Gender(gender), words)
        case Field.POTENTIAL | Field.KIND | Field.PREFERRED_CHANNEL:
            _take_choice(record, header, column, words)
        case Field.DATES:
            dates, others = read_own_dates(words, today)
            record.dates += missing(record.dates, dates)
            for piece in others:
                record.keep(header, piece, _(Why.NOT_A_DATE.value))
        case Field.QUIET_HOURS:
            try:
                hours = quiet_hours.read(words)
            except CustdeskError as error:
                record.keep(header, words, str(error))
            else:
                _take_text(record, header, column, quiet_hours.words(*hours or (None, None)))
        case Field.CALLED:
            if fold(words) in _SALUTATIONS or len(words) > LONGEST_LINE:
                record.keep(header, words)
            else:
                _take_text(record, header, column, words)
        case Field.PRIVATE_SIGN | Field.DO_NOT_CONTACT:
            said = read_yes_no(words)
            if isinstance(said, Unreadable):
                record.keep(header, said.text, said.reason)
            elif said:
                setattr(record, column.value, True)
        case Field.ADDED_ON | Field.CONSENTED_ON:
            day = read_date(cell, today=today)
            if isinstance(day, date) and day <= today:
                _take_one(record, header, column, day, words)
            else:
                record.keep(header, words)
        case Field.TAGS | Field.LIKES | Field.TABOOS:
            kept = getattr(record, column.value)
            kept += [part for part in split_list(words) if part not in kept]
        case Field.NOTES:
            record.notes.append(words.replace("\r\n", "\n").replace("\r", "\n"))
        case Field.NUMBER:
            # a spreadsheet's number has lost the zeros before it
            number = f"{cell:0{NUMBER_DIGITS}}" if isinstance(cell, int) else words
            _take_text(record, header, column, number)
        case Field.COMPANY | Field.TITLE | Field.CITY | Field.ADDRESS:
            _take_text(record, header, column, words)
        case Field.SOURCE:
            _take_text(record, header, column, words)
        case Field.REFERRED_BY:
            name = " ".join(words.split())
            if split_list(words) and name not in record.referred_by:
                record.referred_by.append(name)
        case Field.PROVINCE:
            record.address = (
                f"{words}{record.address}" if words not in record.address else (record.address)
            )
        case _:
            record.keep(header, words)


def _take_text(record: CustomerRecord, header: str, column: Field, words: str) -> None:
    line = " ".join(words.split())
    if getattr(record, column.value) in ("", line):
        setattr(record, column.value, line)
    else:
        record.keep(header, line)


def _take_phones(record: CustomerRecord, column: Column, row: Row, words: str) -> None:
    label = column.label
    if column.label_column is not None:
        label = phone_label(text_of(row.cells[column.label_column])) or label
    if len(words) > _LONGEST_PHONES:
        record.keep(column.header, words)
        return
    for part in phones.split_phones(words):
        phone = phones.normalise(part)
        if phone is None or any(phone.value == known.value for known in record.phones):
            continue
        record.phones.append(replace(phone, label=phone.label or label))
        if phone.fault:
            said = _("{header} “{words}”: {why} It is kept as it was.")
            record.warnings.append(
                Remark(
                    record.line,
                    said.format(header=column.header, words=phone.value, why=phone.fault.reason),
                )
            )


def _take_choice(record: CustomerRecord, header: str, column: Field, words: str) -> None:
    key = _key(words)
    known: dict[Field, str | None] = {
        Field.POTENTIAL: _POTENTIALS.get(key),
        Field.KIND: _KINDS.get(key),
        Field.PREFERRED_CHANNEL: _CHANNELS.get(key),
    }
    _take_one(record, header, column, known[column], words)


def _take_one(
    record: CustomerRecord,
    header: str,
    column: Field,
    value: StrEnum | str | date | None,
    words: str,
) -> None:
    """Take a fact of which there is one; a second one, or what is none, goes to the notes."""
    if value is not None and getattr(record, column.value) in (None, value):
        setattr(record, column.value, value)
    else:
        record.keep(header, words)


# --- purchases and interactions -------------------------------------------------------------------


def _first(row: Row, mapping: Mapping, *wanted: Field) -> Cell:
    for column in mapping.columns:
        if column.field in wanted and text_of(row.cells[column.index]).strip():
            return row.cells[column.index]
    return ""


def _named(row: Row, mapping: Mapping) -> Named:
    typed = text_of(_first(row, mapping, Field.CUSTOMER_PHONE, Field.PHONE))[:_LONGEST_PHONES]
    found = [phones.normalise(part) for part in phones.split_phones(typed)]
    values = [*dict.fromkeys(phone.value for phone in found if phone)] or [""]
    name = text_of(_first(row, mapping, Field.CUSTOMER_NAME, Field.NAME))
    number = text_of(_first(row, mapping, Field.CUSTOMER_NUMBER, Field.NUMBER))
    return Named(number.strip(), clean_name(name).name, values[0], tuple(values[1:]))


def _aside(row: Row, mapping: Mapping) -> str:
    """The cells that have no place of their own, as words for a note."""
    kept = []
    for column in mapping.columns:
        words = text_of(row.cells[column.index]).strip()
        if words and column.field in (Field.NOTES, Field.OUTCOME):
            kept.append(words)
        elif words and column.field is Field.KEEP_IN_NOTES:
            kept.append(_("{header}: {words}").format(header=column.header, words=words))
    return "\n".join(kept)


def purchases(
    table: Table, mapping: Mapping, today: date, report: Report | None = None
) -> Iterator[PurchaseRecord | Rejected]:
    """Every row as a line of a purchase; one without a readable day or amount is rejected."""
    day_first = guess_day_first(_column(table, mapping, Field.ON))
    total = len(table.rows)
    marks = digests(table, Kind.PURCHASES)
    for at, (row, digest) in enumerate(zip(table.rows, marks, strict=True)):
        if report and at % 500 == 0:
            report(at, total)
        read = _purchase(row, digest, mapping, today, day_first)
        yield read if isinstance(read, PurchaseRecord) else _rejected(row, read)


def _rejected(row: Row, why: str) -> Rejected:
    return Rejected(Remark(row.line, why), _texts(row))


def _purchase(
    row: Row, digest: str, mapping: Mapping, today: date, day_first: bool | None
) -> PurchaseRecord | str:
    """The line of a purchase, or the sentence that says why the row is none."""
    day = read_date(_first(row, mapping, Field.ON), today=today, day_first=day_first)
    if day is None:
        return _("There is no date.")
    if isinstance(day, Unreadable):
        return _("Date “{words}”: {why}").format(words=day.text, why=day.reason)
    quantity = read_quantity(_first(row, mapping, Field.QUANTITY))
    if isinstance(quantity, Unreadable):
        return _("Quantity “{words}”: {why}").format(words=quantity.text, why=quantity.reason)
    if quantity == 0:
        return _("Nought of something is no purchase. Type how many.")
    if quantity is None:
        quantity = 1.0
    amount = read_money(_first(row, mapping, Field.AMOUNT))
    unit = read_money(_first(row, mapping, Field.UNIT_PRICE))
    for money in (amount, unit):
        if isinstance(money, Unreadable):
            return _("Amount “{words}”: {why}").format(words=money.text, why=money.reason)
    if isinstance(amount, int):
        cents = amount
    elif isinstance(unit, int):
        cents = round(unit * quantity)
        if abs(cents) > MOST_CENTS:
            return _("Amount “{words}”: {why}").format(words=cents, why=_(Why.TOO_LARGE.value))
    else:
        return _("There is no amount.")
    product = " ".join(text_of(_first(row, mapping, Field.PRODUCT)).split())
    return PurchaseRecord(
        line=row.line,
        digest=digest,
        customer=_named(row, mapping),
        day=day,
        product=product,
        category=text_of(_first(row, mapping, Field.CATEGORY)).strip(),
        quantity=quantity,
        amount_cents=cents,
        channel=text_of(_first(row, mapping, Field.CHANNEL)).strip(),
        order=text_of(_first(row, mapping, Field.ORDER_NUMBER)).strip(),
        note=_aside(row, mapping),
        cells=_texts(row),
    )


def interactions(
    table: Table, mapping: Mapping, today: date, report: Report | None = None
) -> Iterator[InteractionRecord | Rejected]:
    """Every row as an interaction; one without a readable day or without words is rejected."""
    day_first = guess_day_first(_column(table, mapping, Field.ON))
    total = len(table.rows)
    marks = digests(table, Kind.INTERACTIONS)
    for at, (row, digest) in enumerate(zip(table.rows, marks, strict=True)):
        if report and at % 500 == 0:
            report(at, total)
        read = _interaction(row, digest, mapping, today, day_first)
        yield read if isinstance(read, InteractionRecord) else _rejected(row, read)


def _interaction(
    row: Row, digest: str, mapping: Mapping, today: date, day_first: bool | None
) -> InteractionRecord | str:
    day = read_date(_first(row, mapping, Field.ON), today=today, day_first=day_first)
    if day is None:
        return _("There is no date.")
    if isinstance(day, Unreadable):
        return _("Date “{words}”: {why}").format(words=day.text, why=day.reason)
    typed = text_of(_first(row, mapping, Field.CHANNEL)).strip()
    channel = _CHANNELS.get(fold(typed))
    outcome = _aside(row, mapping)
    if typed and channel is None:
        outcome = f"{typed} {outcome}".strip()
    if not outcome:
        return _("Nothing says what came of it.")
    return InteractionRecord(
        row.line, digest, _named(row, mapping), day, channel or Channel.PHONE, outcome, _texts(row)
    )


def same_name(one: str) -> str:
    """Names that differ only in width, case, accents or spaces are the same."""
    return "".join(fold(one).split())


def lines_of(parts: Iterable[str]) -> str:
    """Notes joined; one whose every line stands in another before it is not said again."""
    kept: list[str] = []
    known: set[str] = set()
    for part in parts:
        words = part.strip()
        lines = {fold(line).strip() for line in words.splitlines()}
        if words and not lines <= known:
            kept.append(words)
            known |= lines
    return "\n".join(kept)
