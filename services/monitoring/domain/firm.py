"""A securities firm on board, and the counters that order everything it submits."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar, Literal

from chassis.kernel import Refusal

FirmStatus = Literal["onboarding", "active", "suspended"]
# What counts, and what a firm tries out (T1).
FirmEnvironment = Literal["PROD", "TEST"]


def submissions_topic(firm_id: str, environment: FirmEnvironment) -> str:
    """The registered name of the topic that the firm writes."""
    return f"{_before(environment)}submissions.{firm_id}"


def receipts_topic(firm_id: str, environment: FirmEnvironment) -> str:
    """The registered name of the topic that the firm reads."""
    return f"{_before(environment)}receipts.{firm_id}"


def _before(environment: FirmEnvironment) -> str:
    return "test." if environment == "TEST" else ""


class FirmExists(Refusal):
    """A firm of this id is on board already."""

    slug: ClassVar[str] = "firm-exists"
    title_zh: ClassVar[str] = "该证券公司已接入"
    title_en: ClassVar[str] = "The firm is on board already"


class EnvironmentNotServed(Refusal):
    """This platform has no place for what firms try out."""

    slug: ClassVar[str] = "environment-not-served"
    title_zh: ClassVar[str] = "本平台未开通该环境"
    title_en: ClassVar[str] = "This platform does not serve that environment"


class FirmNotFound(Refusal):
    """No firm of this id is on board."""

    slug: ClassVar[str] = "firm-not-found"
    title_zh: ClassVar[str] = "没有这家证券公司"
    title_en: ClassVar[str] = "There is no such firm"


@dataclass(frozen=True, kw_only=True)
class Firm:
    """What is kept of a firm."""

    firm_id: str
    name: str
    status: FirmStatus
    onboarded_at: datetime
    version: int = 1


@dataclass(slots=True)
class FirmCounters:
    """What the firm's row holds beside its name: the receipt sequence, and where each stream stands.

    Whoever writes a firm's state holds its row, and so these.
    """

    firm_id: str
    receipt_sequence: int = 0
    last_sequences: dict[str, int] = field(default_factory=dict)
    pending_records: int = 0
    open_gaps: int = 0

    def next_receipt(self) -> int:
        """The number of the firm's next receipt frame: 1..n without a gap."""
        self.receipt_sequence += 1
        return self.receipt_sequence
