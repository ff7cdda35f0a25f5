"""What the identity provider says about participants (P7.1)."""

from chassis.cause import Cause
from chassis.subscriptions import Subscriptions
from events.identity import v1
from listing.application.commands.change_basic_information import ChangeBasicInformation
from listing.application.use_cases import UseCases
from listing.domain.participant import BasicInformation


def subscriptions(use_cases: UseCases) -> Subscriptions:
    """`identity.participant.v1`; it carries personal data, which stay in this schema."""
    hears = Subscriptions(service="listing", topic="identity.participant.v1")

    @hears.on(v1.ParticipantChanged)
    async def change(event: v1.ParticipantChanged, cause: Cause) -> None:
        basic = BasicInformation(
            name=event.name,
            document_type=event.document_type,
            document_number_masked=event.document_number_masked,
            registered_contact=event.registered_contact,
        )
        command = ChangeBasicInformation(
            participant_id=event.participant_id,
            basic=basic,
            unified_accounts=tuple(event.unified_accounts),
            changed_at=event.changed_at,
        )
        await use_cases.change_basic_information(command, cause)

    return hears
