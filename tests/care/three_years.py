"""Three years of a shop: whatever happens, what is due is on the list once, until somebody acts.

The shop sells, talks, edits, imports; its PC is off for weeks, its clock runs back, it returns to
backups. Every morning the list is compared with what `tests.care.oracle` has reckoned from the same
life. In the long form, with more shops:

python -m tests.care.three_years [--seeds 20]
"""

import argparse
import pickle
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from random import Random

from sqlalchemy import text
from sqlmodel import Session

from custdesk.care import follow_ups, planning, plans
from custdesk.care.birthday import Birthday, Calendar
from custdesk.care.habits import Habits
from custdesk.care.plans import Draft
from custdesk.exchange.fields import Kind
from custdesk.exchange.headers import guess_mapping
from custdesk.exchange.importing import import_table
from custdesk.exchange.table import Row, Table
from custdesk.opening import open_store
from custdesk.people import customers, history, own_dates
from custdesk.people.history import Item
from custdesk.store import backup, restoring
from custdesk.store.backup import Reason
from custdesk.store.models import CarePlan, Channel, FollowUpKind, Product
from custdesk.store.store import Store
from tests.care.oracle import Oracle, Own, Person, Rule, Sale, near_days, works
from tests.helpers import Clock, faults

FIRST, LAST = date(2026, 11, 21), date(2029, 11, 21)

PRODUCTS = {
    "明前龙井": ("绿茶", 45),
    "安溪铁观音": ("乌龙", 60),
    "白瓷盖碗": ("茶具", None),
    "陈皮普洱": ("普洱", 90),
}
TAGS = ("茶友", "会员")
BORN = (
    None,
    None,
    ("solar", 2, 29),
    ("solar", 1, 1),
    ("solar", 12, 31),
    ("lunar", 12, 30),
    ("lunar", 1, 1),
    ("lunar", 8, 15),
    ("lunar", -4, 8),
    ("lunar", -6, 30),
)

DEFAULT_RULES = (
    Rule(0, "birthday", days=-3),
    Rule(0, "callback", ("vip",), every=30),
    Rule(0, "callback", ("regular",), every=90),
    Rule(0, "callback", ("potential",), every=180),
    Rule(0, "festival", ("vip", "regular"), days=-1, about="spring_festival"),
    Rule(0, "festival", ("vip",), days=-1, about="dragon_boat"),
    Rule(0, "festival", ("vip",), days=-1, about="mid_autumn"),
    Rule(0, "after_sale", days=7),
    Rule(0, "after_sale", days=30, on=False),
    Rule(0, "replenishment", days=-3),
    Rule(0, "renewal", days=-14),
    Rule(0, "anniversary", days=-3),
)
"""As a new file has them (product.md, "Care")."""

OWN_RULES = (
    Rule(0, "callback", tags=("茶友",), every=15),
    Rule(0, "birthday", ("vip",), days=0),
    Rule(0, "birthday", tags=("会员",), days=-3),
    Rule(0, "festival", tags=("茶友",), days=0, about="冬至"),
    Rule(0, "after_sale", days=20, about="茶具"),
    Rule(0, "replenishment", days=-10, about="明前龙井"),
    Rule(0, "renewal", ("vip", "regular"), days=-30, about="车险"),
    Rule(0, "anniversary", tags=("会员",), days=-3, about="结婚纪念日"),
)
"""What this shop adds; some of it overlaps with what was there."""


@dataclass
class Tally:
    """What came of three years."""

    counts: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    """Every difference from what ought to be, in words."""

    def __str__(self) -> str:
        return ", ".join(f"{what} {n}" for what, n in self.counts.items())

    def differs(self, kind: str, on: date, what: Iterable[object]) -> None:
        for one in what:
            self.counts[kind] += 1
            self.wrong.append(f"{on} {kind}: {one}")


