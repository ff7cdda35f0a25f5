"""What a registration of the depository does to listings and cases (P12.3)."""

from uuid import UUID

from listing.application.keeping import keep
from listing.application.ports import Work
from listing.domain.registration import Question, Registration, RegistrationAsked, find_meant
from listing.domain.registration_case import RegistrationCase


async def apply_registration(work: Work, registration: Registration) -> None:
    """Moves the listing it means, asks where that is not certain; one that bears a case's number means that case.

    A release reopens nothing: only the case says so.
    """
    case = await work.registration_cases.by_number(registration.number)
    if registration.released_on is not None:
        if case is not None and case.release(registration.released_on, at=work.now):
            await keep_case(work, case)
        return
    if case is not None:
        await register_case(work, case, registration)
        return
    if not await work.registrations.is_settled(registration.number):
        await _move_or_ask(work, registration)


async def register_case(work: Work, case: RegistrationCase, registration: Registration) -> None:
    """The number a case recorded is registered: both of its listings are pledged, whatever they cover."""
    if not case.register(registration.registered_on, at=work.now):
        return
    await keep_case(work, case)
    for side in (case.pledgor, case.pledgee):
        await pledge(work, side.listing_id, registration.number)


async def pledge(work: Work, listing_id: UUID, number: str) -> None:
    """Moves a live listing to pledged; one that is pledged or has ended stays as it is."""
    listing = await work.listings.take(listing_id)
    if listing is None or not listing.live:
        return
    listing.move("pledged", at=work.now)
    await keep(work, listing)
    await work.registrations.settle(number, listing_id=listing.id, participant_id=listing.participant_id)


async def keep_case(work: Work, case: RegistrationCase) -> None:
    """Saves a case with its facts."""
    await work.registration_cases.save(case)
    work.record(*case.facts)
    case.facts.clear()


async def _move_or_ask(work: Work, registration: Registration) -> None:
    candidates = []
    for listing_id in await work.registrations.candidates(registration.quantities.keys()):
        listing = await work.listings.get(listing_id)
        if listing is not None:
            candidates.append(listing)
    findings = find_meant(registration, candidates)
    if findings.moved is not None:
        await pledge(work, findings.moved.id, registration.number)
    for listing, coverage in findings.asked:
        question = Question(
            listing_id=listing.id,
            participant_id=listing.participant_id,
            number=registration.number,
            registered_on=registration.registered_on,
            coverage=coverage,
            asked_at=work.now,
        )
        if await work.questions.ask(question):
            work.record(RegistrationAsked(listing_id=listing.id, at=work.now))
