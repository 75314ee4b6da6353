"""The step to version 4: grades by a policy, stages, segments, churn warnings, win-back."""

from sqlmodel import Session

from custdesk.store.rebuilding import rebuild

_KINDS = (
    "'birthday', 'callback', 'festival', 'after_sale', 'replenishment', 'renewal', 'anniversary',"
    " 'win_back', 'custom'"
)
_CHANNELS = "'phone', 'wechat', 'visit', 'sms', 'email'"

_CUSTOMER = f"""CREATE TABLE new_customer (
    id INTEGER NOT NULL,
    number VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    kind VARCHAR(16) NOT NULL,
    private_sign BOOLEAN NOT NULL,
    gender VARCHAR(16),
    birth_calendar VARCHAR(16),
    birth_year INTEGER,
    birth_month INTEGER,
    birth_day INTEGER,
    birth_leap BOOLEAN NOT NULL,
    birthday_known_on DATE,
    company VARCHAR NOT NULL,
    title VARCHAR NOT NULL,
    city VARCHAR NOT NULL,
    address VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    likes VARCHAR NOT NULL,
    taboos VARCHAR NOT NULL,
    notes VARCHAR NOT NULL,
    grade_by_hand VARCHAR,
    grade_why VARCHAR NOT NULL,
    potential VARCHAR(16),
    preferred_channel VARCHAR(16),
    do_not_contact BOOLEAN NOT NULL,
    added_on DATE NOT NULL,
    care_from DATE NOT NULL,
    trashed_at DATETIME,
    consented_on DATE,
    called VARCHAR DEFAULT '' NOT NULL,
    quiet_from VARCHAR(5),
    quiet_until VARCHAR(5),
    lost_on DATE,
    lost_why VARCHAR NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT customer_has_a_name CHECK (length(trim(name)) > 0),
    CONSTRAINT customer_has_a_number CHECK (length(trim(number)) > 0),
    CONSTRAINT birthday_is_whole CHECK ((birth_calendar IS NULL) = (birth_month IS NULL) AND
        (birth_month IS NULL) = (birth_day IS NULL) AND (birth_calendar IS NOT NULL OR
        (birth_year IS NULL AND NOT birth_leap))),
    CONSTRAINT birthday_is_possible CHECK (birth_month BETWEEN 1 AND 12 AND birth_day BETWEEN 1
        AND 31 AND (birth_calendar = 'solar' OR birth_day <= 30) AND (birth_calendar = 'lunar'
        OR NOT birth_leap)),
    UNIQUE (number),
    CONSTRAINT customerkind_known CHECK (kind IN ('person', 'company')),
    CONSTRAINT gender_known CHECK (gender IN ('female', 'male')),
    CONSTRAINT birthcalendar_known CHECK (birth_calendar IN ('solar', 'lunar')),
    CONSTRAINT potential_known CHECK (potential IN ('high', 'medium', 'low')),
    CONSTRAINT channel_known CHECK (preferred_channel IN ({_CHANNELS})))"""

_CARE_PLAN = f"""CREATE TABLE new_care_plan (
    id INTEGER NOT NULL,
    kind VARCHAR(16) NOT NULL,
    name VARCHAR NOT NULL,
    enabled BOOLEAN NOT NULL,
    since DATE,
    grades VARCHAR NOT NULL,
    tags VARCHAR NOT NULL,
    stages VARCHAR NOT NULL,
    segment_id INTEGER,
    every_days INTEGER,
    days INTEGER,
    about VARCHAR NOT NULL,
    words VARCHAR NOT NULL,
    channel VARCHAR(16),
    PRIMARY KEY (id),
    CONSTRAINT plan_is_whole CHECK ((kind = 'callback' AND every_days BETWEEN 1 AND 3660 AND
        days IS NULL) OR (kind NOT IN ('callback', 'custom') AND every_days IS NULL AND days
        BETWEEN -366 AND 3660)),
    CONSTRAINT festival_is_named CHECK (kind <> 'festival' OR about <> ''),
    CONSTRAINT followupkind_known CHECK (kind IN ({_KINDS})),
    FOREIGN KEY (segment_id) REFERENCES segment (id),
    CONSTRAINT channel_known CHECK (channel IN ({_CHANNELS})))"""

