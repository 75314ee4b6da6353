"""Typed text -> customers, in list order: one full-text table of tokens that are made here.

The table holds no text (`content=''`) and no positions: its rowid is the customer's id, and a
token says what it is by its first letter: `t` one or two characters of text, `w` a Latin word or a
number in text, `p` three or four digits of a phone, `i` initials, `y` pinyin, `n` the number.
"""

import re
from array import array
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import text
from sqlmodel import Session

from custdesk.store.spelling import dialled, fold, is_spelt, spell, spellings

_RUNS = re.compile(r"[a-z0-9_]+|[^\x00-\x7f]+")
_SPACED_MOBILE = re.compile(r"\b(1\d\d)[ -](\d{1,4})(?:[ -](\d{1,4}))?\b")
_PUNCTUATION = re.compile(r"[\u3000-\u303f\uff00-\uff0f\u2000-\u206f·×…—，。！？、；：“”（）]+")
PINYIN_PREFIX = 4
"""The first letters of a spelling that are tokens of their own; longer ones are prefix queries."""
EXACT_UP_TO = 2000
"""Hits of a long run of characters or digits are checked one by one up to this many."""
BATCH = 2000


def create(db: Session) -> None:
    db.connection().exec_driver_sql(
        "CREATE VIRTUAL TABLE search USING fts5("
        "t, content='', contentless_delete=1, detail=none,"
        " tokenize=\"ascii tokenchars '_'\")"
    )


# --- tokens ---------------------------------------------------------------------------------------


def _text_tokens(words: str) -> list[str]:
    tokens = []
    for run in _RUNS.findall(_PUNCTUATION.sub(" ", fold(words))):
        if run.isascii():
            tokens.append("w" + run)
        else:
            tokens += ["t" + char for char in run]
            tokens += ["t" + run[i : i + 2] for i in range(len(run) - 1)]
    return tokens


def _name_tokens(name: str) -> list[str]:
    spelt = spellings(name)
    tokens = []
    for initials in {"".join([syllable[0] for syllable in one])[:12] for one in spelt}:
        for start in range(len(initials)):
            tokens += ["i" + initials[start:end] for end in range(start + 1, len(initials) + 1)]
    tails = {"".join(one[start:])[:40] for one in spelt for start in range(min(len(one), 12))}
    tails = {tail for tail in tails if tail.isascii()}
    tokens += ["y" + tail for tail in tails]
    heads = {tail[:PINYIN_PREFIX] for tail in tails}
    tokens += ["y" + head[:n] for head in heads for n in range(1, len(head) + 1)]
    return tokens


def _phone_digits(value: str) -> str:
    """What is searched in a stored phone: the digits that are dialled, then the extension."""
    return dialled(value) + value.partition(";ext=")[2]


def _phone_tokens(value: str) -> list[str]:
    digits = _phone_digits(value)
    return ["p" + digits[i : i + size] for size in (3, 4) for i in range(len(digits) - size + 1)]


def _number_tokens(number: str) -> list[str]:
    """A number of digits only is typed whole, noughts apart; any other is words ("VIP-0031")."""
    plain = fold(number)
    if not plain.isdigit():
        return _text_tokens(number)
    return ["n" + plain, "n" + (plain.lstrip("0") or "0")]


def _words_of(name: str, words: str, numbers: Iterable[str], phones: Iterable[str]) -> str:
    tokens = set(_text_tokens(f"{name} {words}"))
    tokens.update(_name_tokens(name))
    for phone in phones:
        tokens.update(_phone_tokens(phone))
    for number in numbers:
        tokens.update(_number_tokens(number))
    return " ".join(tokens)


_GATHER = text(
    """SELECT c.id, c.name, c.number,
         c.company || ' ' || c.notes || ' ' || c.city || ' ' || c.likes,
         (SELECT group_concat(value, char(10)) FROM contact_point
           WHERE customer_id = c.id AND kind = 'phone'),
         (SELECT group_concat(value, ' ') FROM contact_point
           WHERE customer_id = c.id AND kind <> 'phone'),
         (SELECT group_concat(number, char(10)) FROM former_number WHERE customer_id = c.id),
         (SELECT group_concat(name, ' ') FROM tag WHERE id IN
           (SELECT tag_id FROM customer_tag WHERE customer_id = c.id))
       FROM touched CROSS JOIN customer c ON c.id = touched.customer_id
       WHERE c.trashed_at IS NULL"""
)


def refresh(db: Session, _today: date) -> None:
    """Index the customers in temp.touched again; those in the trash or gone leave the index."""
    db.execute(text("DELETE FROM search WHERE rowid IN (SELECT customer_id FROM touched)"))
    insert = text("INSERT INTO search (rowid, t) VALUES (:id, :t)")
    rows = db.execute(_GATHER)
    for batch in rows.partitions(BATCH):
        db.execute(
            insert,
            [
                {
                    "id": id,
                    "t": _words_of(
                        name,
                        f"{words} {others or ''} {tags or ''}",
                        (number, *(former or "").split("\n")[: 99 if former else 0]),
                        (phones or "").split("\n"),
                    ),
                }
                for id, name, number, words, phones, others, former, tags in batch
            ],
        )


