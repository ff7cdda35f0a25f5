"""Sign out: the refresh token's chain ends."""

import contextlib
from dataclasses import dataclass

from chassis.cause import ANONYMOUS, Cause
from chassis.kernel import new_id
from gateway.application.ports import IdentityProvider, LiveLog, MemoryAway
from gateway.domain.live import SESSION_ENDED, Audience, LiveEvent


@dataclass(frozen=True, kw_only=True)
class CloseSession:
    """The refresh token the client gives up; without one there is nothing to end."""

    refresh_token: str | None


class CloseSessionHandler:
    """Access tokens end by themselves within minutes; nothing of a session is kept here.

    Live connections of the login end at once, on every device: those whose session goes on come back by themselves.
    """

    def __init__(self, *, provider: IdentityProvider, log: LiveLog) -> None:
        self._provider = provider
        self._log = log

    async def __call__(self, command: CloseSession, cause: Cause) -> None:
        """Ends the chain.

        Raises:
            NeighbourUnavailable: the provider does not answer.
        """
        if cause.subject != ANONYMOUS:
            ended = LiveEvent(id=str(new_id()), type=SESSION_ENDED, ids={})
            # Without the log they end with their tokens.
            with contextlib.suppress(MemoryAway):
                await self._log.append(ended, frozenset({Audience.user(cause.subject.user_id)}))
        if command.refresh_token is not None:
            await self._provider.revoke(refresh_token=command.refresh_token)
