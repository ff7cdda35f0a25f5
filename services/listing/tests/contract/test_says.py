"""What the board says, message by message: the bodies its neighbours were promised."""

from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from chassis.kernel import Fact
from events.base import encode
from listing.domain.business_information import BusinessInformationChanged, ConfirmationAsked
from listing.domain.content import content_hash
from listing.domain.legal_text import TermsAccepted
from listing.domain.listing import ListingDeleted, ListingExpired, StateMoved
from listing.domain.participant import ParticipantRegistered
from listing.domain.registration import RegistrationAsked
from listing.domain.registration_case import (
    CaseAbandoned,
    CaseOpened,
    CaseRegistered,
    CaseReleased,
    NumberRecorded,
    Side,
)
from listing.domain.restriction import ListingRestricted, ListingUnrestricted
from listing.domain.user import LoginStanding, StandingChanged, UserJoined, UserLeft
from listing.domain.version import (
    RecheckAsked,
    VersionPublished,
    VersionReturned,
    VersionSubmitted,
    VersionWithdrawn,
)
from listing.outbox.translation import TRANSLATIONS, translate
from listing.tests.builders import ACCOUNT, MONDAY, NOON, a_pledgee_form, a_pledgor_form

SAID = Path(__file__).parent / "said"
ID = UUID("0199a0b1-c2d3-7e4f-8a5b-6c7d8e9f0a1b")


CASE: dict[str, Any] = {
    "case_id": ID,
    "pledgor": Side(participant_id="P1", listing_id=ID),
    "pledgee": Side(participant_id="P2", listing_id=ID),
    "at": NOON,
}


def submitted(form: object) -> VersionSubmitted:
    return VersionSubmitted(
        listing_id=ID,
        participant_id="P1",
        area="pledgor" if "lines" in vars(form) else "pledgee",
        version=1,
        content_hash=content_hash(form),  # type: ignore[arg-type]  # a form
        form=form,  # type: ignore[arg-type]  # a form
        institution_category="bank",
        at=NOON,
    )


def published(*, first: bool) -> VersionPublished:
    return VersionPublished(
        listing_id=ID,
        participant_id="P1",
        version=1 if first else 2,
        first=first,
        valid_until=MONDAY + timedelta(days=30),
        snapshot_date=MONDAY - timedelta(days=3),
        snapshot_revision=1,
        at=NOON,
    )


FACTS: dict[str, Fact] = {
    "submitted_pledgor": submitted(a_pledgor_form()),
    "submitted_pledgee": submitted(a_pledgee_form()),
    "withdrawn": VersionWithdrawn(listing_id=ID, version=1, at=NOON),
    "recheck_asked": RecheckAsked(listing_id=ID, version=1, at=NOON),
    "returned": VersionReturned(listing_id=ID, version=1, at=NOON),
    "published": published(first=True),
    "version_published": published(first=False),
    "status_changed": StateMoved(listing_id=ID, source="open", target="pledged", at=NOON),
    "expired": ListingExpired(listing_id=ID, by="clock", at=NOON),
    "restricted": ListingRestricted(listing_id=ID, sanction_id=ID, at=NOON),
    "unrestricted": ListingUnrestricted(listing_id=ID, sanction_id=ID, at=NOON),
    "registration_asked": RegistrationAsked(listing_id=ID, at=NOON),
    "registration_opened": CaseOpened(**CASE, conversation_id=ID),
    "registration_number_recorded": NumberRecorded(**CASE, by="zhang"),
    "registration_registered": CaseRegistered(**CASE, registered_on=MONDAY),
    "registration_released": CaseReleased(**CASE, released_on=MONDAY),
    "registration_abandoned": CaseAbandoned(**CASE, by="zhang"),
    "deleted": ListingDeleted(listing_id=ID, at=NOON),
    "registered": ParticipantRegistered(
        participant_id="P1", kind="person", access="granted", account_refs=(ACCOUNT,), at=NOON
    ),
    "user_joined": UserJoined(participant_id="P1", user_id="zhang", function="person", at=NOON),
    "user_left": UserLeft(participant_id="P1", user_id="zhang", at=NOON),
    "terms_accepted": TermsAccepted(participant_id="P1", user_id="zhang", kind="guide", version="1", at=NOON),
    "standing_changed": StandingChanged(
        participant_id="P1",
        no_access=None,
        status="active",
        logins=(("zhang", LoginStanding(no_access=None, status="suspended", function="operator", ended=False)),),
        at=NOON,
    ),
    "confirmation_asked": ConfirmationAsked(participant_id="P1", version=2, at=NOON),
    "business_information_changed": BusinessInformationChanged(participant_id="P1", version=2, at=NOON),
}


@pytest.mark.parametrize("name", FACTS)
def test_the_message_is_the_one_that_was_agreed(name: str) -> None:
    (event,) = translate(FACTS[name])

    assert encode(event).decode() == (SAID / f"{name}.json").read_text().strip()


def test_every_fact_has_its_message() -> None:
    assert {type(one) for one in FACTS.values()} == set(TRANSLATIONS)