def contents(db: Session) -> object:
    """For every token how often it stands and for whom, for comparing."""
    db.execute(
        text(
            "CREATE VIRTUAL TABLE IF NOT EXISTS temp.search_tokens"
            " USING fts5vocab(main, search, instance)"
        )
    )
    return db.execute(
        text(
            "SELECT term, count(*), sum(doc), sum(doc * doc) FROM temp.search_tokens"
            " GROUP BY term ORDER BY term"
        )
    ).all()


# --- finding --------------------------------------------------------------------------------------


class Order(StrEnum):
    NAME = "name"
    NUMBER = "number"
    GRADE = "grade"
    CITY = "city"
    SPEND = "spend"
    LAST_CONTACT = "last_contact"
    LAST_PURCHASE = "last_purchase"
    NEXT_FOLLOW_UP = "next_follow_up"
    ADDED = "added"


_ORDERS = {
    Order.NAME: "",
    Order.NUMBER: "length(c.number) {way}, c.number {way},",
    Order.GRADE: "s.grade_rank {way},",
    Order.CITY: "c.city = '', c.city {way},",
    Order.SPEND: "s.spend_12m_cents {way},",
    Order.LAST_CONTACT: "s.last_contact IS NULL, s.last_contact {way},",
    Order.LAST_PURCHASE: "s.last_purchase IS NULL, s.last_purchase {way},",
    Order.NEXT_FOLLOW_UP: "s.next_due IS NULL, s.next_due {way},",
    Order.ADDED: "c.added_on {way},",
}


@dataclass(frozen=True, slots=True)
class Condition:
    """What `insight.segments` makes of a rule: SQL over a customer `c` and a standing `s`.

    `words` says it to people; the names of the parameters begin with an underscore.
    """

    words: str
    sql: str
    parameters: tuple[tuple[str, str | int | float], ...] = ()


@dataclass(frozen=True, slots=True)
class Query:
    """What the list shows: typed text narrowed by filters, in an order."""

    text: str = ""
    grades: frozenset[str] = frozenset()
    """Their keys."""
    tag: str | None = None
    city: str | None = None
    silent_since: date | None = None
    """Only customers with no contact on or after this day (never contacted ones included)."""
    stages: frozenset[str] = frozenset()
    only: Condition | None = None
    """Narrowed by a segment, or by a bar or cell of the insights."""
    order: Order = Order.NAME
    descending: bool = False


def find(db: Session, query: Query) -> "array[int]":
    """The ids of the customers that `query` asks for, in its order; terms narrow."""
    parameters: dict[str, object] = {}
    joins, conditions = "standing s", ["1"]
    runs = _runs(query.text)
    if query.text.strip():
        if not runs:
            return array("q")
        joins = "search f CROSS JOIN standing s ON s.customer_id = f.rowid"
        conditions.append("f.search MATCH :match")
        parameters["match"] = " AND ".join(_match(run) for run in runs)
    way = "DESC" if query.descending else "ASC"
    order = _ORDERS[query.order].format(way=way)
    name_way = way if query.order is Order.NAME else "ASC"
    needed = f"{order} {query.only.sql if query.only is not None else ''}"
    if query.city is not None or "c." in needed:
        joins += " CROSS JOIN customer c ON c.id = s.customer_id"
    if query.grades:
        names = {f"grade{i}": key for i, key in enumerate(sorted(query.grades))}
        parameters |= names
        conditions.append(f"s.grade IN ({', '.join(':' + name for name in names)})")
    if query.city is not None:
        conditions.append("c.city = :city")
        parameters["city"] = query.city
    if query.stages:
        stages = {f"stage{i}": stage for i, stage in enumerate(sorted(query.stages))}
        parameters |= stages
        conditions.append(f"s.stage IN ({', '.join(':' + name for name in stages)})")
    if query.only is not None:
        parameters |= dict(query.only.parameters)
        conditions.append(f"({query.only.sql})")
    if query.tag is not None:
        conditions.append(
            "s.customer_id IN (SELECT customer_id FROM customer_tag"
            " WHERE tag_id = (SELECT id FROM tag WHERE name = :tag))"
        )
        parameters["tag"] = query.tag
    if query.silent_since is not None:
        conditions.append("(s.last_contact IS NULL OR s.last_contact < :silent)")
        parameters["silent"] = query.silent_since.isoformat()
    joined = db.execute(
        text(
            f"SELECT group_concat(id) FROM (SELECT s.customer_id AS id FROM {joins}"
            f" WHERE {' AND '.join(conditions)}"
            f" ORDER BY {order} s.sort_key {name_way}, s.customer_id {name_way})"
        ),
        parameters,
    ).scalar_one()
    ids = array("q", map(int, joined.split(","))) if joined else array("q")
    long = [run for run in runs if _may_lie(run)]
    return _checked(db, ids, long) if long and len(ids) <= EXACT_UP_TO else ids


