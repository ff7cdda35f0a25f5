"""The pledgee's prescribed form (P8.3)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal, get_args

from chassis.kernel import FieldError
from listing.domain import field_rules as rules
from listing.domain.eligibility import Catalogue
from listing.domain.field_rules import broken

FundSource = Literal["own", "bank", "trust", "plan", "other"]
ENTRIES_MAX = 100


@dataclass(frozen=True, kw_only=True)
class PledgeeForm:
    """Pledge information of a listing in the pledgee area; money in fen, rates and lines as fractions.

    `highest_pledge_rates` is by board; `exclusions` are securities ("market/code") that are not taken.
    """

    funds_from_fen: int | None = None
    funds_to_fen: int | None = None
    source: str | None = None
    months_from: int | None = None
    months_to: int | None = None
    annual_rate_from: Decimal | None = None
    annual_rate_to: Decimal | None = None
    markets: tuple[str, ...] = ()
    asset_classes: tuple[str, ...] = ()
    boards: tuple[str, ...] = ()
    industries: tuple[str, ...] = ()
    exclusions: tuple[str, ...] = ()
    highest_pledge_rates: Mapping[str, Decimal] = field(default_factory=dict)
    warning_line: Decimal | None = None
    liquidation_line: Decimal | None = None
    region: str | None = None
    template: str | None = None
    valid_until: date | None = None

    def wrong(self, catalogue: Catalogue, accounts: Collection[str]) -> list[FieldError]:  # noqa: ARG002  # twin
        """What was typed and cannot stand, whether or not the rest is there yet."""
        return [
            *rules.positive("/funds_from", self.funds_from_fen),
            *rules.ordered("/funds_to", self.funds_from_fen, self.funds_to_fen),
            *rules.months("/months_from", self.months_from),
            *rules.months("/months_to", self.months_to),
            *rules.ordered("/months_to", self.months_from, self.months_to),
            *rules.fraction("/annual_rate_from", self.annual_rate_from),
            *rules.fraction("/annual_rate_to", self.annual_rate_to),
            *rules.ordered("/annual_rate_to", self.annual_rate_from, self.annual_rate_to),
            *rules.lines(self.warning_line, self.liquidation_line),
            *rules.short_text("/region", self.region),
            *rules.not_past("/valid_until", self.valid_until, catalogue.today),
            *self._wrong_codes(catalogue),
            *self._wrong_pledge_rates(),
            *self._loosened(catalogue),
        ]

    def missing(self) -> list[FieldError]:
        """What a submission still lacks."""
        return rules.required(
            {
                "funds_from": self.funds_from_fen,
                "funds_to": self.funds_to_fen,
                "source": self.source,
                "months_from": self.months_from,
                "months_to": self.months_to,
                "annual_rate_from": self.annual_rate_from,
                "annual_rate_to": self.annual_rate_to,
                "markets": self.markets,
                "asset_classes": self.asset_classes,
                "boards": self.boards,
                "highest_pledge_rates": self.highest_pledge_rates,
                "warning_line": self.warning_line,
                "liquidation_line": self.liquidation_line,
                "region": self.region,
                "valid_until": self.valid_until,
            }
        )

    def _wrong_codes(self, catalogue: Catalogue) -> list[FieldError]:
        errors = []
        if self.source is not None and self.source not in get_args(FundSource):
            errors.append(broken("/source", "unknown_code", value=self.source))
        accepted = catalogue.asset_classes()
        for at, one in enumerate(self.asset_classes):
            if one not in accepted:
                errors.append(broken(f"/asset_classes/{at}", "unknown_code", value=one))
        lists = ("markets", "asset_classes", "boards", "industries", "exclusions")
        crowded = [name for name in lists if len(getattr(self, name)) > ENTRIES_MAX]
        return [*errors, *(broken(f"/{name}", "too_many", limit=ENTRIES_MAX) for name in crowded)]

    def _wrong_pledge_rates(self) -> list[FieldError]:
        errors = []
        for board, rate in self.highest_pledge_rates.items():
            errors.extend(rules.fraction(f"/highest_pledge_rates/{board}", rate))
            if self.boards and board not in self.boards:
                errors.append(broken(f"/highest_pledge_rates/{board}", "board_not_accepted", value=board))
        return errors

    def _loosened(self, catalogue: Catalogue) -> list[FieldError]:
        if self.template is None:
            return []
        template = catalogue.templates.get(self.template)
        if template is None:
            return [broken("/template", "unknown_template", value=self.template)]
        return template.loosened(
            funds_from_fen=self.funds_from_fen,
            funds_to_fen=self.funds_to_fen,
            months=(("/months_from", self.months_from), ("/months_to", self.months_to)),
        )
