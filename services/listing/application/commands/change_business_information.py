"""A participant says something new about itself (P7.2)."""

from dataclasses import dataclass

from chassis.cause import Cause
from listing.application.owning import acting_participant
from listing.application.ports import Begin
from listing.domain.business_information import (
    BusinessInformation,
    BusinessInformationChanged,
    BusinessInformationVersion,
)
from listing.domain.listing import ListingChangedMeanwhile
from listing.domain.summary import industries_of

CONFIRMATION = "listing.confirm_information"


@dataclass(frozen=True, kw_only=True)
class ChangeBusinessInformation:
    """The whole of it; what is left out is empty from now on."""

    information: BusinessInformation


@dataclass(frozen=True, kw_only=True)
class BusinessInformationKept:
    """The version that stands now, and what a submission would still miss."""

    version: int
    missing: tuple[str, ...]


class ChangeBusinessInformationHandler:
    """Keeps a version whenever something changed; the same content again is the same version."""

    def __init__(self, *, begin: Begin) -> None:
        self._begin = begin

    async def __call__(self, command: ChangeBusinessInformation, cause: Cause) -> BusinessInformationKept:
        """Keeps it."""
        command.information.require_sound()
        async with self._begin(cause) as work:
            participant = await acting_participant(work, cause)
            current = await work.business_informations.current(participant.id)
            number = current.version if current else 0
            if cause.expected_version is not None and cause.expected_version != number:
                raise ListingChangedMeanwhile(revision=number)
            if current is None or current.information != command.information:
                number += 1
                version = BusinessInformationVersion(
                    version=number,
                    information=command.information,
                    changed_at=work.now,
                    changed_by=cause.subject.user_id,
                )
                await work.business_informations.add(participant.id, version)
                # What is published is found by the new words at once (P8.1).
                await work.shelf.describe(
                    participant.id,
                    industries=industries_of(command.information),
                    region=command.information.region,
                )
                work.record(BusinessInformationChanged(participant_id=participant.id, version=number, at=work.now))
                work.schedule(kind=CONFIRMATION, key=participant.id, due_at=version.confirm_by)
            missing = tuple(one.pointer.lstrip("/") for one in command.information.missing(participant.kind))
            return work.answer(BusinessInformationKept(version=number, missing=missing))
