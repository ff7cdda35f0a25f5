"""The pledgor's prescribed form (P8.2) and what it must satisfy (P9.3)."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from chassis.kernel import FieldError
from listing.domain import field_rules as rules
from listing.domain.eligibility import SHARE_CLASSES, Catalogue, EligibleClass
from listing.domain.field_rules import broken

LINES_MAX = 50


@dataclass(frozen=True, kw_only=True)
class CollateralLine:
    """What is offered: a security of one account and class. Fields are empty until typed."""

    account_ref: str | None = None
    market: str | None = None
    security: str | None = None
    share_class: str | None = None
    release_date: date | None = None
    quantity: Decimal | None = None


@dataclass(frozen=True, kw_only=True)
class PledgorForm:
    """Pledge information of a listing in the pledgor area; money in fen, rates and lines as fractions."""

    lines: tuple[CollateralLine, ...] = ()
    financing_wanted_fen: int | None = None
    lowest_pledge_rate: Decimal | None = None
    highest_annual_rate: Decimal | None = None
    months: int | None = None
    purpose: str | None = None
    warning_line: Decimal | None = None
    liquidation_line: Decimal | None = None
    repayment_source: str | None = None
    valid_until: date | None = None

    def wrong(self, catalogue: Catalogue, accounts: Collection[str]) -> list[FieldError]:
        """What was typed and cannot stand, whether or not the rest is there yet."""
        return [
            *rules.positive("/financing_wanted", self.financing_wanted_fen),
            *rules.fraction("/lowest_pledge_rate", self.lowest_pledge_rate),
            *rules.fraction("/highest_annual_rate", self.highest_annual_rate),
            *rules.months("/months", self.months),
            *rules.short_text("/purpose", self.purpose),
            *rules.short_text("/repayment_source", self.repayment_source),
            *rules.lines(self.warning_line, self.liquidation_line),
            *rules.not_past("/valid_until", self.valid_until, catalogue.today),
            *self._wrong_lines(catalogue, accounts),
        ]

    def missing(self) -> list[FieldError]:
        """What a submission still lacks."""
        empty = rules.required(
            {
                "lines": self.lines,
                "financing_wanted": self.financing_wanted_fen,
                "lowest_pledge_rate": self.lowest_pledge_rate,
                "highest_annual_rate": self.highest_annual_rate,
                "months": self.months,
                "purpose": self.purpose,
                "warning_line": self.warning_line,
                "liquidation_line": self.liquidation_line,
                "repayment_source": self.repayment_source,
                "valid_until": self.valid_until,
            }
        )
        for at, line in enumerate(self.lines):
            of_line = rules.required(
                {
                    f"lines/{at}/account_ref": line.account_ref,
                    f"lines/{at}/market": line.market,
                    f"lines/{at}/security": line.security,
                    f"lines/{at}/quantity": line.quantity,
                }
            )
            empty.extend(of_line)
        return empty

    def _wrong_lines(self, catalogue: Catalogue, accounts: Collection[str]) -> list[FieldError]:
        if len(self.lines) > LINES_MAX:
            return [broken("/lines", "too_many", limit=LINES_MAX)]
        counts = Counter((one.account_ref, one.market, one.security, one.share_class) for one in self.lines)
        errors: list[FieldError] = []
        for at, line in enumerate(self.lines):
            pointer = f"/lines/{at}"
            if line.account_ref is not None and line.account_ref not in accounts:
                errors.append(broken(f"{pointer}/account_ref", "unknown_account"))
            if line.security is not None and counts[line.account_ref, line.market, line.security, line.share_class] > 1:
                errors.append(broken(pointer, "duplicate_line"))
            errors.extend(_wrong_security(pointer, line, catalogue))
        return errors


def _wrong_security(pointer: str, line: CollateralLine, catalogue: Catalogue) -> list[FieldError]:
    if line.market is None or line.security is None:
        return rules.positive(f"{pointer}/quantity", line.quantity)
    instrument = catalogue.instrument(line.market, line.security)
    if instrument is None:
        return [broken(f"{pointer}/security", "unknown_security", value=f"{line.market}/{line.security}")]
    eligible = catalogue.eligible(instrument)
    if eligible is None:
        return [broken(f"{pointer}/security", "not_eligible", value=instrument.asset_class)]
    return [*_off_scale(pointer, line, eligible), *_wrong_share_class(pointer, line, eligible)]


def _off_scale(pointer: str, line: CollateralLine, eligible: EligibleClass) -> list[FieldError]:
    if line.quantity is None:
        return []
    if line.quantity <= 0:
        return [broken(f"{pointer}/quantity", "positive")]
    if line.quantity % eligible.step:
        return [broken(f"{pointer}/quantity", "quantity_scale", step=f"{eligible.step.normalize():f}")]
    return []


def _wrong_share_class(pointer: str, line: CollateralLine, eligible: EligibleClass) -> list[FieldError]:
    if not eligible.has_share_class:
        errors = [] if line.share_class is None else [broken(f"{pointer}/share_class", "share_class_on_non_share")]
    elif line.share_class is None:
        errors = [broken(f"{pointer}/share_class", "share_class_missing")]
    elif line.share_class not in SHARE_CLASSES:
        errors = [broken(f"{pointer}/share_class", "unknown_code", value=line.share_class)]
    else:
        errors = []
    restricted = line.share_class == "restricted" and eligible.has_share_class
    if restricted and line.release_date is None:
        errors.append(broken(f"{pointer}/release_date", "release_date_missing"))
    if not restricted and line.release_date is not None:
        errors.append(broken(f"{pointer}/release_date", "release_date_unexpected"))
    return errors
