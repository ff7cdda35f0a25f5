"""What the gateway needs of the world; clients implement it, tests fake it."""

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from chassis.cause import Subject
from chassis.kernel import Refusal
from gateway.application.route_table import RouteTable
from gateway.domain.live import LiveEvent, Place

Body = bytes | AsyncIterator[bytes]
May = Callable[[Subject, str], bool]


class NeighbourUnavailable(Refusal):
    """A neighbour this request needs does not answer in time."""

    slug = "neighbour-unavailable"
    title_zh = "所需服务暂时不可用，请稍后重试"
    title_en = "A service this needs is unavailable; try again later"


class MemoryAway(Refusal):
    """What the gateway's processes remember together cannot be reached now, and this cannot be done without it."""

    slug = "live-updates-unavailable"
    title_zh = "实时更新暂时不可用，请稍后重试；页面内容仍可正常读取"
    title_en = "Live updates are unavailable; try again later, pages can still be read"


class SignInRefused(Refusal):
    """The identity provider does not accept the code, its proof, or the refresh token."""

    slug = "sign-in-refused"
    title_zh = "登录凭证无效或已使用，请重新登录"
    title_en = "The sign-in was not accepted; sign in again"


@dataclass(frozen=True, kw_only=True)
class Outgoing:
    """A request to a neighbour. `target` is path and query; a streamed body and answer are passed on as they come."""

    neighbour: str
    method: str
    target: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Body = b""
    streaming: bool = False


@dataclass(frozen=True, kw_only=True)
class Incoming:
    """A neighbour's answer."""

    status: int
    headers: Mapping[str, str]
    body: Body


class Neighbours(Protocol):
    """Asks a neighbour and waits, never longer than the deadline."""

    async def send(self, outgoing: Outgoing) -> Incoming:
        """The neighbour's answer, whatever its status.

        Raises:
            NeighbourUnavailable: there is none in time.
        """
        ...


@dataclass(frozen=True, kw_only=True)
class Published:
    """The neighbours' interfaces as far as they are known; `missing` names those never heard of."""

    documents: Mapping[str, Mapping[str, Any]]
    missing: frozenset[str]
    table: RouteTable


class Interfaces(Protocol):
    """What the neighbours publish."""

    def known(self) -> Published:
        """The interfaces as known now; asks anew behind the scenes when it is time to."""
        ...

    async def complete(self) -> Published:
        """The same after having asked those never heard of, which may take as long as a neighbour is given."""
        ...


@dataclass(frozen=True, kw_only=True)
class Credentials:
    """What a client holds for its session. Never logged, never kept here."""

    access_token: str
    refresh_token: str | None
    expires_in: int


class IdentityProvider(Protocol):
    """The provider's token and revocation endpoints."""

    async def exchange(self, *, code: str, verifier: str, redirect_uri: str) -> Credentials:
        """Credentials for a code and its proof.

        Raises:
            SignInRefused: the provider says no.
            NeighbourUnavailable: it does not answer.
        """
        ...

    async def renew(self, *, refresh_token: str) -> Credentials:
        """Fresh credentials for a refresh token, which is spent by it.

        Raises:
            SignInRefused: the provider says no.
            NeighbourUnavailable: it does not answer.
        """
        ...

    async def revoke(self, *, refresh_token: str) -> None:
        """Ends the chain of a refresh token.

        Raises:
            NeighbourUnavailable: the provider does not answer.
        """
        ...


class Registrations(Protocol):
    """Remembers whom listing has registered lately, with these very claims. Forgetting costs one idempotent call."""

    async def known(self, subject: Subject) -> bool:
        """Whether this login, with these accounts and this function, was registered lately."""
        ...

    async def remember(self, subject: Subject) -> None:
        """It was."""
        ...


@dataclass(frozen=True)
class Said:
    """One event as it stands in the log: whom it addresses, and where it stands."""

    place: Place
    event: LiveEvent
    addresses: frozenset[str]


class LiveLog(Protocol):
    """What was said live, for as long as it is kept, in one order for all processes."""

    def address(self, audience: str) -> str:
        """The audience as the log knows it: a name that tells nobody whom it is about."""
        ...

    async def append(self, event: LiveEvent, audiences: frozenset[str]) -> None:
        """Says an event to its audiences.

        Raises:
            MemoryAway: the log cannot be written now.
        """
        ...

    async def since(self, last: str | None, addresses: frozenset[str]) -> tuple[Place, list[Said] | None]:
        """Where the log is, and what these were told since `last`; None where something of it may be forgotten.

        Raises:
            MemoryAway: the log cannot be read now.
        """
        ...

    def follow(self) -> AsyncIterator[Place | Said]:
        """The place from which it follows, then each event as it is said; one waiting read, no polling.

        Raises:
            MemoryAway: the log cannot be read, or something in it was missed.
        """
        ...
