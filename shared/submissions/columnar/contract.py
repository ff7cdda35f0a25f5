"""Vector forms of the rules of contracts (V013, V016, V036, V047-V059)."""

from typing import Final

import polars as pl

from finance.interest import DAYS_PER_YEAR
from finance.units import E6
from submissions.columnar.forms import CERTAIN, form
from submissions.columnar.wire import CONTRACT
from submissions.rules.contract import (
    BARRED_USES,
    CAPS_FROM,
    DEBT_TOLERANCE_FEN,
    PLEDGE_RATE_E6,
    RATE_SURE_E6,
    TERM_DAYS_SURE,
)
from submissions.rules.every_record import RATE_END_E6

# Products above this are for the way that counts without a limit.
PRODUCT_MAX: Final = float(2**61)
_status, _initial, _maturity = pl.col("status"), pl.col("initial_date"), pl.col("maturity")
_left = pl.col("initial_amount_fen") - pl.col("principal_repaid_fen")
# A closed contract is rarely new: its particulars are for the other way.
_is_open = _status != "closed"
_is_early = _initial < CAPS_FROM


def days(of: pl.Expr) -> pl.Expr:
    """A difference of dates in days."""
    return of.dt.total_days()


def fits(*factors: pl.Expr) -> pl.Expr:
    """Whether a product is far from what 64 bits hold."""
    product = pl.lit(1.0)
    for one in factors:
        product = product * one.cast(pl.Float64)
    return product < PRODUCT_MAX


def _computed_debt() -> tuple[pl.Expr, pl.Expr]:
    """The computed debt in fen, and whether it was computed without overflow."""
    rate, term = pl.col("rate_e6"), days(pl.col("business_date") - pl.col("interest_paid_to")).clip(lower_bound=0)
    divisor = E6 * DAYS_PER_YEAR
    accrued = (_left * rate * term * 2 + divisor) // (2 * divisor)
    return _left + accrued + pl.col("other_due_fen"), fits(_left, rate, term, pl.lit(2))


_debt, _debt_fits = _computed_debt()

form("V013", CONTRACT, pl.col("rate_e6") < RATE_END_E6)
form("V016", CONTRACT, CERTAIN, asked=("lender_id",), lookups=("lender_type", "licences"))
form("V036", CONTRACT, CERTAIN, asked=("borrower_id", "business_date"), lookups=("blacklisted",))
form("V047", CONTRACT, (_maturity >= _initial) & (pl.col("cumulative_term") == days(_maturity - _initial)))
form(
    "V048",
    CONTRACT,
    (pl.col("warning_line_e6") > pl.col("liquidation_line_e6")) & (pl.col("liquidation_line_e6") > E6),
)
form("V049", CONTRACT, days(_maturity - _initial) <= TERM_DAYS_SURE, asked=("initial_date", "maturity"))
form("V050", CONTRACT, _is_early | (pl.col("initial_pledge_rate_e6") <= PLEDGE_RATE_E6))
form("V051", CONTRACT, _is_open & (_left >= 0) & (pl.col("payable_fen") >= _left))
form(
    "V052",
    CONTRACT,
    _is_open & (_left >= 0) & _debt_fits & ((pl.col("payable_fen") - _debt).abs() <= DEBT_TOLERANCE_FEN),
)
form("V053", CONTRACT, _is_open, lookups=("coverage",))
form(
    "V054",
    CONTRACT,
    _is_open & pl.all_horizontal(pl.col("close_date", "close_reason", "close_amount_fen").is_null()),
)
form(
    "V055",
    CONTRACT,
    pl.all_horizontal(pl.col("default_date", "default_kind").is_not_null() == pl.col("default_flag"))
    & ((_status != "in_disposal") | pl.col("disposal_start").is_not_null()),
)
form("V056", CONTRACT, _is_open & (pl.col("residual_claim_fen").fill_null(0) == 0))
form(
    "V057",
    CONTRACT,
    _is_early
    | (
        ~pl.col("fund_use").is_in(sorted(BARRED_USES))
        & ((pl.col("fund_use") != "other") | pl.col("fund_use_text").is_not_null())
    ),
)
form("V058", CONTRACT, pl.col("rate_e6") <= RATE_SURE_E6, asked=("rate_e6", "initial_date"))
form("V059", CONTRACT, ~pl.col("relief_flag") | pl.col("relief_basis").is_not_null())
