"""Classes of collateral the board takes (P9.1, P9.2): dated data, changed without a release."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache

from review.domain.dated_tables import day_or_none, in_force, rows


@dataclass(frozen=True, kw_only=True)
class EligibleClass:
    """One class: how finely its quantity divides, whether it is a share, whether the A-share caps bind it."""

    asset_class: str
    places: int
    is_share: bool
    a_share_caps: bool
    status: str
    starts: date | None
    ends: date | None

    def divides(self, quantity: Decimal) -> bool:
        """Whether a quantity is on the class's scale, and positive."""
        return quantity > 0 and quantity == quantity.quantize(Decimal(1).scaleb(-self.places))


def eligible_class(asset_class: str, on: date) -> EligibleClass | None:
    """The class as it is eligible on a day; None when the board does not take it."""
    return next(
        (one for one in _classes() if one.asset_class == asset_class and in_force(on, one.starts, one.ends)), None
    )


@cache
def _classes() -> tuple[EligibleClass, ...]:
    return tuple(
        EligibleClass(
            asset_class=row["asset_class"],
            places=int(row["places"]),
            is_share=row["is_share"] == "yes",
            a_share_caps=row["a_share_caps"] == "yes",
            status=row["status"],
            starts=day_or_none(row["from"]),
            ends=day_or_none(row["to"]),
        )
        for row in rows("eligible_classes.csv")
    )
