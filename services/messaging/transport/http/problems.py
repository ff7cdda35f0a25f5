"""What messaging refuses, and with which status."""

from collections.abc import Mapping

from chassis.idempotency import IdempotencyKeyReused
from chassis.kernel import Refusal
from messaging.domain.administrator import AdministratorConversationNotFound
from messaging.domain.conversation import (
    ConversationNotFound,
    ConversationReadOnly,
    ListingNotOpenToTalk,
    MessageNotFound,
    NoListingInForce,
    OwnListing,
    ParticipantBlocked,
    SameArea,
)
from messaging.domain.limits import TooMany
from messaging.domain.notification import NotificationNotFound
from messaging.domain.report import ReportInvalid, ReportNotFound
from messaging.domain.terms import NoTerms, TermsChangedMeanwhile, TermsInvalid, TermsSettled
from messaging.domain.text import TextInvalid

STATUS: Mapping[type[Refusal], int] = {
    NoListingInForce: 403,
    ParticipantBlocked: 403,
    AdministratorConversationNotFound: 404,
    ConversationNotFound: 404,
    ListingNotOpenToTalk: 404,
    MessageNotFound: 404,
    NoTerms: 404,
    NotificationNotFound: 404,
    ReportNotFound: 404,
    ConversationReadOnly: 409,
    IdempotencyKeyReused: 409,
    OwnListing: 409,
    SameArea: 409,
    TermsChangedMeanwhile: 409,
    TermsSettled: 409,
    ReportInvalid: 422,
    TermsInvalid: 422,
    TextInvalid: 422,
    TooMany: 429,
}
