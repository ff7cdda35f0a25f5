"""Why something happens: who asks, by which operation, and through which door.

One cause is one transaction: a unit of work settles it (idempotency row, inbox row and fence) and it cannot be used
a second time.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal
from uuid import UUID

LoginFunction = Literal["person", "operator", "viewer", "administrator"]
Status = Literal["active", "suspended", "terminated"]


@dataclass(frozen=True, kw_only=True)
class Subject:
    """Who asks, as the identity provider's claims say. `roles` are codes of the authorization matrix (PL, RV, RA ...).

    `accounts` are unified account numbers: they stay with the subject and enter no event, log or key. `status`,
    `no_access` (why the board is closed to it) and `unaccepted` (kinds of legal texts in effect that this login has
    not accepted) are the platform's own words: they change without a new sign-in (`chassis.standing`).
    """

    user_id: str
    roles: frozenset[str]
    participant_id: str | None = None
    function: LoginFunction = "person"
    firm_id: str | None = None
    accounts: tuple[str, ...] = ()
    name: str | None = None
    authenticated_at: datetime | None = None
    second_factor_at: datetime | None = None
    status: Status = "active"
    no_access: str | None = None
    unaccepted: frozenset[str] = frozenset()
    # When the proof of all this ends: who is the same does not depend on it.
    expires_at: datetime | None = field(default=None, compare=False)


@dataclass(frozen=True, kw_only=True)
class LoginStanding:
    """What the board has said of one login: its assigned function (None: the token's word), its status, its end."""

    user_id: str
    function: LoginFunction | None
    status: Status
    ended: bool


SYSTEM = Subject(user_id="system", roles=frozenset({"SYSTEM"}))
ANONYMOUS = Subject(user_id="anonymous", roles=frozenset({"AN"}))


@dataclass(frozen=True, kw_only=True)
class Idempotency:
    """A client's promise that the same key means the same request."""

    key: str
    request_hash: str


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """One record as it was delivered. `start` is the end of what was applied before it, `end` the offset after it.

    Offsets between `start` and the record's own that were never delivered (control and aborted records) count as
    empty, so `start` may be lower than the record's own offset. `parked_id` is set when a parked record is drained:
    its offset was moved past long ago, and the key's lock takes the place of the fence.
    """

    consumer: str
    topic: str
    partition: int
    offset: int
    start: int
    end: int
    key: str
    event_id: str
    sequence: int
    parked_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class SliceDelivery:
    """Consecutive offsets [start, end) of one partition of a raw topic, applied together behind one fence."""

    consumer: str
    topic: str
    topic_id: str
    partition: int
    start: int
    end: int


@dataclass(frozen=True, kw_only=True)
class Due:
    """One row of clocked work that has come due."""

    id: UUID
    kind: str
    key: str
    due_at: datetime


class Ticket:
    """The stub a unit of work tears off: a cause is good for one transaction.

    `settled` says that this transaction was committed, so that a consumer knows whether a handler left it anything
    to settle. `traced` says that the audit row of a read that must leave one was written.
    """

    def __init__(self) -> None:
        self.used = False
        self.settled = False
        self.traced = False


@dataclass(frozen=True, kw_only=True)
class Cause:
    """What a transport hands to a use case beside the command. At most one of the doors is set.

    `traced`: the matrix wants a trace of this read; the reading session writes it with the read.
    """

    subject: Subject
    operation: str
    idempotency: Idempotency | None = None
    delivery: Delivery | None = None
    slice: SliceDelivery | None = None
    due: Due | None = None
    expected_version: int | None = None
    traced: bool = False
    trace: Mapping[str, str] = field(default_factory=dict)
    ticket: Ticket = field(default_factory=Ticket, compare=False, repr=False)

    def again(self) -> "Cause":
        """A cause for a further transaction of the same request: the same person and trace, no door."""
        return Cause(subject=self.subject, operation=self.operation, trace=self.trace)
