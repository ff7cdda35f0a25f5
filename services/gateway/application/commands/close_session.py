"""Sign out: the refresh token's chain ends."""

from dataclasses import dataclass

from chassis.cause import Cause
from gateway.application.ports import IdentityProvider


@dataclass(frozen=True, kw_only=True)
class CloseSession:
    """The refresh token the client gives up; without one there is nothing to end."""

    refresh_token: str | None


class CloseSessionHandler:
    """Access tokens end by themselves within minutes; nothing of a session is kept here."""

    def __init__(self, *, provider: IdentityProvider) -> None:
        self._provider = provider

    async def __call__(self, command: CloseSession, cause: Cause) -> None:
        """Ends the chain.

        Raises:
            NeighbourUnavailable: the provider does not answer.
        """
        del cause
        if command.refresh_token is not None:
            await self._provider.revoke(refresh_token=command.refresh_token)
