"""The step to version 3: care plans of every kind, customers' own dates, how long products last."""

from sqlmodel import Session

from custdesk.store.rebuilding import rebuild

_KINDS = (
    "'birthday', 'callback', 'festival', 'after_sale', 'replenishment', 'renewal', 'anniversary',"
    " 'custom'"
)
_CHANNELS = "'phone', 'wechat', 'visit', 'sms', 'email'"
_GRADES = "'vip', 'regular', 'potential'"

_CARE_PLAN = f"""CREATE TABLE new_care_plan (
    id INTEGER NOT NULL,
    kind VARCHAR(16) NOT NULL,
    name VARCHAR NOT NULL,
    enabled BOOLEAN NOT NULL,
    since DATE,
    grades VARCHAR NOT NULL,
    tags VARCHAR NOT NULL,
    every_days INTEGER,
    days INTEGER,
    about VARCHAR NOT NULL,
    words VARCHAR NOT NULL,
    channel VARCHAR(16),
    PRIMARY KEY (id),
    CONSTRAINT plan_is_whole CHECK (
        (kind = 'callback' AND every_days BETWEEN 1 AND 3660 AND days IS NULL)
        OR (kind NOT IN ('callback', 'custom') AND every_days IS NULL
            AND days BETWEEN -366 AND 3660)),
    CONSTRAINT festival_is_named CHECK (kind <> 'festival' OR about <> ''),
    CONSTRAINT followupkind_known CHECK (kind IN ({_KINDS})),
    CONSTRAINT channel_known CHECK (channel IN ({_CHANNELS})))"""

_CARE_GIFT = f"""CREATE TABLE care_gift (
    id INTEGER NOT NULL,
    plan_id INTEGER NOT NULL,
    grade VARCHAR(16) NOT NULL,
    budget_cents INTEGER NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (plan_id, grade),
    CONSTRAINT gift_costs_something CHECK (budget_cents > 0),
    FOREIGN KEY (plan_id) REFERENCES care_plan (id) ON DELETE CASCADE,
    CONSTRAINT grade_known CHECK (grade IN ({_GRADES})))"""

_CARE_HABITS = """CREATE TABLE care_habits (
    id INTEGER NOT NULL,
    chosen VARCHAR NOT NULL,
    PRIMARY KEY (id))"""

_CUSTOMER_DATE = """CREATE TABLE customer_date (
    id INTEGER NOT NULL,
    customer_id INTEGER NOT NULL,
    name VARCHAR NOT NULL,
    day DATE NOT NULL,
    yearly BOOLEAN NOT NULL,
    known_on DATE NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (customer_id, name, day),
    CONSTRAINT customer_date_has_a_name CHECK (length(trim(name)) > 0),
    FOREIGN KEY (customer_id) REFERENCES customer (id) ON DELETE CASCADE)"""

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
    PRIMARY KEY (customer_id),
    FOREIGN KEY (customer_id) REFERENCES customer (id) ON DELETE CASCADE,
    CONSTRAINT followupkind_known CHECK (next_kind IN ({_KINDS})))"""

_INDEXES = (
    "CREATE INDEX follow_up_open ON follow_up (state, due, kind)",
    "CREATE INDEX standing_by_name ON standing (sort_key, customer_id)",
    "CREATE INDEX standing_by_spend ON standing (spend_12m_cents)",
    "CREATE INDEX standing_by_contact ON standing (last_contact)",
    "CREATE INDEX standing_by_due ON standing (next_due)",
)

_ADDED_COLUMNS = (
    "ALTER TABLE customer ADD COLUMN called VARCHAR NOT NULL DEFAULT ''",
    "ALTER TABLE customer ADD COLUMN quiet_from VARCHAR(5)",
    "ALTER TABLE customer ADD COLUMN quiet_until VARCHAR(5)",
    "ALTER TABLE product ADD COLUMN lasts_days INTEGER",
)

_FORMER_PLANS = (
    "INSERT INTO new_care_plan SELECT id, kind, '', enabled, NULL, coalesce(grade, ''), '',"
    " every_days, -days_ahead, '', '', NULL FROM care_plan"
)

_MORE_PLANS = (
    "INSERT INTO new_care_plan (kind, name, enabled, grades, tags, days, about, words) VALUES"
    " ('festival', '', 0, 'vip,regular', '', -1, 'spring_festival', ''),"
    " ('festival', '', 0, 'vip', '', -1, 'dragon_boat', ''),"
    " ('festival', '', 0, 'vip', '', -1, 'mid_autumn', ''),"
    " ('after_sale', '', 0, '', '', 7, '', ''), ('after_sale', '', 0, '', '', 30, '', ''),"
    " ('replenishment', '', 0, '', '', -3, '', ''), ('renewal', '', 0, '', '', -14, '', ''),"
    " ('anniversary', '', 0, '', '', -3, '', '')"
)
"""Those that a new file begins with, switched off: nobody wakes up to other follow-ups."""

_FORMER_FOLLOW_UPS = (
    "INSERT INTO new_follow_up SELECT id, customer_id, plan_id, occurrence, kind, day, due,"
    " due_time, snoozed, note, state, closed_at, skip_reason, 0, '', '', NULL FROM follow_up"
)

IMAGES = (
    "UPDATE journal SET before = json_set(json_remove(before, '$.grade', '$.days_ahead'),"
    " '$.name', '', '$.since', NULL, '$.grades', coalesce(before ->> '$.grade', ''), '$.tags', '',"
    " '$.days', -(before ->> '$.days_ahead'), '$.about', '', '$.words', '', '$.channel', NULL)"
    " WHERE tbl = 'care_plan' AND json_type(before, '$.grades') IS NULL AND before IS NOT NULL",
    "UPDATE journal SET before = json_set(before, '$.answered', 0, '$.said', '', '$.gift', '')"
    " WHERE tbl = 'follow_up' AND json_type(before, '$.said') IS NULL AND before IS NOT NULL",
    "UPDATE journal SET before = json_set(before, '$.called', '')"
    " WHERE tbl = 'customer' AND json_type(before, '$.called') IS NULL AND before IS NOT NULL",
)

"""Undo puts back what the journal holds: images of earlier rows take the shape of today's."""


def step(db: Session) -> None:
    """Rebuild the tables whose rules changed; plans and follow-ups stay as they are."""
    connection = db.connection()
    for statement in _ADDED_COLUMNS:
        connection.exec_driver_sql(statement)
    for name, create, *fill in (
        ("care_plan", _CARE_PLAN, _FORMER_PLANS, _MORE_PLANS),
        ("follow_up", _FOLLOW_UP, _FORMER_FOLLOW_UPS),
        ("standing", _STANDING, "INSERT INTO new_standing SELECT * FROM standing"),
    ):
        rebuild(connection, name, create, *fill)
    for statement in (_CARE_GIFT, _CARE_HABITS, _CUSTOMER_DATE, *_INDEXES, *IMAGES):
        connection.exec_driver_sql(statement)
