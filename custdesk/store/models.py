"""Every table of the database file, in the field's words; what must always hold is said here."""

from datetime import date
from enum import StrEnum

from pydantic import NaiveDatetime
from sqlalchemy import CheckConstraint, Enum, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel


class CustomerKind(StrEnum):
    PERSON = "person"
    COMPANY = "company"


class Gender(StrEnum):
    FEMALE = "female"
    MALE = "male"


VIP, REGULAR, POTENTIAL = "vip", "regular", "potential"
"""The keys of the grades that a new file has; a grading policy may have others."""


class Stage(StrEnum):
    """How far a customer has come; `insight.lifecycle` has the rules."""

    PROSPECT = "prospect"
    NEW = "new"
    ACTIVE = "active"
    LOYAL = "loyal"
    LAPSED = "lapsed"


class Potential(StrEnum):
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class BirthCalendar(StrEnum):
    SOLAR = "solar"
    LUNAR = "lunar"


class ContactKind(StrEnum):
    PHONE = "phone"
    WECHAT = "wechat"
    EMAIL = "email"
    OTHER = "other"


class Channel(StrEnum):
    """How one speaks with a customer."""

    PHONE = "phone"
    WECHAT = "wechat"
    VISIT = "visit"
    SMS = "sms"
    EMAIL = "email"


class FollowUpKind(StrEnum):
    """Why a follow-up is there; all but CUSTOM, which somebody typed, have care plans."""

    BIRTHDAY = "birthday"
    CALLBACK = "callback"
    FESTIVAL = "festival"
    AFTER_SALE = "after_sale"
    REPLENISHMENT = "replenishment"
    RENEWAL = "renewal"
    ANNIVERSARY = "anniversary"
    WIN_BACK = "win_back"
    CASE = "case"
    CUSTOM = "custom"


class FeedbackSource(StrEnum):
    """How a customer came to say what they think."""

    SURVEY = "survey"
    CALL = "call"
    VISIT = "visit"


class CaseKind(StrEnum):
    COMPLAINT = "complaint"
    REQUEST = "request"


class FollowUpState(StrEnum):
    OPEN = "open"
    DONE = "done"
    SKIPPED = "skipped"


class RelationKind(StrEnum):
    """What `other` is to the customer: "the customer was REFERRED_BY other"."""

    REFERRED_BY = "referred_by"
    SPOUSE = "spouse"
    PARENT = "parent"
    CHILD = "child"
    RELATIVE = "relative"
    FRIEND = "friend"
    COLLEAGUE = "colleague"
    COMPANY = "company"


def _one_of(kinds: type[StrEnum]) -> Enum:
    """A text column that holds the values of `kinds`, checked by the database too."""
    return Enum(
        kinds,
        values_callable=lambda members: [member.value for member in members],
        native_enum=False,
        create_constraint=True,
        name=f"{kinds.__name__.lower()}_known",
        length=16,
    )


def _belongs_to(table: str, *, index: bool = True) -> int:
    """A column that names a row of `table` and goes when that row goes."""
    column: int = Field(foreign_key=f"{table}.id", ondelete="CASCADE", index=index)
    return column