def _runs(typed: str) -> list[str]:
    """What was typed, as runs of one kind each; a mobile typed with spaces is one run."""
    folded = _SPACED_MOBILE.sub(r"\1\2\3", fold(typed).replace("+86", ""))
    runs = _RUNS.findall(_PUNCTUATION.sub(" ", folded))
    return list(dict.fromkeys(runs))


def _match(run: str) -> str:
    """One run as an FTS5 expression; runs hold no quotes, so quoting them is enough."""
    if run.isdigit():
        wanted = [f'"n{run}"', f'"w{run}" *']
        if len(run) in (3, 4):
            wanted.append(f'"p{run}"')
        elif len(run) > 4:
            grams = dict.fromkeys(run[i : i + 4] for i in range(len(run) - 3))
            wanted.append("(" + " AND ".join(f'"p{gram}"' for gram in grams) + ")")
    elif run.isascii() and not run.isalpha():
        wanted = [f'"w{run}" *']
    elif run.isascii():
        more = "" if len(run) <= PINYIN_PREFIX else " *"
        wanted = [f'"i{run}"', f'"y{run}"{more}', f'"w{run}" *']
    elif len(run) == 1:
        wanted = [f'"t{run}"']
    else:
        pairs = dict.fromkeys(run[i : i + 2] for i in range(len(run) - 1))
        wanted = ["(" + " AND ".join(f'"t{pair}"' for pair in pairs) + ")"]
    return "(" + " OR ".join(wanted) + ")"


def _may_lie(run: str) -> bool:
    """Whether a customer may have all the tokens of a run and yet not the run itself."""
    return len(run) > 4 if run.isdigit() else not run.isascii() and len(run) > 2


def _checked(db: Session, ids: "array[int]", runs: list[str]) -> "array[int]":
    """Those of `ids` whose words really hold every one of `runs`."""
    kept = []
    for start in range(0, len(ids), 500):
        batch = ids[start : start + 500]
        rows = db.execute(
            text(
                f"""SELECT c.id, c.name || ' ' || c.company || ' ' || c.notes || ' ' || c.city
                   || ' ' || c.likes || ' ' || c.number || ' '
                   || coalesce((SELECT group_concat(name, ' ') FROM tag WHERE id IN
                        (SELECT tag_id FROM customer_tag WHERE customer_id = c.id)), '')
                   || ' ' || coalesce((SELECT group_concat(number, ' ') FROM former_number
                        WHERE customer_id = c.id), ''),
                   coalesce((SELECT group_concat(value, char(10)) FROM contact_point
                     WHERE customer_id = c.id AND kind = 'phone'), ''),
                   coalesce((SELECT group_concat(value, ' ') FROM contact_point
                     WHERE customer_id = c.id AND kind <> 'phone'), '')
                 FROM customer c WHERE c.id IN ({",".join(map(str, batch))})"""
            )
        ).all()
        words = {
            id: " ".join((fold(words), *map(_phone_digits, phones.split("\n")), fold(others)))
            for id, words, phones, others in rows
        }
        kept += [id for id in batch if all(run in words[id] for run in runs)]
    return array("q", kept)


def highlight(name: str, typed: str) -> list[tuple[int, int]]:
    """Which characters of `name` (start, end) the typed text matched, pinyin matches too."""
    marks = [False] * len(name)
    folded = fold(name)
    whole = len(folded) == len(name)
    syllables = spell(name)
    places = [i for i, character in enumerate(name) if is_spelt(character)]
    for run in _runs(typed):
        if whole and run in folded:
            start = folded.index(run)
            marks[start : start + len(run)] = [True] * len(run)
        elif run.isalpha() and run.isascii() and len(syllables) == len(places):
            for i in _spelt(syllables, run):
                marks[places[i]] = True
    return _ranges(marks)


def _spelt(syllables: list[str], run: str) -> range:
    """The syllables that `run` spells: as initials, or as pinyin of which the last may be begun."""
    initials = "".join(syllable[0] for syllable in syllables)
    if run in initials:
        start = initials.index(run)
        return range(start, start + len(run))
    for start in range(len(syllables)):
        spelt = ""
        for end in range(start, len(syllables)):
            spelt += syllables[end]
            if spelt.startswith(run):
                return range(start, end + 1)
    return range(0)


def _ranges(marks: list[bool]) -> list[tuple[int, int]]:
    ranges: list[tuple[int, int]] = []
    for i, marked in enumerate(marks):
        if marked and ranges and ranges[-1][1] == i:
            ranges[-1] = (ranges[-1][0], i + 1)
        elif marked:
            ranges.append((i, i + 1))
    return ranges
