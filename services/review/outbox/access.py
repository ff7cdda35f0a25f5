"""What became of applications, in the public language: ids and codes, never a name, a paper or a word of it."""

from collections.abc import Callable
from typing import Any

from chassis.kernel import Fact
from events.base import Event
from events.review import v1 as said
from review.domain.access_application import Applied, Granted, MoreAsked, Refused


def _applied(fact: Applied) -> Event:
    return said.AccessApplied(
        participant_id=fact.participant_id, application_id=fact.application_id, applied_at=fact.at
    )


def _more_asked(fact: MoreAsked) -> Event:
    return said.AccessMoreAsked(
        participant_id=fact.participant_id, application_id=fact.application_id, asked_at=fact.at
    )


def _refused(fact: Refused) -> Event:
    return said.AccessRefused(
        participant_id=fact.participant_id,
        application_id=fact.application_id,
        reasons=list(fact.codes),
        refused_at=fact.at,
    )


def _granted(fact: Granted) -> Event:
    return said.AccessGranted(
        participant_id=fact.participant_id,
        application_id=fact.application_id,
        granted_at=fact.at,
        kind=fact.kind,
        user_id=fact.user_id,
    )


ACCESS: dict[type[Fact], Callable[[Any], Event]] = {
    Applied: _applied,
    MoreAsked: _more_asked,
    Refused: _refused,
    Granted: _granted,
}
