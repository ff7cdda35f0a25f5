"""An institution's administrator invites, assigns and disables its users (BX6)."""

from dataclasses import dataclass

from chassis.cause import Cause
from listing.application.owning import acting_participant
from listing.application.ports import Begin
from listing.domain.institution import assign, disable, invite
from listing.domain.user import AssignedFunction, User


@dataclass(frozen=True, kw_only=True)
class InviteUser:
    """A login of the identity provider, and what it is to do here."""

    user_id: str
    function: AssignedFunction


@dataclass(frozen=True, kw_only=True)
class AssignUser:
    """Another function for a user of the institution."""

    user_id: str
    function: AssignedFunction


@dataclass(frozen=True, kw_only=True)
class DisableUser:
    """The user acts no more; an administrator who names itself leaves."""

    user_id: str


class ChangeUsersHandler:
    """The three of them: the participant is taken, so that of two last administrators only one can leave."""

    def __init__(self, *, begin: Begin) -> None:
        self._begin = begin

    async def __call__(self, command: InviteUser | AssignUser | DisableUser, cause: Cause) -> User:
        """Changes one user, and says how the institution's logins stand now."""
        async with self._begin(cause) as work:
            participant = await acting_participant(work, cause, taken=True)
            match command:
                case InviteUser():
                    user = invite(participant, command.user_id, command.function, at=work.now)
                case AssignUser():
                    user = assign(participant, command.user_id, command.function, at=work.now)
                case DisableUser():
                    user = disable(participant, command.user_id, at=work.now)
            await work.participants.save(participant)
            work.record(*participant.facts)
            participant.facts.clear()
            work.note(user_id=user.user_id, function=user.function, state=user.state)
            return work.answer(user)
