"""What tests say in the user's words: add somebody, find them, see what is due on a day."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path

from sqlalchemy import text
from sqlmodel import Session, SQLModel

from custdesk.care import follow_ups, plans
from custdesk.care.birthday import Birthday, Calendar
from custdesk.exchange import importing
from custdesk.exchange.importing import Choices
from custdesk.exchange.outcome import Result
from custdesk.people import cases, customers, feedback, history, lists
from custdesk.people.history import Item
from custdesk.store import checking, search
from custdesk.store.models import (
    CarePlan,
    CaseKind,
    Channel,
    ContactKind,
    Customer,
    FeedbackSource,
    FollowUpKind,
    Standing,
)
from custdesk.store.search import Query
from custdesk.store.store import Store

DATA = Path(__file__).parent / "data"
TEA_SHOP = DATA / "tea_shop"


class Clock:
    """The wall clock of a test: it stands still until somebody moves it."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def turn_to(self, day: str | date) -> None:
        """Nine in the morning of another day."""
        self.at = datetime.combine(_day(day), time(9))

    def move(self, *, days: int = 0, minutes: int = 0) -> None:
        self.at += timedelta(days=days, minutes=minutes)


def _day(day: str | date) -> date:
    return day if isinstance(day, date) else date.fromisoformat(day)


def birthday(typed: str, *, lunar: bool = False) -> Birthday:
    """ "1968-11-21", "11-21"; with `lunar` also "2020-04-08L" for a leap month."""
    found = re.fullmatch(r"(?:(\d{4})-)?(\d{1,2})-(\d{1,2})(L?)", typed)
    assert found, typed
    return Birthday(
        Calendar.LUNAR if lunar else Calendar.SOLAR,
        int(found[1]) if found[1] else None,
        int(found[2]),
        int(found[3]),
        bool(found[4]),
    )


# --- customers ------------------------------------------------------------------------------------


def add(
    store: Store,
    name: str,
    *,
    phone: str | Sequence[str] = (),
    email: str = "",
    wechat: str = "",
    solar: str = "",
    lunar: str = "",
    grade: str | None = None,
    tags: Iterable[str] = (),
    number: str = "",
    **fields: object,
) -> int:
    """Add a customer in one step; the id."""
    born = birthday(solar) if solar else birthday(lunar, lunar=True) if lunar else None
    details = customers.Details(
        name,
        number=number,
        birthday=born,
        phones=[phone] if isinstance(phone, str) else list(phone),
        emails=[email] if email else [],
        wechats=[wechat] if wechat else [],
        tags=list(tags),
    )
    with store.write(f"Add {name}") as db:
        id = customers.add(db, details, store.today).id or 0
        for field, value in fields.items():
            customers.edit(db, id, field, value, store.today)
        if grade:
            customers.edit(db, id, "grade_by_hand", grade, store.today)
    return id


def edit(store: Store, id: int, **fields: object) -> None:
    with store.write(f"Edit {id}") as db:
        for field, value in fields.items():
            customers.edit(db, id, field, value, store.today)


def trash(store: Store, *ids: int) -> None:
    with store.write("Trash") as db:
        customers.trash(db, ids, store.clock())


def restore(store: Store, *ids: int) -> None:
    with store.write("Restore") as db:
        customers.restore(db, ids)


def customer(store: Store, id: int) -> Customer:
    with store.read() as db:
        return customers.get(db, id)


def row(store: Store, id: int) -> lists.ListRow:
    """What the list shows of a customer."""
    with store.read() as db:
        return lists.rows(db, [id])[id]


def standing(store: Store, id: int) -> Standing:
    """Where a customer stands, as the file has it."""
    with store.read() as db:
        found = db.get(Standing, id)
    assert found is not None
    return found


def contacts(store: Store, id: int, kind: ContactKind = ContactKind.PHONE) -> list[str]:
    with store.read() as db:
        return [point.value for point in customers.contacts(db, id) if point.kind is kind]


def names(store: Store) -> list[str]:
    """Everybody, in list order."""
    return find(store, "")


def find(store: Store, typed: str, **narrowed: object) -> list[str]:
    """The names of the customers that a search shows, in its order."""
    with store.read() as db:
        ids = search.find(db, Query(typed, **narrowed))  # type: ignore[arg-type]
        rows = lists.rows(db, ids)
    return [rows[id].name for id in ids]


def found_ids(store: Store, typed: str) -> list[int]:
    with store.read() as db:
        return list(search.find(db, Query(typed)))


# --- what happens with them -----------------------------------------------------------------------


def spoke(store: Store, id: int, on: str | date | None = None, outcome: str = "聊过了") -> int:
    """Log a call at noon of `on`, today's by default."""
    at = datetime.combine(_day(on or store.today), time(12))
    with store.write("Log a call") as db:
        return history.log_interaction(db, id, Channel.PHONE, outcome, at).id or 0


def bought(store: Store, id: int, on: str | date, cents: int, product: str = "明前龙井") -> int:
    with store.write("Record a purchase") as db:
        purchase = history.record_purchase(db, id, _day(on), [Item(product, 1, cents)])
        return purchase.id or 0


def said(store: Store, id: int, score: int, on: str | date | None = None, words: str = "") -> int:
    """Note how content a customer is, today by default."""
    with store.write("Note feedback") as db:
        day = _day(on or store.today)
        return feedback.note(db, id, score, FeedbackSource.CALL, words, day).id or 0


