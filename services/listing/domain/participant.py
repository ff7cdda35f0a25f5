"""Participants and their users: who may act on the board, and who they are (P5-P7.1)."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from chassis.kernel import Fact, Refusal
from listing.domain.user import (
    LoginFunction,
    LoginStanding,
    StandingChanged,
    Status,
    User,
    UserDisabled,
    UserJoined,
    stricter,
)

Kind = Literal["person", "institution"]
Access = Literal["granted", "none"]
# Why the board is closed: nothing was asked for yet, or what became of the application (P6.3).
Closed = Literal["no_securities_account", "application_under_review", "application_more_asked", "application_refused"]
WAYS: dict[Closed, str] = {
    "no_securities_account": "open_an_account_or_apply",
    "application_under_review": "wait_for_the_decision",
    "application_more_asked": "answer_what_is_asked",
    "application_refused": "read_the_reasons_and_apply_again",
}


class AccessMissing(Refusal):
    """The participant has no access; `reason` says why and `way` how to get it (P6.4)."""

    slug = "access-missing"
    title_zh = "尚未开通业务平台"
    title_en = "There is no access to the board yet"


@dataclass(frozen=True, kw_only=True)
class Account:
    """A unified account: the reference it travels by, and its number as people may see it."""

    account_ref: str
    number_masked: str


@dataclass(frozen=True, kw_only=True)
class BasicInformation:
    """What the identity provider says; nothing here edits it (P7.1)."""

    name: str | None = None
    document_type: str | None = None
    document_number_masked: str | None = None
    registered_contact: str | None = None


@dataclass(frozen=True, kw_only=True)
class ParticipantRegistered(Fact):
    """A participant appeared, with or without access."""

    participant_id: str
    kind: Kind
    access: Access
    account_refs: tuple[str, ...]
    at: datetime


@dataclass(kw_only=True)
class Participant:
    """A person or institution that is party to listings."""

    id: str
    kind: Kind
    registered_at: datetime
    informed_at: datetime
    access: Access = "none"
    closed: Closed = "no_securities_account"
    status: Status = "active"
    basic: BasicInformation = field(default_factory=BasicInformation)
    accounts: tuple[Account, ...] = ()
    users: dict[str, User] = field(default_factory=dict)
    revision: int = 0
    facts: list[Fact] = field(default_factory=list)

    @classmethod
    def register(  # everything a sign-in says
        cls,
        *,
        participant_id: str,
        kind: Kind,
        basic: BasicInformation,
        accounts: Sequence[Account],
        claimed_at: datetime,
        at: datetime,
    ) -> "Participant":
        """A participant at its first sign-in; accounts bring access with them (P6.1)."""
        participant = cls(id=participant_id, kind=kind, registered_at=at, informed_at=claimed_at)
        participant._take(basic, accounts)
        participant.facts.append(
            ParticipantRegistered(
                participant_id=participant_id,
                kind=kind,
                access=participant.access,
                account_refs=participant.account_refs,
                at=at,
            )
        )
        participant.say_standing(at=at)
        return participant

    def inform(self, basic: BasicInformation, accounts: Sequence[Account], *, at: datetime) -> bool:
        """Takes over what the identity provider says, if it is newer than what is known; says whether it changed."""
        if at < self.informed_at:
            return False
        before = (self.basic, self.accounts, self.access)
        self._take(basic, accounts)
        self.informed_at = at
        if before[2] != self.access:
            self.say_standing(at=at)
        return before != (self.basic, self.accounts, self.access)

    def join(self, user_id: str, function: LoginFunction, *, at: datetime) -> None:
        """A login acts for the participant from now on; the same login twice is one.

        The function an administrator assigned stays; without one the token's word holds.

        Raises:
            UserDisabled: its institution has disabled it.
        """
        known = self.users.get(user_id)
        if known is not None and known.state == "disabled":
            raise UserDisabled(user_id=user_id)
        if known is not None and known.acts and (known.assigned or known.function == function):
            return
        if known is None:
            joined = User(user_id=user_id, function=function, joined_at=at)
        elif known.acts:
            joined = replace(known, function=function)
        else:
            joined = replace(known, state="active", joined_at=at)
        self.users[user_id] = joined
        self.facts.append(UserJoined(participant_id=self.id, user_id=user_id, function=joined.function, at=at))
        self.say_standing(at=at)

    def open_access(self, *, kind: Kind, registrant: str | None, at: datetime) -> None:
        """The operator approved an application, and the identity is certified (P6.3).

        The certified registrant of an institution is its first administrator, without a new sign-in (BX6).
        """
        self.access, self.kind = "granted", kind
        if kind == "institution" and registrant is not None:
            known = self.users.get(registrant) or User(user_id=registrant, function="administrator", joined_at=at)
            self.users[registrant] = replace(known, function="administrator", assigned=True)
        self.say_standing(at=at)

    def note_application(self, closed: Closed, *, at: datetime) -> None:
        """What became of the application so far; whoever has access keeps it."""
        self.closed = closed
        self.say_standing(at=at)

    def stand(self, status: Status, *, user_id: str | None = None, at: datetime) -> None:
        """The operator's step against the participant, or against one login of it (P4.2), or its end."""
        if user_id is None:
            self.status = status
        elif (known := self.users.get(user_id)) is not None:
            self.users[user_id] = replace(known, status=status)
        self.say_standing(at=at)

    def own_status(self, user_id: str | None) -> Status:
        """What the operator's steps say of the participant itself, or of one login of it."""
        if user_id is None:
            return self.status
        return self.users[user_id].status if user_id in self.users else "active"

    def standing_of(self, user_id: str) -> LoginStanding:
        """How one login stands; one that never signed in stands as its participant does."""
        user = self.users.get(user_id)
        return LoginStanding(
            no_access=None if self.access == "granted" else self.closed,
            status=stricter(self.status, user.status) if user else self.status,
            function=user.function if user and user.assigned else None,
            ended=user is not None and user.state == "disabled",
        )

    def say_standing(self, *, at: datetime) -> None:
        """How it stands after everything so far: of several in one command the last is said."""
        self.facts = [one for one in self.facts if not isinstance(one, StandingChanged)]
        known = sorted(one.user_id for one in self.users.values() if one.state != "invited")
        self.facts.append(
            StandingChanged(
                participant_id=self.id,
                no_access=None if self.access == "granted" else self.closed,
                status=self.status,
                logins=tuple((one, self.standing_of(one)) for one in known),
                at=at,
            )
        )

    @property
    def account_refs(self) -> tuple[str, ...]:
        """The references of its accounts."""
        return tuple(one.account_ref for one in self.accounts)

    def _take(self, basic: BasicInformation, accounts: Sequence[Account]) -> None:
        # Sign-in claims carry less than the synchronisation event: what they leave out stays as it was.
        self.basic = BasicInformation(
            name=basic.name or self.basic.name,
            document_type=basic.document_type or self.basic.document_type,
            document_number_masked=basic.document_number_masked or self.basic.document_number_masked,
            registered_contact=basic.registered_contact or self.basic.registered_contact,
        )
        self.accounts = tuple(accounts)
        if accounts:
            self.access = "granted"


def require_access(participant: Participant | None) -> Participant:
    """The participant, if it may use the board.

    Raises:
        AccessMissing: with the reason and the way to get it.
    """
    if participant is None:
        raise AccessMissing(reason="not_registered", way="sign_in_again")
    if participant.access != "granted":
        raise AccessMissing(reason=participant.closed, way=WAYS[participant.closed])
    return participant
