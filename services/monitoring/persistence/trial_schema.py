"""The schema of what firms try out (T1): the same tables as the first one's, under roles of its own."""

from contextlib import suppress
from dataclasses import replace

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.cause import SYSTEM
from chassis.database import Database
from chassis.scope import SET_SCOPE, scope_of
from monitoring.domain.firm import Firm, FirmExists
from monitoring.persistence.firms import PostgresFirms

_FORGET = text("delete from book_change where firm_id = :firm_id")


async def know_in_test(trial: Database, firm: Firm) -> None:
    """Writes a firm down there, so that its test topic is heard; may be done again."""
    with suppress(FirmExists):
        async with trial.engine.begin() as connection:
            await _see_every_firm(connection)
            await PostgresFirms(connection).add(replace(firm, status="active"))


async def forget_changes(trial: Database, firm_id: str) -> None:
    """Drops what valuation would follow: of what firms try out no figure is made."""
    async with trial.engine.begin() as connection:
        await _see_every_firm(connection)
        await connection.execute(_FORGET, {"firm_id": firm_id})


async def _see_every_firm(connection: AsyncConnection) -> None:
    await connection.execute(text(f"select {SET_SCOPE}"), scope_of(SYSTEM))
