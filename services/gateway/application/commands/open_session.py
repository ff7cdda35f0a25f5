"""Sign in: the code and its proof become credentials, and the participant is registered."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from chassis.cause import Cause, Subject
from gateway.application.commands.ensure_registration import EnsureRegistration, EnsureRegistrationHandler
from gateway.application.ports import Credentials, IdentityProvider, NeighbourUnavailable

Verify = Callable[[str], Awaitable[Subject]]


@dataclass(frozen=True, kw_only=True)
class OpenSession:
    """What the client brought back from the provider."""

    code: str
    verifier: str
    redirect_uri: str


@dataclass(frozen=True, kw_only=True)
class Session:
    """Credentials, whose they are, and what could not be done just now."""

    credentials: Credentials
    subject: Subject
    degraded: tuple[str, ...] = ()


class OpenSessionHandler:
    """Listing being away does not keep anybody from signing in: registration is made up for at the first request."""

    def __init__(
        self, *, provider: IdentityProvider, verify: Verify, ensure_registration: EnsureRegistrationHandler
    ) -> None:
        self._provider = provider
        self._verify = verify
        self._ensure_registration = ensure_registration

    async def __call__(self, command: OpenSession, cause: Cause) -> Session:
        """The session.

        Raises:
            SignInRefused: the provider says no.
            NeighbourUnavailable: the provider does not answer.
        """
        credentials = await self._provider.exchange(
            code=command.code, verifier=command.verifier, redirect_uri=command.redirect_uri
        )
        authorization = f"Bearer {credentials.access_token}"
        subject = await self._verify(authorization)
        try:
            await self._ensure_registration(
                EnsureRegistration(authorization=authorization), replace(cause, subject=subject)
            )
        except NeighbourUnavailable:
            return Session(credentials=credentials, subject=subject, degraded=("listing",))
        return Session(credentials=credentials, subject=subject)
