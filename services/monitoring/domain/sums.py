"""The firm's book as a vector of exact integers: what every market figure is made of, kept by increments.

Integer sums are exactly invertible: adding a contract's contribution and taking it away again leaves nothing behind,
so the incremental result equals a full recomputation to the fen (I1).
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from operator import attrgetter

from finance.coverage import Level
from monitoring.domain.valuation import LEVEL_CODES, ValuedContract

_WARNING = LEVEL_CODES[Level.WARNING]
_LIQUIDATION = LEVEL_CODES[Level.TRIGGERED]


@dataclass(frozen=True, slots=True)
class BookSums:
    """Sums over open contracts, in fen, and their counts.

    `valued_*` are over contracts whose own V and D are known; `judged_*` over those whose merge group's ratio is
    known. What is missing from either is the amount left out (missing-data policy X).
    """

    contract_count: int = 0
    initial_fen: int = 0
    valued_initial_fen: int = 0
    valued_debt_fen: int = 0
    valued_collateral_fen: int = 0
    valued_cash_fen: int = 0
    valued_other_fen: int = 0
    judged_initial_fen: int = 0
    warning_initial_fen: int = 0
    liquidation_initial_fen: int = 0
    unvalued_count: int = 0
    unjudged_count: int = 0
    warning_count: int = 0
    liquidation_count: int = 0

    def __add__(self, other: "BookSums") -> "BookSums":
        return BookSums(*(mine + theirs for mine, theirs in zip(values(self), values(other), strict=True)))

    def __neg__(self) -> "BookSums":
        return BookSums(*(-one for one in values(self)))

    def __sub__(self, other: "BookSums") -> "BookSums":
        return self + -other

    @property
    def valued_cover_fen(self) -> int:
        """V + K + O of the valued contracts."""
        return self.valued_collateral_fen + self.valued_cash_fen + self.valued_other_fen

    @property
    def unvalued_initial_fen(self) -> int:
        """P left out of the means."""
        return self.initial_fen - self.valued_initial_fen

    @property
    def unjudged_initial_fen(self) -> int:
        """P left out of the shares at or below the lines."""
        return self.initial_fen - self.judged_initial_fen


SUM_NAMES: tuple[str, ...] = tuple(one.name for one in fields(BookSums))
EMPTY = BookSums()
_attributes = attrgetter(*SUM_NAMES)


def values(sums: BookSums) -> tuple[int, ...]:
    """The vector, in the order of `SUM_NAMES`."""
    vector: tuple[int, ...] = _attributes(sums)
    return vector


def contribution(one: ValuedContract) -> BookSums:
    """What one contract adds to its firm's sums."""
    return BookSums(*_vector(one))


def sums_of(book: Iterable[ValuedContract]) -> BookSums:
    """The sums of many contracts, from nothing."""
    return BookSums(*(sum(column) for column in zip(*map(_vector, book), strict=True)))


def total(parts: Iterable[BookSums]) -> BookSums:
    """The market: the sum over firms."""
    return BookSums(*(sum(column) for column in zip(*map(values, parts), strict=True)))


def _vector(one: ValuedContract) -> tuple[int, ...]:
    initial = one.initial_fen
    debt, collateral, level = one.debt_fen, one.collateral_fen, one.level_code
    # A level holds those below it: what stands at L stands at W too, so M9.4a contains M9.4b.
    at_warning = level is not None and level >= _WARNING
    at_liquidation = level is not None and level >= _LIQUIDATION
    own = (
        (0, 0, 0, 0, 0)
        if debt is None or collateral is None
        else (initial, debt, collateral, one.cash_fen, one.other_fen)
    )
    return (
        1,
        initial,
        *own,
        0 if level is None else initial,
        initial if at_warning else 0,
        initial if at_liquidation else 0,
        int(debt is None or collateral is None),
        int(level is None),
        int(at_warning),
        int(at_liquidation),
    )
