"""What taking firms on board needs of the outside: proposals that wait for a second person, and the broker."""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, TypeVar
from uuid import UUID

from chassis.cause import Cause
from monitoring.application.intake_ports import Firms
from monitoring.domain.firm import Firm, FirmEnvironment
from monitoring.domain.firm_credential import FirmCredential
from monitoring.domain.firm_onboarding import FirmProposal
from monitoring.domain.four_eyes import ProposalState

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Credentials:
    """What a firm needs to reach its topics; the password is stored nowhere. `authority` is the broker's, in PEM."""

    bootstrap: str
    authority: str | None
    mechanism: str
    username: str
    password: str = field(repr=False)
    submissions_topic: str
    receipts_topic: str
    group_prefix: str


class FirmProposals(Protocol):
    """Firms that somebody wants on board."""

    async def add(self, proposal: FirmProposal) -> None:
        """Keeps a new one.

        Raises:
            FirmAlreadyProposed: one for the same firm is open.
        """

    async def lock(self, proposal_id: UUID) -> FirmProposal:
        """One of them, held until the transaction ends.

        Raises:
            ProposalNotFound: there is none of that id.
        """

    async def save(self, proposal: FirmProposal) -> None:
        """Keeps the decision."""


class FirmCredentials(Protocol):
    """Firms' credentials, from proposal to issue; no password is among them."""

    async def add(self, credential: FirmCredential) -> None:
        """Keeps a new one.

        Raises:
            CredentialAlreadyProposed: one for the same firm and environment is open.
        """

    async def lock(self, credential_id: UUID) -> FirmCredential:
        """One of them, held until the transaction ends.

        Raises:
            ProposalNotFound: there is none of that id.
        """

    async def unissued(self, firm_id: str, environment: FirmEnvironment) -> list[FirmCredential]:
        """Those that were approved and neither issued nor overtaken; held until the transaction ends."""

    async def save(self, credential: FirmCredential) -> None:
        """Keeps the decision and what followed."""


class OnboardingWork(Protocol):
    """One transaction of onboarding."""

    firms: Firms
    proposals: FirmProposals
    credentials: FirmCredentials

    @property
    def now(self) -> datetime:
        """The moment the transaction began, by the business clock."""

    @property
    def said_at(self) -> datetime:
        """The same by the real clock, which credentials follow."""

    async def scope(
        self, *, participant_id: str | None = None, firm_id: str | None = None, everything: bool = False
    ) -> None:
        """Whose rows this transaction sees and writes."""

    def schedule(self, *, kind: str, key: str, due_at: datetime) -> None:
        """Clocked work."""

    def unschedule(self, *, kind: str, key: str) -> None:
        """Takes clocked work back."""

    def note(self, **details: object) -> None:
        """Details for the audit row."""

    def answer(self, result: T) -> T:
        """Remembers the command's answer."""


class OnboardingReads(Protocol):
    """Questions about firms and proposals, in one snapshot."""

    @property
    def as_of(self) -> datetime:
        """The moment it speaks of."""

    async def firm(self, firm_id: str) -> Firm:
        """A firm.

        Raises:
            FirmNotFound: no such firm is on board.
        """

    async def credential(self, credential_id: UUID) -> FirmCredential:
        """One credential.

        Raises:
            ProposalNotFound: there is none of that id.
        """

    async def firm_proposals(self, state: ProposalState | None, *, most: int) -> Sequence[FirmProposal]:
        """Firms that were proposed, the newest first."""

    async def credentials(self, state: ProposalState | None, *, most: int) -> Sequence[FirmCredential]:
        """Credentials that were proposed, the newest first."""


BeginOnboarding = Callable[[Cause], AbstractAsyncContextManager[OnboardingWork]]
ReadingOnboarding = Callable[[Cause], AbstractAsyncContextManager[OnboardingReads]]
# Each may be called again: the broker is never waited for inside a transaction, so a process may end in between.
MakeRoom = Callable[[Firm], Awaitable[None]]
IssueOnBroker = Callable[[FirmCredential], Awaitable[Credentials]]
