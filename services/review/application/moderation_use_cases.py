"""Moderation, as a part of the table of contents (P16.2)."""

from dataclasses import dataclass

from review.application.commands.claim_moderation import ClaimModerationHandler
from review.application.commands.decide_moderation import DecideModerationHandler
from review.application.commands.open_moderation import OpenModerationHandler
from review.application.ports import Begin, Read
from review.application.queries.moderations import ListModerationsHandler


@dataclass(frozen=True, kw_only=True)
class ModerationUseCases:
    """Built with the others."""

    open: OpenModerationHandler
    claim: ClaimModerationHandler
    decide: DecideModerationHandler
    list: ListModerationsHandler

    @classmethod
    def build(cls, *, begin: Begin, read_all: Read) -> "ModerationUseCases":
        """Everything of moderation, around these doors."""
        return cls(
            open=OpenModerationHandler(begin=begin),
            claim=ClaimModerationHandler(begin=begin),
            decide=DecideModerationHandler(begin=begin),
            list=ListModerationsHandler(read=read_all),
        )
