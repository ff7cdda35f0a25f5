"""Vector forms of the rules of collateral lines (V012, V042, V060-V067)."""

import polars as pl

from finance.units import E4, FEN_PER_YUAN
from submissions.columnar.contract import fits
from submissions.columnar.forms import CERTAIN, form
from submissions.columnar.wire import COLLATERAL
from submissions.rules.collateral import SHARES_FROM, VALUE_TOLERANCE_FEN

_PER_FEN = E4 * E4 // FEN_PER_YUAN
_quantity, _security = pl.col("current_quantity_e4"), ("market", "security")
_is_bond = pl.col("asset_class") == "bond"
_price = pl.col("price_used_e4") + pl.when(_is_bond).then(pl.col("accrued_interest_e4").fill_null(0)).otherwise(0)
_value_fen = (_quantity * _price * 2 + _PER_FEN) // (2 * _PER_FEN)
_is_supplement = pl.col("line_kind") == "supplement"

form("V012", COLLATERAL, ~CERTAIN, asked=(*_security, "business_date"))
form("V042", COLLATERAL, pl.col("share_class") != "restricted", asked=("share_class", "share_origin", "lockup_end"))
form(
    "V060",
    COLLATERAL,
    _quantity == pl.col("initial_quantity_e4") + pl.col("bonus_quantity_e4") - pl.col("released_quantity_e4"),
)
form(
    "V061",
    COLLATERAL,
    fits(_quantity, _price, pl.lit(2)) & ((pl.col("market_value_fen") - _value_fen).abs() <= VALUE_TOLERANCE_FEN),
)
form("V062", COLLATERAL, pl.col("status") != "sellable")
form("V063", COLLATERAL, pl.col("price_date") <= pl.col("business_date"), lookups=("reference_price",))
form("V064", COLLATERAL, CERTAIN, lookups=("supplement_trade_date",), unchecked=_is_supplement)
form(
    "V065",
    COLLATERAL,
    (pl.col("line_kind") != "initial") | (pl.col("business_date") < SHARES_FROM) | (pl.col("asset_class") == "share"),
)
form("V066", COLLATERAL, CERTAIN, lookups=("cap_broken",))
form("V067", COLLATERAL, CERTAIN, lookups=("registered",))
