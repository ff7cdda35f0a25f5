"""What the matrix gives to two people: one proposes, another decides, once."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar, Literal, Self
from uuid import UUID

from chassis.kernel import Refusal

ProposalState = Literal["open", "approved", "declined"]


class ProposalNotFound(Refusal):
    """There is no proposal of that id."""

    slug: ClassVar[str] = "proposal-not-found"
    title_zh: ClassVar[str] = "没有这份申请"
    title_en: ClassVar[str] = "There is no such proposal"


class ProposalDecided(Refusal):
    """Somebody has decided already; a new proposal is the way on."""

    slug: ClassVar[str] = "proposal-decided"
    title_zh: ClassVar[str] = "该申请已有决定，如需变更请另行提出"
    title_en: ClassVar[str] = "The proposal is decided already: propose anew to change it"


class OwnProposal(Refusal):
    """Who proposes never decides."""

    slug: ClassVar[str] = "own-proposal"
    title_zh: ClassVar[str] = "不得审批本人提出的申请，请由另一人审批"
    title_en: ClassVar[str] = "Your own proposal is decided by somebody else"


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """Who asked when, and what another person decided."""

    id: UUID
    proposed_by: str
    proposed_at: datetime
    state: ProposalState = "open"
    decided_by: str | None = None
    decided_at: datetime | None = None
    reason: str | None = None

    def approved(self, *, by: str, at: datetime) -> Self:
        """The proposal, approved.

        Raises:
            ProposalDecided: somebody was first.
            OwnProposal: `by` proposed it.
        """
        self._may_be_decided(by)
        return replace(self, state="approved", decided_by=by, decided_at=at)

    def declined(self, *, by: str, at: datetime, reason: str) -> Self:
        """The proposal, declined with a reason.

        Raises:
            ProposalDecided: somebody was first.
            OwnProposal: `by` proposed it.
        """
        self._may_be_decided(by)
        return replace(self, state="declined", decided_by=by, decided_at=at, reason=reason)

    def _may_be_decided(self, by: str) -> None:
        if self.state != "open":
            raise ProposalDecided(state=self.state)
        if by == self.proposed_by:
            raise OwnProposal
