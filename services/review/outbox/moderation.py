"""Moderation's facts in the public language: ids and times, never what was reported or why it was decided."""

from collections.abc import Callable
from typing import Any

from chassis.kernel import Fact
from events.base import Event
from events.review import v1 as said
from review.domain.moderation import ModerationClaimed, ModerationClosed, ModerationOpened


def _opened(fact: ModerationOpened) -> Event:
    return said.ModerationOpened(
        case_id=fact.case_id,
        report_id=fact.report_id,
        subject=fact.reported,
        category=fact.category,
        opened_at=fact.at,
    )


def _claimed(fact: ModerationClaimed) -> Event:
    return said.ModerationClaimed(
        case_id=fact.case_id, report_id=fact.report_id, moderator_id=fact.moderator_id, until=fact.until
    )


def _closed(fact: ModerationClosed) -> Event:
    return said.ModerationClosed(
        case_id=fact.case_id, report_id=fact.report_id, outcome=fact.outcome, closed_at=fact.at
    )


MODERATION: dict[type[Fact], Callable[[Any], Event]] = {
    ModerationOpened: _opened,
    ModerationClaimed: _claimed,
    ModerationClosed: _closed,
}
