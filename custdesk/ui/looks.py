"""How the field's kinds look in every view: the colour of a grade, the icon of a channel."""

from custdesk.insight.grades import Grade
from custdesk.store.models import POTENTIAL, REGULAR, VIP, Channel, FollowUpKind, Stage

_GRADE_TAGS = {VIP: "gold", REGULAR: "blue", POTENTIAL: "green"}
_OTHER_TAGS = ("gold", "blue", "green", "amber")


def grade_tag(grade: Grade) -> str:
    """The kind of tag whose colours a grade has; those that a user added go by their rank."""
    return _GRADE_TAGS.get(grade.key) or _OTHER_TAGS[min(grade.rank, len(_OTHER_TAGS) - 1)]


STAGE_TAGS = {
    Stage.PROSPECT: "grey",
    Stage.NEW: "blue",
    Stage.ACTIVE: "green",
    Stage.LOYAL: "accent",
    Stage.LAPSED: "red",
}
"""The kind of tag whose colours a stage has."""

CHANNEL_ICONS = {
    Channel.PHONE: "phone",
    Channel.WECHAT: "message",
    Channel.VISIT: "visit",
    Channel.SMS: "message",
    Channel.EMAIL: "mail",
}

FOLLOW_UP_LOOKS = {
    FollowUpKind.BIRTHDAY: ("cake", "amber"),
    FollowUpKind.CALLBACK: ("phone", "blue"),
    FollowUpKind.FESTIVAL: ("gift", "amber"),
    FollowUpKind.AFTER_SALE: ("purchase", "green"),
    FollowUpKind.REPLENISHMENT: ("product", "green"),
    FollowUpKind.RENEWAL: ("renewal", "blue"),
    FollowUpKind.ANNIVERSARY: ("anniversary", "amber"),
    FollowUpKind.WIN_BACK: ("win-back", "red"),
    FollowUpKind.CASE: ("alert", "red"),
    FollowUpKind.CUSTOM: ("follow-ups", "green"),
}
"""The icon of each kind of follow-up, and the kind of tag whose colours it has."""
