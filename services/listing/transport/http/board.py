"""The board: summaries of others' listings (P14.1)."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, NamedTuple
from uuid import UUID

from fastapi import Depends, Query

from chassis.http import Page, PageRequest, QueryCause, Routes, encode_cursor
from finance.units import fen
from listing.application.queries.browse_listings import BrowseListings
from listing.application.use_cases import UseCases
from listing.domain.board_search import BoardPlace, BoardSearch, DetailSearch
from listing.domain.content import Area
from listing.domain.states import State
from listing.transport.http.contents import Code, Fraction, Money, Words
from listing.transport.http.views import SummaryView


class Place(NamedTuple):
    """The sort key in a cursor."""

    published_at: datetime
    listing_id: UUID


class SummaryFilters:
    """Filters over what summaries show."""

    def __init__(  # noqa: PLR0913, PLR0917  # one parameter for each filter, given by name
        self,
        area: Area | None = None,
        market: Code | None = None,
        board: Code | None = None,
        asset_class: Code | None = None,
        security: Code | None = None,
        state: State | None = None,
        months: Annotated[int | None, Query(ge=1, le=120, description="A term its range holds")] = None,
    ) -> None:
        self.given = {
            "area": area,
            "market": market,
            "board": board,
            "asset_class": asset_class,
            "security": security,
            "state": state,
            "months": months,
        }


class DetailFilters:
    """Filters over details: for readers with a listing in force (P14.2)."""

    def __init__(  # noqa: PLR0913, PLR0917  # one parameter for each filter, given by name
        self,
        amount_from: Money | None = None,
        amount_to: Money | None = None,
        annual_rate_max: Fraction | None = None,
        pledge_rate: Fraction | None = None,
        share_class: Code | None = None,
        industry: Annotated[Words | None, Query(description="A pledgor's own, or one a pledgee accepts")] = None,
        region: Annotated[Words | None, Query(description="Where a pledgor is, or a pledgee lends")] = None,
    ) -> None:
        self.search = DetailSearch(
            amount_from_fen=_fen(amount_from),
            amount_to_fen=_fen(amount_to),
            annual_rate_max=annual_rate_max,
            pledge_rate=pledge_rate,
            share_class=share_class,
            industry=industry,
            region=region,
        )


def board_routes(use_cases: UseCases) -> Routes:
    """The board's own route."""
    routes = Routes(service="listing", tags=["board"])

    @routes.get("/listings", operation="listing.search")
    async def browse_listings(
        cause: QueryCause,
        page: PageRequest,
        filters: Annotated[SummaryFilters, Depends()],
        details: Annotated[DetailFilters, Depends()],
    ) -> Page[SummaryView]:
        """Others' published listings, the newest first; a page stays stable while listings are inserted."""
        after = page.after(Place)
        search = BoardSearch(**filters.given, detail=details.search if details.search.fields else None)  # type: ignore[arg-type]  # by name
        asked = BrowseListings(
            search=search,
            after=BoardPlace(published_at=after.published_at, listing_id=after.listing_id) if after else None,
            limit=page.limit,
        )
        found = await use_cases.browse_listings(asked, cause)
        last = found.summaries[-1] if found.more else None
        return Page[SummaryView](
            items=[SummaryView.of(one) for one in found.summaries],
            next_cursor=encode_cursor(Place(last.published_at, last.listing_id)) if last else None,
            as_of=found.as_of,
        )

    return routes


def _fen(amount: Decimal | None) -> int | None:
    return None if amount is None else fen(amount)
