"""Terms as they travel: amounts in CNY, rates and lines as fractions (P15.3)."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, Field

from finance.units import fen, yuan
from messaging.application.views import TermsView
from messaging.domain.terms import Change, CollateralLine, Round, Terms, changes_between
from messaging.transport.http.talk_views import Side, Strict

Money = Annotated[Decimal, Field(max_digits=18, decimal_places=2, examples=["5000000.00"], description="CNY")]
Fraction = Annotated[Decimal, Field(max_digits=12, decimal_places=6, examples=["0.065"], description="0.065 is 6.5%")]
Line = Annotated[Decimal, Field(max_digits=8, decimal_places=4, examples=["1.5"], description="1.5 is 150%")]
Code = Annotated[str, Field(min_length=1, max_length=40)]
_LINES_READ_MAX = 200


class TermsLine(Strict):
    """A security and quantity to be pledged."""

    market: Code = Field(examples=["SSE"])
    security: Code = Field(examples=["600000"])
    share_class: Code | None = Field(None, examples=["unrestricted"], description="Shares only")
    quantity: Annotated[Decimal, Field(max_digits=20, decimal_places=8, examples=["100000"])]


class TermsBody(Strict):
    """What is proposed."""

    amount: Money
    annual_rate: Fraction
    months: int = Field(examples=[12])
    pledge_rate: Fraction
    warning_line: Line
    liquidation_line: Line
    lines: list[TermsLine] = Field(max_length=_LINES_READ_MAX)

    def terms(self) -> Terms:
        """As the domain knows it."""
        return Terms(
            amount_fen=fen(self.amount),
            annual_rate=self.annual_rate,
            months=self.months,
            pledge_rate=self.pledge_rate,
            warning_line=self.warning_line,
            liquidation_line=self.liquidation_line,
            lines=tuple(CollateralLine(**one.model_dump()) for one in self.lines),
        )

    @classmethod
    def of(cls, terms: Terms) -> Self:
        """As it is shown."""
        return cls(
            amount=yuan(terms.amount_fen),
            annual_rate=terms.annual_rate,
            months=terms.months,
            pledge_rate=terms.pledge_rate,
            warning_line=terms.warning_line,
            liquidation_line=terms.liquidation_line,
            lines=[_line(one) for one in terms.lines],
        )


class NewTerms(Strict):
    """A proposal, or a counter-offer."""

    answers: int = Field(ge=0, description="The round its author has read; 0 for the first proposal", examples=[0])
    terms: TermsBody


class ProposedBody(BaseModel):
    """Which round it became, and where it stands among the messages."""

    round: int
    number: int
    proposed_at: datetime


class AcceptedBody(BaseModel):
    """Whether both sides have accepted the round now."""

    round: int
    both: bool


class ChangeBody(BaseModel):
    """One field that differs from the round before."""

    field: str = Field(examples=["amount"])
    before: Decimal | int | list[TermsLine]
    after: Decimal | int | list[TermsLine]

    @classmethod
    def of(cls, change: Change) -> Self:
        """As it is shown: the amount in CNY."""
        return cls(
            field=change.field.removesuffix("_fen"),
            before=_shown(change.field, change.before),
            after=_shown(change.field, change.after),
        )


class RoundBody(BaseModel):
    """One round: who proposed what, what changed against the round before, and who has accepted it."""

    round: int
    message_number: int
    side: Side
    proposed_by: str = Field(examples=["chen-wei"])
    proposed_at: datetime
    terms: TermsBody
    changes: list[ChangeBody]
    accepted_by: list[Side]


class TermSheetBody(BaseModel):
    """The rounds so far, the first one first."""

    id: UUID
    conversation_id: UUID
    listing_id: UUID
    pledgor_participant_id: str
    pledgee_participant_id: str
    rounds: list[RoundBody]
    accepted_round: int | None
    as_of: datetime

    @classmethod
    def of(cls, view: TermsView, *, reader_id: str | None) -> Self:
        """As one side sees it."""
        return cls(
            id=view.term_sheet_id,
            conversation_id=view.conversation_id,
            listing_id=view.listing_id,
            pledgor_participant_id=view.pledgor_id,
            pledgee_participant_id=view.pledgee_id,
            rounds=_rounds(view.rounds, reader_id),
            accepted_round=view.accepted_round,
            as_of=view.as_of,
        )


def _rounds(rounds: Sequence[Round], reader_id: str | None) -> list[RoundBody]:
    shown = []
    before: Terms | None = None
    for one in rounds:
        changes = changes_between(before, one.terms) if before else ()
        shown.append(
            RoundBody(
                round=one.number,
                message_number=one.message_number,
                side=_side(one.participant_id, reader_id),
                proposed_by=one.proposed_by,
                proposed_at=one.proposed_at,
                terms=TermsBody.of(one.terms),
                changes=[ChangeBody.of(change) for change in changes],
                accepted_by=[_side(each.participant_id, reader_id) for each in one.accepted_by],
            )
        )
        before = one.terms
    return shown


def _side(participant_id: str, reader_id: str | None) -> Side:
    return "own" if participant_id == reader_id else "other"


def _line(line: CollateralLine) -> TermsLine:
    return TermsLine(market=line.market, security=line.security, share_class=line.share_class, quantity=line.quantity)


def _shown(field: str, value: object) -> Decimal | int | list[TermsLine]:
    if isinstance(value, tuple):
        return [_line(one) for one in value]
    if isinstance(value, Decimal):
        return value
    assert isinstance(value, int)  # noqa: S101  # the form holds decimals, integers and lines
    return yuan(value) if field == "amount_fen" else value
