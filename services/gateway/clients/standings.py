"""How a login stands beyond its token: asked of listing, which knows, and remembered for a moment where all is well.

What is not well (no access yet, texts to accept) is asked anew each time, so that access or an acceptance opens the
next request. What was well may have ended since: the services that own the objects refuse it at once, and the door
within `REMEMBERED_SECONDS` (BX6 wants a minute). Without listing the token's word stands here, and theirs there.
"""

import asyncio
import time
from collections.abc import Callable
from typing import Protocol

import msgspec

from chassis.cause import LoginFunction, Status, Subject
from chassis.kernel import new_id
from chassis.logs import logger
from chassis.standing import LoginEnded, Standing
from gateway.application.commands.ensure_registration import REGISTRATION
from gateway.application.ports import Incoming, Neighbours, NeighbourUnavailable, Outgoing

STANDING = "/api/v1/session/standing"
REMEMBERED_SECONDS = 15
ANSWER_SECONDS_MAX = 0.5
LEFT_ALONE_SECONDS = 2.0
REMEMBERED_MAX = 10_000
_OK, _UNAUTHORIZED = 200, 401


class Memory(Protocol):
    """What all gateway processes remember together."""

    def key(self, kind: str, *parts: str) -> str:
        """A key that tells nobody whom it is about."""
        ...

    async def get(self, key: str) -> bytes | None:
        """What is remembered."""
        ...

    async def put(self, key: str, value: bytes, *, seconds: int) -> None:
        """Remembers for a while."""
        ...


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """Listing's answer, as far as it is read here."""

    known: bool = False
    no_access: str | None = None
    status: Status = "active"
    function: LoginFunction | None = None
    ended: bool = False
    unaccepted: frozenset[str] = frozenset()

    @property
    def is_well(self) -> bool:
        """Whether nothing keeps the login from the board."""
        return (
            self.known and (self.no_access, self.status, self.ended) == (None, "active", False) and not self.unaccepted
        )

    def standing(self) -> Standing | None:
        """As the edge takes it; None where listing does not know the login."""
        if not self.known:
            return None
        return Standing(
            no_access=self.no_access,
            status=self.status,
            function=self.function,
            ended=self.ended,
            unaccepted=self.unaccepted,
        )


class ListingStandings:
    """Asks listing, with the caller's own token."""

    def __init__(
        self, neighbours: Neighbours, memory: Memory, *, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._neighbours = neighbours
        self._memory = memory
        self._monotonic = monotonic
        self._here: dict[str, tuple[float, Said]] = {}
        self._alone_until = float("-inf")

    async def of(self, subject: Subject, authorization: str) -> Standing | None:
        """The login's standing; None while listing is away, or does not know it."""
        key = self._memory.key("standing", subject.user_id, subject.participant_id or "")
        said = self._held(key) or await self._shared(key)
        if said is None and self._monotonic() >= self._alone_until:
            said = await self._asked(authorization)
            if said is not None and said.is_well:
                self._remember(key, said)
                await self._memory.put(key, msgspec.json.encode(said), seconds=REMEMBERED_SECONDS)
        return said.standing() if said is not None else None

    def _held(self, key: str) -> Said | None:
        until, said = self._here.get(key, (float("-inf"), None))
        return said if until > self._monotonic() else None

    async def _shared(self, key: str) -> Said | None:
        packed = await self._memory.get(key)
        if packed is None:
            return None
        # Not remembered here as well: two memories, one after the other, would keep it for twice as long.
        return msgspec.json.decode(packed, type=Said)

    def _remember(self, key: str, said: Said) -> None:
        if len(self._here) >= REMEMBERED_MAX:
            self._here.clear()
        self._here[key] = self._monotonic() + REMEMBERED_SECONDS, said

    async def _asked(self, authorization: str) -> Said | None:
        try:
            async with asyncio.timeout(ANSWER_SECONDS_MAX):
                said = _read(await self._send("GET", STANDING, authorization))
                if said is not None and not said.known:
                    # A first request, straight from the provider: listing makes the participant known, then says.
                    await self._send("POST", REGISTRATION, authorization)
                    said = _read(await self._send("GET", STANDING, authorization))
        except (NeighbourUnavailable, TimeoutError):
            self._alone_until = self._monotonic() + LEFT_ALONE_SECONDS
            logger("standings").warning("listing does not say how a login stands: the token's word is taken")
            return None
        return said

    async def _send(self, method: str, target: str, authorization: str) -> Incoming:
        headers = {"authorization": authorization}
        if method == "POST":
            headers["idempotency-key"] = f"registration-{new_id()}"
        return await self._neighbours.send(Outgoing(neighbour="listing", method=method, target=target, headers=headers))


def _read(answer: Incoming) -> Said | None:
    assert isinstance(answer.body, bytes)  # noqa: S101  # never streamed
    if answer.status == _OK:
        return msgspec.json.decode(answer.body, type=Said)
    if answer.status == _UNAUTHORIZED and LoginEnded.slug.encode() in answer.body:
        return Said(known=True, ended=True)
    return None
