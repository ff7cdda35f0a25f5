"""What a contract is worth on a day and where it stands against its lines (FIN6, FIN8-FIN10).

Everything is an exact integer: fen, ten-thousandths of a unit, millionths of a ratio. The ratio of a merge group is
the ratio of its sums, judged by the highest lines among its members.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal, NamedTuple

from finance.corporate_actions import PledgedLine, as_of
from finance.coverage import DEFAULT_LINES, Level, level_e6
from finance.interest import accrued_interest_e6, accrued_interest_piecewise, days_of_interest
from finance.units import E4, E6, value_fen_e4
from monitoring.domain.book import CollateralLine, Contract
from monitoring.domain.market_day import MarketDay

UnknownReason = Literal["price", "terms", "group", "collateral"]
LEVEL_CODES: Final = {Level.NORMAL: 0, Level.WARNING: 1, Level.TRIGGERED: 2}
LEVELS: Final = {code: level for level, code in LEVEL_CODES.items()}
_DEFAULT_WARNING_E6: Final = int(DEFAULT_LINES.warning * E6)
_DEFAULT_LIQUIDATION_E6: Final = int(DEFAULT_LINES.liquidation * E6)


class ValuedContract(NamedTuple):
    """One open contract as valued and judged: the row that is kept, and all that any figure is made of.

    P, D, V, K and O are the contract's own; D or V is None where it is unknown, and then so is the level
    (`level_code`: 0 normal, 1 at or below W, 2 at or below L). The group's sums and highest lines decide the level.
    `accessions` name the submissions it came from: the contract's, then its lines'.
    """

    contract_id: str
    borrower_id: str
    merge_group_id: str | None
    initial_fen: int
    interest_fen: int | None
    debt_fen: int | None
    collateral_fen: int | None
    cash_fen: int
    other_fen: int
    group_cover_fen: int | None
    group_debt_fen: int | None
    warning_e6: int
    liquidation_e6: int
    lines_reported: bool
    level_code: int | None
    unknown: UnknownReason | None
    missing: tuple[str, ...]
    stale_days: int
    accessions: tuple[str, ...]

    @property
    def level(self) -> Level | None:
        """The level, None where it is unknown."""
        return None if self.level_code is None else LEVELS[self.level_code]

    @property
    def is_valued(self) -> bool:
        """Whether both sides of its own ratio are known."""
        return self.collateral_fen is not None and self.debt_fen is not None


@dataclass(frozen=True, kw_only=True, slots=True)
class Worth:
    """One contract by itself: V is None where a price or every line is missing, D where the firm told no terms."""

    contract: Contract
    interest_fen: int | None
    debt_fen: int | None
    collateral_fen: int | None
    cash_fen: int
    missing: tuple[str, ...]
    stale_days: int

    @property
    def cover_fen(self) -> int | None:
        """V + K + O."""
        if self.collateral_fen is None:
            return None
        return self.collateral_fen + self.cash_fen + self.contract.other_collateral_fen


def value_book(contracts: Iterable[Contract], market: MarketDay) -> list[ValuedContract]:
    """Values open contracts, in the order of their ids; merge groups must be given whole. Closed ones are left out."""
    groups: defaultdict[tuple[str, str], list[Worth]] = defaultdict(list)
    for contract in contracts:
        if contract.is_open(market.day):
            groups[contract.group_key].append(worth_of(contract, market))
    return sorted(valued for members in groups.values() for valued in _judged(members))


def worth_of(contract: Contract, market: MarketDay) -> Worth:
    """One contract by itself on the market's day."""
    collateral_fen, cash_fen, stale_days = 0, 0, 0
    missing: list[str] = []
    for line in contract.lines:
        if line.quantity_e4 is None:
            missing.append(f"{line.instrument} ({line.line_no})")
            continue
        quantity_e4, line_cash_fen = held_on(line, line.quantity_e4, market)
        cash_fen += line_cash_fen
        if not quantity_e4:
            continue
        used = market.prices.get(line.instrument)
        if used is None:
            missing.append(str(line.instrument))
            continue
        collateral_fen += value_fen_e4(quantity_e4, used.price_e4)
        stale_days = max(stale_days, used.stale_days or 0)
    interest_fen = interest_of(contract, on=market.day)
    return Worth(
        contract=contract,
        interest_fen=interest_fen,
        debt_fen=debt_of(contract, interest_fen),
        # A contract whose lines have not arrived yet is not linked (M4.3): its collateral is unknown, not nothing.
        collateral_fen=None if missing or not contract.lines else collateral_fen,
        cash_fen=cash_fen,
        missing=tuple(missing),
        stale_days=stale_days,
    )


