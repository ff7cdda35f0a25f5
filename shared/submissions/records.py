"""What the rules see: the canonical values of a record, typed.

Money is in fen, quantities and prices in ten-thousandths, ratios in millionths: the attribute's name says so. None
means absent. The structs themselves are made from the dictionary (`submissions.wire`); a test holds both together.
"""

from datetime import date, datetime
from typing import Protocol


class Record(Protocol):
    """The members common to all record types."""

    spec_version: str
    action: str
    firm_id: str
    business_date: date
    sequence: int
    record_key: str
    reported_at: datetime
    corrects: str | None
    reason: str | None
    merged_into: str | None
    load_id: str | None
    no_data: dict[str, str] | None


class Contract(Record, Protocol):
    """One repo contract."""

    contract_id: str
    agreement_no: str
    borrower_id: str
    lender_id: str
    merge_group_id: str | None
    initial_trade_id: str
    initial_market: str
    initial_security: str
    initial_date: date
    initial_amount_fen: int
    initial_pledge_rate_e6: int
    initial_maturity: date
    maturity: date
    cumulative_term: int
    rate_e6: int
    day_count: str
    interest_paid_to: date
    principal_repaid_fen: int
    other_due_fen: int
    payable_fen: int
    warning_line_e6: int
    liquidation_line_e6: int
    release_line_e6: int | None
    cure_days: int | None
    cure_target_e6: int | None
    coverage_reported_e6: int
    level_reported: str
    cure_due: date | None
    status: str
    close_reason: str | None
    close_date: date | None
    close_amount_fen: int | None
    extension_count: int
    last_extension: date | None
    default_flag: bool
    default_date: date | None
    default_kind: str | None
    disposal_start: date | None
    disposal_proceeds_fen: int | None
    residual_claim_fen: int | None
    recovered_later_fen: int | None
    fund_use: str
    fund_use_text: str | None
    fund_account: str | None
    relief_flag: bool
    relief_basis: str | None
    other_collateral_value_fen: int


class Collateral(Record, Protocol):
    """One line of a contract's collateral."""

    contract_id: str
    line_no: int
    line_kind: str
    trade_id: str
    market: str
    security: str
    asset_class: str
    share_class: str
    share_origin: str
    listing_year: int | None
    initial_quantity_e4: int
    bonus_quantity_e4: int
    released_quantity_e4: int
    current_quantity_e4: int
    pledged_cash_fen: int
    price_used_e4: int
    price_date: date
    accrued_interest_e4: int | None
    market_value_fen: int
    registration_no: str
    status: str
    lockup_end: date | None


class Declaration(Record, Protocol):
    """What a firm declares to have reported, per stream and business date."""

    stream: str
    count: int
    amount_sum_fen: int
    quantity_sum_e4: int
    declarer_id: str
