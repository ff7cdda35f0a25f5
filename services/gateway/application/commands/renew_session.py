"""Stay signed in: a refresh token is spent for fresh credentials."""

from dataclasses import dataclass

from chassis.cause import Cause
from gateway.application.ports import Credentials, IdentityProvider


@dataclass(frozen=True, kw_only=True)
class RenewSession:
    """The refresh token the client holds."""

    refresh_token: str


class RenewSessionHandler:
    """The provider rotates; a token that comes twice ends its whole chain there."""

    def __init__(self, *, provider: IdentityProvider) -> None:
        self._provider = provider

    async def __call__(self, command: RenewSession, cause: Cause) -> Credentials:
        """Fresh credentials.

        Raises:
            SignInRefused: the provider says no.
            NeighbourUnavailable: the provider does not answer.
        """
        del cause
        return await self._provider.renew(refresh_token=command.refresh_token)
