"""What the board does with its listings."""

from chassis.cause import Cause, LoginStanding
from chassis.subscriptions import Subscriptions
from events.listing import v1
from review.application.commands.close_cases import CloseCases
from review.application.commands.note_party import NoteParty
from review.application.commands.note_published import NotePublished
from review.application.commands.note_standing import NoteStanding
from review.application.commands.note_state import NoteState
from review.application.commands.open_case import OpenCase
from review.application.commands.recheck_case import RecheckCase
from review.application.use_cases import UseCases
from review.domain.listing_content import CollateralLine, ListingContent, PledgeeTerms, PledgorTerms


def subscriptions(use_cases: UseCases) -> Subscriptions:
    """`listing.listing.v1`: each event is one use case, and one transaction."""
    hears = Subscriptions(service="review", topic="listing.listing.v1")
    _of_versions(hears, use_cases)
    _of_listings(hears, use_cases)
    return hears


def participants(use_cases: UseCases) -> Subscriptions:
    """`listing.participant.v1`: who there is, and which accounts tie an operator's person to a matter."""
    hears = Subscriptions(service="review", topic="listing.participant.v1")

    @hears.on(v1.ParticipantRegistered)
    async def note_participant(event: v1.ParticipantRegistered, cause: Cause) -> None:
        noted = NoteParty(participant_id=event.participant_id, account_refs=event.account_refs)
        await use_cases.ladder.note_party(noted, cause)

    @hears.on(v1.UserJoined)
    async def note_user(event: v1.UserJoined, cause: Cause) -> None:
        noted = NoteParty(participant_id=event.participant_id, user_id=event.user_id)
        await use_cases.ladder.note_party(noted, cause)

    @hears.on(v1.StandingChanged)
    async def note_standing(event: v1.StandingChanged, cause: Cause) -> None:
        logins = [
            LoginStanding(user_id=one.user_id, function=one.function, status=one.status, ended=one.ended)
            for one in event.logins
        ]
        noted = NoteStanding(
            participant_id=event.participant_id, no_access=event.no_access, status=event.status, logins=logins
        )
        await use_cases.access.note_standing(noted, cause)

    return hears


def _of_versions(hears: Subscriptions, use_cases: UseCases) -> None:
    @hears.on(v1.ListingSubmitted)
    async def open_case(event: v1.ListingSubmitted, cause: Cause) -> None:
        command = OpenCase(
            listing_id=event.listing_id,
            version=event.version,
            participant_id=event.participant_id,
            submitted_at=event.submitted_at,
            content=content_of(event),
        )
        await use_cases.open_case(command, cause)

    @hears.on(v1.ListingRecheckAsked)
    async def recheck(event: v1.ListingRecheckAsked, cause: Cause) -> None:
        await use_cases.recheck_case(RecheckCase(listing_id=event.listing_id, version=event.version), cause)

    @hears.on(v1.ListingWithdrawn)
    async def close(event: v1.ListingWithdrawn, cause: Cause) -> None:
        await use_cases.close_cases(CloseCases(listing_id=event.listing_id, ended=False), cause)

    @hears.on(v1.ListingPublished)
    async def note_published(event: v1.ListingPublished, cause: Cause) -> None:
        await use_cases.note_published(_published(event), cause)

    @hears.on(v1.ListingVersionPublished)
    async def note_version_published(event: v1.ListingVersionPublished, cause: Cause) -> None:
        await use_cases.note_published(_published(event), cause)


def _of_listings(hears: Subscriptions, use_cases: UseCases) -> None:
    @hears.on(v1.ListingStatusChanged)
    async def note_state(event: v1.ListingStatusChanged, cause: Cause) -> None:
        await use_cases.note_state(NoteState(listing_id=event.listing_id, state=event.target), cause)

    @hears.on(v1.ListingExpired)
    async def note_expired(event: v1.ListingExpired, cause: Cause) -> None:
        await use_cases.close_cases(CloseCases(listing_id=event.listing_id, ended=True), cause)

    @hears.on(v1.ListingDeleted)
    async def note_deleted(event: v1.ListingDeleted, cause: Cause) -> None:
        await use_cases.close_cases(CloseCases(listing_id=event.listing_id, ended=True), cause)


def content_of(event: v1.ListingSubmitted) -> ListingContent:
    """The submitted content in review's words."""
    return ListingContent(
        area=event.area,
        content_hash=event.content_hash,
        lines=tuple(_line(one) for one in event.lines),
        pledgor=_pledgor(event.pledgor) if event.pledgor else None,
        pledgee=_pledgee(event.pledgee) if event.pledgee else None,
        institution_category=event.institution_category,
    )


def _published(event: v1.ListingPublished | v1.ListingVersionPublished) -> NotePublished:
    return NotePublished(listing_id=event.listing_id, version=event.version, published_at=event.published_at)


def _line(line: v1.CollateralLine) -> CollateralLine:
    return CollateralLine(
        line_no=line.line_no,
        account_ref=line.account_ref,
        market=line.market,
        security=line.security,
        share_class=line.share_class,
        release_date=line.release_date,
        quantity=line.quantity,
    )


def _pledgor(terms: v1.PledgorTerms) -> PledgorTerms:
    return PledgorTerms(
        financing_wanted=terms.financing_wanted,
        lowest_pledge_rate=terms.lowest_pledge_rate,
        highest_annual_rate=terms.highest_annual_rate,
        months=terms.months,
        warning_line=terms.warning_line,
        liquidation_line=terms.liquidation_line,
        valid_until=terms.valid_until,
    )


def _pledgee(terms: v1.PledgeeTerms) -> PledgeeTerms:
    return PledgeeTerms(
        funds_from=terms.funds_from,
        funds_to=terms.funds_to,
        source=terms.source,
        months_from=terms.months_from,
        months_to=terms.months_to,
        annual_rate_from=terms.annual_rate_from,
        annual_rate_to=terms.annual_rate_to,
        highest_pledge_rates=terms.highest_pledge_rates,
        warning_line=terms.warning_line,
        liquidation_line=terms.liquidation_line,
        valid_until=terms.valid_until,
    )