def complained(
    store: Store,
    id: int,
    on: str | date | None = None,
    *,
    due: str | date | None = None,
    about: str = "壶盖漏水",
    kind: CaseKind = CaseKind.COMPLAINT,
) -> int:
    """A complaint comes in, today by default."""
    with store.write("Open a case") as db:
        day, until = _day(on or store.today), _day(due) if due else None
        return cases.open_case(db, id, kind, about, day, until).id or 0


def solve(store: Store, case_id: int, solution: str = "换了新的") -> None:
    with store.write("Solve it") as db:
        cases.solve(db, case_id, solution, store.today)


# --- care -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Todo:
    """A follow-up as a person reads it."""

    customer: str
    kind: str
    day: str
    due: str


def due_on(store: Store, day: str | date | None = None, days: int = 0) -> list[Todo]:
    """What `custdesk due --on day --days days` lists."""
    on = _day(day or store.today)
    with store.read() as db:
        found = follow_ups.due(db, on, on + timedelta(days=days), store.today)
    return [
        Todo(one.customer, one.kind.value, one.day.isoformat(), one.due.isoformat())
        for one in found
    ]


def ahead(store: Store, id: int) -> list[Todo]:
    """A customer's open follow-ups."""
    with store.read() as db:
        found = follow_ups.of_customer(db, id, store.today)
    return [
        Todo(one.customer, one.kind.value, one.day.isoformat(), one.due.isoformat())
        for one in found
    ]


def follow_up(store: Store, id: int, kind: str = "callback") -> int:
    """The id of a customer's first open follow-up of a kind."""
    with store.read() as db:
        found = follow_ups.of_customer(db, id, store.today)
    return next(one.id or 0 for one in found if one.kind.value == kind)


def complete(store: Store, follow_up_id: int, outcome: str = "已联系") -> None:
    with store.write("Follow-up done") as db:
        follow_ups.complete(db, follow_up_id, outcome, Channel.PHONE, store.clock())


def snooze(store: Store, follow_up_id: int, until: str) -> None:
    with store.write("Snooze") as db:
        follow_ups.snooze(db, follow_up_id, date.fromisoformat(until), store.today)


def skip(store: Store, follow_up_id: int, reason: str = "出差") -> None:
    with store.write("Skip") as db:
        follow_ups.skip(db, follow_up_id, reason, store.clock())


# --- the file -------------------------------------------------------------------------------------


def bring_in(store: Store, name: str, **chosen: object) -> Result:
    """Import one of the tea shop's files."""
    return importing.import_file(store, TEA_SHOP / name, Choices(**chosen))  # type: ignore[arg-type]


Contents = dict[str, list[tuple[object, ...]]]


def contents(store: Store) -> Contents:
    """Every row of every table, and the tokens of the search index."""
    with store.read() as db:
        found: Contents = {
            name: [tuple(row) for row in db.execute(text(f'SELECT * FROM "{name}" ORDER BY 1'))]
            for name in SQLModel.metadata.tables
        }
        found["search"] = [tuple(row) for row in search.contents(db)]  # type: ignore[attr-defined]
    return found


def labels(store: Store) -> list[str]:
    """The steps that undo would take, the next first."""
    return [step.label for step in store.steps() if not step.undone]


def undo_all(store: Store, down_to: int = 0) -> int:
    """Undo every step after the step with the id `down_to`; how many there were."""
    count = 0
    while (step := store.last_step()) and step.id > down_to:
        store.undo()
        count += 1
    return count


def redo_all(store: Store) -> None:
    while store.redo():
        pass


def faults(store: Store) -> list[str]:
    """What `custdesk check` finds wrong."""
    return checking.check(store)


def is_a_sentence(words: str, language: str) -> bool:
    """One line that ends as sentences do, in the language spoken, with nothing left to fill in."""
    chinese = bool(re.search(r"[\u4e00-\u9fff]", re.sub("“.*?”", "", words)))
    ends = words.endswith(("。", "！") if language == "zh" else (".", "!"))
    return chinese == (language == "zh") and ends and not re.search(r"[{}\n]", words)


def set_days(db: Session, plan: CarePlan, days: int) -> None:
    """Calls so often; so many days before a birthday or the like, or after a purchase."""
    draft = plans.draft_of(db, plan)
    if plan.kind is FollowUpKind.CALLBACK:
        draft = replace(draft, every_days=days)
    else:
        after = plan.kind in (FollowUpKind.AFTER_SALE, FollowUpKind.WIN_BACK)
        draft = replace(draft, days=days if after else -days)
    plans.change(db, plan, draft)


def set_interval(store: Store, kind: str, days: int, grade: str | None = None) -> None:
    """How often customers of a grade are called, or how many days ahead a birthday shows."""
    with store.write("Care plans") as db:
        for plan in plans.all_plans(db):
            if plan.kind == kind and plan.grades == (grade or ""):
                set_days(db, plan, days)


def switch(store: Store, kind: str, on: bool) -> None:
    """Switch all plans of a kind on or off."""
    with store.write("Care plans") as db:
        for plan in plans.all_plans(db):
            if plan.kind == kind:
                plans.switch(db, plan, on, store.today)
