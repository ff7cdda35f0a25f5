"""Users: the logins that act for a participant, and what an institution's administrator decides about them (BX6)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from chassis.kernel import Fact, Refusal

LoginFunction = Literal["person", "operator", "viewer", "administrator"]
AssignedFunction = Literal["operator", "viewer", "administrator"]
UserState = Literal["invited", "active", "disabled"]
Status = Literal["active", "suspended", "terminated"]
USERS_MAX = 200


class NotAnInstitution(Refusal):
    """A person acts alone: there is nobody to invite."""

    slug = "not-an-institution"
    title_zh = "个人参与人没有其他用户"
    title_en = "A person has no further users"


class UserNotFound(Refusal):
    """The institution has no such user."""

    slug = "user-not-found"
    title_zh = "本机构没有该用户"
    title_en = "Your institution has no such user"


class UserAlreadyActs(Refusal):
    """The login is invited or acts already: assign it another function instead."""

    slug = "user-already-acts"
    title_zh = "该用户已在本机构，请改为调整其职能"
    title_en = "This user is with the institution already; assign another function instead"


class TooManyUsers(Refusal):
    """An institution has so many users at most; `limit` says how many."""

    slug = "too-many-users"
    title_zh = "本机构用户数已达上限"
    title_en = "The institution has as many users as it may have"


class LastAdministrator(Refusal):
    """The last administrator cannot leave or become something else: appoint another first (BX6)."""

    slug = "last-administrator"
    title_zh = "最后一名管理员不能离开，请先指定另一名管理员"
    title_en = "The last administrator cannot leave; appoint another one first"


class UserDisabled(Refusal):
    """The login was disabled by its institution."""

    slug = "user-disabled"
    title_zh = "该登录已被所属机构停用"
    title_en = "The institution has disabled this login"


@dataclass(frozen=True, kw_only=True)
class User:
    """A login acting for the participant, invited to, or no more.

    `assigned`: an administrator of the institution gave the function, which then goes before the token's.
    """

    user_id: str
    function: LoginFunction
    joined_at: datetime
    state: UserState = "active"
    assigned: bool = False
    status: Status = "active"

    @property
    def acts(self) -> bool:
        """Whether it acts for the participant now."""
        return self.state == "active"


@dataclass(frozen=True, kw_only=True)
class UserJoined(Fact):
    """A login began to act for the participant."""

    participant_id: str
    user_id: str
    function: LoginFunction
    at: datetime


@dataclass(frozen=True, kw_only=True)
class UserLeft(Fact):
    """A login acts for the participant no more; its sessions end, its work stays (BX6)."""

    participant_id: str
    user_id: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class LoginStanding:
    """How one login stands: what the platform knows of it beyond its token.

    `no_access` says why the board is closed to its participant (P6.4); None where it is open. `unaccepted` names the
    kinds of legal texts in effect that it has not accepted (P4.5).
    """

    no_access: str | None
    status: Status
    function: LoginFunction | None
    ended: bool
    unaccepted: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class StandingChanged(Fact):
    """How the participant and those who act for it stand now, whole."""

    participant_id: str
    no_access: str | None
    status: Status
    logins: tuple[tuple[str, LoginStanding], ...]
    at: datetime


def stricter(one: Status, other: Status) -> Status:
    """The status that leaves less."""
    order: tuple[Status, ...] = ("active", "suspended", "terminated")
    return max(one, other, key=order.index)
