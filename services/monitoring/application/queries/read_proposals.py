"""What waits for a second person, and what became of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from chassis.cause import Cause
from monitoring.application.onboarding_ports import ReadingOnboarding
from monitoring.domain.firm_credential import FirmCredential
from monitoring.domain.firm_onboarding import FirmProposal
from monitoring.domain.four_eyes import ProposalState

# Some 150 firms come on board once each, with two credentials: nobody turns a page.
PROPOSALS_MAX: Final = 500


@dataclass(frozen=True, kw_only=True)
class ReadProposals:
    """Which proposals: in one state, or all."""

    state: ProposalState | None = None


@dataclass(frozen=True, kw_only=True)
class FirmProposalList:
    """Proposed firms, the newest first."""

    proposals: Sequence[FirmProposal]
    as_of: datetime


@dataclass(frozen=True, kw_only=True)
class CredentialList:
    """Proposed credentials, the newest first."""

    credentials: Sequence[FirmCredential]
    as_of: datetime


class ReadFirmProposalsHandler:
    """Lists proposed firms."""

    def __init__(self, *, reading: ReadingOnboarding) -> None:
        self._reading = reading

    async def __call__(self, question: ReadProposals, cause: Cause) -> FirmProposalList:
        """The newest of them."""
        async with self._reading(cause) as reads:
            found = await reads.firm_proposals(question.state, most=PROPOSALS_MAX)
            return FirmProposalList(proposals=found, as_of=reads.as_of)


class ReadCredentialsHandler:
    """Lists proposed credentials; none of them shows a password."""

    def __init__(self, *, reading: ReadingOnboarding) -> None:
        self._reading = reading

    async def __call__(self, question: ReadProposals, cause: Cause) -> CredentialList:
        """The newest of them."""
        async with self._reading(cause) as reads:
            found = await reads.credentials(question.state, most=PROPOSALS_MAX)
            return CredentialList(credentials=found, as_of=reads.as_of)
