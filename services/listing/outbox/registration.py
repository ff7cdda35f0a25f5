"""Registration in the public language: ids and days, never a number, a quantity or a paper."""

from collections.abc import Callable, Mapping
from typing import Any

from chassis.kernel import Fact
from events.base import Event
from events.listing import v1
from listing.domain.registration import RegistrationAsked
from listing.domain.registration_case import (
    CaseAbandoned,
    CaseFact,
    CaseOpened,
    CaseRegistered,
    CaseReleased,
    NumberRecorded,
)


def _opened(fact: CaseOpened) -> Event:
    return v1.RegistrationOpened(
        **_case(fact),
        conversation_id=fact.conversation_id,
        pledgor_listing_id=fact.pledgor.listing_id,
        pledgee_listing_id=fact.pledgee.listing_id,
        opened_at=fact.at,
    )


def _number_recorded(fact: NumberRecorded) -> Event:
    return v1.RegistrationNumberRecorded(**_case(fact), recorded_by=fact.by, recorded_at=fact.at)


def _registered(fact: CaseRegistered) -> Event:
    return v1.RegistrationRegistered(**_case(fact), registered_on=fact.registered_on, registered_at=fact.at)


def _released(fact: CaseReleased) -> Event:
    return v1.RegistrationReleased(**_case(fact), released_on=fact.released_on, released_at=fact.at)


def _abandoned(fact: CaseAbandoned) -> Event:
    return v1.RegistrationAbandoned(**_case(fact), abandoned_by=fact.by, abandoned_at=fact.at)


def _asked(fact: RegistrationAsked) -> Event:
    return v1.RegistrationMatchAsked(listing_id=fact.listing_id, asked_at=fact.at)


def _case(fact: CaseFact) -> dict[str, Any]:
    return {
        "case_id": fact.case_id,
        "pledgor_participant_id": fact.pledgor.participant_id,
        "pledgee_participant_id": fact.pledgee.participant_id,
    }


REGISTRATION: Mapping[type[Fact], Callable[..., Event]] = {
    CaseOpened: _opened,
    NumberRecorded: _number_recorded,
    CaseRegistered: _registered,
    CaseReleased: _released,
    CaseAbandoned: _abandoned,
    RegistrationAsked: _asked,
}
