"""Valid things by default; a test says only what differs."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from chassis.kernel import SHANGHAI, new_id
from listing.domain.content import Form, area_of, content_hash
from listing.domain.declaration import Declaration
from listing.domain.eligibility import Catalogue, EligibleClass, Instrument, instruments_by_code
from listing.domain.listing import Listing
from listing.domain.participant import Account, BasicInformation, Participant
from listing.domain.pledgee_form import PledgeeForm
from listing.domain.pledgor_form import CollateralLine, PledgorForm
from listing.domain.product_template import ProductTemplate
from listing.domain.restriction import Ground, Restriction
from listing.domain.version import Approval, Reason

MONDAY = date(2026, 3, 2)
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=SHANGHAI)
ACCOUNT = "a" * 32
OTHER_ACCOUNT = "b" * 32
SHARE = Instrument(market="SSE", security="600000", name="浦发银行", board="main", asset_class="a_share")
BOND = Instrument(market="SSE", security="019547", name="16国债19", board="bond", asset_class="bond")
FUND = Instrument(market="OTC", security="110022", name="消费行业", board="fund", asset_class="fund_unit")
UNKNOWN = Instrument(market="SSE", security="510300", name="300ETF", board="fund", asset_class="etf")
ALWAYS = date(2000, 1, 1)
CLASSES = (
    EligibleClass(asset_class="a_share", step=Decimal(1), has_share_class=True, valid_from=ALWAYS),
    EligibleClass(asset_class="bond", step=Decimal(1), has_share_class=False, valid_from=ALWAYS),
    EligibleClass(asset_class="fund_unit", step=Decimal("0.0001"), has_share_class=False, valid_from=ALWAYS),
)
QUICK_FINANCE = ProductTemplate(
    id="quick_finance",
    version=1,
    amount_from_fen=100_000_000,
    amount_to_fen=1_000_000_000,
    terms=(6, 12),
    valid_from=ALWAYS,
)


def a_catalogue(*, today: date = MONDAY, classes: tuple[EligibleClass, ...] = CLASSES) -> Catalogue:
    return Catalogue(
        today=today,
        instruments=instruments_by_code([SHARE, BOND, FUND, UNKNOWN]),
        classes=classes,
        templates={"quick_finance": QUICK_FINANCE},
    )


def a_line(
    *,
    account_ref: str | None = ACCOUNT,
    instrument: Instrument = SHARE,
    share_class: str | None = "unrestricted",
    release_date: date | None = None,
    quantity: str | None = "100000",
) -> CollateralLine:
    return CollateralLine(
        account_ref=account_ref,
        market=instrument.market,
        security=instrument.security,
        share_class=share_class,
        release_date=release_date,
        quantity=None if quantity is None else Decimal(quantity),
    )


def a_pledgor_form(
    *,
    lines: tuple[CollateralLine, ...] | None = None,
    financing_wanted_fen: int | None = 40_000_000,
    highest_annual_rate: str | None = "0.065",
    warning_line: str | None = "1.5",
    liquidation_line: str | None = "1.3",
    months: int | None = 12,
    valid_until: date | None = MONDAY + timedelta(days=30),
    purpose: str | None = "补充流动资金",
) -> PledgorForm:
    return PledgorForm(
        lines=(a_line(),) if lines is None else lines,
        financing_wanted_fen=financing_wanted_fen,
        lowest_pledge_rate=Decimal("0.4"),
        highest_annual_rate=None if highest_annual_rate is None else Decimal(highest_annual_rate),
        months=months,
        purpose=purpose,
        warning_line=None if warning_line is None else Decimal(warning_line),
        liquidation_line=None if liquidation_line is None else Decimal(liquidation_line),
        repayment_source="经营收入",
        valid_until=valid_until,
    )


def a_pledgee_form(
    *,
    funds_from_fen: int | None = 100_000_000,
    funds_to_fen: int | None = 500_000_000,
    months_from: int | None = 6,
    months_to: int | None = 12,
    annual_rate_to: str | None = "0.08",
    source: str | None = "own",
    boards: tuple[str, ...] = ("main",),
    asset_classes: tuple[str, ...] = ("a_share",),
    highest_pledge_rates: dict[str, Decimal] | None = None,
    template: str | None = None,
    valid_until: date | None = MONDAY + timedelta(days=30),
) -> PledgeeForm:
    return PledgeeForm(
        funds_from_fen=funds_from_fen,
        funds_to_fen=funds_to_fen,
        source=source,
        months_from=months_from,
        months_to=months_to,
        annual_rate_from=Decimal("0.06"),
        annual_rate_to=None if annual_rate_to is None else Decimal(annual_rate_to),
        markets=("SSE", "SZSE"),
        asset_classes=asset_classes,
        boards=boards,
        highest_pledge_rates={"main": Decimal("0.5")} if highest_pledge_rates is None else highest_pledge_rates,
        warning_line=Decimal("1.5"),
        liquidation_line=Decimal("1.3"),
        region="上海",
        template=template,
        valid_until=valid_until,
    )


def a_declaration(form: Form) -> Declaration:
    return Declaration(text_version="1", user_id="user-1", declared_at=NOON, content_hash=content_hash(form))


def a_draft(*, form: Form | None = None, participant_id: str = "P1", listing_id: UUID | None = None) -> Listing:
    form = form or a_pledgor_form()
    return Listing(
        id=listing_id or new_id(), participant_id=participant_id, area=area_of(form), created_at=NOON, draft=form
    )


def a_submitted_listing(*, form: Form | None = None, participant_id: str = "P1") -> Listing:
    listing = a_draft(form=form, participant_id=participant_id)
    assert listing.draft is not None
    listing.submit(a_declaration(listing.draft), (SHARE,), at=NOON)
    return listing


def an_approval(*, version: int = 1, publishable_on: date | None = MONDAY) -> Approval:
    return Approval(
        version=version, publishable_on=publishable_on, snapshot_date=MONDAY - timedelta(days=3), snapshot_revision=1
    )


def a_published_listing(*, form: Form | None = None, participant_id: str = "P1", state: str = "open") -> Listing:
    listing = a_submitted_listing(form=form, participant_id=participant_id)
    listing.approve(an_approval(), today=MONDAY, at=NOON)
    if state == "expired":
        listing.move("expired", at=NOON)
    elif state == "negotiating":
        listing.move("negotiating", at=NOON)
    elif state == "pledged":
        listing.move("pledged", at=NOON)
    listing.facts.clear()
    return listing


def a_reason(*, code: str = "quantity-unavailable") -> Reason:
    return Reason(
        code=code,
        pointer="/content/lines/0/quantity",
        rule_id="P10.1",
        rule_version="1",
        message_zh="可用数量不足",
        message_en="Not enough is available",
        held=Decimal(1000),
        available=Decimal(400),
        asked=Decimal(500),
        deductions={"frozen": Decimal(600)},
    )


def a_participant(*, participant_id: str = "P1", accounts: tuple[Account, ...] | None = None) -> Participant:
    return Participant.register(
        participant_id=participant_id,
        kind="person",
        basic=BasicInformation(name="张三"),
        accounts=(Account(account_ref=ACCOUNT, number_masked="********0001"),) if accounts is None else accounts,
        claimed_at=NOON,
        at=NOON,
    )


def a_restriction() -> Restriction:
    ground = Ground(
        kind="field",
        code="field_untrue",
        version="1",
        pointer="/pledgor/purpose",
        message_zh="所填内容与事实不符",
        message_en="What the field says is not true",
    )
    return Restriction(sanction_id=UUID(int=5), ground=ground, since=NOON)
