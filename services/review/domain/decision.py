"""What a check decided, with all it stood on: kept so that it can be shown, and repeated (P11.7)."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal
from uuid import UUID

from review.domain.board_rules import BoardRules, Occasion
from review.domain.verification import Outcome, Verification, verify
from review.domain.verification_facts import RateCap, SnapshotRef, VerificationFacts

DecidedBy = Literal["rules", "reviewer"]


@dataclass(frozen=True, kw_only=True)
class Decision:
    """One check of one version.

    Snapshots and rule versions (in the results) say where its figures come from; `ahead` (by line number) and
    `rate_cap` are the two inputs that no snapshot holds.
    """

    decision_id: UUID
    listing_id: UUID
    version: int
    participant_id: str
    occasion: Occasion
    day: date
    decided_at: datetime
    verification: Verification
    snapshots: tuple[SnapshotRef, ...]
    ahead: dict[int, Decimal]
    rate_cap: RateCap | None

    @property
    def outcome(self) -> Outcome:
        """What the rules said."""
        return self.verification.outcome

    @property
    def holding_snapshot(self) -> SnapshotRef | None:
        """The end of day the quantities come from."""
        return next((one for one in self.snapshots if one.kind == "holding"), None)


def decide(  # noqa: PLR0913  # what identifies a decision
    rules: BoardRules,
    facts: VerificationFacts,
    *,
    decision_id: UUID,
    listing_id: UUID,
    version: int,
    participant_id: str,
    at: datetime,
    occasion: Occasion,
) -> Decision:
    """Runs the rules over the facts and keeps what they stood on."""
    return Decision(
        decision_id=decision_id,
        listing_id=listing_id,
        version=version,
        participant_id=participant_id,
        occasion=occasion,
        day=facts.day,
        decided_at=at,
        verification=verify(rules, facts, occasion=occasion),
        snapshots=facts.snapshots,
        ahead={one.line.line_no: one.ahead for one in facts.lines if one.ahead},
        rate_cap=facts.rate_cap,
    )
