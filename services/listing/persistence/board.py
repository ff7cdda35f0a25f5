"""Summaries as the board shows them: a shelf without identities, open to every reader with access (P14.1)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, and_, delete, func, literal, or_, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.clock import local
from listing.domain.board_search import BoardPlace, BoardSearch, DetailSearch
from listing.domain.eligibility import Instrument
from listing.domain.summary import EXPIRED_SHOWN_FOR, Band, DetailKeys, Summary
from listing.persistence import tables
from listing.persistence.codec import from_json, to_json

_TABLE = tables.board_listing
_SHOWN = [
    column
    for column in _TABLE.c
    if column.name not in {"amount_from_fen", "amount_to_fen", "annual_rate_from", "annual_rate_to", "pledge_rate",
                           "share_classes", "industries", "region", "security_codes"}
]  # fmt: skip


class ShelfTable:
    """What this transaction shows and takes down."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def put(self, summary: Summary, keys: DetailKeys, *, hidden: bool) -> None:
        """Shows the listing as it is now; hidden, to nobody."""
        values = {
            "area": summary.area,
            "state": summary.state,
            "markets": list(summary.markets),
            "boards": list(summary.boards),
            "asset_classes": list(summary.asset_classes),
            "security_codes": [one.security for one in summary.securities],
            "securities": to_json(summary.securities),
            "amount_above": summary.amount.above,
            "amount_up_to": summary.amount.up_to,
            "rate_above": summary.annual_rate.above,
            "rate_up_to": summary.annual_rate.up_to,
            "months_from": summary.months_from,
            "months_to": summary.months_to,
            "published_at": summary.published_at,
            "valid_until": summary.valid_until,
            "ended_at": summary.ended_at,
            "update_under_review": summary.update_under_review,
            "hidden": hidden,
            "amount_from_fen": keys.amount_from_fen,
            "amount_to_fen": keys.amount_to_fen,
            "annual_rate_from": keys.annual_rate_from,
            "annual_rate_to": keys.annual_rate_to,
            "pledge_rate": keys.pledge_rate,
            "share_classes": list(keys.share_classes),
            "industries": list(keys.industries),
            "region": keys.region,
        }
        statement = upsert(_TABLE).values(listing_id=summary.listing_id, **values)
        await self._connection.execute(statement.on_conflict_do_update(index_elements=["listing_id"], set_=values))

    async def take_down(self, listing_id: UUID) -> None:
        """Shows it no more."""
        await self._connection.execute(delete(_TABLE).where(_TABLE.c.listing_id == listing_id))

    async def hide(self, participant_id: str, *, hidden: bool) -> None:
        """Hides everything of a participant, or shows it again: one statement, however many there are."""
        mine = _TABLE.c.listing_id.in_(_listings_of(participant_id))
        await self._connection.execute(update(_TABLE).where(mine).values(hidden=hidden))

    async def describe(self, participant_id: str, *, industries: tuple[str, ...], region: str | None) -> None:
        """What a pledgor's listings are found by; a pledgee's say it themselves."""
        mine = _TABLE.c.listing_id.in_(_listings_of(participant_id))
        described = update(_TABLE).where(mine, _TABLE.c.area == "pledgor")
        await self._connection.execute(described.values(industries=list(industries), region=region))


def _listings_of(participant_id: str) -> Select[Any]:
    return select(tables.listing.c.id).where(tables.listing.c.participant_id == participant_id)


async def load_summaries(
    connection: AsyncConnection, search: BoardSearch, *, after: BoardPlace | None, limit: int, now: datetime
) -> Sequence[Summary]:
    """Others' summaries, the newest first. The reader's own listings are the ones its scope lets it see."""
    own = select(tables.listing.c.id).where(tables.listing.c.id == _TABLE.c.listing_id).exists()
    query: Select[Any] = select(*_SHOWN).where(_still_shown(now), ~own, *_filters(search), *_detail(search.detail))
    if after is not None:
        query = query.where(
            tuple_(_TABLE.c.published_at, _TABLE.c.listing_id)
            < tuple_(literal(after.published_at), literal(after.listing_id))
        )
    query = query.order_by(_TABLE.c.published_at.desc(), _TABLE.c.listing_id.desc()).limit(limit)
    return [_summary(row) for row in await connection.execute(query)]


