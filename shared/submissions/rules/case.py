"""What a rule may ask beside its record: the firm's own book, and the platform's reference data.

Every answer may be None: the lookup is not at hand (offline, or not built yet). A rule then is *not checked*, which is
counted and said, never taken for passed.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Final

from finance.calendar import TradingCalendar
from submissions.book import Book, KeyState
from submissions.records import Collateral, Contract

# What a check answers when a lookup it stands on is not at hand; no path of a field is spelt like it.
NOT_CHECKED: Final = "?"


@dataclass(frozen=True, slots=True)
class ComputedCoverage:
    """What the platform computes for a contract as of a record's business date."""

    ratio: Fraction | None
    level: str


class References:
    """The platform's lookups; a service overrides what it has. None from any of them: not at hand."""

    def calendar(self) -> TradingCalendar | None:
        """The trading calendar."""

    def knows_security(self, market: str, security: str) -> bool | None:
        """Whether the security stands in the security master."""

    def reference_price(self, market: str, security: str, day: date) -> Decimal | None:
        """The price of a security on a day."""

    def lender_type(self, lender_id: str) -> str | None:
        """The type of one of the firm's lenders."""

    def licences(self) -> frozenset[str] | None:
        """The firm's licences, as lender types."""

    def blacklisted(self, borrower_id: str, day: date) -> bool | None:
        """Whether a borrower stands on the blacklist on a day."""

    def declarers(self) -> frozenset[str] | None:
        """The persons registered to declare for the firm."""

    def coverage(self, contract: Contract) -> ComputedCoverage | None:
        """Coverage ratio and level of a contract as the platform computes them."""

    def default_disposal(self, contract_id: str) -> bool | None:
        """Whether a default disposal of the contract was traded."""

    def supplement_trade_date(self, trade_id: str) -> date | None:
        """The date of a supplement trade."""

    def cap_broken(self, line: Collateral) -> bool | None:
        """Whether a cap on the pledge of one A-share is exceeded with this line (V066)."""

    def registered(self, registration_no: str) -> bool | None:
        """Whether a registration number stands in the depository's register."""

    def received_totals(self, stream: str, day: date) -> tuple[int, int, int] | None:
        """Count, sum of amounts (fen) and sum of quantities (e4) received of a stream for a business date."""

    def newest_contract(self, borrower_id: str) -> date | None:
        """The day on which a borrower's newest contract began; `date.min` where there is none."""

    def holder_5pct(self, unified_account: str | None, day: date) -> bool | None:
        """Whether the register shows 5% of a security or more in an account (V038)."""

    def first_initial(self, contract_id: str) -> bool | None:
        """Whether a contract is its borrower's first one (V045)."""

    def maturity(self, contract_id: str) -> date | None:
        """The day on which a contract is due so far."""

    def in_default(self, contract_id: str) -> bool | None:
        """Whether a contract is in default."""

    def pledged_e4(self, contract_id: str, market: str, security: str) -> int | None:
        """How much of a security secures a contract now."""

    def received_before(self, accession: str) -> bool | None:
        """Whether a record of the firm was received under an accession, whatever became of it."""

    def live_references(self, record_type: str, record_key: str) -> bool | None:
        """Whether something live refers to a record."""


class KnownMarket(References):
    """A calendar and a security master and nothing else: what the offline validator may be given."""

    def __init__(self, calendar: TradingCalendar | None, securities: frozenset[tuple[str, str]] | None = None) -> None:
        self._calendar = calendar
        self._securities = securities

    def calendar(self) -> TradingCalendar | None:
        """The calendar that was given."""
        return self._calendar

    def knows_security(self, market: str, security: str) -> bool | None:
        """By the security master that was given."""
        return None if self._securities is None else (market, security) in self._securities


@dataclass(slots=True)
class Case:
    """One record's circumstances. Rules and deadlines are chosen by the append time (T4), in Shanghai."""

    firm_id: str
    appended_at: datetime
    append_day: date
    book: Book
    references: References
    raw: bytes = b""
    held: KeyState | None = None
