"""From the board's facts to its public language. No name, account number or contact passes here: references only."""

from collections.abc import Callable, Iterable, Mapping

from chassis.kernel import Fact
from events.base import Event
from events.listing import v1
from finance.units import yuan
from listing.domain.business_information import BusinessInformationChanged, ConfirmationAsked
from listing.domain.content import Form
from listing.domain.legal_text import TermsAccepted
from listing.domain.listing import ListingDeleted, ListingExpired, StateMoved
from listing.domain.participant import ParticipantRegistered
from listing.domain.pledgee_form import PledgeeForm
from listing.domain.pledgor_form import CollateralLine, PledgorForm
from listing.domain.restriction import ListingRestricted, ListingUnrestricted
from listing.domain.user import LoginStanding, StandingChanged, UserJoined, UserLeft
from listing.domain.version import (
    RecheckAsked,
    VersionPublished,
    VersionReturned,
    VersionSubmitted,
    VersionWithdrawn,
)
from listing.outbox.registration import REGISTRATION


class FormIncomplete(ValueError):
    """A version left for review with an empty field: the rules of submission were not asked."""


def translate(fact: Fact) -> Iterable[Event]:
    """The events of one fact.

    Raises:
        KeyError: a fact nobody translates; a test holds the table complete.
    """
    yield TRANSLATIONS[type(fact)](fact)


def _submitted(fact: VersionSubmitted) -> Event:
    form = fact.form
    return v1.ListingSubmitted(
        listing_id=fact.listing_id,
        version=fact.version,
        participant_id=fact.participant_id,
        area=fact.area,
        submitted_at=fact.at,
        content_hash=fact.content_hash,
        lines=_lines(form),
        pledgor=_pledgor(form) if isinstance(form, PledgorForm) else None,
        pledgee=_pledgee(form) if isinstance(form, PledgeeForm) else None,
        institution_category=fact.institution_category,
    )


def _withdrawn(fact: VersionWithdrawn) -> Event:
    return v1.ListingWithdrawn(listing_id=fact.listing_id, version=fact.version, withdrawn_at=fact.at)


def _recheck_asked(fact: RecheckAsked) -> Event:
    return v1.ListingRecheckAsked(listing_id=fact.listing_id, version=fact.version, asked_at=fact.at)


def _returned(fact: VersionReturned) -> Event:
    return v1.ListingReturned(listing_id=fact.listing_id, version=fact.version, returned_at=fact.at)


def _published(fact: VersionPublished) -> Event:
    if not fact.first:
        return v1.ListingVersionPublished(
            listing_id=fact.listing_id, version=fact.version, published_at=fact.at, valid_until=fact.valid_until
        )
    return v1.ListingPublished(
        listing_id=fact.listing_id,
        version=fact.version,
        participant_id=fact.participant_id,
        published_at=fact.at,
        valid_until=fact.valid_until,
        snapshot_date=fact.snapshot_date,
        snapshot_revision=fact.snapshot_revision,
    )


def _moved(fact: StateMoved) -> Event:
    return v1.ListingStatusChanged(
        listing_id=fact.listing_id, source=fact.source, target=fact.target, changed_at=fact.at
    )


def _expired(fact: ListingExpired) -> Event:
    return v1.ListingExpired(listing_id=fact.listing_id, by=fact.by, expired_at=fact.at)


def _restricted(fact: ListingRestricted) -> Event:
    return v1.ListingRestricted(listing_id=fact.listing_id, sanction_id=fact.sanction_id, restricted_at=fact.at)


def _unrestricted(fact: ListingUnrestricted) -> Event:
    return v1.ListingUnrestricted(listing_id=fact.listing_id, sanction_id=fact.sanction_id, unrestricted_at=fact.at)


def _deleted(fact: ListingDeleted) -> Event:
    return v1.ListingDeleted(listing_id=fact.listing_id, deleted_at=fact.at)


def _registered(fact: ParticipantRegistered) -> Event:
    return v1.ParticipantRegistered(
        participant_id=fact.participant_id,
        kind=fact.kind,
        access=fact.access,
        account_refs=list(fact.account_refs),
        registered_at=fact.at,
    )


def _joined(fact: UserJoined) -> Event:
    return v1.UserJoined(
        participant_id=fact.participant_id, user_id=fact.user_id, function=fact.function, joined_at=fact.at
    )


