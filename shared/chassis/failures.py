"""What went wrong, by type: a business no, a record that cannot be read, a dependency that is away, or a defect."""

from enum import Enum

import asyncpg
from aiokafka.errors import KafkaError
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from chassis.inbox import OutOfSequence
from chassis.kernel import Refusal
from chassis.lost_race import VersionConflict

# 08 connection, 40 rollback (serialization, deadlock), 53 resources, 57 operator intervention; and, by full code, a
# session or statement the server ended for its time (25P03, 25P04) or its lock (55P03).
TRANSIENT_CLASSES = frozenset({"08", "40", "53", "57"})
TRANSIENT_CODES = frozenset({"25P03", "25P04", "55P03"})


class Failure(Enum):
    """How a failed attempt goes on."""

    REFUSAL = "refusal"  # an answer: settled, and on
    POISON = "poison"  # parks its key at once
    TRANSIENT = "transient"  # waits, as long as it takes
    UNEXPECTED = "unexpected"  # a few attempts, then parks its key


class Poison(Exception):  # what the record is
    """A record that can never be applied: unreadable, or not what its topic may say."""


def classify(error: BaseException) -> Failure:
    """The type of a failure; what is not known is unexpected.

    A lost race is an answer to a person, who decides anew; to a record or the clock it says nothing about the
    business, and the same attempt succeeds on what stands now.
    """
    if isinstance(error, VersionConflict):
        return Failure.TRANSIENT
    if isinstance(error, Refusal):
        return Failure.REFUSAL
    if isinstance(error, Poison | OutOfSequence):
        return Failure.POISON
    if is_transient(error):
        return Failure.TRANSIENT
    return Failure.UNEXPECTED


def is_transient(error: BaseException) -> bool:
    """Whether the same attempt may succeed later without anybody's doing."""
    code = sqlstate(error)
    if code is not None:
        return code[:2] in TRANSIENT_CLASSES or code in TRANSIENT_CODES
    if isinstance(error, DBAPIError):
        return error.connection_invalidated or (error.orig is not None and is_transient(_driver_error(error)))
    if isinstance(error, KafkaError):
        return bool(error.retriable)
    if isinstance(error, asyncpg.DataError):
        return False  # the driver calls a value it cannot encode an interface error
    # OSError holds every refused, reset and unreachable connection, and TimeoutError.
    return isinstance(error, OSError | PoolTimeout | asyncpg.InterfaceError)


def sqlstate(error: BaseException | None) -> str | None:
    """The SQLSTATE a database error bears, whoever wrapped it."""
    if error is None:
        return None
    inner = _driver_error(error)
    code = getattr(inner, "sqlstate", None)
    return code if isinstance(code, str) else None


def _driver_error(error: BaseException) -> BaseException:
    # SQLAlchemy wraps its adapter's error, which was raised from the driver's.
    inner: BaseException = error
    if isinstance(error, DBAPIError) and isinstance(error.orig, BaseException):
        inner = error.orig
    return inner.__cause__ if not hasattr(inner, "sqlstate") and inner.__cause__ is not None else inner
