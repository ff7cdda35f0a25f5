"""Where a login stands beyond its token: what its participant, its institution and the operator have decided since.

A token says who somebody was at sign-in. Access, status, login function and accepted texts change without a new
sign-in (P6.3, P4.2, P4.5, BX6): every service asks what it knows at each request, and the subject is refined with it
before the matrix is asked.
"""

from dataclasses import dataclass, replace
from typing import Protocol

from chassis.cause import LoginFunction, Status, Subject
from chassis.kernel import Refusal

_APPLICANT = frozenset({"AP"})
_POSITIONS = frozenset({"PL", "LE"})
PARTICIPANT_ROLES = _APPLICANT | _POSITIONS


class LoginEnded(Refusal):
    """The login no longer acts for its participant: its sessions are over (BX6)."""

    slug = "login-ended"
    title_zh = "该登录已被停用，会话已结束"
    title_en = "This login was disabled and its sessions are over"


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What is known of one login. `function` is the one its institution assigned; None leaves the token's word.

    `no_access` says why the board is closed to the participant; None where it is open. `unaccepted` names the kinds
    of legal texts in effect that this login has not accepted.
    """

    no_access: str | None = None
    status: Status = "active"
    function: LoginFunction | None = None
    ended: bool = False
    unaccepted: frozenset[str] = frozenset()


class Standings(Protocol):
    """What a service knows of the logins of participants."""

    async def of(self, subject: Subject, authorization: str) -> Standing | None:
        """The login's standing; None where nothing is known, and the token's word stands.

        `authorization` is the caller's own header, for those who have to ask a neighbour.
        """
        ...


class TokenReader(Protocol):
    """Turns an `Authorization` header into what its token says."""

    async def subject(self, authorization: str | None) -> Subject:
        """The caller by its token alone."""
        ...


@dataclass(frozen=True, kw_only=True)
class StandingIdentity:
    """An identity that knows more than the token."""

    tokens: TokenReader
    standings: Standings

    async def subject(self, authorization: str | None) -> Subject:
        """The caller as the platform knows it now.

        Raises:
            LoginEnded: the login was disabled.
            Refusal: the token does not hold, as the token's own reader says.
        """
        subject = await self.tokens.subject(authorization)
        if authorization is None or subject.participant_id is None or not subject.roles & PARTICIPANT_ROLES:
            return subject
        standing = await self.standings.of(subject, authorization)
        return subject if standing is None else refined(subject, standing)


def refined(subject: Subject, standing: Standing) -> Subject:
    """The subject with what is known of it.

    Raises:
        LoginEnded: the login was disabled.
    """
    if standing.ended:
        raise LoginEnded
    positions = _POSITIONS if standing.no_access is None else _APPLICANT
    return replace(
        subject,
        roles=(subject.roles - PARTICIPANT_ROLES) | positions,
        function=standing.function or subject.function,
        status=standing.status,
        no_access=standing.no_access,
        unaccepted=standing.unaccepted,
    )
