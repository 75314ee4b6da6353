"""A customer file through which care goes, whatever is done with it, and what must always hold.

After every step nothing is there twice, planning again changes nothing, planning from scratch gives
what was planned bit by bit, and `custdesk check` finds no fault.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import text
from sqlmodel import Session

from custdesk.care import follow_ups, planning, plans, rules
from custdesk.care.birthday import Birthday, BirthdayRules, InCommonYears, InLeapMonths
from custdesk.care.habits import Habits
from custdesk.care.plans import Draft
from custdesk.errors import CustdeskError
from custdesk.exchange.fields import Kind
from custdesk.exchange.headers import guess_mapping
from custdesk.exchange.importing import import_table
from custdesk.exchange.table import Row, Table
from custdesk.insight import segment_rules as made
from custdesk.insight import segments
from custdesk.insight.segment_fields import How
from custdesk.opening import open_store
from custdesk.people import customers, history, own_dates
from custdesk.people.history import Item
from custdesk.store import journal
from custdesk.store.models import POTENTIAL, REGULAR, VIP, CarePlan, Channel, FollowUpKind, Product
from custdesk.store.store import Store
from tests.helpers import Clock, birthday, faults

START = datetime(2026, 11, 21, 9)
"""A Saturday; lunar 10-13."""

GRADES = (VIP, REGULAR, POTENTIAL)
NAMES = ("张丽华", "欧阳明", "买买提·吐尔逊", "区文诗", "李国强", "王秀")
BIRTHDAYS = (
    None,
    birthday("11-22"),
    birthday("12-01"),
    birthday("2000-02-29"),
    birthday("1968-10-13", lunar=True),
    birthday("2020-04-08L", lunar=True),
    birthday("12-30", lunar=True),
)
TAGS = ("茶友", "会员")
PRODUCTS = ("龙井", "碧螺春", "盖碗")
DATES = ("车险", "会员卡", "结婚纪念日")

_KIND, _VIP, _REGULAR = FollowUpKind, VIP, REGULAR
DRAFTS = (
    Draft(_KIND.BIRTHDAY, days=0),
    Draft(_KIND.BIRTHDAY, days=-3, grades=(_REGULAR,)),
    Draft(_KIND.BIRTHDAY, days=-3, tags=("茶友",)),
    Draft(_KIND.BIRTHDAY, days=2, grades=(_VIP,)),
    Draft(_KIND.CALLBACK, every_days=10, tags=("茶友",)),
    Draft(_KIND.CALLBACK, every_days=30, grades=(_REGULAR,)),
    Draft(_KIND.FESTIVAL, days=-1, about="spring_festival"),
    Draft(_KIND.FESTIVAL, days=0, about="小雪"),
    Draft(_KIND.FESTIVAL, days=-7, about="mid_autumn", grades=(_VIP,)),
    Draft(_KIND.AFTER_SALE, days=7, about="龙井"),
    Draft(_KIND.AFTER_SALE, days=30),
    Draft(_KIND.REPLENISHMENT, days=-3, about="龙井"),
    Draft(_KIND.REPLENISHMENT, days=5, grades=(_VIP,)),
    Draft(_KIND.RENEWAL, days=-14, about="车险"),
    Draft(_KIND.RENEWAL, days=-30),
    Draft(_KIND.ANNIVERSARY, days=-3, tags=("会员",)),
    Draft(_KIND.ANNIVERSARY, days=0, about="结婚纪念日"),
    Draft(_KIND.CALLBACK, every_days=20, stages=("new", "lapsed")),
    Draft(_KIND.AFTER_SALE, days=7, segment_id=1),
    Draft(_KIND.CALLBACK, every_days=15, segment_id=2),
    Draft(_KIND.BIRTHDAY, days=-3, segment_id=2),
)
SEGMENT_RULES = (
    made.Test("tag", How.IS, ("茶友",)),
    made.Test("last_contact", How.LONGER_AGO_OR_NEVER, (7,)),
    made.Test("last_purchase", How.WITHIN_LAST, (30,)),
    made.AnyOf((made.In(1), made.Test("product", How.IS, ("龙井",)))),
    made.All((made.Not(made.In(2)), made.Test("stage", How.ONE_OF, ("new", "active")))),
    made.Test("own_date", How.FILLED),
)
"""The segments 1 and 2 are there from the first."""
HABITS = (
    Habits(),
    Habits(calls_a_day=1),
    Habits(country=""),
    Habits(birthdays=BirthdayRules(common_year=InCommonYears.MARCH_1)),
    Habits(birthdays=BirthdayRules(leap_month=InLeapMonths.ORDINARY_MONTH)),
)

WHO = st.integers(0, 9)
PAST = st.sampled_from([0, 0, 0, 1, 2, 7, 29, 30, 31, 60, 200])
"""How many days ago."""


class LifeOfAFile(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        self.path = Path(self.folder.name) / "a.custdesk"
        self.clock = Clock(START)
        self.latest = START.date()
        """The latest day that the clock has shown."""
        self.restart_store()

    def restart_store(self) -> None:
        self.store: Store = open_store(self.path, self.clock)
        self.store.new_day()

    @initialize()
    def somebody_is_there(self) -> None:
        for n, name in enumerate(NAMES[:3]):
            self.add_somebody(name, BIRTHDAYS[n + 1], GRADES[n], ["茶友"])
        with self.store.write("Lasts") as db:
            for name in PRODUCTS:
                history.product_id(db, name)
            db.execute(text("UPDATE product SET lasts_days = 30 WHERE name = '龙井'"))
            for n, rule in enumerate(SEGMENT_RULES[:2]):
                segments.add(db, f"分组{n}", rule)
        self.first = self.store.steps()[0].id

    def teardown(self) -> None:
        self.store.close()
        self.folder.cleanup()

    # --- deeds ------------------------------------------------------------------------------------

    @property
    def today(self) -> date:
        return self.store.today

    def do(self, label: str, who: int, deed: Callable[[Session, int], object]) -> None:
        """One step with one customer; what cannot be done is refused in a sentence."""
        with suppress(CustdeskError), self.store.write(label) as db:
            ids = list(db.execute(text("SELECT id FROM customer ORDER BY id")).scalars())
            if ids:
                deed(db, ids[who % len(ids)])

    @rule(
        name=st.sampled_from(NAMES),
        born=st.sampled_from(BIRTHDAYS),
        grade=st.sampled_from(GRADES),
        tags=st.lists(st.sampled_from(TAGS), unique=True),
    )
    def add_somebody(self, name: str, born: Birthday | None, grade: str, tags: list[str]) -> None:
        with self.store.write(f"Add {name}") as db:
            details = customers.Details(name, birthday=born, tags=tags)
            id = customers.add(db, details, self.today).id or 0
            customers.edit(db, id, "grade_by_hand", grade, self.today)

    @rule(who=WHO, born=st.sampled_from(BIRTHDAYS))
    def birthday(self, who: int, born: Birthday | None) -> None:
        self.do("Born", who, lambda db, id: customers.edit(db, id, "birthday", born, self.today))

    @rule(who=WHO, grade=st.sampled_from(GRADES))
    def grade(self, who: int, grade: str) -> None:
        self.do(
            "Grade", who, lambda db, id: customers.edit(db, id, "grade_by_hand", grade, self.today)
        )

    @rule(who=WHO, alone=st.booleans())
    def leave_alone(self, who: int, alone: bool) -> None:
        field = "do_not_contact"
        self.do("Alone", who, lambda db, id: customers.edit(db, id, field, alone, self.today))

    @rule(who=WHO, tags=st.lists(st.sampled_from(TAGS), unique=True))
    def tag(self, who: int, tags: list[str]) -> None:
        self.do("Tag", who, lambda db, id: customers.set_tags(db, id, tags))

    @rule(who=WHO)
    def throw_away(self, who: int) -> None:
        self.do("Trash", who, lambda db, id: customers.trash(db, [id], self.clock()))

    @rule(who=WHO)
    def bring_back(self, who: int) -> None:
        self.do("Restore", who, lambda db, id: customers.restore(db, [id]))

    @rule(who=WHO)
    def erase(self, who: int) -> None:
        with self.store.read() as db:
            ids = list(db.execute(text("SELECT id FROM customer ORDER BY id")).scalars())
        if len(ids) > 4:
            self.store.erase([ids[who % len(ids)]])

    @rule(who=WHO, ago=PAST, hour=st.sampled_from([0, 9, 12]))
    def talk(self, who: int, ago: int, hour: int) -> None:
        at = self.clock().replace(hour=hour) - timedelta(days=ago)
        self.do(
            "Talk", who, lambda db, id: history.log_interaction(db, id, Channel.WECHAT, "聊", at)
        )

    @rule(who=WHO, which=st.integers(0, 2))
    def forget_a_talk(self, who: int, which: int) -> None:
        def deed(db: Session, id: int) -> None:
            for one in history.interactions(db, id)[which : which + 1]:
                history.remove_interaction(db, one.id or 0)

        self.do("Forget", who, deed)

    @rule(
        who=WHO,
        ago=PAST,
        product=st.sampled_from(PRODUCTS),
        quantity=st.sampled_from([1, 2, -1, 0.5]),
    )
    def buy(self, who: int, ago: int, product: str, quantity: float) -> None:
        """Also give back: a purchase of less than nothing."""
        day = self.today - timedelta(days=ago)
        item = Item(product, quantity, round(quantity * 10000))
        self.do("Buy", who, lambda db, id: history.record_purchase(db, id, day, [item]))

    @rule(who=WHO, which=st.integers(0, 2))
    def take_a_purchase_away(self, who: int, which: int) -> None:
        def deed(db: Session, id: int) -> None:
            for one in history.purchases(db, id)[which : which + 1]:
                history.remove_purchase(db, one.id)

        self.do("Take away", who, deed)

    @rule(product=st.sampled_from(PRODUCTS), days=st.sampled_from([None, 5, 30, 100]))
    def lasts(self, product: str, days: int | None) -> None:
        def deed(db: Session, _id: int) -> None:
            found = db.get(Product, history.product_id(db, product))
            assert found is not None
            found.lasts_days = days
            db.add(found)

        self.do("Lasts", 0, deed)

    @rule(
        who=WHO,
        name=st.sampled_from(DATES),
        away=st.sampled_from([-400, -5, 0, 3, 20, 300]),
        yearly=st.booleans(),
    )
    def note_a_date(self, who: int, name: str, away: int, yearly: bool) -> None:
        day = self.today + timedelta(days=away)
        self.do(
            "Date", who, lambda db, id: own_dates.add(db, id, name, day, self.today, yearly=yearly)
        )

    @rule(who=WHO, days=st.sampled_from([None, -3, 10, 365]))
    def move_a_date(self, who: int, days: int | None) -> None:
        """Or take it away."""

        def deed(db: Session, id: int) -> None:
            for one in own_dates.of_customer(db, id)[:1]:
                if days is None:
                    own_dates.remove(db, one.id or 0)
                else:
                    own_dates.move(db, one.id or 0, one.day + timedelta(days=days), self.today)

        self.do("Move", who, deed)

    # --- plans and habits -------------------------------------------------------------------------

    def with_plan(self, which: int, deed: Callable[[Session, CarePlan], object]) -> None:
        with suppress(CustdeskError), self.store.write("Plans") as db:
            every = plans.all_plans(db)
            if every:
                deed(db, every[which % len(every)])

    @rule(draft=st.sampled_from(DRAFTS))
    def add_a_plan(self, draft: Draft) -> None:
        with self.store.write("Add a plan") as db:
            plan = plans.add(db, draft, self.today)
            plans.switch(db, plan, True, self.today)

    @rule(which=st.integers(0, 30), on=st.booleans())
    def switch_a_plan(self, which: int, on: bool) -> None:
        self.with_plan(which, lambda db, plan: plans.switch(db, plan, on, self.today))

    @rule(which=st.integers(0, 30))
    def remove_a_plan(self, which: int) -> None:
        self.with_plan(which, plans.remove)

    @rule(
        which=st.integers(0, 30),
        days=st.integers(0, 60),
        grades=st.sets(st.sampled_from(GRADES)),
    )
    def change_a_plan(self, which: int, days: int, grades: set[str]) -> None:
        def deed(db: Session, plan: CarePlan) -> None:
            draft = replace(plans.draft_of(db, plan), grades=tuple(grades))
            if plan.kind is FollowUpKind.CALLBACK:
                draft = replace(draft, every_days=days)
            else:
                draft = replace(draft, days=days if plan.kind is _KIND.AFTER_SALE else -days)
            plans.change(db, plan, draft)

        self.with_plan(which, deed)

    @rule(id=st.sampled_from([1, 2]), asked=st.sampled_from(SEGMENT_RULES))
    def change_a_segment(self, id: int, asked: made.Rule) -> None:
        """What would contain itself is refused."""
        self.do("Segment", 0, lambda db, _id: segments.change(db, id, asked))

    @rule(chosen=st.sampled_from(HABITS))
    def choose_habits(self, chosen: Habits) -> None:
        with self.store.write("Habits") as db:
            planning.choose(db, chosen, self.today)

    # --- follow-ups -------------------------------------------------------------------------------

    @rule(
        who=WHO,
        which=st.integers(0, 20),
        how=st.sampled_from(["done", "done", "done long ago", "put off", "skip"]),
    )
    def act(self, who: int, which: int, how: str) -> None:
        def deed(db: Session, id: int) -> None:
            found = follow_ups.of_customer(db, id, self.today)
            if not found:
                return
            one = found[which % len(found)].id or 0
            if how == "skip":
                follow_ups.skip(db, one, "忙", self.clock())
            elif how == "put off":
                follow_ups.snooze(db, one, self.today + timedelta(days=1 + which), self.today)
            else:
                at = self.clock() - timedelta(days=which * 10 if how == "done long ago" else 0)
                follow_ups.complete(db, one, "好", Channel.PHONE, at)

        self.do(how, who, deed)

    @rule(who=WHO)
    def schedule(self, who: int) -> None:
        self.do(
            "Plan", who, lambda db, id: follow_ups.schedule(db, id, self.today, "送样", "09:30")
        )

    # --- the file ---------------------------------------------------------------------------------

    @rule(names=st.lists(st.sampled_from(NAMES), min_size=1, max_size=3))
    def bring_in(self, names: list[str]) -> None:
        headers = ["姓名", "手机", "生日", "标签"]
        rows = [
            Row(i, [name, f"1381234567{i}", "农历八月十五", "会员"]) for i, name in enumerate(names)
        ]
        table = Table(headers, rows, "utf-8")
        import_table(self.store, "a.csv", table, guess_mapping(headers, rows, Kind.CUSTOMERS))

    @rule()
    def undo(self) -> None:
        last = self.store.last_step()
        if last and last.id > self.first:
            self.store.undo()

    @rule()
    def redo(self) -> None:
        self.store.redo()

    @rule(which=st.integers(0, 6))
    def take_back(self, which: int) -> None:
        steps = [step for step in self.store.steps() if step.id > self.first and not step.undone]
        if steps:
            with suppress(CustdeskError):
                self.store.take_back(steps[which % len(steps)].id)

    @rule(days=st.sampled_from([1, 1, 2, 3, 7, 30, 100, 370]))
    def time_goes_by(self, days: int) -> None:
        self.clock.move(days=days)
        self.latest = max(self.latest, self.clock().date())
        self.store.new_day()

    @rule(days=st.sampled_from([1, 7, 40]))
    def the_clock_is_set_back(self, days: int) -> None:
        self.clock.move(days=-days)
        self.store.new_day()

    @rule()
    def restart(self) -> None:
        self.store.close()
        self.restart_store()

    # --- what always holds ------------------------------------------------------------------------

    @invariant()
    def nothing_is_there_twice(self) -> None:
        with self.store.read() as db:
            assert doubles(db) == []

    @invariant()
    def check_finds_no_fault(self) -> None:
        assert faults(self.store) == []

    @invariant()
    def bit_by_bit_is_as_from_scratch(self) -> None:
        with from_scratch(self.store) as (before, after):
            assert after <= before
            if self.clock().date() >= self.latest:
                assert after == before


Planned = frozenset[tuple[object, ...]]


@contextmanager
def from_scratch(store: Store) -> Iterator[tuple[Planned, Planned]]:
    """What is planned, before and after what nobody touched and is still ahead was planned anew.

    What is late may be known only from having been planned. Nothing of this stays in the file.
    """
    with store.read() as db:
        today = store.today
        before = _planned(db)
        db.execute(text("INSERT OR IGNORE INTO touched SELECT id FROM customer"))
        journal.recording(db, False)
        db.execute(
            text(
                "DELETE FROM follow_up WHERE state = 'open' AND plan_id IS NOT NULL AND NOT snoozed"
                " AND due > :today AND (day >= :today OR kind IN ('callback', 'after_sale'))"
                " AND customer_id IN (SELECT id FROM customer WHERE trashed_at IS NULL)"
            ),
            {"today": today.isoformat()},
        )
        planning.refresh(db, today)
        yield before, _planned(db)


def _planned(db: Session) -> Planned:
    rows: Iterable[tuple[object, ...]] = planning.contents(db)  # type: ignore[assignment]
    return frozenset(map(tuple, rows))


def doubles(db: Session) -> list[str]:
    """What somebody would find in the list twice, one line each."""
    rows = db.execute(
        text(
            "SELECT f.customer_id, f.kind, f.occurrence, f.day, f.due, f.snoozed, p.days, p.about"
            " FROM follow_up f LEFT JOIN care_plan p ON p.id = f.plan_id"
            " WHERE f.state = 'open' AND f.kind <> 'custom'"
        )
    ).all()
    seen, found = set[tuple[object, ...]](), []
    for customer_id, kind, key, day, due, snoozed, days, about in rows:
        thing = (customer_id, kind, rules.what_of(key) or about, day)
        marks: set[tuple[object, ...]] = {(*thing, "of as many days", days)}
        if kind == FollowUpKind.CALLBACK:
            marks = {(customer_id, kind)}
        elif not snoozed:
            marks.add((*thing, "due", due))
        if not marks.isdisjoint(seen):
            found.append(f"{customer_id} {kind} {key} {due}")
        seen |= marks
    return found
