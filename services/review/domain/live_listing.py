"""A published listing and its daily check (P11.3): passed, failed with a shortfall, or not verified at all."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from chassis.kernel import Fact
from review.domain.decision import Decision
from review.domain.listing_content import ListingContent
from review.domain.verification import RuleResult

ListingState = Literal["open", "negotiating", "pledged", "expired"]
CheckResult = Literal["passed", "failed"]


@dataclass(frozen=True, kw_only=True)
class Reverified(Fact):
    """A live listing passed the check of a day."""

    case_id: UUID
    listing_id: UUID
    version: int
    snapshot_date: date
    snapshot_revision: int
    at: datetime


@dataclass(frozen=True, kw_only=True)
class ReverificationFailed(Fact):
    """A live listing failed the check of a day; the results name the shortfall."""

    case_id: UUID
    listing_id: UUID
    version: int
    snapshot_date: date
    snapshot_revision: int
    results: tuple[RuleResult, ...]
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Checked:
    """The last check: of which end of day, in which revision, with which result."""

    snapshot_date: date
    revision: int
    result: CheckResult
    decision_id: UUID


@dataclass(frozen=True, kw_only=True)
class Shortfall:
    """A failed check that stands against a listing until one passes: what its owner must correct (P4.1)."""

    since: datetime
    snapshot_date: date
    snapshot_revision: int
    results: tuple[RuleResult, ...]


@dataclass(kw_only=True)
class LiveListing:
    """The published version of one listing. `published_at` gives its place in the queue for units (P10.3)."""

    listing_id: UUID
    case_id: UUID
    version: int
    participant_id: str
    content: ListingContent
    published_at: datetime
    state: ListingState = "open"
    checked: Checked | None = None
    shortfall: Shortfall | None = None
    facts: list[Fact] = field(default_factory=list)

    @property
    def is_live(self) -> bool:
        """Published, `open` or `negotiating`: what is checked every day."""
        return self.state in ("open", "negotiating")

    def is_behind(self, snapshot_date: date, revision: int) -> bool:
        """Whether the check of this end of day and revision has still to be made: an older one decides nothing."""
        if self.checked is None:
            return True
        return (self.checked.snapshot_date, self.checked.revision) < (snapshot_date, revision)

    def reverify(self, decision: Decision) -> None:
        """Takes the result of a day's check: a failure opens or renews the shortfall, a pass closes it.

        Raises:
            ValueError: the decision stands on no holdings.
        """
        used = decision.holding_snapshot
        if used is None:
            raise ValueError("a daily check stands on a day's holdings")
        failed = decision.outcome == "returned"
        self.checked = Checked(
            snapshot_date=used.business_date,
            revision=used.revision,
            result="failed" if failed else "passed",
            decision_id=decision.decision_id,
        )
        if failed:
            self._fail(decision, used.business_date, used.revision)
        else:
            self._pass(decision, used.business_date, used.revision)

    def _pass(self, decision: Decision, snapshot_date: date, revision: int) -> None:
        self.shortfall = None
        self.facts.append(
            Reverified(
                case_id=self.case_id,
                listing_id=self.listing_id,
                version=self.version,
                snapshot_date=snapshot_date,
                snapshot_revision=revision,
                at=decision.decided_at,
            )
        )

    def _fail(self, decision: Decision, snapshot_date: date, revision: int) -> None:
        results = decision.verification.reasons
        since = self.shortfall.since if self.shortfall else decision.decided_at
        self.shortfall = Shortfall(
            since=since, snapshot_date=snapshot_date, snapshot_revision=revision, results=results
        )
        self.facts.append(
            ReverificationFailed(
                case_id=self.case_id,
                listing_id=self.listing_id,
                version=self.version,
                snapshot_date=snapshot_date,
                snapshot_revision=revision,
                results=results,
                at=decision.decided_at,
            )
        )