_CARE_GIFT = """CREATE TABLE new_care_gift (
    id INTEGER NOT NULL,
    plan_id INTEGER NOT NULL,
    grade VARCHAR NOT NULL,
    budget_cents INTEGER NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (plan_id, grade),
    CONSTRAINT gift_costs_something CHECK (budget_cents > 0),
    FOREIGN KEY (plan_id) REFERENCES care_plan (id) ON DELETE CASCADE)"""

_FOLLOW_UP = f"""CREATE TABLE new_follow_up (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    customer_id INTEGER NOT NULL,
    plan_id INTEGER,
    occurrence VARCHAR,
    kind VARCHAR(16) NOT NULL,
    day DATE NOT NULL,
    due DATE NOT NULL,
    due_time VARCHAR(5),
    snoozed BOOLEAN NOT NULL,
    note VARCHAR NOT NULL,
    state VARCHAR(16) NOT NULL,
    closed_at DATETIME,
    skip_reason VARCHAR NOT NULL,
    answered BOOLEAN DEFAULT '0' NOT NULL,
    said VARCHAR DEFAULT '' NOT NULL,
    gift VARCHAR DEFAULT '' NOT NULL,
    gift_cents INTEGER,
    UNIQUE (customer_id, plan_id, occurrence),
    CONSTRAINT planned_or_typed CHECK (plan_id IS NULL OR occurrence IS NOT NULL),
    CONSTRAINT closed_when_not_open CHECK ((state = 'open') = (closed_at IS NULL)),
    FOREIGN KEY (customer_id) REFERENCES customer (id) ON DELETE CASCADE,
    FOREIGN KEY (plan_id) REFERENCES care_plan (id) ON DELETE SET NULL,
    CONSTRAINT followupkind_known CHECK (kind IN ({_KINDS})),
    CONSTRAINT followupstate_known CHECK (state IN ('open', 'done', 'skipped')))"""

_STANDING = f"""CREATE TABLE new_standing (
    customer_id INTEGER NOT NULL,
    sort_key VARCHAR NOT NULL,
    phone VARCHAR NOT NULL,
    spend_12m_cents INTEGER NOT NULL,
    purchases_12m INTEGER NOT NULL,
    last_purchase DATE,
    last_contact DATE,
    next_due DATE,
    next_kind VARCHAR(16),
    grade VARCHAR NOT NULL,
    grade_rank INTEGER NOT NULL,
    policy_id INTEGER,
    stage VARCHAR(16) NOT NULL,
    stage_since DATE,
    first_purchase DATE,
    bought_days INTEGER NOT NULL,
    spend_cents INTEGER NOT NULL,
    rhythm_days FLOAT,
    loyal_years INTEGER NOT NULL,
    yearly_cents INTEGER NOT NULL,
    others FLOAT NOT NULL,
    warned_since DATE,
    warned VARCHAR NOT NULL,
    holds_until DATE,
    PRIMARY KEY (customer_id),
    FOREIGN KEY (customer_id) REFERENCES customer (id) ON DELETE CASCADE,
    CONSTRAINT followupkind_known CHECK (next_kind IN ({_KINDS})),
    CONSTRAINT stage_known CHECK (stage IN ('prospect', 'new', 'active', 'loyal', 'lapsed')))"""

_SEGMENT = """CREATE TABLE segment (
    id INTEGER NOT NULL,
    name VARCHAR NOT NULL,
    rule VARCHAR NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT segment_has_a_name CHECK (length(trim(name)) > 0),
    UNIQUE (name))"""

_GRADING_POLICY = """CREATE TABLE grading_policy (
    id INTEGER NOT NULL,
    since DATE,
    rules VARCHAR NOT NULL,
    PRIMARY KEY (id))"""

_GRADE_REVIEW = """CREATE TABLE grade_review (
    id INTEGER NOT NULL,
    day DATE NOT NULL,
    up INTEGER NOT NULL,
    down INTEGER NOT NULL,
    kept INTEGER NOT NULL,
    PRIMARY KEY (id))"""

_REVIEWED_GRADE = """CREATE TABLE reviewed_grade (
    id INTEGER NOT NULL,
    customer_id INTEGER NOT NULL,
    grade VARCHAR NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (customer_id),
    FOREIGN KEY (customer_id) REFERENCES customer (id) ON DELETE CASCADE)"""

