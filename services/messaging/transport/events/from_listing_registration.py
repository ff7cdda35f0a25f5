"""How far a registration is (P17): both sides are told, and an owner who is asked about one (P12.3)."""

from chassis.cause import Cause
from chassis.subscriptions import Subscriptions
from events.listing import v1
from messaging.application.commands.tell_participant import TellParticipant
from messaging.application.use_cases import UseCases
from messaging.domain.notification import Kind


def registrations(use_cases: UseCases) -> Subscriptions:
    """`listing.registration.v1`: each is told to both."""
    hears = Subscriptions(service="messaging", topic="listing.registration.v1")

    async def tell(event: v1.RegistrationEvent, kind: Kind, cause: Cause) -> None:
        both = (event.pledgor_participant_id, event.pledgee_participant_id)
        await use_cases.tell_participant(TellParticipant(participant_ids=both, kind=kind), cause)

    @hears.on(v1.RegistrationOpened)
    async def tell_opened(event: v1.RegistrationOpened, cause: Cause) -> None:
        await tell(event, "registration-opened", cause)

    @hears.on(v1.RegistrationNumberRecorded)
    async def tell_number(event: v1.RegistrationNumberRecorded, cause: Cause) -> None:
        await tell(event, "registration-number-recorded", cause)

    @hears.on(v1.RegistrationRegistered)
    async def tell_registered(event: v1.RegistrationRegistered, cause: Cause) -> None:
        await tell(event, "registration-registered", cause)

    @hears.on(v1.RegistrationReleased)
    async def tell_released(event: v1.RegistrationReleased, cause: Cause) -> None:
        await tell(event, "registration-released", cause)

    @hears.on(v1.RegistrationAbandoned)
    async def tell_abandoned(event: v1.RegistrationAbandoned, cause: Cause) -> None:
        await tell(event, "registration-abandoned", cause)

    return hears