def _left(fact: UserLeft) -> Event:
    return v1.UserLeft(participant_id=fact.participant_id, user_id=fact.user_id, left_at=fact.at)


def _accepted(fact: TermsAccepted) -> Event:
    return v1.TermsAccepted(
        participant_id=fact.participant_id,
        user_id=fact.user_id,
        text=fact.kind,
        version=fact.version,
        accepted_at=fact.at,
    )


def _standing(fact: StandingChanged) -> Event:
    return v1.StandingChanged(
        participant_id=fact.participant_id,
        no_access=fact.no_access,
        status=fact.status,
        logins=[_login(user_id, login) for user_id, login in fact.logins],
        changed_at=fact.at,
    )


def _login(user_id: str, login: LoginStanding) -> v1.LoginStanding:
    return v1.LoginStanding(user_id=user_id, function=login.function, status=login.status, ended=login.ended)


def _informed(fact: BusinessInformationChanged) -> Event:
    return v1.BusinessInformationChanged(participant_id=fact.participant_id, version=fact.version, changed_at=fact.at)


def _confirmation_asked(fact: ConfirmationAsked) -> Event:
    return v1.ConfirmationAsked(participant_id=fact.participant_id, version=fact.version, asked_at=fact.at)


def _lines(form: Form) -> list[v1.CollateralLine]:
    if not isinstance(form, PledgorForm):
        return []
    return [_line(number, line) for number, line in enumerate(form.lines, start=1)]


def _line(number: int, line: CollateralLine) -> v1.CollateralLine:
    if line.account_ref is None or line.market is None or line.security is None or line.quantity is None:
        raise FormIncomplete(f"line {number}")
    return v1.CollateralLine(
        line_no=number,
        account_ref=line.account_ref,
        market=line.market,
        security=line.security,
        share_class=line.share_class,
        release_date=line.release_date,
        quantity=line.quantity,
    )


def _pledgor(form: PledgorForm) -> v1.PledgorTerms:
    if (
        form.financing_wanted_fen is None
        or form.lowest_pledge_rate is None
        or form.highest_annual_rate is None
        or form.months is None
        or form.warning_line is None
        or form.liquidation_line is None
        or form.valid_until is None
    ):
        raise FormIncomplete("pledgor")
    return v1.PledgorTerms(
        financing_wanted=yuan(form.financing_wanted_fen),
        lowest_pledge_rate=form.lowest_pledge_rate,
        highest_annual_rate=form.highest_annual_rate,
        months=form.months,
        warning_line=form.warning_line,
        liquidation_line=form.liquidation_line,
        valid_until=form.valid_until,
    )


def _pledgee(form: PledgeeForm) -> v1.PledgeeTerms:
    if (
        form.funds_from_fen is None
        or form.funds_to_fen is None
        or form.source is None
        or form.months_from is None
        or form.months_to is None
        or form.annual_rate_from is None
        or form.annual_rate_to is None
        or form.warning_line is None
        or form.liquidation_line is None
        or form.valid_until is None
    ):
        raise FormIncomplete("pledgee")
    return v1.PledgeeTerms(
        funds_from=yuan(form.funds_from_fen),
        funds_to=yuan(form.funds_to_fen),
        source=form.source,
        months_from=form.months_from,
        months_to=form.months_to,
        annual_rate_from=form.annual_rate_from,
        annual_rate_to=form.annual_rate_to,
        highest_pledge_rates=dict(form.highest_pledge_rates),
        warning_line=form.warning_line,
        liquidation_line=form.liquidation_line,
        valid_until=form.valid_until,
    )


TRANSLATIONS: Mapping[type[Fact], Callable[..., Event]] = {
    **REGISTRATION,
    VersionSubmitted: _submitted,
    VersionWithdrawn: _withdrawn,
    RecheckAsked: _recheck_asked,
    VersionReturned: _returned,
    VersionPublished: _published,
    StateMoved: _moved,
    ListingExpired: _expired,
    ListingRestricted: _restricted,
    ListingUnrestricted: _unrestricted,
    ListingDeleted: _deleted,
    ParticipantRegistered: _registered,
    UserJoined: _joined,
    UserLeft: _left,
    StandingChanged: _standing,
    TermsAccepted: _accepted,
    BusinessInformationChanged: _informed,
    ConfirmationAsked: _confirmation_asked,
}