_INSIGHT_RULES = """CREATE TABLE insight_rules (
    id INTEGER NOT NULL,
    chosen VARCHAR NOT NULL,
    PRIMARY KEY (id))"""

_CUSTOMERS = (
    "INSERT INTO new_customer SELECT id, number, name, kind, private_sign, gender, birth_calendar,"
    " birth_year, birth_month, birth_day, birth_leap, birthday_known_on, company, title, city,"
    " address, source, likes, taboos, notes, nullif(grade, 'potential'), '', potential,"
    " preferred_channel, do_not_contact, added_on, care_from, trashed_at, consented_on, called,"
    " quiet_from, quiet_until, NULL, '' FROM customer"
)
"""A grade above the lowest was given by hand; everybody had the lowest who was given none."""

_PLANS = (
    "INSERT INTO new_care_plan SELECT id, kind, name, enabled, since, grades, tags, '', NULL,"
    " every_days, days, about, words, channel FROM care_plan"
)

_WIN_BACK = (
    "INSERT INTO new_care_plan (kind, name, enabled, grades, tags, stages, days, about, words)"
    " VALUES ('win_back', '', 0, '', '', '', 0, '', '')"
)
"""As a new file has it, switched off: nobody wakes up to other follow-ups."""

_GIFTS = "INSERT INTO new_care_gift SELECT * FROM care_gift"
_FOLLOW_UPS = "INSERT INTO new_follow_up SELECT * FROM follow_up"

_FIRST = (
    "INSERT INTO reviewed_grade (customer_id, grade) SELECT id, grade FROM customer",
    "INSERT INTO grading_policy (id, since, rules) VALUES (1, NULL, '{}')",
)
"""What the policy makes of them shows at the first review as moves from what they had."""

_INDEXES = (
    "CREATE INDEX ix_customer_city ON customer (city)",
    "CREATE INDEX ix_care_plan_segment_id ON care_plan (segment_id)",
    "CREATE INDEX follow_up_open ON follow_up (state, due, kind)",
    "CREATE INDEX standing_by_name ON standing (sort_key, customer_id)",
    "CREATE INDEX standing_by_spend ON standing (spend_12m_cents)",
    "CREATE INDEX standing_by_contact ON standing (last_contact)",
    "CREATE INDEX standing_by_due ON standing (next_due)",
    "CREATE INDEX standing_warned ON standing (warned_since) WHERE warned <> ''",
    "CREATE INDEX standing_holds ON standing (holds_until)",
)

IMAGES = (
    "UPDATE journal SET before = json_set(json_remove(before, '$.grade'), '$.grade_by_hand',"
    " nullif(before ->> '$.grade', 'potential'), '$.grade_why', '', '$.lost_why', '')"
    " WHERE tbl = 'customer' AND json_type(before, '$.grade_why') IS NULL AND before IS NOT NULL",
    "UPDATE journal SET before = json_set(before, '$.stages', '')"
    " WHERE tbl = 'care_plan' AND json_type(before, '$.stages') IS NULL AND before IS NOT NULL",
)
"""Undo puts back what the journal holds: images of earlier rows take the shape of today's."""


def step(db: Session) -> None:
    """Rebuild the tables whose rules changed; who was given a grade keeps it.

    Nobody stands anywhere then: all that is derived is computed when the file is opened.
    """
    connection = db.connection()
    for statement in (
        *(_SEGMENT, _GRADING_POLICY, _GRADE_REVIEW, _REVIEWED_GRADE, _INSIGHT_RULES),
        *_FIRST,
    ):
        connection.exec_driver_sql(statement)
    for name, create, *fill in (
        ("standing", _STANDING),
        ("customer", _CUSTOMER, _CUSTOMERS),
        ("care_plan", _CARE_PLAN, _PLANS, _WIN_BACK),
        ("care_gift", _CARE_GIFT, _GIFTS),
        ("follow_up", _FOLLOW_UP, _FOLLOW_UPS),
    ):
        rebuild(connection, name, create, *fill)
    for statement in (*_INDEXES, *IMAGES):
        connection.exec_driver_sql(statement)
