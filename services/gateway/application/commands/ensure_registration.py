"""A participant's login is known to listing before its first request arrives there (P6.1)."""

from dataclasses import dataclass

from chassis.cause import Cause, Subject
from chassis.kernel import new_id
from gateway.application.ports import Neighbours, NeighbourUnavailable, Outgoing, Registrations

REGISTRATION = "/api/v1/session/registration"
PARTICIPANT_ROLES = frozenset({"AP", "PL", "LE"})
_OK = range(200, 300)


@dataclass(frozen=True, kw_only=True)
class EnsureRegistration:
    """Register this login unless it was registered lately with the same claims."""

    authorization: str
    language: str = "zh-CN"


class EnsureRegistrationHandler:
    """Listing's registration is idempotent, so forgetting that it was made is harmless."""

    def __init__(self, *, neighbours: Neighbours, registrations: Registrations) -> None:
        self._neighbours = neighbours
        self._registrations = registrations

    async def __call__(self, command: EnsureRegistration, cause: Cause) -> None:
        """Returns when the login is registered.

        Raises:
            NeighbourUnavailable: listing does not answer, or answers with a fault.
        """
        subject = cause.subject
        if not is_participant(subject) or await self._registrations.known(subject):
            return
        answer = await self._neighbours.send(
            Outgoing(
                neighbour="listing",
                method="POST",
                target=REGISTRATION,
                headers={
                    "authorization": command.authorization,
                    "accept-language": command.language,
                    "idempotency-key": f"registration-{new_id()}",
                },
            )
        )
        if answer.status not in _OK:
            raise NeighbourUnavailable(neighbour="listing", status_of_neighbour=answer.status)
        await self._registrations.remember(subject)


def is_participant(subject: Subject) -> bool:
    """Whether the login acts, or may come to act, for a participant."""
    return subject.participant_id is not None and bool(subject.roles & PARTICIPANT_ROLES)
