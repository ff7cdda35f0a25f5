"""The owner says whether a registration is the listing's (P12.3)."""

from dataclasses import dataclass, replace
from uuid import UUID

from chassis.cause import Cause
from listing.application.keeping import keep
from listing.application.owning import own_listing
from listing.application.ports import Begin
from listing.application.standing import Standing, standing_of
from listing.domain.registration import NothingAsked


@dataclass(frozen=True, kw_only=True)
class AnswerRegistration:
    """Which question, and whether it is."""

    listing_id: UUID
    number: str
    is_it: bool


class AnswerRegistrationHandler:
    """Yes moves the listing to pledged; no leaves it, and it is not asked again."""

    def __init__(self, *, begin: Begin) -> None:
        self._begin = begin

    async def __call__(self, command: AnswerRegistration, cause: Cause) -> Standing:
        """Answers it."""
        async with self._begin(cause) as work:
            listing = await own_listing(work, cause, command.listing_id)
            asked = [one for one in await work.questions.of(listing.id) if one.number == command.number]
            if not asked or asked[0].answer is not None:
                raise NothingAsked(number=command.number)
            answer = replace(
                asked[0],
                answer="yes" if command.is_it else "no",
                answered_by=cause.subject.user_id,
                answered_at=work.now,
            )
            await work.questions.save(answer)
            if not command.is_it:
                return work.answer(standing_of(listing))
            listing.move("pledged", at=work.now)
            await work.registrations.settle(
                command.number, listing_id=listing.id, participant_id=listing.participant_id
            )
            return work.answer(await keep(work, listing))
