"""Operators propose a new version of a legal text, and another person decides (P4.5, P11.6)."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from chassis.cause import Cause
from chassis.kernel import new_id
from listing.application.ports import Begin
from listing.domain.legal_text import LegalText, TextKind
from listing.domain.text_proposal import ProposalState, TextProposal


@dataclass(frozen=True, kw_only=True)
class ProposeText:
    """The text as it would be. Who interprets it is whoever interprets the version in effect."""

    kind: TextKind
    version: str
    effective_from: date
    title_zh: str
    title_en: str
    text_zh: str
    text_en: str


@dataclass(frozen=True, kw_only=True)
class DecideText:
    """The second person's word."""

    proposal_id: UUID
    approved: bool


@dataclass(frozen=True, kw_only=True)
class TextProposalStanding:
    """How a proposal stands."""

    proposal_id: UUID
    kind: TextKind
    version: str
    effective_from: date
    state: ProposalState


class ChangeTextsHandler:
    """An approved version takes effect on its day by itself: from then on every login is asked to accept it."""

    def __init__(self, *, begin: Begin) -> None:
        self._begin = begin

    async def __call__(self, command: ProposeText | DecideText, cause: Cause) -> TextProposalStanding:
        """Proposes, or decides."""
        by = cause.subject.user_id
        async with self._begin(cause) as work:
            if isinstance(command, ProposeText):
                current = await work.texts.in_effect(command.kind, work.today)
                text = LegalText(
                    **vars(command),
                    interpreter_zh=current.interpreter_zh,
                    interpreter_en=current.interpreter_en,
                    status="judgement",
                )
                proposal = TextProposal(proposal_id=new_id(), text=text, proposed_by=by, proposed_at=work.now)
                proposal.require_sound(today=work.today)
                await work.text_proposals.add(proposal)
            else:
                proposal = await work.text_proposals.take(command.proposal_id)
                proposal.decide(approved=command.approved, by=by, at=work.now)
                await work.text_proposals.decide(proposal)
            work.note(kind=proposal.text.kind, version=proposal.text.version, state=proposal.state)
            return work.answer(_standing(proposal))


def _standing(proposal: TextProposal) -> TextProposalStanding:
    return TextProposalStanding(
        proposal_id=proposal.proposal_id,
        kind=proposal.text.kind,
        version=proposal.text.version,
        effective_from=proposal.text.effective_from,
        state=proposal.state,
    )
