"""The step to version 5: feedback, cases and their care; what was spent after the first day."""

from sqlmodel import Session

from custdesk.store.rebuilding import rebuild

_KINDS = (
    "'birthday', 'callback', 'festival', 'after_sale', 'replenishment', 'renewal', 'anniversary',"
    " 'win_back', 'case', 'custom'"
)
_CHANNELS = "'phone', 'wechat', 'visit', 'sms', 'email'"

_FEEDBACK = """CREATE TABLE feedback (
    id INTEGER NOT NULL,
    customer_id INTEGER NOT NULL,
    day DATE NOT NULL,
    score INTEGER NOT NULL,
    source VARCHAR(16) NOT NULL,
    words VARCHAR NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT score_from_1_to_5 CHECK (score BETWEEN 1 AND 5),
    FOREIGN KEY (customer_id) REFERENCES customer (id) ON DELETE CASCADE,
    CONSTRAINT feedbacksource_known CHECK (source IN ('survey', 'call', 'visit')))"""

_SERVICE_CASE = """CREATE TABLE service_case (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    customer_id INTEGER NOT NULL,
    kind VARCHAR(16) NOT NULL,
    opened_on DATE NOT NULL,
    about VARCHAR NOT NULL,
    due DATE,
    reopened_on DATE,
    solved_on DATE,
    solution VARCHAR NOT NULL,
    CONSTRAINT case_is_about_something CHECK (length(trim(about)) > 0),
    CONSTRAINT solved_after_it_was_opened CHECK (solved_on >= opened_on),
    FOREIGN KEY (customer_id) REFERENCES customer (id) ON DELETE CASCADE,
    CONSTRAINT casekind_known CHECK (kind IN ('complaint', 'request')))"""

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
    again_cents INTEGER NOT NULL,
    rhythm_days FLOAT,
    loyal_years INTEGER NOT NULL,
    satisfaction FLOAT,
    yearly_cents INTEGER NOT NULL,
    others FLOAT NOT NULL,
    warned_since DATE,
    warned VARCHAR NOT NULL,
    holds_until DATE,
    PRIMARY KEY (customer_id),
    FOREIGN KEY (customer_id) REFERENCES customer (id) ON DELETE CASCADE,
    CONSTRAINT followupkind_known CHECK (next_kind IN ({_KINDS})),
    CONSTRAINT stage_known CHECK (stage IN ('prospect', 'new', 'active', 'loyal', 'lapsed')))"""

_PLANS = "INSERT INTO new_care_plan SELECT * FROM care_plan"

_CASE_PLANS = (
    "INSERT INTO new_care_plan (kind, name, enabled, grades, tags, stages, days, about, words)"
    " VALUES ('case', '', 1, '', '', '', 0, '', ''), ('case', '', 1, '', '', '', 7, '', '')"
)
"""As a new file has them: an older file has no cases that could wake anybody up."""

_FOLLOW_UPS = "INSERT INTO new_follow_up SELECT * FROM follow_up"

_INDEXES = (
    "CREATE INDEX feedback_by_customer ON feedback (customer_id, day)",
    "CREATE INDEX case_by_customer ON service_case (customer_id, opened_on)",
    "CREATE INDEX ix_care_plan_segment_id ON care_plan (segment_id)",
    "CREATE INDEX follow_up_open ON follow_up (state, due, kind)",
    "CREATE INDEX standing_by_name ON standing (sort_key, customer_id)",
    "CREATE INDEX standing_by_spend ON standing (spend_12m_cents)",
    "CREATE INDEX standing_by_contact ON standing (last_contact)",
    "CREATE INDEX standing_by_due ON standing (next_due)",
    "CREATE INDEX standing_warned ON standing (warned_since) WHERE warned <> ''",
    "CREATE INDEX standing_holds ON standing (holds_until)",
)


def step(db: Session) -> None:
    """Two tables more, and those rebuilt whose rules changed.

    Nobody stands anywhere then: all that is derived is computed when the file is opened.
    """
    connection = db.connection()
    for statement in (_FEEDBACK, _SERVICE_CASE):
        connection.exec_driver_sql(statement)
    rebuild(connection, "care_plan", _CARE_PLAN, _PLANS, _CASE_PLANS)
    rebuild(connection, "follow_up", _FOLLOW_UP, _FOLLOW_UPS)
    rebuild(connection, "standing", _STANDING)
    for statement in _INDEXES:
        connection.exec_driver_sql(statement)
