"""A securities firm comes on board: first in our books, then on the broker; its credentials are shown once."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from chassis.cause import Cause
from monitoring.application.intake_ports import BeginIntake
from monitoring.domain.firm import Firm


@dataclass(frozen=True, kw_only=True)
class OnboardFirm:
    """Take a firm on board."""

    firm_id: str
    name: str


@dataclass(frozen=True, kw_only=True)
class Credentials:
    """What a firm needs to reach its topics; the password is stored nowhere. `authority` is the broker's, in PEM."""

    bootstrap: str
    authority: str | None
    mechanism: str
    username: str
    password: str
    submissions_topic: str
    receipts_topic: str
    group_prefix: str


Provide = Callable[[str], Awaitable[Credentials]]


class OnboardFirmHandler:
    """Writes the firm down. Its topics do not exist yet, so nothing can come from it before it is known."""

    def __init__(self, *, begin: BeginIntake) -> None:
        self._begin = begin

    async def __call__(self, command: OnboardFirm, cause: Cause) -> Firm:
        """The firm, not yet able to submit.

        Raises:
            FirmExists: its id is taken.
        """
        async with self._begin(cause) as work:
            await work.scope(everything=True)
            firm = Firm(firm_id=command.firm_id, name=command.name, status="onboarding", onboarded_at=work.now)
            await work.firms.add(firm)
            return work.answer(firm)


@dataclass(frozen=True, kw_only=True)
class ProvideFirm:
    """Give a firm that is being taken on board its topics and credentials."""

    firm_id: str


class ProvideFirmHandler:
    """Topics, credentials and access lists between two transactions: the broker is never waited for inside one.

    A firm that is active already gets none: credentials are shown once. Ended half-way, it may be called again.
    """

    def __init__(self, *, begin: BeginIntake, provide: Provide) -> None:
        self._begin = begin
        self._provide = provide

    async def __call__(self, command: ProvideFirm, cause: Cause) -> Credentials | None:
        """The credentials, if this call made them."""
        if (await self._firm(command, cause)).status != "onboarding":
            return None
        credentials = await self._provide(command.firm_id)
        async with self._begin(_again(cause)) as work:
            await work.scope(everything=True)
            await work.firms.activate(command.firm_id)
        return credentials

    async def _firm(self, command: ProvideFirm, cause: Cause) -> Firm:
        async with self._begin(_again(cause)) as work:
            await work.scope(everything=True)
            return await work.firms.get(command.firm_id)


def _again(cause: Cause) -> Cause:
    """A cause of its own for each further transaction of the same request."""
    return Cause(subject=cause.subject, operation=cause.operation, trace=cause.trace)
