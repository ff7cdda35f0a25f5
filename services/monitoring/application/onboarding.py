"""How firms come on board and get their credentials: the table of contents of what takes two people."""

from collections.abc import Callable
from dataclasses import dataclass

from monitoring.application.commands.decide_credential import ApproveCredentialHandler, DeclineCredentialHandler
from monitoring.application.commands.decide_firm_proposal import ApproveFirmHandler, DeclineFirmHandler
from monitoring.application.commands.issue_credential import IssueCredentialHandler
from monitoring.application.commands.open_firm import OpenFirmHandler
from monitoring.application.commands.propose_credential import ProposeCredentialHandler
from monitoring.application.commands.propose_firm import ProposeFirmHandler
from monitoring.application.onboarding_ports import BeginOnboarding, IssueOnBroker, MakeRoom, ReadingOnboarding
from monitoring.application.queries.read_proposals import ReadCredentialsHandler, ReadFirmProposalsHandler


@dataclass(frozen=True, kw_only=True)
class OnBroker:
    """What onboarding does on the broker."""

    make_room: MakeRoom
    issue: IssueOnBroker


@dataclass(frozen=True, kw_only=True)
class Onboarding:
    """Every use case of onboarding."""

    propose_firm: ProposeFirmHandler
    approve_firm: ApproveFirmHandler
    decline_firm: DeclineFirmHandler
    open_firm: OpenFirmHandler
    propose_credential: ProposeCredentialHandler
    approve_credential: ApproveCredentialHandler
    decline_credential: DeclineCredentialHandler
    issue_credential: IssueCredentialHandler
    read_firm_proposals: ReadFirmProposalsHandler
    read_credentials: ReadCredentialsHandler

    @classmethod
    def over(
        cls, *, begin: BeginOnboarding, reading: ReadingOnboarding, broker: OnBroker, new_seed: Callable[[], bytes]
    ) -> "Onboarding":
        """All of them on the same ports; `new_seed` makes 32 random bytes."""
        return cls(
            propose_firm=ProposeFirmHandler(begin=begin),
            approve_firm=ApproveFirmHandler(begin=begin),
            decline_firm=DeclineFirmHandler(begin=begin),
            open_firm=OpenFirmHandler(begin=begin, reading=reading, make_room=broker.make_room),
            propose_credential=ProposeCredentialHandler(begin=begin),
            approve_credential=ApproveCredentialHandler(begin=begin, new_seed=new_seed),
            decline_credential=DeclineCredentialHandler(begin=begin),
            issue_credential=IssueCredentialHandler(begin=begin, reading=reading, issue=broker.issue),
            read_firm_proposals=ReadFirmProposalsHandler(reading=reading),
            read_credentials=ReadCredentialsHandler(reading=reading),
        )
