"""Participants and their users: who may act on the board, and who they are (P5-P7.1)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from chassis.kernel import Fact, Refusal

Kind = Literal["person", "institution"]
LoginFunction = Literal["person", "operator", "viewer", "administrator"]
Access = Literal["granted", "none"]


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
class User:
    """A login acting for the participant."""

    user_id: str
    function: LoginFunction
    joined_at: datetime


@dataclass(frozen=True, kw_only=True)
class ParticipantRegistered(Fact):
    """A participant appeared, with or without access."""

    participant_id: str
    kind: Kind
    access: Access
    account_refs: tuple[str, ...]
    at: datetime


@dataclass(frozen=True, kw_only=True)
class UserJoined(Fact):
    """A login began to act for the participant."""

    participant_id: str
    user_id: str
    function: LoginFunction
    at: datetime


@dataclass(kw_only=True)
class Participant:
    """A person or institution that is party to listings."""

    id: str
    kind: Kind
    registered_at: datetime
    informed_at: datetime
    access: Access = "none"
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
        return participant

    def inform(self, basic: BasicInformation, accounts: Sequence[Account], *, at: datetime) -> bool:
        """Takes over what the identity provider says, if it is newer than what is known; says whether it changed."""
        if at < self.informed_at:
            return False
        before = (self.basic, self.accounts, self.access)
        self._take(basic, accounts)
        self.informed_at = at
        return before != (self.basic, self.accounts, self.access)

    def join(self, user_id: str, function: LoginFunction, *, at: datetime) -> None:
        """A login acts for the participant from now on; the same login twice is one."""
        known = self.users.get(user_id)
        if known is not None and known.function == function:
            return
        self.users[user_id] = User(user_id=user_id, function=function, joined_at=known.joined_at if known else at)
        self.facts.append(UserJoined(participant_id=self.id, user_id=user_id, function=function, at=at))

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
        raise AccessMissing(reason="no_securities_account", way="open_an_account_or_apply")
    return participant
