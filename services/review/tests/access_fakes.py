"""Applications and logins in memory, with the same rules as the real ones; and an identity provider to be told."""

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from chassis.cause import LoginStanding, Status, Subject
from chassis.standing import Standing
from chassis.unit_of_work import VersionConflict
from review.application.access_ports import Certification, NotCertified
from review.domain.access_application import ENDED, AccessApplication, ApplicationNotFound
from review.domain.attachment import Attachment


@dataclass(frozen=True)
class HeardStanding:
    no_access: str | None
    status: Status
    logins: dict[str, LoginStanding]


class FakeApplications:
    def __init__(self, applications: dict[UUID, AccessApplication], papers: dict[UUID, bytes]) -> None:
        self._applications = applications
        self._papers = papers

    async def add(self, application: AccessApplication) -> None:
        current = await self.current(application.participant_id)
        if current is not None and current.state not in ENDED:
            raise VersionConflict
        application.row_version = 1
        self._applications[application.application_id] = _kept(application)

    async def get(self, application_id: UUID) -> AccessApplication:
        if application_id not in self._applications:
            raise ApplicationNotFound
        return deepcopy(self._applications[application_id])

    async def current(self, participant_id: str) -> AccessApplication | None:
        own = [one for one in self._applications.values() if one.participant_id == participant_id]
        return deepcopy(max(own, key=lambda one: one.application_id)) if own else None

    async def save(self, application: AccessApplication) -> None:
        if self._applications[application.application_id].row_version != application.row_version:
            raise VersionConflict
        application.row_version += 1
        self._applications[application.application_id] = _kept(application)

    async def keep(self, application: AccessApplication, attachment: Attachment, content: bytes) -> None:
        self._papers[attachment.attachment_id] = content


class FakeStandings:
    def __init__(self, heard: dict[str, HeardStanding]) -> None:
        self._heard = heard

    async def put(
        self, participant_id: str, *, no_access: str | None, status: Status, logins: Sequence[LoginStanding]
    ) -> None:
        self._heard[participant_id] = HeardStanding(no_access, status, {one.user_id: one for one in logins})


@dataclass
class StandingsInMemory:
    """What the edge asks, over the same store."""

    heard: dict[str, dict[str, HeardStanding]]

    async def of(self, subject: Subject, authorization: str) -> Standing | None:
        known = self.heard["standings"].get(subject.participant_id or "")
        if known is None:
            return None
        login = known.logins.get(subject.user_id)
        return Standing(
            no_access=known.no_access,
            status=login.status if login else known.status,
            function=login.function if login else None,
            ended=login.ended if login else False,
        )


class ProcessStopped(RuntimeError):
    """Stands for the end of the process: the provider has certified, and nobody has noted it."""


@dataclass
class ProviderInMemory:
    """Certifies, refuses, or is away; remembers what it was asked."""

    away: bool = False
    refuses: bool = False
    stopped_after: bool = False
    asked: list[Certification] = field(default_factory=list)

    async def certify(self, certification: Certification) -> None:
        if self.away:
            raise OSError("away")
        self.asked.append(certification)
        if self.stopped_after:
            raise ProcessStopped
        if self.refuses:
            raise NotCertified("identity-provider-409")


def waiting_applications(
    applications: dict[UUID, AccessApplication], *, after: tuple[datetime, UUID] | None, limit: int
) -> Sequence[AccessApplication]:
    """The longest waiting first."""
    placed = [((one.filed_at, one.application_id), one) for one in applications.values() if one.state == "filed"]
    found = [(place, one) for place, one in placed if place[0] and (after is None or place > after)]
    return [one for _, one in sorted(found, key=lambda pair: pair[0])][:limit]


def _kept(application: AccessApplication) -> AccessApplication:
    kept = deepcopy(application)
    kept.facts.clear()
    return kept
