"""The status of each refusal of the board; a test holds the table complete."""

from collections.abc import Mapping

from chassis.kernel import Refusal
from chassis.unit_of_work import IdempotencyKeyReused, VersionConflict
from listing.domain.business_information import BusinessInformationInvalid, BusinessInformationMissing
from listing.domain.declaration import DeclarationRefused
from listing.domain.field_rules import FormInvalid
from listing.domain.legal_text import TextNotInEffect
from listing.domain.listing import (
    AreaCannotChange,
    ListingChangedMeanwhile,
    ListingDeletedForGood,
    ListingNotEditable,
    ListingNotFound,
    ListingNotUnderReview,
    ListingUnderReview,
    NothingToSubmit,
)
from listing.domain.participant import AccessMissing
from listing.domain.registration import NothingAsked
from listing.domain.registration_case import (
    ChecklistItemUnknown,
    RegistrationCaseEnded,
    RegistrationCaseNotFound,
    RegistrationNumberInvalid,
    RegistrationNumberTaken,
)
from listing.domain.restriction import OnlyWhatANoticeDemands
from listing.domain.states import MoveNotAllowed
from listing.domain.summary import NoListingInForce
from listing.domain.text_proposal import (
    ProposersOwnText,
    TextProposalDecided,
    TextProposalInvalid,
    TextProposalNotFound,
    TextVersionTaken,
)
from listing.domain.unit_holds import NoHolding, UnitsHeldElsewhere
from listing.domain.user import (
    LastAdministrator,
    NotAnInstitution,
    TooManyUsers,
    UserAlreadyActs,
    UserDisabled,
    UserNotFound,
)
from listing.domain.version import DecisionOutOfDate

STATUS: Mapping[type[Refusal], int] = {
    AccessMissing: 403,
    NoListingInForce: 403,
    ProposersOwnText: 403,
    OnlyWhatANoticeDemands: 403,
    UserDisabled: 403,
    ChecklistItemUnknown: 404,
    ListingNotFound: 404,
    RegistrationCaseNotFound: 404,
    TextProposalNotFound: 404,
    UserNotFound: 404,
    AreaCannotChange: 409,
    BusinessInformationMissing: 409,
    DecisionOutOfDate: 409,
    LastAdministrator: 409,
    ListingNotEditable: 409,
    ListingNotUnderReview: 409,
    ListingUnderReview: 409,
    MoveNotAllowed: 409,
    NoHolding: 409,
    NotAnInstitution: 409,
    NothingAsked: 409,
    NothingToSubmit: 409,
    RegistrationCaseEnded: 409,
    RegistrationNumberTaken: 409,
    TextNotInEffect: 409,
    TextProposalDecided: 409,
    TextVersionTaken: 409,
    TooManyUsers: 409,
    UnitsHeldElsewhere: 409,
    UserAlreadyActs: 409,
    VersionConflict: 409,
    ListingDeletedForGood: 410,
    ListingChangedMeanwhile: 412,
    BusinessInformationInvalid: 422,
    DeclarationRefused: 422,
    FormInvalid: 422,
    TextProposalInvalid: 422,
    RegistrationNumberInvalid: 422,
    IdempotencyKeyReused: 422,
}
