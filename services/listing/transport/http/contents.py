"""The prescribed forms as they travel: amounts in CNY, rates and lines as fractions (P8.2, P8.3)."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from finance.units import fen, yuan
from listing.domain.content import Form
from listing.domain.pledgee_form import PledgeeForm
from listing.domain.pledgor_form import CollateralLine, PledgorForm

Money = Annotated[Decimal, Field(max_digits=18, decimal_places=2, examples=["5000000.00"], description="CNY")]
Fraction = Annotated[Decimal, Field(max_digits=12, decimal_places=6, examples=["0.065"], description="0.065 is 6.5%")]
Line = Annotated[Decimal, Field(max_digits=8, decimal_places=4, examples=["1.5"], description="1.5 is 150%")]
Code = Annotated[str, Field(min_length=1, max_length=40)]
Words = Annotated[str, Field(max_length=500)]
_LIST_MAX = 200
_LISTS = frozenset({"markets", "asset_classes", "boards", "industries", "exclusions"})


class Strict(BaseModel):
    """Nothing is taken that is not asked for."""

    model_config = ConfigDict(extra="forbid")


class LineModel(Strict):
    """One line of collateral. `account_ref` is one of the participant's, as the pledgeable holdings name it."""

    account_ref: Code | None = None
    market: Code | None = Field(None, examples=["SSE"])
    security: Code | None = Field(None, examples=["600000"])
    share_class: Code | None = Field(None, examples=["unrestricted"], description="Shares only")
    release_date: date | None = Field(None, description="Restricted shares only")
    quantity: Annotated[Decimal, Field(max_digits=20, decimal_places=8)] | None = Field(None, examples=["100000"])


class PledgorContent(Strict):
    """What a pledgor wants; fields may stay empty until submission."""

    lines: list[LineModel] = Field(default_factory=list, max_length=_LIST_MAX)
    financing_wanted: Money | None = None
    lowest_pledge_rate: Fraction | None = None
    highest_annual_rate: Fraction | None = None
    months: int | None = Field(None, examples=[12])
    purpose: Words | None = None
    warning_line: Line | None = None
    liquidation_line: Line | None = None
    repayment_source: Words | None = None
    valid_until: date | None = Field(None, description="The last day it may stand")

    def form(self) -> PledgorForm:
        """As the domain knows it."""
        given = self.model_dump(exclude={"lines", "financing_wanted"})
        return PledgorForm(
            lines=tuple(CollateralLine(**line.model_dump()) for line in self.lines),
            financing_wanted_fen=_fen(self.financing_wanted),
            **given,
        )

    @classmethod
    def of(cls, form: PledgorForm, *, accounts: dict[str, str] | None = None) -> Self:
        """As it is shown; `accounts` puts masked numbers in the place of references, for others than the owner."""
        return cls(
            lines=[_line(one, accounts) for one in form.lines],
            financing_wanted=_yuan(form.financing_wanted_fen),
            lowest_pledge_rate=form.lowest_pledge_rate,
            highest_annual_rate=form.highest_annual_rate,
            months=form.months,
            purpose=form.purpose,
            warning_line=form.warning_line,
            liquidation_line=form.liquidation_line,
            repayment_source=form.repayment_source,
            valid_until=form.valid_until,
        )


class PledgeeContent(Strict):
    """What a pledgee offers; fields may stay empty until submission."""

    funds_from: Money | None = None
    funds_to: Money | None = None
    source: Code | None = Field(None, examples=["own"], description="own, bank, trust, plan, other")
    months_from: int | None = Field(None, examples=[6])
    months_to: int | None = Field(None, examples=[12])
    annual_rate_from: Fraction | None = None
    annual_rate_to: Fraction | None = Field(None, description="All in, a year")
    markets: list[Code] = Field(default_factory=list, max_length=_LIST_MAX)
    asset_classes: list[Code] = Field(default_factory=list, max_length=_LIST_MAX)
    boards: list[Code] = Field(default_factory=list, max_length=_LIST_MAX)
    industries: list[Code] = Field(default_factory=list, max_length=_LIST_MAX)
    exclusions: list[Code] = Field(default_factory=list, max_length=_LIST_MAX, description="Securities not taken")
    highest_pledge_rates: dict[Code, Fraction] = Field(
        default_factory=dict, max_length=_LIST_MAX, description="By board", examples=[{"main": "0.5"}]
    )
    warning_line: Line | None = None
    liquidation_line: Line | None = None
    region: Words | None = None
    template: Code | None = Field(None, description="The product template it is published from")
    valid_until: date | None = Field(None, description="The last day it may stand")

    def form(self) -> PledgeeForm:
        """As the domain knows it."""
        given = self.model_dump(exclude={"funds_from", "funds_to", *_LISTS})
        return PledgeeForm(
            funds_from_fen=_fen(self.funds_from),
            funds_to_fen=_fen(self.funds_to),
            markets=tuple(self.markets),
            asset_classes=tuple(self.asset_classes),
            boards=tuple(self.boards),
            industries=tuple(self.industries),
            exclusions=tuple(self.exclusions),
            **given,
        )

    @classmethod
    def of(cls, form: PledgeeForm) -> Self:
        """As it is shown."""
        return cls(
            funds_from=_yuan(form.funds_from_fen),
            funds_to=_yuan(form.funds_to_fen),
            source=form.source,
            months_from=form.months_from,
            months_to=form.months_to,
            annual_rate_from=form.annual_rate_from,
            annual_rate_to=form.annual_rate_to,
            markets=list(form.markets),
            asset_classes=list(form.asset_classes),
            boards=list(form.boards),
            industries=list(form.industries),
            exclusions=list(form.exclusions),
            highest_pledge_rates=dict(form.highest_pledge_rates),
            warning_line=form.warning_line,
            liquidation_line=form.liquidation_line,
            region=form.region,
            template=form.template,
            valid_until=form.valid_until,
        )


class Content(Strict):
    """One of the two forms: the one that is there says the area."""

    pledgor: PledgorContent | None = None
    pledgee: PledgeeContent | None = None

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        if (self.pledgor is None) == (self.pledgee is None):
            raise ValueError("either pledgor or pledgee, and not both")
        return self

    def form(self) -> Form:
        """As the domain knows it."""
        if self.pledgor is not None:
            return self.pledgor.form()
        if self.pledgee is not None:
            return self.pledgee.form()
        raise AssertionError("validated")  # pragma: no cover

    @classmethod
    def of(cls, form: Form, *, accounts: dict[str, str] | None = None) -> Self:
        """As it is shown."""
        if isinstance(form, PledgorForm):
            return cls(pledgor=PledgorContent.of(form, accounts=accounts))
        return cls(pledgee=PledgeeContent.of(form))


class NewListing(Content):
    """The first draft; `replaces` may name an older listing of one's own."""

    replaces: UUID | None = None


def _line(line: CollateralLine, accounts: dict[str, str] | None) -> LineModel:
    account = line.account_ref
    if accounts is not None and account is not None:
        account = accounts.get(account, "************")
    return LineModel(
        account_ref=account,
        market=line.market,
        security=line.security,
        share_class=line.share_class,
        release_date=line.release_date,
        quantity=line.quantity,
    )


def _fen(amount: Decimal | None) -> int | None:
    return None if amount is None else fen(amount)


def _yuan(amount_fen: int | None) -> Decimal | None:
    return None if amount_fen is None else yuan(amount_fen)
