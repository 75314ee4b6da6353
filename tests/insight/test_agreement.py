"""Whatever happens in whatever order, what the file keeps is what is computed anew."""

import os
from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import text

from custdesk.care import follow_ups, plans
from custdesk.care.plans import Draft
from custdesk.exchange.fields import Kind
from custdesk.exchange.importing import Choices, import_file
from custdesk.insight import numbers, policies, reviewing, segments, stands
from custdesk.insight import segment_rules as made
from custdesk.insight.numbers import Numbers
from custdesk.insight.policies import Policy
from custdesk.insight.segment_fields import How
from custdesk.opening import open_store
from custdesk.people import cases, customers, feedback, history, own_dates
from custdesk.people.history import Item
from custdesk.store.models import CaseKind, Channel, FeedbackSource, FollowUpKind
from tests.helpers import Clock, faults, redo_all

HUNT = bool(os.environ.get("HUNT"))
"""Look for other lives than those that every run takes."""
START = datetime(2026, 11, 21, 9)
WHO = st.integers(0, 2)
AGO = st.integers(0, 1500)
CENTS = st.sampled_from([5_00, 900_00, 30_000_00, 60_000_00, 130_000_00, -5_00, -60_000_00])
POLICIES = st.sampled_from(
    [
        Policy(),
        Policy(loyal_cents=1_000_00),
        Policy(
            criteria=(
                Policy().criteria[0].model_copy(update={"high": 1_000_00, "middle": 100_00}),
                *Policy().criteria[1:],
                policies.Criterion(of="years", weight=40, high=2, middle=1),
                policies.Criterion(of="satisfaction", weight=40, high=4, middle=3),
            )
        ),
    ]
)
NUMBERS = st.sampled_from(
    [
        Numbers(),
        Numbers().having("new_days", 10).having("lapsed_least_days", 5).having("lapsed_times", 1),
        Numbers().having("slower_times", 1).having("least_contacts", 0.2),
        Numbers().having("unsolved_days", 1).having("score_fell", 0.5).having("score_days", 20),
    ]
)

EVERYBODY = made.Test("do_not_contact", How.IS, ("no",))
SEGMENTS = st.sampled_from(
    [
        EVERYBODY,
        made.Test("spend_12m", How.AT_LEAST, (1_000_00,)),
        made.AnyOf((made.Test("warned", How.IS, ("yes",)), made.Test("given_up", How.EMPTY))),
        made.Not(made.Test("last_purchase", How.WITHIN_LAST, (200,))),
        made.AnyOf(
            (
                made.Test("satisfaction", How.AT_MOST, (35,)),
                made.Test("case_since", How.LONGER_AGO, (9,)),
            )
        ),
        made.All(
            (
                made.Test("tag", How.IS, ("茶友",)),
                made.Not(made.Test("stage", How.IS, ("prospect",))),
            )
        ),
    ]
)
PLAN = "关注的客户"


