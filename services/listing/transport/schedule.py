"""The board's clocked work."""

from uuid import UUID

from chassis.cause import Cause, Due
from chassis.schedule import Schedule
from listing.application.commands.apply_registrations import APPLYING, ApplyRegistrations
from listing.application.commands.change_business_information import CONFIRMATION
from listing.application.commands.confirm_business_information import AskConfirmation
from listing.application.commands.end_listings import EndListings
from listing.application.commands.expire_due_listing import ExpireDueListing
from listing.application.commands.forget_snapshots import FORGETTING, ForgetSnapshots
from listing.application.commands.match_registration import MatchRegistration
from listing.application.commands.note_step import ENDING
from listing.application.commands.record_number import MATCHING
from listing.application.keeping import EXPIRY
from listing.application.use_cases import UseCases


def schedules(use_cases: UseCases) -> list[Schedule]:
    """Validity ends by itself within a minute, whatever was stopped meanwhile (P12.2); old reference days leave."""

    async def expire(due: Due, cause: Cause) -> None:
        await use_cases.expire_due_listing(ExpireDueListing(listing_id=UUID(due.key)), cause)

    async def forget(due: Due, cause: Cause) -> None:
        await use_cases.forget_snapshots(ForgetSnapshots(kind=due.key), cause)

    async def apply(due: Due, cause: Cause) -> None:
        await use_cases.registration.apply(ApplyRegistrations.of_key(due.key), cause)

    async def match(due: Due, cause: Cause) -> None:
        await use_cases.registration.match(MatchRegistration(case_id=UUID(due.key)), cause)

    async def end(due: Due, cause: Cause) -> None:
        await use_cases.end_listings(EndListings(participant_id=due.key), cause)

    async def ask_confirmation(due: Due, cause: Cause) -> None:
        await use_cases.ask_confirmation(AskConfirmation(participant_id=due.key), cause)

    return [
        Schedule(kind=EXPIRY, run=expire),
        Schedule(kind=FORGETTING, run=forget),
        Schedule(kind=CONFIRMATION, run=ask_confirmation),
        Schedule(kind=ENDING, run=end),
        Schedule(kind=APPLYING, run=apply),
        Schedule(kind=MATCHING, run=match),
    ]
