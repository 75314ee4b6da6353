"""What the kinds are called in the user's language: grades, channels, follow-ups, relations."""

from collections.abc import Mapping
from enum import StrEnum

from custdesk.i18n import N_, _
from custdesk.store.models import (
    CaseKind,
    Channel,
    ContactKind,
    CustomerKind,
    FeedbackSource,
    FollowUpKind,
    FollowUpState,
    Gender,
    Potential,
    RelationKind,
    Stage,
)


class YesNo(StrEnum):
    """A yes or no as one of two choices."""

    YES = "yes"
    NO = "no"


_WORDS: Mapping[type[StrEnum], Mapping[StrEnum, str]] = {
    CustomerKind: {
        CustomerKind.PERSON: N_("Person"),
        CustomerKind.COMPANY: N_("Firm"),
    },
    Gender: {
        Gender.FEMALE: N_("Female"),
        Gender.MALE: N_("Male"),
    },
    Potential: {
        Potential.HIGH: N_("High"),
        Potential.MEDIUM: N_("Medium"),
        Potential.LOW: N_("Low"),
    },
    Channel: {
        Channel.PHONE: N_("Phone"),
        Channel.WECHAT: N_("WeChat"),
        Channel.VISIT: N_("Visit"),
        Channel.SMS: N_("SMS"),
        Channel.EMAIL: N_("Mail"),
    },
    ContactKind: {
        ContactKind.PHONE: N_("Phone"),
        ContactKind.WECHAT: N_("WeChat"),
        ContactKind.EMAIL: N_("E-mail"),
        ContactKind.OTHER: N_("Other"),
    },
    FollowUpKind: {
        FollowUpKind.BIRTHDAY: N_("Birthday"),
        FollowUpKind.CALLBACK: N_("Callback"),
        FollowUpKind.FESTIVAL: N_("Festival"),
        FollowUpKind.AFTER_SALE: N_("After a sale"),
        FollowUpKind.REPLENISHMENT: N_("Replenishment"),
        FollowUpKind.RENEWAL: N_("Renewal"),
        FollowUpKind.ANNIVERSARY: N_("Anniversary"),
        FollowUpKind.WIN_BACK: N_("Win back"),
        FollowUpKind.CASE: N_("Case"),
        FollowUpKind.CUSTOM: N_("Follow-up"),
    },
    FeedbackSource: {
        FeedbackSource.SURVEY: N_("Survey"),
        FeedbackSource.CALL: N_("Call"),
        FeedbackSource.VISIT: N_("Visit"),
    },
    CaseKind: {
        CaseKind.COMPLAINT: N_("Complaint"),
        CaseKind.REQUEST: N_("Request"),
    },
    FollowUpState: {
        FollowUpState.OPEN: N_("Outstanding"),
        FollowUpState.DONE: N_("Completed"),
        FollowUpState.SKIPPED: N_("Skipped"),
    },
    YesNo: {
        YesNo.YES: N_("Yes"),
        YesNo.NO: N_("No"),
    },
    Stage: {
        Stage.PROSPECT: N_("Prospect"),
        Stage.NEW: N_("New customer"),
        Stage.ACTIVE: N_("Active"),
        Stage.LOYAL: N_("Loyal"),
        Stage.LAPSED: N_("Lapsed"),
    },
    RelationKind: {
        RelationKind.REFERRED_BY: N_("Referred by"),
        RelationKind.SPOUSE: N_("Spouse"),
        RelationKind.PARENT: N_("Parent"),
        RelationKind.CHILD: N_("Child"),
        RelationKind.RELATIVE: N_("Relative"),
        RelationKind.FRIEND: N_("Friend"),
        RelationKind.COLLEAGUE: N_("Colleague"),
        RelationKind.COMPANY: N_("Company"),
    },
}


def shown(kind: StrEnum) -> str:
    """What `kind` is called in the language spoken now."""
    return _(_WORDS[type(kind)][kind])


_LABELS = {
    "mobile": N_("Mobile"),
    "home": N_("Home"),
    "work": N_("Work"),
    "landline": N_("Landline"),
    "fax": N_("Fax"),
    "other": N_("Other"),
}
"""What the usual labels of phones are called; any other label is somebody's own word."""


def contact_words(kind: ContactKind, label: str) -> str:
    """What stands before a contact point: 手机, 微信, 电话 · 老公."""
    if label in _LABELS:
        return _(_LABELS[label])
    return f"{shown(kind)} · {label}" if label else shown(kind)
