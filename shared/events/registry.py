"""The registry of topics: the one place that says which topics exist, who writes and who hears them.

Topic creation, access lists, `docs/events.md` and the architecture tests are all made from it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from events import identity, listing, messaging, monitoring, reference, review  # noqa: F401  # packages of the classes
from events.base import Event, event_classes
from events.identity import v1 as identity_v1  # noqa: F401  # importing registers the classes
from events.listing import v1 as listing_v1  # noqa: F401
from events.messaging import v1 as messaging_v1  # noqa: F401
from events.monitoring import v1 as monitoring_v1  # noqa: F401
from events.reference import v1 as reference_v1
from events.review import v1 as review_v1  # noqa: F401

Service = Literal["listing", "review", "messaging", "monitoring", "gateway", "identity", "auditor"]
# The services that run and sign in to the broker, whether or not they speak or hear there yet.
SERVICES: tuple[Service, ...] = ("listing", "review", "messaging", "monitoring", "gateway")
FOREVER = -1
_DAY_MS = 24 * 3600 * 1000
_MIB = 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class Topic:
    """One topic as the broker is told to keep it, and as the services may use it.

    `name` holds `{firm}` where each firm has one of its own. Sizes in bytes, retention in milliseconds (-1: for ever).
    No topic is compacted: a new projection starts from the first record.
    """

    name: str
    key: str
    producer: Service | Literal["firm"]
    heard_by: tuple[Service | Literal["firm"], ...]
    partitions: int
    retention_ms: int = FOREVER
    record_bytes_max: int = 1 * _MIB
    append_time: bool = False
    personal_data: bool = False

    @property
    def per_firm(self) -> bool:
        """Whether each firm has one of its own."""
        return "{firm}" in self.name

    def events(self) -> list[type[Event]]:
        """The classes said on this topic."""
        pattern = "reference.{kind}.v1" if self.name.startswith("reference.") else self.name
        return [one for one in event_classes() if one.topic == pattern]

    def config(self) -> dict[str, str]:
        """The broker's settings of the topic."""
        return {
            "cleanup.policy": "delete",
            "retention.ms": str(self.retention_ms),
            "max.message.bytes": str(self.record_bytes_max),
            "message.timestamp.type": "LogAppendTime" if self.append_time else "CreateTime",
        }


def _domain(name: str, key: str, producer: Service, *heard_by: Service) -> Topic:
    return Topic(name=name, key=key, producer=producer, heard_by=heard_by, partitions=3)


# Who keeps which kind: an access list follows each name, and a test compares them with the code that listens.
_READERS: dict[str, tuple[Service, ...]] = {
    "calendar": ("review", "monitoring"),
    "security": ("listing", "review", "monitoring"),
    "price": ("listing", "review", "monitoring"),
    "corporate_action": ("review", "monitoring"),
    "holding": ("listing", "review"),
    "registration": ("listing",),
}


def _reference(kind: str) -> Topic:
    return Topic(
        name=f"reference.{kind}.v1",
        key="snapshot_id",
        producer="review",
        heard_by=_READERS[kind],
        partitions=1,
        record_bytes_max=4 * _MIB,
        personal_data=kind in {"holding", "registration"},
    )


def _firms(environment: str = "", *, retention_ms: int) -> tuple[Topic, Topic]:
    submissions = Topic(
        name=f"{environment}submissions.{{firm}}",
        key="any",
        producer="firm",
        heard_by=("monitoring",),
        partitions=1,
        # A Kafka batch of 16 MiB (T2); retention is 30 days beyond archiving (M17.1), which `FOREVER` exceeds.
        record_bytes_max=16 * _MIB,
        retention_ms=retention_ms,
        append_time=True,
        personal_data=True,
    )
    receipts = Topic(
        name=f"{environment}receipts.{{firm}}",
        key="none",
        producer="monitoring",
        heard_by=("firm",),
        partitions=1,
        record_bytes_max=1 * _MIB + 64 * 1024,
        retention_ms=retention_ms,
        personal_data=True,
    )
    return submissions, receipts


TOPICS: tuple[Topic, ...] = (
    _domain("listing.listing.v1", "listing_id", "listing", "review", "messaging", "gateway"),
    _domain("listing.participant.v1", "participant_id", "listing", "review", "messaging"),
    _domain("listing.registration.v1", "case_id", "listing", "messaging", "gateway"),
    _domain("review.case.v1", "listing_id", "review", "listing", "messaging", "gateway"),
    _domain("review.notice.v1", "subject_id", "review", "listing", "messaging", "gateway"),
    _domain("review.access.v1", "participant_id", "review", "listing", "messaging", "gateway"),
    _domain("review.moderation.v1", "case_id", "review", "messaging", "gateway"),
    _domain("messaging.notification.v1", "user_id", "messaging", "gateway"),
    _domain("messaging.conversation.v1", "conversation_id", "messaging", "listing", "review", "gateway"),
    _domain("monitoring.alert.v1", "alert_id", "monitoring", "gateway"),
    Topic(
        name="identity.participant.v1",
        key="participant_id",
        producer="identity",
        heard_by=("listing",),
        partitions=3,
        personal_data=True,
    ),
    *(_reference(kind) for kind in reference_v1.KINDS),
    *_firms(retention_ms=FOREVER),
    # What a firm tries out lies apart, counts nowhere, and is gone after 90 days (M17.1).
    *_firms("test.", retention_ms=90 * _DAY_MS),
)


def topic(name: str) -> Topic:
    """The registered topic of a name (a firm's topic by its pattern's prefix).

    Raises:
        KeyError: no such topic is registered.
    """
    for one in TOPICS:
        if one.name == name or (one.per_firm and name.startswith(one.name.removesuffix("{firm}"))):
            return one
    raise KeyError(name)


def shared_topics() -> Iterator[Topic]:
    """Topics that exist once."""
    return (one for one in TOPICS if not one.per_firm)


def heard_by(service: str) -> list[Topic]:
    """The topics a service may read."""
    return [one for one in TOPICS if service in one.heard_by]


def said_by(service: str) -> list[Topic]:
    """The topics a service may write."""
    return [one for one in TOPICS if one.producer == service]
