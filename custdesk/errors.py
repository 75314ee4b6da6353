"""What can go wrong in a way that the user can mend: one sentence each, in the user's language."""


class CustdeskError(Exception):
    """Something could not be done; `str(error)` is the sentence that the user reads.

    The sentence says what happened and what to do, is already translated, and holds nothing
    that must not reach the log (no names, no phones). Everything that is not a CustdeskError is a
    defect: it goes to the log with its trace, and the user hears that it was noted.
    """


class FileTrouble(CustdeskError):
    """The customer file or its disk is in the way, and not what was typed."""


class Busy(FileTrouble):
    """Somebody else is writing to the customer file; the same will work in a moment."""


class ReadOnly(FileTrouble):
    """The customer file can be looked at here, and not changed; the sentence says why."""


class Damaged(FileTrouble):
    """SQLite cannot read the customer file: it is damaged, or never was one."""


class Cancelled(CustdeskError):
    """The user stopped a piece of work; whatever it had written is rolled back."""