class Customer(SQLModel, table=True):
    """A person or a company. Trash is `trashed_at`; `store.forgetting` alone deletes."""

    __table_args__ = (
        CheckConstraint("length(trim(name)) > 0", name="customer_has_a_name"),
        CheckConstraint("length(trim(number)) > 0", name="customer_has_a_number"),
        CheckConstraint(
            "(birth_calendar IS NULL) = (birth_month IS NULL)"
            " AND (birth_month IS NULL) = (birth_day IS NULL)"
            " AND (birth_calendar IS NOT NULL OR (birth_year IS NULL AND NOT birth_leap))",
            name="birthday_is_whole",
        ),
        CheckConstraint(
            "birth_month BETWEEN 1 AND 12 AND birth_day BETWEEN 1 AND 31"
            " AND (birth_calendar = 'solar' OR birth_day <= 30)"
            " AND (birth_calendar = 'lunar' OR NOT birth_leap)",
            name="birthday_is_possible",
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    number: str = Field(unique=True)
    name: str
    kind: CustomerKind = Field(default=CustomerKind.PERSON, sa_type=_one_of(CustomerKind))
    private_sign: bool = False
    gender: Gender | None = Field(default=None, sa_type=_one_of(Gender))
    birth_calendar: BirthCalendar | None = Field(default=None, sa_type=_one_of(BirthCalendar))
    birth_year: int | None = None
    birth_month: int | None = None
    birth_day: int | None = None
    birth_leap: bool = False
    birthday_known_on: date | None = None
    """Since when we know the birthday: what lay before was nobody's to miss."""
    company: str = ""
    title: str = ""
    city: str = Field(default="", index=True)
    address: str = ""
    source: str = ""
    likes: str = ""
    taboos: str = ""
    notes: str = ""
    grade_by_hand: str | None = None
    """The key of the grade that somebody gave; none where the grading policy decides."""
    grade_why: str = ""
    """Why it was given by hand, where that was said."""
    potential: Potential | None = Field(default=None, sa_type=_one_of(Potential))
    preferred_channel: Channel | None = Field(default=None, sa_type=_one_of(Channel))
    do_not_contact: bool = False
    added_on: date
    care_from: date
    """Callbacks count from here at the earliest: the day the record came into this file."""
    trashed_at: NaiveDatetime | None = Field(default=None)
    consented_on: date | None = None
    """When they agreed to be kept here and contacted; none as long as nobody asked."""
    called: str = Field(default="", sa_column_kwargs={"server_default": ""})
    """How the business addresses them (丽华姐); "" for the usual way."""
    quiet_from: str | None = Field(default=None, max_length=5)
    quiet_until: str | None = Field(default=None, max_length=5)
    """HH:MM: when this customer does not want to be called; both or neither."""
    lost_on: date | None = None
    lost_why: str = ""
    """When they were given up and why; it holds until they buy again."""


class CustomerDate(SQLModel, table=True):
    """A day of a customer's own: a wedding, which comes every year, or what ends, once.

    The name says what it is (结婚纪念日, 会员卡, 车险).
    """

    __tablename__ = "customer_date"
    __table_args__ = (
        UniqueConstraint("customer_id", "name", "day"),
        CheckConstraint("length(trim(name)) > 0", name="customer_date_has_a_name"),
    )

    id: int | None = Field(default=None, primary_key=True)
    customer_id: int = _belongs_to("customer", index=False)
    name: str
    day: date
    yearly: bool
    known_on: date
    """Since when we know it: what lay before was nobody's to miss."""


class FormerNumber(SQLModel, table=True):
    """A number (编号) that once named another record of the same customer, before they merged."""

    __tablename__ = "former_number"

    id: int | None = Field(default=None, primary_key=True)
    customer_id: int = _belongs_to("customer")
    number: str = Field(unique=True)


class ContactPoint(SQLModel, table=True):
    """A phone (E.164, or as typed where it is none), WeChat id or e-mail of a customer."""

    __tablename__ = "contact_point"
    __table_args__ = (
        UniqueConstraint("customer_id", "kind", "value"),
        CheckConstraint("length(trim(value)) > 0", name="contact_point_is_not_empty"),
        Index("contact_point_by_value", "kind", "value"),
    )

    id: int | None = Field(default=None, primary_key=True)
    customer_id: int = _belongs_to("customer", index=False)
    kind: ContactKind = Field(sa_type=_one_of(ContactKind))
    value: str
    label: str = ""
    position: int = 0
    """The first of a kind is the one shown in lists."""


class Tag(SQLModel, table=True):
    __table_args__ = (CheckConstraint("length(trim(name)) > 0", name="tag_has_a_name"),)

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True)


class CustomerTag(SQLModel, table=True):
    __tablename__ = "customer_tag"
    __table_args__ = (UniqueConstraint("customer_id", "tag_id"),)

    id: int | None = Field(default=None, primary_key=True)
    customer_id: int = _belongs_to("customer", index=False)
    tag_id: int = _belongs_to("tag")


class Product(SQLModel, table=True):
    __table_args__ = (CheckConstraint("length(trim(name)) > 0", name="product_has_a_name"),)

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True)
    category: str = ""
    price_cents: int | None = None
    lasts_days: int | None = None
    """How long one of it lasts, until it is used up; none where that says nothing."""