class Shop:
    """One shop; `seed` decides its whole life."""

    def __init__(self, folder: Path, seed: int, people: int = 60, calls_a_day: int = 20) -> None:
        self.random = Random(seed)
        self.path = folder / "shop.custdesk"
        self.clock = Clock(datetime.combine(FIRST, time(9)))
        self.tally = Tally()
        for kind in ("missed", "not called for", "doubled", "greeted twice", "too many a day"):
            self.tally.counts[kind] = 0
        self.oracle = Oracle()
        self.backups: list[tuple[Path, bytes]] = []
        self.calls_a_day = calls_a_day
        self.placed: dict[int, tuple[date, date, date]] = {}
        """Of each open callback: the day it is about, when it is due, and from when it was put."""
        self.found: dict[int, tuple[date, date]] = {}
        """About which day, and on which, every callback was that has ever been seen."""
        self.names = 0
        self.store: Store = open_store(self.path, self.clock)
        self.store.new_day()
        self._open_shop(people)

    @property
    def today(self) -> date:
        return self.clock().date()

    # --- beginnings -------------------------------------------------------------------------------

    def _open_shop(self, people: int) -> None:
        with self.store.write("Open the shop") as db:
            # Who is drifting away is another question than what is due: insight has its own tests.
            # Of complaints nothing happens here: test_cases has its own.
            apart = (FollowUpKind.WIN_BACK, FollowUpKind.CASE)
            for plan in plans.all_plans(db):
                plans.switch(db, plan, plan.kind not in apart and plan.enabled, self.today)
            found = [plan for plan in plans.all_plans(db) if plan.kind not in apart]
            for plan, rule in zip(found, DEFAULT_RULES, strict=True):
                self.oracle.rules[plan.id or 0] = replace(rule)
                self.oracle.rules[plan.id or 0].id = plan.id or 0
            for name, (category, lasts) in PRODUCTS.items():
                product = Product(name=name, category=category, lasts_days=lasts)
                db.add(product)
                db.flush()
                self.oracle.products[name] = product.id or 0, category, lasts
            planning.choose(db, Habits(calls_a_day=self.calls_a_day), self.today)
        for rule in OWN_RULES:
            self._add_rule(rule)
        for start in range(0, people, 10):
            with self.store.write("Add ten") as db:
                added = [self._add_person(db) for _n in range(min(10, people - start))]
            for who in added:
                self.oracle.touch(who, self.today)
            self._look_at_callbacks()

    def _add_rule(self, rule: Rule) -> None:
        draft = Draft(
            FollowUpKind(rule.kind),
            grades=tuple(rule.grades),
            tags=rule.tags,
            every_days=rule.every or None,
            days=None if rule.every else rule.days,
            about=rule.about,
        )
        with self.store.write("Add a plan") as db:
            plan = plans.add(db, draft, self.today)
            plans.switch(db, plan, True, self.today)
            mine = replace(rule)
            mine.id, mine.since = plan.id or 0, self.today
        self.oracle.rules[mine.id] = mine
        self._touch_all()

    def _add_person(self, db: Session) -> Person:
        self.names += 1
        born = self._somebody_s_birthday()
        grade = self.random.choices(["vip", "regular", "potential"], [25, 35, 40])[0]
        tags = {tag for tag in TAGS if self.random.random() < 0.25}
        details = customers.Details(f"客户{self.names}", birthday=_typed(born), tags=sorted(tags))
        id = customers.add(db, details, self.today).id or 0
        customers.edit(db, id, "grade_by_hand", grade, self.today)
        who = Person(id, grade, self.today, tags, born=born, born_known=self.today)
        for name, yearly in (("车险", False), ("结婚纪念日", True)):
            if self.random.random() < 0.4:
                day = self.today + timedelta(days=self.random.randrange(-300, 400))
                self._note_date(db, who, name, day, yearly)
        self.oracle.people[id] = who
        return who

    def _somebody_s_birthday(self) -> tuple[str, int, int] | None:
        if self.random.random() < 0.5:
            return self.random.choice(BORN)
        return (
            self.random.choice(["solar", "lunar"]),
            self.random.randrange(1, 13),
            self.random.randrange(1, 29),
        )

    def _note_date(self, db: Session, who: Person, name: str, day: date, yearly: bool) -> None:
        id = own_dates.add(db, who.id, name, day, self.today, yearly=yearly).id or 0
        if id not in who.dates:
            who.dates[id] = Own(id, name, day, yearly, self.today)

    # --- three years ------------------------------------------------------------------------------

    def live(self) -> Tally:
        day, off = FIRST, 0
        while day <= LAST:
            off -= 1
            if off < 0 and self.random.random() < 0.006:
                off = self.random.randrange(4, 40)  # holidays: the PC is off
                self.tally.counts["weeks off"] += off // 7
            if off < 0 and self.random.random() < (0.9 if works(day) else 0.1):
                if self.random.random() < 0.01:
                    self._run_back(day, self.random.choice([1, 7]))
                self._switch_on(day)
                self._work(self.random.choice([0, 0, 1, 2]))
                self._back_up_and_return()
            day += timedelta(days=1)
        self.clock.turn_to(LAST)
        self.store.new_day()
        self._close_the_books()
        return self.tally

    def _switch_on(self, day: date) -> None:
        self.clock.turn_to(day)
        if self.random.random() < 0.1:
            self.store.close()
            self.store = open_store(self.path, self.clock)
        self.store.new_day()
        self.compare()

    def _run_back(self, day: date, days: int) -> None:
        """The clock is wrong for a day; somebody works meanwhile."""
        self.tally.counts["clock set back"] += 1
        self._switch_on(day - timedelta(days=days))
        self._work(1)

    def _work(self, events: int) -> None:
        deeds = [
            (self._talk, 4),
            (self._sell, 6),
            (self._take_back, 1),
            (self._forget_a_sale, 0.4),
            (self._forget_a_talk, 0.7),
            (self._edit, 3),
            (self._change_dates, 1),
            (self._trash, 0.3),
            (self._bring_back, 0.5),
            (self._import_people, 0.08),
            (self._import_sales, 0.6),
            (self._change_rules, 0.2),
            (self._undone, 0.5),
        ]
        weights = [weight for _deed, weight in deeds]
        for deed, _weight in self.random.choices(deeds, weights, k=events):
            deed()
            self._look_at_callbacks()
        self._act()
        if self.random.random() < 0.2:
            self.compare()

    # --- what happens -----------------------------------------------------------------------------

    def _somebody(self, who: Callable[[Person], bool] = lambda who: not who.trashed) -> Person:
        """Of those who are there; the first has always been."""
        found = [one for one in self.oracle.people.values() if who(one)]
        return self.random.choice(found) if found else self.oracle.people[1]

    def _talk(self) -> None:
        """A contact that answers no follow-up by itself: noted now, or some days late."""
        who = self._somebody()
        at = self._now() - timedelta(days=self.random.choice([0, 0, 0, 1, 3, 20]))
        with self.store.write("Talk") as db:
            id = history.log_interaction(db, who.id, Channel.WECHAT, "聊过", at).id or 0
        who.contacts[id] = at
        self.oracle.touch(who, self.today)

    def _now(self) -> datetime:
        """A minute later than before: no two things happen at once."""
        self.clock.move(minutes=1)
        return self.clock()

    def _forget_a_talk(self) -> None:
        who = self._somebody(lambda who: bool(who.contacts) and not who.trashed)
        with self.store.write("Forget") as db:
            for one in history.interactions(db, who.id)[:3]:
                if one.follow_up_id is None:
                    history.remove_interaction(db, one.id or 0)
                    del who.contacts[one.id or 0]
                    break
        self.oracle.touch(who, self.today)

    def _sell(self) -> None:
        who = self._somebody()
        day = self.today - timedelta(days=self.random.choice([0, 0, 0, 0, 2, 9]))
        name, quantity = self.random.choice(list(PRODUCTS)), self.random.choice([1, 1, 2, 0.5])
        self._record(who, day, [(name, quantity, round(quantity * 30000))])

    def _take_back(self) -> None:
        """All of one thing, or a part, of the last purchase; the money too."""
        who = self._somebody(lambda who: bool(who.sales) and not who.trashed)
        for sale in who.sales[-1:]:
            name, quantity = sale.items[0]
            part = self.random.choice([1, 1, 0.5])
            day = max(sale.day, self.today - timedelta(days=1))
            self._record(who, day, [(name, -quantity * part, -round(sale.cents * part))])

    def _record(self, who: Person, day: date, items: list[tuple[str, float, int]]) -> None:
        with self.store.write("Sell") as db:
            bought = [Item(*item) for item in items]
            id = history.record_purchase(db, who.id, day, bought).id or 0
        kept = tuple((name, quantity) for name, quantity, _cents in items)
        who.sales.append(Sale(id, day, sum(item[2] for item in items), kept))
        self.oracle.touch(who, self.today)

    def _forget_a_sale(self) -> None:
        who = self._somebody(lambda who: bool(who.sales) and not who.trashed)
        if who.sales:
            sale = who.sales.pop(self.random.randrange(len(who.sales)))
            with self.store.write("Forget a sale") as db:
                history.remove_purchase(db, sale.id)
            self.oracle.touch(who, self.today)

    def _edit(self) -> None:
        who = self._somebody()
        what = self.random.choice(["grade", "birthday", "tags", "alone", "alone", "city"])
        with self.store.write("Edit") as db:
            if what == "grade":
                who.grade = self.random.choice(["vip", "regular", "potential"])
                customers.edit(db, who.id, "grade_by_hand", who.grade, self.today)
            elif what == "birthday":
                born = self._somebody_s_birthday()
                customers.edit(db, who.id, "birthday", _typed(born), self.today)
                if born != who.born:
                    who.born, who.born_known = born, self.today
            elif what == "tags":
                who.tags = {tag for tag in TAGS if self.random.random() < 0.3}
                customers.set_tags(db, who.id, sorted(who.tags))
            elif what == "alone":
                who.alone = not who.alone and self.random.random() < 0.3
                customers.edit(db, who.id, "do_not_contact", who.alone, self.today)
            else:
                customers.edit(db, who.id, "city", self.random.choice(["杭州", "苏州"]), self.today)
        self.oracle.touch(who, self.today)

    def _change_dates(self) -> None:
        who = self._somebody()
        own = self.random.choice([*who.dates.values(), None])
        with self.store.write("Dates") as db:
            if own is None:
                name, yearly = self.random.choice([("会员卡", False), ("开业", True)])
                day = self.today + timedelta(days=self.random.randrange(-100, 300))
                self._note_date(db, who, name, day, yearly)
            elif self.random.random() < 0.2:
                own_dates.remove(db, own.id)
                del who.dates[own.id]
            else:
                own.day += timedelta(days=365 if not own.yearly else self.random.randrange(-9, 9))
                own.known = self.today
                own_dates.move(db, own.id, own.day, self.today)
        self.oracle.touch(who, self.today)

    def _trash(self) -> None:
        who = self._somebody(lambda who: not who.trashed and who.id > 1)
        with self.store.write("Trash") as db:
            customers.trash(db, [who.id], self.clock())
        who.trashed = True

    def _bring_back(self) -> None:
        who = self._somebody(lambda who: who.trashed)
        with self.store.write("Restore") as db:
            there = db.execute(text(f"SELECT 1 FROM customer WHERE id = {who.id}")).first()
            if there:
                customers.restore(db, [who.id])
        if there:
            who.trashed = False
            self.oracle.touch(who, self.today)

    def _import_people(self) -> None:
        """Three new ones from an address book, with lunar birthdays."""
        rows = []
        for n in range(3):
            self.names += 1
            phone = f"13{self.random.randrange(10**9):09}"
            rows.append(Row(n, [f"客户{self.names}", phone, "农历八月初五", "会员"]))
        headers = ["姓名", "手机", "生日", "标签"]
        self._import(headers, rows, Kind.CUSTOMERS)
        with self.store.read() as db:
            ids = db.execute(text("SELECT id FROM customer ORDER BY id DESC LIMIT 3")).scalars()
            for id in sorted(ids):
                assert id not in self.oracle.people or self.oracle.people[id].trashed, id
                who = Person(id, "potential", self.today, {"会员"}, born=("lunar", 8, 5))
                who.born_known = self.today
                self.oracle.people[id] = who
                self.oracle.touch(who, self.today)

    def _import_sales(self) -> None:
        """What a till has noted: some of it weeks ago."""
        chosen = {who.id: who for who in (self._somebody() for _n in range(4)) if not who.trashed}
        with self.store.read() as db:
            numbers = {id: customers.get(db, id).number for id in chosen}
            before = db.execute(text("SELECT coalesce(max(id), 0) FROM purchase")).scalar_one()
        rows = []
        for n, (id, number) in enumerate(numbers.items()):
            day = self.today - timedelta(days=self.random.choice([0, 3, 25]))
            name = self.random.choice(list(PRODUCTS))
            cents = self.random.randrange(100, 900)
            rows.append(Row(n, [number, f"客户{id}", day.isoformat(), name, "1", str(cents)]))
        self._import(["客户编号", "姓名", "日期", "商品", "数量", "金额"], rows, Kind.PURCHASES)
        with self.store.read() as db:
            found = db.execute(
                text(
                    "SELECT p.id, p.customer_id, p.day, p.amount_cents, product.name, line.quantity"
                    " FROM purchase p JOIN purchase_line line ON line.purchase_id = p.id"
                    f" JOIN product ON product.id = line.product_id WHERE p.id > {before}"
                )
            ).all()
        assert len(found) <= len(rows)  # the same row twice is one
        for id, customer_id, day, cents, name, quantity in found:
            who = self.oracle.people[customer_id]
            sale = Sale(id, date.fromisoformat(day), cents, ((name, quantity),))
            who.sales.append(sale)
            self.oracle.touch(who, self.today)

    def _import(self, headers: list[str], rows: list[Row], kind: Kind) -> None:
        self.tally.counts["imports"] += 1
        table = Table(headers, rows, "utf-8")
        import_table(self.store, "a.csv", table, guess_mapping(headers, rows, kind))

    def _change_rules(self) -> None:
        """A plan is switched, or of other days; a product lasts longer; more calls a day."""
        rule = self.random.choice([one for one in self.oracle.rules.values()])
        what = self.random.choice(["switch", "switch", "days", "lasts", "calls"])
        if what == "switch":
            held = any(
                name[0] == rule.id for who in self.oracle.people.values() for name in who.put_off
            )
            if rule.on and (held or rule.kind == "callback"):
                return  # what somebody put off would stay on the list
            rule.on = not rule.on
            rule.since = self.today if rule.on else rule.since
            self._with_plan(rule, lambda db, plan: plans.switch(db, plan, rule.on, self.today))
        elif what == "days":
            if rule.kind == "callback":
                rule.every += self.random.choice([-1, 1, 5])
            elif rule.kind == "after_sale":
                rule.days += self.random.choice([1, 2])
            else:
                rule.days -= self.random.choice([-1, 1, 2])
                rule.days = max(-30, min(0, rule.days))

            def change(db: Session, plan: CarePlan) -> None:
                draft = plans.draft_of(db, plan)
                days = None if rule.every else rule.days
                plans.change(
                    db,
                    plan,
                    Draft(
                        draft.kind, draft.name, draft.grades, draft.tags, rule.every or None, days,
                        draft.about,
                    ),
                )  # fmt: skip

            self._with_plan(rule, change)
        elif what == "lasts":
            name = self.random.choice(list(PRODUCTS))
            id, category, lasts = self.oracle.products[name]
            self.oracle.products[name] = id, category, (lasts or 30) + self.random.choice([-5, 5])
            with self.store.write("Lasts") as db:
                product = db.get(Product, id)
                assert product is not None
                product.lasts_days = self.oracle.products[name][2]
                db.add(product)
            for who in self.oracle.people.values():
                if any(name == item[0] for sale in who.sales for item in sale.items):
                    self.oracle.touch(who, self.today)
        else:
            self.calls_a_day = max(1, self.calls_a_day + self.random.choice([-1, 1]))
            with self.store.write("Habits") as db:
                planning.choose(db, Habits(calls_a_day=self.calls_a_day), self.today)
            self._touch_all()
            tomorrow = self.today + timedelta(days=1)
            self.placed = {
                id: (about, due, tomorrow) if due > self.today else (about, due, put)
                for id, (about, due, put) in self._callbacks_now().items()
            }
            self.found |= {id: one[:2] for id, one in self.placed.items()}

    def _with_plan(self, rule: Rule, deed: Callable[[Session, CarePlan], None]) -> None:
        with self.store.write("Plans") as db:
            plan = db.get(CarePlan, rule.id)
            assert plan is not None
            deed(db, plan)
        self._touch_all()

    def _touch_all(self) -> None:
        for who in self.oracle.people.values():
            self.oracle.touch(who, self.today)

    def _undone(self) -> None:
        """Something was a mistake, and is taken back at once."""
        before = pickle.dumps(self.oracle)
        last = self.store.last_step()
        self.random.choice([self._talk, self._sell, self._trash, self._edit, self._forget_a_sale])()
        now = self.store.last_step()
        if now and last and now.id > last.id:
            self.store.undo()
        self.oracle = pickle.loads(before)
        self._look_at_callbacks(undone=True)

    # --- the list ---------------------------------------------------------------------------------

    def _act(self) -> None:
        """Most of what is listed is done; some is put off, left out, or left for another day.

        Noted one by one, or all of it in the evening.
        """
        with self.store.read() as db:
            found = follow_ups.due(db, self.today, self.today, self.today)
        groups = [[one] for one in found] if self.random.random() < 0.1 else [found]
        for group in filter(None, groups):
            with self.store.write("Work") as db:
                for one in group:
                    if follow_ups.one(db, one.id or 0, self.today):  # a contact may have answered
                        self._act_on(db, one)
            for id in {one.customer_id for one in group}:
                self.oracle.touch(self.oracle.people[id], self.today)
            self._look_at_callbacks()

    def _act_on(self, db: Session, one: follow_ups.Due) -> None:
        who, id = self.oracle.people[one.customer_id], one.id or 0
        how = self.random.choices(
            ["done", "put off", "left out", "answered elsewhere", "ignored"], [55, 12, 8, 8, 17]
        )[0]
        if how == "ignored" or (how == "answered elsewhere" and one.every_days is None):
            return
        self.tally.counts[how] += 1
        if how == "answered elsewhere":
            at = self._now()
            talk = history.log_interaction(db, who.id, Channel.VISIT, "来过", at)
            who.contacts[talk.id or 0] = at
        elif how == "put off":
            until = self.today + timedelta(days=self.random.randrange(1, 12))
            follow_ups.snooze(db, id, until, self.today)
            if one.kind is FollowUpKind.CALLBACK:
                who.callback_put_off[one.day] = until
            else:
                who.put_off[one.plan_id or 0, one.occurrence] = (one.day, until)
        elif how == "left out":
            follow_ups.skip(db, id, "出差", self._now())
            self._closed(who, one)
        else:
            at = self._now()
            talk = follow_ups.complete(db, id, "好", Channel.PHONE, at)
            who.contacts[talk.id or 0] = at
            self._closed(who, one)

    def _closed(self, who: Person, one: follow_ups.Due) -> None:
        if one.kind is FollowUpKind.CALLBACK:
            who.calls_closed.append(self.today)
            return
        name = (one.plan_id or 0, one.occurrence)
        call = who.standing.get(name)
        if call is None:
            return  # `compare` has told of it
        rule = self.oracle.rules[call.plan]
        for past in who.closed.values():
            alike = (past.kind, past.what, past.day) == (call.kind, call.what, call.day)
            by = self.oracle.rules[past.plan]
            if alike and call.kind != "after_sale" and (past.name == name or by.days == rule.days):
                self.tally.differs("greeted twice", self.today, [(who.id, call)])
        who.closed[name] = call

    def compare(self) -> None:
        """The list of today with what ought to be on it."""
        with self.store.read() as db:
            found = follow_ups.due(db, self.today, self.today, self.today)
        listed = [
            (one.customer_id, one.plan_id or 0, one.occurrence, one.day)
            for one in found
            if one.kind is not FollowUpKind.CALLBACK
        ]
        wanted = self.oracle.listed(self.today)
        self.tally.differs("missed", self.today, sorted(wanted - set(listed)))
        self.tally.differs("not called for", self.today, sorted(set(listed) - wanted))
        twice = [one for one, n in Counter(listed).items() if n > 1]
        self.tally.differs("doubled", self.today, sorted(twice))
        self._compare_callbacks()

    def _compare_callbacks(self) -> None:
        """Everybody whom a plan calls has one, about the right day, due on a day near it."""
        with self.store.read() as db:
            rows = db.execute(
                text(
                    "SELECT customer_id, plan_id, day, due, snoozed FROM follow_up"
                    " WHERE state = 'open' AND kind = 'callback' AND customer_id IN"
                    " (SELECT id FROM customer WHERE trashed_at IS NULL)"
                )
            ).all()
        twice = [id for id, n in Counter(row[0] for row in rows).items() if n > 1]
        self.tally.differs("doubled", self.today, sorted(twice))
        there = {row[0]: (row[1], *map(date.fromisoformat, row[2:4]), bool(row[4])) for row in rows}
        for who in self.oracle.people.values():
            if who.trashed:
                continue
            rule, day = self.oracle.callback_rule(who), self.oracle.callback(who)
            has = there.pop(who.id, None)
            if rule is None or day is None:
                if has:
                    self.tally.differs("not called for", self.today, [(who.id, has)])
                continue
            if has is None or has[:2] != (rule.id, day):
                self.tally.differs("missed", self.today, [(who.id, rule.id, day, has)])
                continue
            _plan, about, due, snoozed = has
            until = who.callback_put_off.get(day)
            if snoozed != (until is not None) or (until and until != due):
                self.tally.differs("missed", self.today, [(who.id, day, has, until)])
            if not snoozed and due < about:
                self.tally.differs("not called for", self.today, [(who.id, "too early", has)])
        self.tally.differs("not called for", self.today, sorted(there))

    # --- how many on a day ------------------------------------------------------------------------

    def _callbacks_now(self) -> dict[int, tuple[date, date, date]]:
        with self.store.read() as db:
            rows = db.execute(
                text(
                    "SELECT id, day, due FROM follow_up WHERE state = 'open'"
                    " AND kind = 'callback' AND NOT snoozed AND customer_id IN"
                    " (SELECT id FROM customer WHERE trashed_at IS NULL)"
                )
            ).all()
        found = {}
        for id, about, due in rows:
            day, on = date.fromisoformat(about), date.fromisoformat(due)
            before = self.placed.get(id)
            put = before[2] if before and before[0] == day else self.today
            found[id] = (day, on, put)
        return found

    def _look_at_callbacks(self, *, undone: bool = False) -> None:
        """Whoever found another day has found a near one that is worked, with room if any has."""
        before, self.placed = self.placed, self._callbacks_now()
        moved = {
            id: one
            for id, one in self.placed.items()
            # One that is open again, since its answer was taken back, has the day that it had.
            if self.found.get(id) != one[:2]
        }
        self.found |= {id: one[:2] for id, one in self.placed.items()}
        if not moved or undone:
            return
        with self.store.read() as db:
            counts = Counter(
                {
                    date.fromisoformat(day): n
                    for day, n in db.execute(
                        text(
                            "SELECT due, count(*) FROM follow_up WHERE state = 'open'"
                            " AND kind = 'callback' GROUP BY due"
                        )
                    )
                }
            )
            every = {
                id: days
                for id, days in db.execute(
                    text(
                        "SELECT f.id, p.every_days FROM follow_up f"
                        " JOIN care_plan p ON p.id = f.plan_id WHERE f.state = 'open'"
                        " AND p.kind = 'callback'"
                    )
                )
            }
        crowded: dict[date, list[bool]] = {}
        for id, (about, due, put) in moved.items():
            days = near_days(max(about, put), every[id])
            if due not in days:
                self.tally.differs("too many a day", self.today, [(id, about, due, "not near")])
            former = before.get(id)
            if former and former[0] == about:  # somebody of a higher grade took the place
                days = [day for day in days if day > former[1]]
            if counts[due] > self.calls_a_day:
                has_room = any(counts[day] < self.calls_a_day for day in days)
                crowded.setdefault(due, []).append(has_room)
        # Of those who came to a full day in one step, the last one found all near days full.
        for day, have_room in crowded.items():
            if all(have_room):
                self.tally.differs("too many a day", self.today, [(day, counts[day])])

    # --- backups ----------------------------------------------------------------------------------

    def _back_up_and_return(self) -> None:
        chance = self.random.random()
        if chance < 0.02:
            made = backup.folder_of(self.path)
            before = {one.path for one in self.store.backups_in(made)}
            self._now()
            self.store.back_up(Reason.ASKED)
            (new,) = {one.path for one in self.store.backups_in(made)} - before
            self.tally.counts["backups"] += 1
            kept = self.path.with_name(f"kept-{self.tally.counts['backups']}.custdesk")
            shutil.copy(new, kept)
            self.backups = [*self.backups[-3:], (kept, pickle.dumps(self.oracle))]
        elif chance > 0.994 and self.backups:
            wanted, remembered = self.backups.pop()
            known: Oracle = pickle.loads(remembered)
            self.store.close()
            restoring.restore(self.path, None, wanted, None, self.clock())
            self.store = open_store(self.path, self.clock)
            forgotten = {id for id, who in self.oracle.people.items() if who.trashed}
            self.oracle = known
            with self.store.read() as db:
                there = set(db.execute(text("SELECT id FROM customer")).scalars())
            for id in forgotten & known.people.keys() - there:
                del known.people[id]  # forgotten for good meanwhile: a backup brings nobody back
            self.store.new_day()
            self.placed = self._callbacks_now()
            self.found = {id: one[:2] for id, one in self.placed.items()}
            self.tally.counts["backups restored"] += 1
            self.compare()

    def _close_the_books(self) -> None:
        """Everything that ought to have come was acted on or is listed, once."""
        self.compare()
        counts = self.tally.counts
        people = [who for who in self.oracle.people.values() if not who.trashed]
        closed = sum(len(who.closed) + len(who.calls_closed) for who in people)
        counts["closed"] = closed
        counts["open"] = len(self.oracle.listed(LAST))
        counts["faults"] = len(faults(self.store))
        self.store.close()


def _typed(born: tuple[str, int, int] | None) -> Birthday | None:
    if born is None:
        return None
    calendar, month, day = born
    return Birthday(Calendar(calendar), None, abs(month), day, month < 0)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.care.three_years")
    parser.add_argument("--seeds", type=int, default=20, help="the seeds are 1, 2 and so on")
    given = parser.parse_args()
    wrong = 0
    for seed in range(1, given.seeds + 1):
        with tempfile.TemporaryDirectory() as folder:
            chosen = {"people": 30, "calls_a_day": 1} if seed % 2 == 0 else {}
            tally = Shop(Path(folder), seed, **chosen).live()
        print(f"{seed}: {tally}", *tally.wrong[:5], sep="\n  ", flush=True)
        wrong += len(tally.wrong)
    return int(wrong > 0)


if __name__ == "__main__":
    raise SystemExit(main())
