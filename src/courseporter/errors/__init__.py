"""What can go wrong: the error tree, problems that ride along, and the one table of codes.

PorterError(message, hint, where)
├── InputError        the material is unreadable
├── SettingsError     something is not filled in
├── AuthError         the site doesn't accept the account, or forbids this
├── TransientError    network, timeout, 429, 5xx → retried with backoff
│   └── StoreAway     the shared store is cut off → the job continues where it stopped
├── RejectedError     the remote system refused the content
└── ConflictError     it already exists and the policy says stop

An exception stops a job; a `Problem` is a value and rides along.  Anything that is neither is a
bug. `Canceled` and `LeaseLost` are control flow and stand outside the tree.
"""

from courseporter.errors.capped import LISTED, Capped
from courseporter.errors.codes import ERROR_CODES, PROBLEM_CODES, ErrorCode, ProblemCode
from courseporter.errors.message import Message, Phrase, _, gettext, joined, ngettext, shown
from courseporter.errors.problem import Problem, Severity, place_of
from courseporter.errors.system import refused_by_system, refused_home, refused_output
from courseporter.errors.tree import (
    AuthError,
    Canceled,
    ConflictError,
    InputError,
    LeaseLost,
    PorterError,
    RejectedError,
    SettingsError,
    StoreAway,
    TransientError,
)

__all__ = [
    "ERROR_CODES",
    "LISTED",
    "PROBLEM_CODES",
    "AuthError",
    "Canceled",
    "Capped",
    "ConflictError",
    "ErrorCode",
    "InputError",
    "LeaseLost",
    "Message",
    "Phrase",
    "PorterError",
    "Problem",
    "ProblemCode",
    "RejectedError",
    "SettingsError",
    "Severity",
    "StoreAway",
    "TransientError",
    "_",
    "gettext",
    "joined",
    "ngettext",
    "place_of",
    "refused_by_system",
    "refused_home",
    "refused_output",
    "shown",
]