class Life(RuleBasedStateMachine):
    """Three customers in a real file."""

    def __init__(self) -> None:
        super().__init__()
        self._folder = TemporaryDirectory()
        self.clock = Clock(START)
        self.store = open_store(Path(self._folder.name) / "life.custdesk", self.clock)
        self.store.new_day()

    def teardown(self) -> None:
        redo_all(self.store)
        assert faults(self.store) == []
        self.store.close()
        self._folder.cleanup()

    @initialize()
    def somebody_is_there(self) -> None:
        with self.store.write("Add") as db:
            self.ids = [
                customers.add(db, customers.Details(name), self.store.today).id or 0
                for name in ("张三", "李四", "王五")
            ]
            segment = segments.add(db, "关注", EVERYBODY).id
            draft = Draft(FollowUpKind.CALLBACK, PLAN, every_days=20, segment_id=segment)
            plans.switch(db, plans.add(db, draft, self.store.today), True, self.store.today)

    def day(self, ago: int) -> date:
        return self.store.today - timedelta(days=ago)

    @rule(who=WHO, ago=st.integers(-40, 1500), cents=CENTS)
    def purchase(self, who: int, ago: int, cents: int) -> None:
        with self.store.write("Buy") as db:
            history.record_purchase(db, self.ids[who], self.day(ago), [Item("茶", 1, cents)])

    @rule(who=WHO, every=st.integers(3, 60), often=st.integers(2, 6), ago=AGO, cents=CENTS)
    def rhythm(self, who: int, every: int, often: int, ago: int, cents: int) -> None:
        with self.store.write("Buy again and again") as db:
            for n in range(often):
                day = self.day(ago + every * n)
                history.record_purchase(db, self.ids[who], day, [Item("茶", 1, cents)])

    @rule(who=WHO)
    def take_a_purchase_away(self, who: int) -> None:
        with self.store.write("Unbuy") as db:
            for one in history.purchases(db, self.ids[who])[:1]:
                history.remove_purchase(db, one.id)

    @rule(who=WHO, ago=st.integers(0, 300), often=st.integers(1, 8))
    def talks(self, who: int, ago: int, often: int) -> None:
        with self.store.write("Talk") as db:
            for n in range(often):
                at = datetime.combine(self.day(ago + 9 * n), START.time())
                history.log_interaction(db, self.ids[who], Channel.PHONE, "聊过", at)

    @rule(who=WHO, days=st.integers(-100, 100))
    def something_ends(self, who: int, days: int) -> None:
        day = self.day(days)
        with self.store.write("Ends") as db:
            if not any(
                (one.name, one.day) == ("会员卡", day)
                for one in own_dates.of_customer(db, self.ids[who])
            ):
                own_dates.add(db, self.ids[who], "会员卡", day, self.store.today, yearly=False)

    @rule(who=WHO, ago=st.integers(-10, 500), score=st.integers(1, 5))
    def says_how_content(self, who: int, ago: int, score: int) -> None:
        with self.store.write("Feedback") as db:
            feedback.note(db, self.ids[who], score, FeedbackSource.CALL, "", self.day(ago))

    @rule(
        who=WHO,
        ago=st.integers(-5, 60),
        due=st.none() | st.integers(0, 30),
        kind=st.sampled_from(CaseKind),
    )
    def complains(self, who: int, ago: int, due: int | None, kind: CaseKind) -> None:
        day = self.day(ago)
        with self.store.write("Case") as db:
            until = None if due is None else day + timedelta(days=due)
            cases.open_case(db, self.ids[who], kind, "漏水", day, until)

    @rule(who=WHO, to=st.sampled_from(["solved", "open", "gone", "put off"]))
    def what_becomes_of_a_case(self, who: int, to: str) -> None:
        with self.store.write("Case") as db:
            for case in cases.of_customer(db, self.ids[who])[:1]:
                id = case.id or 0
                if to == "solved":
                    if case.solved_on is None:
                        cases.solve(db, id, "换了新的", self.store.today)
                elif to == "open":
                    cases.reopen(db, id, self.store.today)
                elif to == "put off":
                    due = case.opened_on + timedelta(days=20)
                    cases.correct(db, id, case.kind, case.about, case.opened_on, due)
                else:
                    cases.remove(db, id)

    @rule(who=WHO, potential=st.sampled_from(["", "high", "low"]))
    def judge(self, who: int, potential: str) -> None:
        with self.store.write("Potential") as db:
            customers.edit(db, self.ids[who], "potential", potential or None, self.store.today)

    @rule(who=WHO, grade=st.sampled_from([None, "vip", "regular"]))
    def by_hand(self, who: int, grade: str | None) -> None:
        with self.store.write("By hand") as db:
            customers.set_grade(db, [self.ids[who]], grade)

    @rule(who=WHO, how=st.sampled_from(["done", "skipped", "put off"]))
    def act_on_what_comes_first(self, who: int, how: str) -> None:
        """A win-back that is skipped gives them up."""
        with self.store.write("Act") as db:
            found = follow_ups.of_customer(db, self.ids[who], self.store.today)
            ids = follow_ups.still_open(db, [one.id for one in found if one.id])
            if not ids:
                return
            if how == "done":
                follow_ups.complete(db, ids[0], "谈过", Channel.PHONE, self.store.clock())
            elif how == "skipped":
                follow_ups.skip(db, ids[0], "搬走了", self.store.clock())
            else:
                later = self.store.today + timedelta(days=9)
                follow_ups.snooze(db, ids[0], later, self.store.today)

    @rule(who=WHO, tags=st.sampled_from([[], ["茶友"], ["茶友", "会员"]]))
    def tag(self, who: int, tags: list[str]) -> None:
        with self.store.write("Tag") as db:
            customers.set_tags(db, self.ids[who], tags)

    @rule(to=SEGMENTS)
    def other_segment(self, to: made.Rule) -> None:
        with self.store.write("Segment") as db:
            segments.change(db, segments.named(db, "关注").id or 0, to)

    @rule(on=st.booleans())
    def switch_the_plan(self, on: bool) -> None:
        with self.store.write("Plan") as db:
            plan = next(one for one in plans.all_plans(db) if one.name == PLAN)
            plans.switch(db, plan, on, self.store.today)

    @rule(who=WHO, ago=AGO, yuan=st.integers(-900, 90_000))
    def bring_in_a_purchase(self, who: int, ago: int, yuan: int) -> None:
        with self.store.read() as db:
            number = customers.get(db, self.ids[who]).number
        path = Path(self._folder.name) / "purchases.csv"
        rows = f"客户编号,日期,产品,金额\n{number},{self.day(ago)},茶,{yuan}\n"
        path.write_text(rows, encoding="utf-8")
        import_file(self.store, path, Choices(kind=Kind.PURCHASES))

    @rule(policy=POLICIES)
    def other_policy(self, policy: Policy) -> None:
        with self.store.write("Policy") as db:
            policies.adopt(db, policy, self.store.today)

    @rule(chosen=NUMBERS)
    def other_numbers(self, chosen: Numbers) -> None:
        with self.store.write("Numbers") as db:
            numbers.choose(db, chosen)

    @rule()
    def review(self) -> None:
        with self.store.write("Review") as db:
            reviewing.accept(db, self.store.today)

    @rule(who=WHO)
    def away_and_back(self, who: int) -> None:
        with self.store.write("Trash") as db:
            one = customers.get(db, self.ids[who])
            if one.trashed_at:
                customers.restore(db, [self.ids[who]])
            else:
                customers.trash(db, [self.ids[who]], self.store.clock())

    @rule(days=st.sampled_from([1, 3, 29, 31, 90, 366]))
    def time_passes(self, days: int) -> None:
        with self.store.write("Restore") as db:  # the trash forgets after 30 days
            customers.restore(db, self.ids)
        self.clock.move(days=days)
        self.store.new_day()

    @rule(days=st.integers(1, 40))
    def the_clock_is_set_back(self, days: int) -> None:
        self.clock.move(days=-days)
        self.store.new_day()

    @rule(often=st.integers(1, 3))
    def undo(self, often: int) -> None:
        for _n in range(often):
            step = self.store.last_step()
            if step is not None and step.label != "Add":
                self.store.undo()

    @rule()
    def redo(self) -> None:
        self.store.redo()

    @invariant()
    def what_is_kept_is_what_is_computed(self) -> None:
        assert faults(self.store) == []
        today = self.store.today
        with self.store.read() as db:
            assert stands.kept(db, today) == stands.reckoned(db, today)

    @invariant()
    def a_case_that_is_open_is_to_be_seen_to_once(self) -> None:
        with self.store.read() as db:
            found = db.execute(
                text(
                    "SELECT k.id, count(f.id) FROM service_case k"
                    " JOIN customer c ON c.id = k.customer_id AND c.trashed_at IS NULL"
                    " LEFT JOIN follow_up f ON f.customer_id = k.customer_id AND f.kind = 'case'"
                    " AND f.state = 'open' AND CAST(f.occurrence AS INTEGER) = k.id"
                    " WHERE k.solved_on IS NULL AND k.due IS NOT NULL GROUP BY k.id"
                )
            ).all()
        assert {often for _id, often in found} <= {1}


TestLife = Life.TestCase
TestLife.settings = settings(
    max_examples=300 if HUNT else 25,
    stateful_step_count=20,
    deadline=None,
    derandomize=not HUNT,
    suppress_health_check=list(HealthCheck),
)
