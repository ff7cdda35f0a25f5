"""Proposals about firms, and the unit of work that decides them."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import fields
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, Table, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.cause import Cause
from chassis.database import Database
from chassis.reading import ReadingSession
from chassis.unit_of_work import UnitOfWork
from monitoring.application.intake_ports import Firms
from monitoring.application.onboarding_ports import FirmCredentials, FirmProposals
from monitoring.domain.firm import Firm, FirmEnvironment
from monitoring.domain.firm_credential import CredentialAlreadyProposed, FirmCredential
from monitoring.domain.firm_onboarding import FirmAlreadyProposed, FirmProposal
from monitoring.domain.four_eyes import ProposalNotFound, ProposalState
from monitoring.persistence.firms import PostgresFirms
from monitoring.persistence.tables import onboarding as tables

_HELD_PROPOSAL = select(tables.proposal).with_for_update()
_HELD_CREDENTIAL = select(tables.credential).with_for_update()


class PostgresFirmProposals:
    """`FirmProposals` on Postgres."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, proposal: FirmProposal) -> None:
        """Keeps a new one."""
        if not await _added(self._connection, tables.proposal, proposal):
            raise FirmAlreadyProposed(firm_id=proposal.firm_id)

    async def lock(self, proposal_id: UUID) -> FirmProposal:
        """One of them, held until the transaction ends."""
        return _proposal_of(await _found(self._connection, _HELD_PROPOSAL, proposal_id))

    async def save(self, proposal: FirmProposal) -> None:
        """Keeps the decision."""
        await _saved(self._connection, tables.proposal, proposal)


class PostgresFirmCredentials:
    """`FirmCredentials` on Postgres."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, credential: FirmCredential) -> None:
        """Keeps a new one."""
        if not await _added(self._connection, tables.credential, credential):
            raise CredentialAlreadyProposed(firm_id=credential.firm_id, environment=credential.environment)

    async def lock(self, credential_id: UUID) -> FirmCredential:
        """One of them, held until the transaction ends."""
        return _credential_of(await _found(self._connection, _HELD_CREDENTIAL, credential_id))

    async def unissued(self, firm_id: str, environment: FirmEnvironment) -> list[FirmCredential]:
        """Those that were approved and neither issued nor overtaken; held until the transaction ends."""
        table = tables.credential
        query = select(table).filter_by(firm_id=firm_id, environment=environment, state="approved")
        query = query.where(table.c.issued_at.is_(None), table.c.lapsed_at.is_(None)).with_for_update()
        return [_credential_of(row) for row in await self._connection.execute(query)]

    async def save(self, credential: FirmCredential) -> None:
        """Keeps the decision and what followed."""
        await _saved(self._connection, tables.credential, credential)


class PostgresOnboardingWork(UnitOfWork):
    """`OnboardingWork` on Postgres."""

    async def opened(self) -> None:
        """Builds the repositories."""
        self.firms: Firms = PostgresFirms(self.connection)
        self.proposals: FirmProposals = PostgresFirmProposals(self.connection)
        self.credentials: FirmCredentials = PostgresFirmCredentials(self.connection)


class PostgresOnboardingReads:
    """`OnboardingReads` on Postgres."""

    def __init__(self, session: ReadingSession) -> None:
        self._session = session

    @property
    def as_of(self) -> datetime:
        """The moment it speaks of."""
        return self._session.as_of

    async def firm(self, firm_id: str) -> Firm:
        """A firm."""
        return await PostgresFirms(self._session.connection).get(firm_id)

    async def credential(self, credential_id: UUID) -> FirmCredential:
        """One credential."""
        return _credential_of(await _found(self._session.connection, select(tables.credential), credential_id))

    async def firm_proposals(self, state: ProposalState | None, *, most: int) -> list[FirmProposal]:
        """Firms that were proposed, the newest first."""
        return [_proposal_of(row) for row in await self._newest(tables.proposal, state, most)]

    async def credentials(self, state: ProposalState | None, *, most: int) -> list[FirmCredential]:
        """Credentials that were proposed, the newest first."""
        return [_credential_of(row) for row in await self._newest(tables.credential, state, most)]

    async def _newest(self, table: Table, state: ProposalState | None, most: int) -> Sequence[Row[Any]]:
        query = select(table).order_by(table.c.proposed_at.desc(), table.c.id.desc()).limit(most)
        if state is not None:
            query = query.where(table.c.state == state)
        return (await self._session.connection.execute(query)).all()


class OnboardingReading:
    """`ReadingOnboarding`: which roles come here is the matrix's, and each of them decides about every firm."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @asynccontextmanager
    async def __call__(self, cause: Cause) -> AsyncIterator[PostgresOnboardingReads]:
        """One snapshot."""
        async with self._database.reading(cause, scope="all") as session:
            yield PostgresOnboardingReads(session)


async def _added(connection: AsyncConnection, table: Table, proposal: FirmProposal | FirmCredential) -> bool:
    row = insert(table).values(_values(proposal)).on_conflict_do_nothing().returning(table.c.id)
    return (await connection.execute(row)).one_or_none() is not None


async def _found(connection: AsyncConnection, query: Select[Any], proposal_id: UUID) -> Row[Any]:
    row: Row[Any] | None = (await connection.execute(query.filter_by(id=proposal_id))).one_or_none()
    if row is None:
        raise ProposalNotFound
    return row


async def _saved(connection: AsyncConnection, table: Table, proposal: FirmProposal | FirmCredential) -> None:
    await connection.execute(update(table).where(table.c.id == proposal.id).values(_values(proposal)))


def _values(proposal: FirmProposal | FirmCredential) -> dict[str, object]:
    return {one.name: getattr(proposal, one.name) for one in fields(proposal)}


def _proposal_of(row: Row[Any]) -> FirmProposal:
    return FirmProposal(**row._mapping)  # noqa: SLF001  # SQLAlchemy's public name


def _credential_of(row: Row[Any]) -> FirmCredential:
    return FirmCredential(**row._mapping)  # noqa: SLF001  # the same
