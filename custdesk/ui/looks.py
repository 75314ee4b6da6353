"""How the field's kinds look in every view: the colour of a grade, the icon of a channel."""

from custdesk.store.models import Channel, FollowUpKind, Grade

GRADE_TAGS = {Grade.VIP: "gold", Grade.REGULAR: "blue", Grade.POTENTIAL: "green"}
"""The kind of tag of each grade."""

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
    FollowUpKind.CUSTOM: ("follow-ups", "green"),
}
"""The icon of each kind of follow-up, and the kind of tag whose colours it has."""
