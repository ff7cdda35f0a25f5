"""A new version of a legal text: proposed by one person, approved by another, in effect from its day (P4.5, P11.6)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from chassis.kernel import FieldError, Refusal
from listing.domain.field_rules import not_past, required
from listing.domain.legal_text import LegalText

ProposalState = Literal["proposed", "approved", "rejected"]


class TextProposalInvalid(Refusal):
    """The proposal cannot stand: something is empty, or it would have taken effect before it was proposed."""

    slug = "text-proposal-invalid"
    title_zh = "文本提案有误"
    title_en = "The proposed text cannot stand"


class TextVersionTaken(Refusal):
    """This kind has a version of that name already, in effect or proposed."""

    slug = "text-version-taken"
    title_zh = "该版本号已被使用"
    title_en = "This version exists already"


class TextProposalNotFound(Refusal):
    """There is no such proposal."""

    slug = "text-proposal-not-found"
    title_zh = "未找到该文本提案"
    title_en = "There is no such proposal"


class TextProposalDecided(Refusal):
    """It was decided already; `state` says how."""

    slug = "text-proposal-decided"
    title_zh = "该提案已有决定"
    title_en = "The proposal was decided already"


class ProposersOwnText(Refusal):
    """Nobody approves what they proposed."""

    slug = "proposers-own-text"
    title_zh = "不得批准本人提出的文本"
    title_en = "Nobody approves what they proposed"


@dataclass(kw_only=True)
class TextProposal:
    """One proposal with the text as it would be."""

    proposal_id: UUID
    text: LegalText
    proposed_by: str
    proposed_at: datetime
    state: ProposalState = "proposed"
    decided_by: str | None = None
    decided_at: datetime | None = None

    def require_sound(self, *, today: date) -> None:
        """Refuses a proposal with anything empty, or with a beginning in the past.

        Raises:
            TextProposalInvalid: naming each field.
        """
        text = self.text
        names = ("version", "interpreter_zh", "interpreter_en", "title_zh", "title_en", "text_zh", "text_en")
        errors: list[FieldError] = [
            *required({name: getattr(text, name).strip() for name in names}),
            *not_past("/effective_from", text.effective_from, today),
        ]
        if errors:
            raise TextProposalInvalid(errors=errors)

    def decide(self, *, approved: bool, by: str, at: datetime) -> None:
        """Another person's yes or no.

        Raises:
            TextProposalDecided: it has been decided.
            ProposersOwnText: it is the proposer's own word.
            TextProposalInvalid: its day has passed meanwhile.
        """
        if self.state != "proposed":
            raise TextProposalDecided(state=self.state)
        if by == self.proposed_by:
            raise ProposersOwnText
        if approved:
            self.require_sound(today=at.date())
        self.state = "approved" if approved else "rejected"
        self.decided_by, self.decided_at = by, at