def held_on(line: CollateralLine, quantity_e4: int, market: MarketDay) -> tuple[int, int]:
    """Q (in ten-thousandths) and K (in fen) of one line on a day.

    Bonus shares and dividends are in from the ex-date, unless the line's latest record holds them already (I7).
    """
    actions = market.actions.get(line.instrument)
    if not actions:
        return quantity_e4, line.cash_fen
    whole, rest_e4 = divmod(quantity_e4, E4)
    after = as_of(PledgedLine(whole, line.cash_fen), actions, reported_on=line.recorded_on, on=market.day)
    return after.quantity * E4 + rest_e4, after.cash_fen


def debt_of(contract: Contract, interest_fen: int | None) -> int | None:
    """D: principal outstanding, accrued unpaid interest and other due; None where one of them is not known."""
    if interest_fen is None or contract.principal_fen is None or contract.other_due_fen is None:
        return None
    return contract.principal_fen + interest_fen + contract.other_due_fen


def interest_of(contract: Contract, *, on: date) -> int | None:
    """Accrued unpaid interest, half-up to the fen per contract (FIN9); None where the firm told no terms."""
    if contract.rate_e6 is None or contract.interest_paid_to is None or contract.principal_fen is None:
        return None
    if contract.terms:
        return accrued_interest_piecewise(contract.terms, paid_to=contract.interest_paid_to, on=on)
    days = days_of_interest(contract.interest_paid_to, on)
    return accrued_interest_e6(contract.principal_fen, contract.rate_e6, days)


def _judged(members: Sequence[Worth]) -> list[ValuedContract]:
    contracts = [one.contract for one in members]
    warning_e6 = max(one.warning_e6 or _DEFAULT_WARNING_E6 for one in contracts)
    liquidation_e6 = max(one.liquidation_e6 or _DEFAULT_LIQUIDATION_E6 for one in contracts)
    covers = [one.cover_fen for one in members if one.cover_fen is not None]
    debts = [one.debt_fen for one in members if one.debt_fen is not None]
    if len(covers) < len(members) or len(debts) < len(members):
        return [_kept(one, None, None, None, warning_e6, liquidation_e6) for one in members]
    cover_fen, debt_fen = sum(covers), sum(debts)
    level = level_e6(cover_fen, debt_fen, warning_e6=warning_e6, liquidation_e6=liquidation_e6)
    return [_kept(one, cover_fen, debt_fen, level, warning_e6, liquidation_e6) for one in members]


def _kept(  # positional on purpose: the hot path of a daily revaluation
    worth: Worth, cover_fen: int | None, debt_fen: int | None, level: Level | None, warning_e6: int, liquidation_e6: int
) -> ValuedContract:
    contract = worth.contract
    return ValuedContract(
        contract_id=contract.contract_id,
        borrower_id=contract.borrower_id,
        merge_group_id=contract.merge_group_id,
        initial_fen=contract.initial_fen,
        interest_fen=worth.interest_fen,
        debt_fen=worth.debt_fen,
        collateral_fen=worth.collateral_fen,
        cash_fen=worth.cash_fen,
        other_fen=contract.other_collateral_fen,
        group_cover_fen=cover_fen,
        group_debt_fen=debt_fen,
        warning_e6=warning_e6,
        liquidation_e6=liquidation_e6,
        lines_reported=contract.warning_e6 is not None and contract.liquidation_e6 is not None,
        level_code=None if level is None else LEVEL_CODES[level],
        unknown=None if level is not None else _reason(worth),
        missing=worth.missing,
        stale_days=worth.stale_days,
        accessions=(contract.accession, *(one.accession for one in contract.lines)),
    )


def _reason(worth: Worth) -> UnknownReason:
    if not worth.contract.lines:
        return "collateral"
    if worth.collateral_fen is None:
        return "price"
    return "terms" if worth.debt_fen is None else "group"