class Purchase(SQLModel, table=True):
    """What a customer bought on one day; the amount is what was paid, a return is negative."""

    id: int | None = Field(default=None, primary_key=True)
    customer_id: int = _belongs_to("customer", index=False)
    day: date
    amount_cents: int
    channel: str = ""
    note: str = ""

    __table_args__ = (Index("purchase_by_customer", "customer_id", "day", "amount_cents"),)


class PurchaseLine(SQLModel, table=True):
    __tablename__ = "purchase_line"
    __table_args__ = (CheckConstraint("quantity <> 0", name="something_was_bought"),)

    id: int | None = Field(default=None, primary_key=True)
    purchase_id: int = _belongs_to("purchase")
    product_id: int = Field(foreign_key="product.id", index=True)
    quantity: float = 1
    amount_cents: int


class Interaction(SQLModel, table=True):
    """A call, message or visit, with what came of it; `at` is local wall-clock time."""

    __table_args__ = (Index("interaction_by_customer", "customer_id", "at"),)

    id: int | None = Field(default=None, primary_key=True)
    customer_id: int = _belongs_to("customer", index=False)
    at: NaiveDatetime
    channel: Channel = Field(sa_type=_one_of(Channel))
    outcome: str
    follow_up_id: int | None = Field(
        default=None, foreign_key="follow_up.id", ondelete="SET NULL", index=True
    )


class Feedback(SQLModel, table=True):
    """What a customer thinks of what they got: a score from 1 to 5 (the best), and words."""

    __table_args__ = (
        CheckConstraint("score BETWEEN 1 AND 5", name="score_from_1_to_5"),
        Index("feedback_by_customer", "customer_id", "day"),
    )

    id: int | None = Field(default=None, primary_key=True)
    customer_id: int = _belongs_to("customer", index=False)
    day: date
    score: int
    source: FeedbackSource = Field(sa_type=_one_of(FeedbackSource))
    words: str = ""


class Case(SQLModel, table=True):
    """A complaint or request (服务单), open until it is solved."""

    __tablename__ = "service_case"  # "case" is a word of SQL
    __table_args__ = (
        CheckConstraint("length(trim(about)) > 0", name="case_is_about_something"),
        CheckConstraint("solved_on >= opened_on", name="solved_after_it_was_opened"),
        Index("case_by_customer", "customer_id", "opened_on"),
        # Follow-ups know a case by its id, also after it was removed.
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, primary_key=True)
    customer_id: int = _belongs_to("customer", index=False)
    kind: CaseKind = Field(sa_type=_one_of(CaseKind))
    opened_on: date
    about: str
    due: date | None = None
    """By when it is to be solved."""
    reopened_on: date | None = None
    """When it was found not to be solved after all, the last time."""
    solved_on: date | None = None
    solution: str = ""
    """How it was solved; of one that is open again, what was tried."""


class Segment(SQLModel, table=True):
    """A saved filter over everything known of a customer; `insight.segments` reads its rule."""

    __table_args__ = (CheckConstraint("length(trim(name)) > 0", name="segment_has_a_name"),)

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True)
    rule: str
    """JSON."""


class GradingPolicy(SQLModel, table=True):
    """How customers are graded from a day on (`insight.policies`); the last one is in force."""

    __tablename__ = "grading_policy"

    id: int | None = Field(default=None, primary_key=True)
    since: date | None = None
    """None for the one that a new file begins with."""
    rules: str
    """JSON, without what is the default."""


class GradeReview(SQLModel, table=True):
    """That the grades were looked through on a day, and what came of it."""

    __tablename__ = "grade_review"

    id: int | None = Field(default=None, primary_key=True)
    day: date
    up: int
    down: int
    kept: int
    """How many moved up or down, and how many were kept where they were by hand."""


class ReviewedGrade(SQLModel, table=True):
    """The grade that a customer had when the grades were looked through last."""

    __tablename__ = "reviewed_grade"

    id: int | None = Field(default=None, primary_key=True)
    customer_id: int = Field(foreign_key="customer.id", ondelete="CASCADE", unique=True)
    grade: str


