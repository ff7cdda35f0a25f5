"""An institution's users: invited, assigned and disabled by its administrators (BX6)."""

from dataclasses import replace
from datetime import datetime

from listing.domain.participant import Participant
from listing.domain.user import (
    USERS_MAX,
    AssignedFunction,
    LastAdministrator,
    NotAnInstitution,
    TooManyUsers,
    User,
    UserAlreadyActs,
    UserLeft,
    UserNotFound,
)


def invite(participant: Participant, user_id: str, function: AssignedFunction, *, at: datetime) -> User:
    """The login may act with this function from its next sign-in on; one that was disabled may come back.

    Raises:
        NotAnInstitution, UserAlreadyActs, TooManyUsers: it cannot be invited.
    """
    _require_institution(participant)
    known = participant.users.get(user_id)
    if known is not None and known.state != "disabled":
        raise UserAlreadyActs(user_id=user_id)
    if known is None and len(participant.users) >= USERS_MAX:
        raise TooManyUsers(limit=USERS_MAX)
    invited = User(user_id=user_id, function=function, joined_at=at, state="invited", assigned=True)
    participant.users[user_id] = replace(invited, status=known.status) if known else invited
    participant.say_standing(at=at)
    return participant.users[user_id]


def assign(participant: Participant, user_id: str, function: AssignedFunction, *, at: datetime) -> User:
    """The login has this function from now on, whatever its token says.

    Raises:
        NotAnInstitution, UserNotFound: there is nobody to assign it to.
        LastAdministrator: nobody else could administer the institution.
    """
    user = _user_of(participant, user_id)
    if function != "administrator":
        _require_another_administrator(participant, user)
    participant.users[user_id] = replace(user, function=function, assigned=True)
    participant.say_standing(at=at)
    return participant.users[user_id]


def disable(participant: Participant, user_id: str, *, at: datetime) -> User:
    """The login acts no more; an invitation is withdrawn. Leaving is disabling oneself.

    Raises:
        NotAnInstitution, UserNotFound: there is nobody to disable.
        LastAdministrator: nobody else could administer the institution.
    """
    user = _user_of(participant, user_id)
    _require_another_administrator(participant, user)
    participant.users[user_id] = replace(user, state="disabled")
    participant.facts.append(UserLeft(participant_id=participant.id, user_id=user_id, at=at))
    participant.say_standing(at=at)
    return participant.users[user_id]


def _require_institution(participant: Participant) -> None:
    if participant.kind != "institution":
        raise NotAnInstitution


def _user_of(participant: Participant, user_id: str) -> User:
    _require_institution(participant)
    user = participant.users.get(user_id)
    if user is None or user.state == "disabled":
        raise UserNotFound(user_id=user_id)
    return user


def _require_another_administrator(participant: Participant, user: User) -> None:
    administrators = {one.user_id for one in participant.users.values() if one.acts and one.function == "administrator"}
    if administrators == {user.user_id}:
        raise LastAdministrator(user_id=user.user_id)