async def load_summary(connection: AsyncConnection, listing_id: UUID, now: datetime) -> Summary | None:
    """One summary, if the board shows it."""
    query = select(*_SHOWN).where(_TABLE.c.listing_id == listing_id, _still_shown(now))
    row = (await connection.execute(query)).one_or_none()
    return None if row is None else _summary(row)


def _still_shown(now: datetime) -> ColumnElement[bool]:
    return and_(~_TABLE.c.hidden, or_(_TABLE.c.ended_at.is_(None), _TABLE.c.ended_at > now - EXPIRED_SHOWN_FOR))


def _filters(search: BoardSearch) -> list[ColumnElement[bool]]:
    equal = [(_TABLE.c.area, search.area), (_TABLE.c.state, search.state)]
    holding = [
        (_TABLE.c.markets, search.market),
        (_TABLE.c.boards, search.board),
        (_TABLE.c.asset_classes, search.asset_class),
        (_TABLE.c.security_codes, search.security),
    ]
    conditions = [column == value for column, value in equal if value is not None]
    conditions += [column.contains([value]) for column, value in holding if value is not None]
    if search.months is not None:
        conditions.append(and_(_TABLE.c.months_from <= search.months, _TABLE.c.months_to >= search.months))
    return conditions


def _detail(search: DetailSearch | None) -> list[ColumnElement[bool]]:
    return [] if search is None else [*_figures(search), *_descriptions(search)]


def _figures(search: DetailSearch) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if search.amount_from_fen is not None:
        conditions.append(_TABLE.c.amount_to_fen >= search.amount_from_fen)
    if search.amount_to_fen is not None:
        conditions.append(_TABLE.c.amount_from_fen <= search.amount_to_fen)
    if search.annual_rate_max is not None:
        conditions.append(_TABLE.c.annual_rate_from <= search.annual_rate_max)
    if search.pledge_rate is not None:
        # A pledgor takes no less than its lowest rate, a pledgee gives no more than its highest.
        rate = _TABLE.c.pledge_rate
        meets = or_(
            and_(_TABLE.c.area == "pledgor", rate <= search.pledge_rate),
            and_(_TABLE.c.area == "pledgee", rate >= search.pledge_rate),
        )
        conditions.append(meets)
    return conditions


def _descriptions(search: DetailSearch) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if search.share_class is not None:
        conditions.append(_TABLE.c.share_classes.contains([search.share_class]))
    if search.industry is not None:
        # A pledgee that names no industry accepts any.
        any_industry = and_(_TABLE.c.area == "pledgee", func.cardinality(_TABLE.c.industries) == 0)
        conditions.append(or_(_TABLE.c.industries.contains([search.industry]), any_industry))
    if search.region is not None:
        conditions.append(_TABLE.c.region == search.region)
    return conditions


def _summary(row: Row[Any]) -> Summary:
    return Summary(
        listing_id=row.listing_id,
        area=row.area,
        state=row.state,
        markets=tuple(row.markets),
        boards=tuple(row.boards),
        asset_classes=tuple(row.asset_classes),
        securities=from_json(row.securities, tuple[Instrument, ...]),
        amount=Band(above=row.amount_above, up_to=row.amount_up_to),
        annual_rate=Band(above=row.rate_above, up_to=row.rate_up_to),
        months_from=row.months_from,
        months_to=row.months_to,
        published_at=local(row.published_at),
        valid_until=row.valid_until,
        ended_at=local(row.ended_at) if row.ended_at else None,
        update_under_review=row.update_under_review,
    )