class InsightRules(SQLModel, table=True):
    """The numbers behind stages and churn warnings (`insight.numbers`), in one row."""

    __tablename__ = "insight_rules"

    id: int | None = Field(default=None, primary_key=True)
    chosen: str
    """JSON, without what is the default."""


class CarePlan(SQLModel, table=True):
    """A rule that makes follow-ups: of which kind, for whom, when, with what words.

    `kind` says from which day it counts. A callback comes `every_days` after the last contact. The
    others are due `days` after that day (before it, where negative): a birthday, the festival or
    solar term `about`, the last purchase (of the product or category `about`), the day on which a
    product will be used up, the end or anniversary of a customer's date (called `about`), the day
    by which a case is to be solved, or, where `days` is above nought, the day on which it was. An
    empty `about` is any.
    """

    __tablename__ = "care_plan"
    __table_args__ = (
        CheckConstraint(
            "(kind = 'callback' AND every_days BETWEEN 1 AND 3660 AND days IS NULL)"
            " OR (kind NOT IN ('callback', 'custom') AND every_days IS NULL"
            " AND days BETWEEN -366 AND 3660)",
            name="plan_is_whole",
        ),
        CheckConstraint("kind <> 'festival' OR about <> ''", name="festival_is_named"),
    )

    id: int | None = Field(default=None, primary_key=True)
    kind: FollowUpKind = Field(sa_type=_one_of(FollowUpKind))
    name: str = ""
    """What the user calls it; "" for a name that says the rule."""
    enabled: bool = True
    since: date | None = None
    """When it was switched on: what lay before was nobody's to miss. None for always."""
    grades: str = ""
    """Whom it concerns: grades with commas between them; "" for all."""
    tags: str = ""
    """One a line: only customers with one of these; "" for all."""
    stages: str = ""
    """Stages with commas between them; "" for all."""
    segment_id: int | None = Field(default=None, foreign_key="segment.id", index=True)
    """Only who is in it; a segment with a plan cannot be removed."""
    every_days: int | None = None
    days: int | None = None
    about: str = ""
    words: str = ""
    """What to say, one variant a line; "" for the lines that come with CustDesk."""
    channel: Channel | None = Field(default=None, sa_type=_one_of(Channel))
    """How to contact, where the customer prefers nothing."""


class CareGift(SQLModel, table=True):
    """How much a gift may cost that goes with a plan's greeting to customers of a grade."""

    __tablename__ = "care_gift"
    __table_args__ = (
        UniqueConstraint("plan_id", "grade"),
        CheckConstraint("budget_cents > 0", name="gift_costs_something"),
    )

    id: int | None = Field(default=None, primary_key=True)
    plan_id: int = _belongs_to("care_plan", index=False)
    grade: str
    budget_cents: int


class CareHabits(SQLModel, table=True):
    """How the business keeps its care (`care.habits`), in one row."""

    __tablename__ = "care_habits"

    id: int | None = Field(default=None, primary_key=True)
    chosen: str
    """JSON, without what is the default."""


class FollowUp(SQLModel, table=True):
    """One thing to do for one customer: `day` is the day it is about, `due` the day to act.

    One that a plan made is known by its `occurrence` (`care.rules` says of which form) and exists
    once. It ends only by done or skipped. What is closed outlives its plan.
    """

    __tablename__ = "follow_up"
    __table_args__ = (
        UniqueConstraint("customer_id", "plan_id", "occurrence"),
        CheckConstraint("plan_id IS NULL OR occurrence IS NOT NULL", name="planned_or_typed"),
        CheckConstraint("(state = 'open') = (closed_at IS NULL)", name="closed_when_not_open"),
        Index("follow_up_open", "state", "due", "kind"),
        # A new day makes follow-ups without a journal: none may take the id of one that undo
        # will bring back.
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, primary_key=True)
    customer_id: int = _belongs_to("customer", index=False)
    plan_id: int | None = Field(default=None, foreign_key="care_plan.id", ondelete="SET NULL")
    occurrence: str | None = None
    kind: FollowUpKind = Field(sa_type=_one_of(FollowUpKind))
    day: date
    due: date
    due_time: str | None = Field(default=None, max_length=5)
    """HH:MM, or none for any time of the day."""
    snoozed: bool = False
    note: str = ""
    state: FollowUpState = Field(default=FollowUpState.OPEN, sa_type=_one_of(FollowUpState))
    closed_at: NaiveDatetime | None = None
    skip_reason: str = ""
    answered: bool = Field(default=False, sa_column_kwargs={"server_default": "0"})
    """Done by a contact that was logged elsewhere."""
    said: str = Field(default="", sa_column_kwargs={"server_default": ""})
    """The words that were sent."""
    gift: str = Field(default="", sa_column_kwargs={"server_default": ""})
    gift_cents: int | None = None
    """What was given, and what it cost."""


