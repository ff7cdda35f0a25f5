"""What other users see of a listing before they have one in force themselves (P14.1): no identity, account, contact."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from chassis.kernel import Refusal
from listing.domain.business_information import BusinessInformation
from listing.domain.content import Area, Form
from listing.domain.eligibility import Instrument
from listing.domain.listing import Listing
from listing.domain.pledgor_form import PledgorForm
from listing.domain.states import State

EXPIRED_SHOWN_FOR = timedelta(days=90)
_YUAN = 100
# Upper ends of the amount bands in fen, each included; above the last one there is no upper end.
AMOUNT_BANDS: tuple[int, ...] = tuple(
    one * _YUAN for one in (1_000_000, 5_000_000, 10_000_000, 50_000_000, 100_000_000, 500_000_000)
)
RATE_BAND = Decimal("0.01")


class NoListingInForce(Refusal):
    """Details, and filters over them, are for users with a listing in force of their own (P14.2)."""

    slug = "no-listing-in-force"
    title_zh = "须有本人处于有效期的发布信息方可查看详情"
    title_en = "Details are for users with a listing in force of their own"


@dataclass(frozen=True, kw_only=True)
class Band:
    """A range that hides the exact figure; `above` excluded, `up_to` included, none where there is no end."""

    above: Decimal
    up_to: Decimal | None


@dataclass(frozen=True, kw_only=True)
class Summary:
    """One listing as the board shows it; ranges of the pledgee area span their bands."""

    listing_id: UUID
    area: Area
    state: State
    markets: tuple[str, ...]
    boards: tuple[str, ...]
    asset_classes: tuple[str, ...]
    securities: tuple[Instrument, ...]
    amount: Band
    annual_rate: Band
    months_from: int
    months_to: int
    published_at: datetime
    valid_until: date
    ended_at: datetime | None
    update_under_review: bool


@dataclass(frozen=True, kw_only=True)
class DetailKeys:
    """What filters over details look at (P14.3); never shown with a summary.

    `pledge_rate` is the lowest a pledgor takes, the highest a pledgee gives. `industries` are a pledgor's own and those
    a pledgee accepts (none named: any); `region` is where a pledgor is, and where a pledgee lends.
    """

    amount_from_fen: int
    amount_to_fen: int
    annual_rate_from: Decimal
    annual_rate_to: Decimal
    pledge_rate: Decimal
    share_classes: tuple[str, ...]
    industries: tuple[str, ...]
    region: str | None


def detail_keys_of(form: Form, business: BusinessInformation) -> DetailKeys:
    """The exact figures behind a summary's bands, and what the owner says about itself."""
    amounts, rates, _ = _ranges(form)
    if isinstance(form, PledgorForm):
        pledge_rate = form.lowest_pledge_rate or Decimal(0)
        share_classes = sorted({one.share_class for one in form.lines if one.share_class is not None})
        industries, region = industries_of(business), business.region
    else:
        pledge_rate = max(form.highest_pledge_rates.values(), default=Decimal(0))
        share_classes = []
        industries, region = form.industries, form.region
    return DetailKeys(
        amount_from_fen=amounts[0],
        amount_to_fen=amounts[1],
        annual_rate_from=rates[0],
        annual_rate_to=rates[1],
        pledge_rate=pledge_rate,
        share_classes=tuple(share_classes),
        industries=industries,
        region=region,
    )


def industries_of(business: BusinessInformation) -> tuple[str, ...]:
    """What a pledgor is found by: the one industry it names, if it does."""
    return (business.industry,) if business.industry else ()


def amount_band(from_fen: int, to_fen: int) -> Band:
    """The band of an amount in CNY, or from the band of the lower end to that of the upper."""
    lower = max((one for one in AMOUNT_BANDS if one < from_fen), default=0)
    upper = min((one for one in AMOUNT_BANDS if one >= to_fen), default=None)
    return Band(above=Decimal(lower) / _YUAN, up_to=None if upper is None else Decimal(upper) / _YUAN)


def rate_band(low: Decimal, high: Decimal) -> Band:
    """The whole percents around a rate, or around a range of rates."""
    below = (low / RATE_BAND).to_integral_value(rounding="ROUND_CEILING") - 1
    above = (high / RATE_BAND).to_integral_value(rounding="ROUND_CEILING")
    return Band(above=below * RATE_BAND, up_to=above * RATE_BAND)


def summary_of(listing: Listing) -> Summary | None:
    """The listing as others see it; none while it is not published, or restricted."""
    shown = listing.publication == "published" and listing.visibility == "normal"
    if not shown or listing.public is None or listing.state is None or listing.published_at is None:
        return None
    form, instruments = listing.public.form, listing.public.instruments
    amounts, rates, terms = _ranges(form)
    markets, boards, classes = _subjects(form, instruments)
    return Summary(
        listing_id=listing.id,
        area=listing.area,
        state=listing.state,
        markets=markets,
        boards=boards,
        asset_classes=classes,
        securities=instruments,
        amount=amount_band(*amounts),
        annual_rate=rate_band(*rates),
        months_from=terms[0],
        months_to=terms[1],
        published_at=listing.published_at,
        valid_until=listing.public.valid_until,
        ended_at=listing.ended_at,
        update_under_review=listing.under_review is not None,
    )


def _ranges(form: Form) -> tuple[tuple[int, int], tuple[Decimal, Decimal], tuple[int, int]]:
    if isinstance(form, PledgorForm):
        amount, rate, months = form.financing_wanted_fen, form.highest_annual_rate, form.months
        return (amount or 0, amount or 0), (rate or RATE_BAND, rate or RATE_BAND), (months or 0, months or 0)
    return (
        (form.funds_from_fen or 0, form.funds_to_fen or 0),
        (form.annual_rate_from or RATE_BAND, form.annual_rate_to or RATE_BAND),
        (form.months_from or 0, form.months_to or 0),
    )


def _subjects(
    form: Form, instruments: Sequence[Instrument]
) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    if isinstance(form, PledgorForm):
        return (
            tuple(sorted({one.market for one in instruments})),
            tuple(sorted({one.board for one in instruments})),
            tuple(sorted({one.asset_class for one in instruments})),
        )
    return form.markets, form.boards, form.asset_classes
