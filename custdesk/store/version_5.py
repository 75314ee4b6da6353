"""The step to version 5: what was spent after the first day stands with the customer."""

from sqlmodel import Session

_KINDS = (
    "'birthday', 'callback', 'festival', 'after_sale', 'replenishment', 'renewal', 'anniversary',"
    " 'win_back', 'custom'"
)

_STANDING = f"""CREATE TABLE standing (
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
    yearly_cents INTEGER NOT NULL,
    others FLOAT NOT NULL,
    warned_since DATE,
    warned VARCHAR NOT NULL,
    holds_until DATE,
    PRIMARY KEY (customer_id),
    FOREIGN KEY (customer_id) REFERENCES customer (id) ON DELETE CASCADE,
    CONSTRAINT followupkind_known CHECK (next_kind IN ({_KINDS})),
    CONSTRAINT stage_known CHECK (stage IN ('prospect', 'new', 'active', 'loyal', 'lapsed')))"""

_INDEXES = (
    "CREATE INDEX standing_by_name ON standing (sort_key, customer_id)",
    "CREATE INDEX standing_by_spend ON standing (spend_12m_cents)",
    "CREATE INDEX standing_by_contact ON standing (last_contact)",
    "CREATE INDEX standing_by_due ON standing (next_due)",
    "CREATE INDEX standing_warned ON standing (warned_since) WHERE warned <> ''",
    "CREATE INDEX standing_holds ON standing (holds_until)",
)


def step(db: Session) -> None:
    """Nobody stands anywhere then: all that is derived is computed when the file is opened."""
    connection = db.connection()
    for statement in (
        "DROP TABLE standing",
        _STANDING,
        *_INDEXES,
    ):
        connection.exec_driver_sql(statement)