class Relation(SQLModel, table=True):
    """`other` is `kind` of `customer`: one row says it for both sides."""

    __table_args__ = (
        UniqueConstraint("customer_id", "other_id", "kind"),
        CheckConstraint("customer_id <> other_id", name="relation_between_two"),
    )

    id: int | None = Field(default=None, primary_key=True)
    customer_id: int = _belongs_to("customer", index=False)
    other_id: int = _belongs_to("customer")
    kind: RelationKind = Field(sa_type=_one_of(RelationKind))
    note: str = ""


class Setting(SQLModel, table=True):
    """What the business chose (its name for print …); a PC's own choices are in settings.py."""

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    value: str


class ImportedRow(SQLModel, table=True):
    """A row of a file that was imported: the same row is never imported twice."""

    __tablename__ = "imported_row"

    id: int | None = Field(default=None, primary_key=True)
    customer_id: int = _belongs_to("customer")
    digest: str = Field(unique=True)


class Standing(SQLModel, table=True):
    """Derived: where a customer stands today. `store.standing` alone writes it, unjournalled."""

    __table_args__ = (
        Index("standing_by_name", "sort_key", "customer_id"),
        Index("standing_by_spend", "spend_12m_cents"),
        Index("standing_by_contact", "last_contact"),
        Index("standing_by_due", "next_due"),
        Index("standing_warned", "warned_since", sqlite_where=text("warned <> ''")),
        Index("standing_holds", "holds_until"),
    )

    customer_id: int = Field(primary_key=True, foreign_key="customer.id", ondelete="CASCADE")
    sort_key: str
    phone: str = ""
    spend_12m_cents: int = 0
    purchases_12m: int = 0
    last_purchase: date | None = None
    last_contact: date | None = None
    next_due: date | None = None
    next_kind: FollowUpKind | None = Field(default=None, sa_type=_one_of(FollowUpKind))
    grade: str = ""
    grade_rank: int = 0
    """The key of the one in force, and its place, 0 being the best."""
    policy_id: int | None = None
    """The policy that gave it; none where a hand did."""
    stage: Stage = Field(default=Stage.PROSPECT, sa_type=_one_of(Stage))
    stage_since: date | None = None
    first_purchase: date | None = None
    """The first day on which something was bought and kept (`insight.buying`); `last_purchase` is
    the last."""
    bought_days: int = 0
    spend_cents: int = 0
    """On how many days that was, and all that was ever paid, less what was given back."""
    again_cents: int = 0
    """What was paid for what they bought after the first of those days and kept."""
    rhythm_days: float | None = None
    """The usual time between two such days; none below two of them."""
    loyal_years: int = 0
    satisfaction: float | None = None
    """The mean score of the last 12 months' feedback, 1 to 5; none where there was none."""
    yearly_cents: int = 0
    """What they spent in the year up to `last_purchase`."""
    others: float = 1
    """What reasons beside silence leave of the chance that they stay (`insight.churn.Risk`)."""
    warned_since: date | None = None
    warned: str = ""
    """Since when there is a churn warning, and its reasons as JSON (`insight.churn`)."""
    holds_until: date | None = None
    """The last day on which grade, stage and warning stay when nothing happens."""


class Erasure(SQLModel, table=True):
    """That somebody was erased for good, for whom a receipt was made: nothing of them is kept.

    Backups from before `at` still hold the customer with this id, until their next rotation.
    """

    id: int | None = Field(default=None, primary_key=True)
    customer_id: int
    at: NaiveDatetime


DERIVED = frozenset({"standing"})
"""Tables that are computed from the others: no journal, no undo, checked by recomputing."""

UNJOURNALLED = DERIVED | {"erasure"}
"""Tables that undo leaves alone."""
