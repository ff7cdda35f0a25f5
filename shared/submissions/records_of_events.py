"""The canonical values of what happens: trades, disposals, figures of a period, incidents, explanations, files."""

from datetime import date, datetime
from typing import Protocol

from submissions.records import Record


class Trade(Record, Protocol):
    """One trade of a contract."""

    trade_id: str
    exchange_trade_no: str | None
    kind: str
    trade_date: date
    time: datetime
    contract_id: str
    refers_to: str | None
    market: str
    security: str
    share_class: str
    listing_year: int | None
    entitlement_class: str | None
    quantity_e4: int
    amount_fen: int | None
    settled: str
    new_maturity: date | None


class Disposal(Record, Protocol):
    """The disposal of collateral of a contract in default."""

    disposal_id: str
    contract_id: str
    declared_at: datetime
    market: str
    security: str
    share_class: str
    quantity_e4: int
    mode: str
    executed_e4: int
    average_price_e4: int | None
    fees_fen: int | None
    proceeds_fen: int | None
    applied_to_debt_fen: int | None
    surplus_returned_fen: int | None
    residual_fen: int | None
    finished_at: datetime | None


class FirmFinancials(Record, Protocol):
    """A firm's financial and risk control figures at the end of a period."""

    period_end: date
    scope: str
    net_capital_fen: int
    core_net_capital_fen: int
    net_assets_fen: int
    total_assets_fen: int
    total_liabilities_fen: int
    risk_provisions_fen: int
    risk_coverage_e6: int
    capital_leverage_e6: int
    liquidity_coverage_e6: int
    net_stable_funding_e6: int
    own_pledge_balance_fen: int
    margin_balance_fen: int
    agreed_repo_balance_fen: int
    financing_total_fen: int
    impairment_fen: int
    net_profit_fen: int
    audited: bool


class Incident(Record, Protocol):
    """Something that befell a firm: a system failure, litigation, a client group event."""

    incident_id: str
    kind: str
    occurred_at: datetime
    discovered_at: datetime
    cause: str
    scope: str
    contracts: tuple[str, ...] | None
    amount_fen: int | None
    possible_consequence: str
    measures: str
    status: str
    expected_recovery: datetime | None
    recovered_at: datetime | None
    attachments: tuple[str, ...] | None


class Explanation(Record, Protocol):
    """A written explanation."""

    explanation_id: str
    refers_to: tuple[str, ...]
    kind: str
    cause: str
    remedy: str
    prevention: str
    signer: str
    signed_at: datetime


class Header(Record, Protocol):
    """What stands before a file's records."""

    file_sequence: int
    environment: str
    content: str


class Trailer(Record, Protocol):
    """What stands after a file's records: counts, sums and hashes."""

    file_sequence: int
    environment: str
    counts: dict[str, int]
    amount_sum_fen: int
    quantity_sum_e4: int
    key_hash_sum: str
    sha256: str
