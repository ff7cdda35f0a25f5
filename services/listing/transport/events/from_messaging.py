"""What two sides agreed in private, as far as it concerns the board: that they did (P17.1)."""

from chassis.cause import Cause
from chassis.subscriptions import Subscriptions
from events.messaging import v1
from listing.application.commands.open_registration import OpenRegistration
from listing.application.use_cases import UseCases
from listing.domain.registration_case import Agreement, Side


def conversations(use_cases: UseCases) -> Subscriptions:
    """`messaging.conversation.v1`: ids only; the terms are read where they were written."""
    hears = Subscriptions(service="listing", topic="messaging.conversation.v1")

    @hears.on(v1.TermsAccepted)
    async def open_registration(event: v1.TermsAccepted, cause: Cause) -> None:
        command = OpenRegistration(
            agreement=Agreement(
                conversation_id=event.conversation_id, term_sheet_id=event.term_sheet_id, round=event.round
            ),
            pledgor=Side(participant_id=event.pledgor_participant_id, listing_id=event.pledgor_listing_id),
            pledgee=Side(participant_id=event.pledgee_participant_id, listing_id=event.pledgee_listing_id),
        )
        await use_cases.registration.open(command, cause)

    return hears
