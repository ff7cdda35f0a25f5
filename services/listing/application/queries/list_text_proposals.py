"""Proposed versions of legal texts, for those who decide about them."""

from collections.abc import Sequence
from dataclasses import dataclass

from chassis.cause import Cause
from listing.application.ports import Read
from listing.domain.text_proposal import TextProposal

SHOWN_MAX = 100


@dataclass(frozen=True, kw_only=True)
class ListTextProposals:
    """The newest of them."""


class ListTextProposalsHandler:
    """Texts change a few times in a year: there is one page."""

    def __init__(self, *, read: Read) -> None:
        self._read = read

    async def __call__(self, question: ListTextProposals, cause: Cause) -> Sequence[TextProposal]:  # noqa: ARG002  # it asks for all
        """Answers, the newest first."""
        async with self._read(cause) as reading:
            return await reading.text_proposals(limit=SHOWN_MAX)
