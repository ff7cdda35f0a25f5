"""What an error says about a slice: wait, halve, give the partition up, or try again a few times."""

from enum import Enum

import asyncpg
from sqlalchemy.exc import DBAPIError

from chassis.failures import is_transient, sqlstate
from chassis.fence import FenceLost

# 22 data exception, 23 integrity constraint.
_CONTENT_CLASSES = frozenset({"22", "23"})
# What a record's content can provoke in code that reads or encodes it. A systematic mistake of ours looks the same:
# it shows as quarantined records with this very reason, which pages and can be redriven.
_CONTENT_ERRORS = (
    asyncpg.DataError,
    ValueError,
    ArithmeticError,
    LookupError,
    TypeError,
    AttributeError,
    RecursionError,
)


REASON_CHARACTERS_MAX = 300


class Verdict(Enum):
    """What to do about an error."""

    WAIT = "a dependency is away: wait as long as it takes"
    CONTENT = "the data is at fault: halve until the culprit stands alone"
    FENCE = "somebody else moved the fence: give the partition up and open it again"
    UNKNOWN = "none of these: five attempts, then halt the partition and page"


def verdict(error: BaseException) -> Verdict:
    """The verdict on an error that decoding or writing a slice raised."""
    if isinstance(error, FenceLost):
        return Verdict.FENCE
    code = sqlstate(error)
    if code is not None and code[:2] in _CONTENT_CLASSES:
        return Verdict.CONTENT
    # Asked before the transient ones: the driver calls a value it cannot encode an interface error.
    if code is None and isinstance(_driver_error(error), _CONTENT_ERRORS):
        return Verdict.CONTENT
    return Verdict.WAIT if is_transient(error) else Verdict.UNKNOWN


def reason_of(error: BaseException) -> str:
    """An error in one line. Of data errors only their kind and place: values of a record may be personal."""
    origin = _driver_error(error)
    name, code = type(origin).__name__, sqlstate(error)
    if code is not None:
        places = (getattr(origin, place, None) for place in ("table_name", "column_name", "constraint_name"))
        return " ".join([name, code, *(place for place in places if place)])[:REASON_CHARACTERS_MAX]
    if isinstance(origin, _CONTENT_ERRORS):
        return name
    return f"{name}: {origin}".splitlines()[0][:REASON_CHARACTERS_MAX]


def _driver_error(error: BaseException) -> BaseException:
    if isinstance(error, DBAPIError) and error.orig is not None:
        return error.orig.__cause__ or error.orig
    return error
