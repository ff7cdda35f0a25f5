"""What forms are checked against: securities of the latest complete master, classes and templates as dated data."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.snapshots import latest_complete_until
from listing.domain.eligibility import Catalogue, EligibleClass, Instrument, instruments_by_code
from listing.domain.product_template import ProductTemplate
from listing.persistence import tables


class CatalogueTable:
    """Catalogues of one transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def of(self, securities: Collection[tuple[str, str]], today: date) -> Catalogue:
        """The catalogue of the day with these securities of the master."""
        found = await load_instruments(self._connection, securities)
        return Catalogue(
            today=today,
            instruments=instruments_by_code(found),
            classes=await self._classes(),
            templates=await self._templates(today),
        )

    async def _classes(self) -> tuple[EligibleClass, ...]:
        table = tables.eligible_class
        return tuple(
            EligibleClass(
                asset_class=row.asset_class,
                step=row.step,
                has_share_class=row.has_share_class,
                valid_from=row.valid_from,
                valid_to=row.valid_to,
                market=row.market,
                security=row.security,
            )
            for row in await self._connection.execute(select(table))
        )

    async def _templates(self, today: date) -> dict[str, ProductTemplate]:
        table = tables.product_template
        in_effect = table.c.valid_from <= today, or_(table.c.valid_to.is_(None), table.c.valid_to > today)
        query = select(table).where(*in_effect).order_by(table.c.id, table.c.version)
        return {
            row.id: ProductTemplate(
                id=row.id,
                version=row.version,
                amount_from_fen=row.amount_from_fen,
                amount_to_fen=row.amount_to_fen,
                terms=tuple(row.terms),
                valid_from=row.valid_from,
                valid_to=row.valid_to,
            )
            for row in await self._connection.execute(query)
        }


async def load_instruments(connection: AsyncConnection, securities: Collection[tuple[str, str]]) -> list[Instrument]:
    """The securities the latest complete master knows of those asked for."""
    if not securities:
        return []
    snapshot = await latest_complete_until(connection, tables.snapshots, kind="security")
    if snapshot is None:
        return []
    table = tables.security
    query = select(table).where(
        table.c.snapshot_id == snapshot.snapshot_id,
        tuple_(table.c.market, table.c.security).in_(sorted(securities)),
    )
    return [
        Instrument(
            market=row.market, security=row.security, name=row.name, board=row.board, asset_class=row.asset_class
        )
        for row in await connection.execute(query)
    ]
