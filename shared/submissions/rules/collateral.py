"""Rules of collateral lines (V042, V060-V067). A truly reported breach of a market rule only warns."""

from datetime import date

from finance.units import E4, scaled, value_fen_e4
from submissions.records import Collateral
from submissions.rules.case import NOT_CHECKED, Case
from submissions.rules.table import check

VALUE_TOLERANCE_FEN = 1
SHARES_FROM = date(2018, 3, 12)


@check("V042", "collateral", needs=("share_class", "share_origin"))
def _restricted_shares_name_origin_and_end(record: Collateral, _case: Case) -> str | None:
    if record.share_class != "restricted":
        return None
    if record.share_origin == "auction":
        return "share_origin"
    return "lockup_end" if record.lockup_end is None else None


@check(
    "V060",
    "collateral",
    needs=("initial_quantity_e4", "bonus_quantity_e4", "released_quantity_e4", "current_quantity_e4"),
)
def _quantities_add_up(record: Collateral, _case: Case) -> str | None:
    expected = record.initial_quantity_e4 + record.bonus_quantity_e4 - record.released_quantity_e4
    return None if record.current_quantity_e4 == expected else "current_quantity"


@check("V061", "collateral", needs=("current_quantity_e4", "price_used_e4", "market_value_fen"))
def _market_value_is_quantity_times_price(record: Collateral, _case: Case) -> str | None:
    price = record.price_used_e4
    if record.asset_class == "bond":
        price += record.accrued_interest_e4 or 0
    off = abs(record.market_value_fen - value_fen_e4(record.current_quantity_e4, price))
    return "market_value" if off > VALUE_TOLERANCE_FEN else None


@check("V062", "collateral", needs=("status", "share_class", "contract_id"))
def _sellable_only_after_default(record: Collateral, case: Case) -> str | None:
    if record.status != "sellable":
        return None
    if record.share_class == "restricted":
        return "status"
    disposed = case.references.default_disposal(record.contract_id)
    if disposed is None:
        return NOT_CHECKED
    return None if disposed else "status"


@check("V063", "collateral", needs=("price_date", "business_date", "price_used_e4", "market", "security"))
def _price_is_the_reference_price(record: Collateral, case: Case) -> str | None:
    if record.price_date > record.business_date:
        return "price_date"
    price = case.references.reference_price(record.market, record.security, record.price_date)
    if price is None:
        return NOT_CHECKED
    return None if record.price_used_e4 == scaled(price, len(str(E4)) - 1) else "price_used"


@check("V064", "collateral", needs=("line_kind", "trade_id"))
def _supplement_names_its_trade(record: Collateral, case: Case) -> str | None:
    if record.line_kind != "supplement":
        return None
    traded = case.references.supplement_trade_date(record.trade_id)
    if traded is None:
        return NOT_CHECKED
    begun = case.book.keys.get(("contract", record.contract_id))
    initial = getattr(begun.record, "initial_date", None) if begun else None
    return "trade_id" if isinstance(initial, date) and traded < initial else None


@check("V065", "collateral", needs=("line_kind", "asset_class", "business_date"))
def _initial_collateral_is_a_share(record: Collateral, _case: Case) -> str | None:
    if record.line_kind != "initial" or record.business_date < SHARES_FROM:
        return None
    return None if record.asset_class == "share" else "asset_class"


@check("V066", "collateral", needs=("market", "security", "current_quantity_e4"))
def _caps_on_one_share_hold(record: Collateral, case: Case) -> str | None:
    broken = case.references.cap_broken(record)
    if broken is None:
        return NOT_CHECKED
    return "security" if broken else None


@check("V067", "collateral", needs=("registration_no",))
def _registration_is_on_file(record: Collateral, case: Case) -> str | None:
    registered = case.references.registered(record.registration_no)
    if registered is None:
        return NOT_CHECKED
    return None if registered else "registration_no"
