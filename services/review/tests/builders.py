"""Things as tests need them: valid by default, the difference in the keyword."""

from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from chassis.kernel import SHANGHAI
from review.domain.case import VerificationCase
from review.domain.holdings import Holding, HoldingKey
from review.domain.listing_content import CollateralLine, ListingContent, PledgeeTerms, PledgorTerms
from review.domain.verification_facts import (
    AveragePrice,
    LineFacts,
    RateCap,
    Security,
    SnapshotRef,
    VerificationFacts,
)

ACCOUNT = "a" * 32
MONDAY = datetime(2026, 3, 2, 10, 0, tzinfo=SHANGHAI)
TODAY = date(2026, 3, 2)
FRIDAY = date(2026, 2, 27)
HOLDINGS = SnapshotRef(kind="holding", snapshot_id=UUID(int=1), business_date=FRIDAY, revision=1)


def a_line(
    *,
    line_no: int = 1,
    account_ref: str = ACCOUNT,
    market: str = "SSE",
    security: str = "600000",
    share_class: str | None = "unrestricted",
    release_date: date | None = None,
    quantity: str = "1000000",
) -> CollateralLine:
    return CollateralLine(
        line_no=line_no,
        account_ref=account_ref,
        market=market,
        security=security,
        share_class=share_class,
        release_date=release_date,
        quantity=Decimal(quantity),
    )


def pledgor_terms(
    *,
    financing_wanted: str = "4000000",
    lowest_pledge_rate: str = "0.3",
    highest_annual_rate: str = "0.06",
    months: int = 12,
    warning_line: str = "1.5",
    liquidation_line: str = "1.3",
    valid_until: date = date(2026, 6, 30),
) -> PledgorTerms:
    return PledgorTerms(
        financing_wanted=Decimal(financing_wanted),
        lowest_pledge_rate=Decimal(lowest_pledge_rate),
        highest_annual_rate=Decimal(highest_annual_rate),
        months=months,
        warning_line=Decimal(warning_line),
        liquidation_line=Decimal(liquidation_line),
        valid_until=valid_until,
    )


def a_pledgors_listing(
    *lines: CollateralLine, terms: PledgorTerms | None = None, institution_category: str | None = None
) -> ListingContent:
    return ListingContent(
        area="pledgor",
        content_hash="0" * 64,
        lines=lines or (a_line(),),
        pledgor=terms or pledgor_terms(),
        institution_category=institution_category,
    )


def a_pledgees_listing(
    *,
    annual_rate_to: str = "0.08",
    funds_from: str = "1000000",
    funds_to: str = "50000000",
    months_to: int = 24,
    source: str = "own",
    highest_pledge_rates: dict[str, Decimal] | None = None,
) -> ListingContent:
    return ListingContent(
        area="pledgee",
        content_hash="0" * 64,
        pledgee=PledgeeTerms(
            funds_from=Decimal(funds_from),
            funds_to=Decimal(funds_to),
            source=source,
            months_from=6,
            months_to=months_to,
            annual_rate_from=Decimal("0.05"),
            annual_rate_to=Decimal(annual_rate_to),
            highest_pledge_rates=highest_pledge_rates or {"main": Decimal("0.5")},
            warning_line=Decimal("1.5"),
            liquidation_line=Decimal("1.3"),
            valid_until=date(2026, 6, 30),
        ),
    )


def a_holding(
    *,
    account_ref: str = ACCOUNT,
    market: str = "SSE",
    security: str = "600000",
    share_class: str | None = "unrestricted",
    held: str = "2000000",
    frozen: str = "0",
    pledged: str = "0",
    settlement_collateral: str = "0",
    other_restricted: str = "0",
    release_date: date | None = None,
) -> Holding:
    return Holding(
        key=HoldingKey(account_ref=account_ref, market=market, security=security, share_class=share_class),
        held=Decimal(held),
        frozen=Decimal(frozen),
        pledged=Decimal(pledged),
        settlement_collateral=Decimal(settlement_collateral),
        other_restricted=Decimal(other_restricted),
        release_date=release_date,
    )


def a_security(
    *,
    market: str = "SSE",
    security: str = "600000",
    asset_class: str = "a_share",
    a_capital: int | None = 1_000_000_000,
    special_treatment: str | None = None,
    suspended: bool = False,
    net_income_last_year: str | None = "1000000",
) -> Security:
    return Security(
        market=market,
        security=security,
        asset_class=asset_class,
        board="main",
        a_capital=a_capital,
        special_treatment=special_treatment,
        suspended=suspended,
        net_income_last_year=None if net_income_last_year is None else Decimal(net_income_last_year),
    )


def line_facts(
    line: CollateralLine | None = None,
    *,
    holding: Holding | None = None,
    held: bool = True,
    other_classes: tuple[str | None, ...] = (),
    ahead: str = "0",
    security: Security | None = None,
    listed: bool = True,
    average_price: str | None = "10",
    pledged_market_wide: str | None = "0",
) -> LineFacts:
    return LineFacts(
        line=line or a_line(),
        holding=(holding or a_holding()) if held else None,
        other_classes=other_classes,
        ahead=Decimal(ahead),
        security=(security or a_security()) if listed else None,
        average_price=None if average_price is None else AveragePrice(value=Fraction(average_price), days=7),
        pledged_market_wide=None if pledged_market_wide is None else Decimal(pledged_market_wide),
    )


def pledgor_facts(
    *lines: LineFacts,
    content: ListingContent | None = None,
    terms: PledgorTerms | None = None,
    institution_category: str | None = None,
    rate_cap: RateCap | None = None,
    day: date = TODAY,
) -> VerificationFacts:
    facts = lines or (line_facts(),)
    made = content or a_pledgors_listing(
        *(one.line for one in facts), terms=terms, institution_category=institution_category
    )
    return VerificationFacts(
        day=day,
        content=made,
        lines=facts,
        rate_cap=rate_cap or RateCap(cap=Fraction(12, 100), stale=False),
        snapshots=(HOLDINGS,),
    )


def pledgee_facts(
    content: ListingContent | None = None,
    *,
    rate_cap: RateCap | None = None,
    day: date = TODAY,
) -> VerificationFacts:
    return VerificationFacts(
        day=day,
        content=content or a_pledgees_listing(),
        rate_cap=rate_cap or RateCap(cap=Fraction(12, 100), stale=False),
    )


def a_case(*, content: ListingContent | None = None, participant_id: str = "p-1", version: int = 1) -> VerificationCase:
    return VerificationCase(
        case_id=UUID(int=100 + version),
        listing_id=UUID(int=7),
        version=version,
        participant_id=participant_id,
        content=content or a_pledgors_listing(),
        submitted_at=MONDAY,
    )
