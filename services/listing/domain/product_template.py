"""Product templates a pledgee may publish from; their fixed fields cannot be loosened there (P8.3)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from chassis.kernel import FieldError
from listing.domain.field_rules import broken


@dataclass(frozen=True, kw_only=True)
class ProductTemplate:
    """One version of a template, as dated data. Amounts in fen; `terms` are the months it allows."""

    id: str
    version: int
    amount_from_fen: int
    amount_to_fen: int
    terms: tuple[int, ...]
    valid_from: date
    valid_to: date | None = None

    def loosened(
        self, *, funds_from_fen: int | None, funds_to_fen: int | None, months: Iterable[tuple[str, int | None]]
    ) -> list[FieldError]:
        """The fixed fields that were changed, each with what the template says."""
        allowed = f"{self.amount_from_fen // 100}-{self.amount_to_fen // 100} CNY"
        amounts = (("/funds_from", funds_from_fen), ("/funds_to", funds_to_fen))
        terms = ", ".join(map(str, self.terms))
        return [
            *(
                broken(pointer, "template_fixed", value=allowed)
                for pointer, value in amounts
                if value is not None and not self.amount_from_fen <= value <= self.amount_to_fen
            ),
            *(
                broken(pointer, "template_fixed", value=terms)
                for pointer, value in months
                if value is not None and value not in self.terms
            ),
        ]
