"""The status of each refusal of the monitor; a test holds the table complete."""

from collections.abc import Mapping

from chassis.kafka_access import FirmIdInvalid
from chassis.kernel import Refusal
from monitoring.application.queries.read_submissions import SubmissionNotFound
from monitoring.domain.firm import EnvironmentNotServed, FirmExists, FirmNotFound
from monitoring.domain.firm_credential import (
    CredentialAlreadyProposed,
    CredentialBeingIssued,
    CredentialLapsed,
    FirmNotActive,
)
from monitoring.domain.firm_onboarding import FirmAlreadyProposed
from monitoring.domain.four_eyes import OwnProposal, ProposalDecided, ProposalNotFound
from monitoring.transport.http.problems_of_valuation import STATUS as VALUATION

STATUS: Mapping[type[Refusal], int] = {
    FirmIdInvalid: 422,
    FirmNotFound: 404,
    FirmExists: 409,
    EnvironmentNotServed: 404,
    FirmNotActive: 409,
    FirmAlreadyProposed: 409,
    CredentialAlreadyProposed: 409,
    CredentialBeingIssued: 409,
    CredentialLapsed: 409,
    ProposalNotFound: 404,
    ProposalDecided: 409,
    OwnProposal: 403,
    SubmissionNotFound: 404,
    **VALUATION,
}
