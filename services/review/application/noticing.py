"""A failed re-verification becomes a notice, and a rule that passes again closes it (P11.3, P4.1)."""

from collections.abc import Collection, Sequence
from uuid import UUID

from chassis.kernel import new_id
from finance.calendar import TradingCalendar
from review.application.laddering import keep_notice
from review.application.ports import Work
from review.domain.ladder import Ground, Matter, term_of
from review.domain.live_listing import LiveListing
from review.domain.notice import RULES, Notice
from review.domain.verification import RuleResult


async def keep_rule_notices(work: Work, calendar: TradingCalendar | None, listings: Sequence[LiveListing]) -> None:
    """Brings the notices of listings that were just checked in line with their shortfalls: one for each failing rule.

    A notice that a person issued on a rule closes with it as well; one on a field or an act is its issuer's.
    """
    standing = _by_listing(await work.notices.standing_on([one.listing_id for one in listings]))
    for listing in listings:
        results = listing.shortfall.results if listing.shortfall else ()
        failing = {one.rule_id: one for one in results}
        notices = standing.get(str(listing.listing_id), [])
        for notice in notices:
            if notice.ground.code not in failing:
                notice.rule_passed(at=work.now)
                await keep_notice(work, notice)
        known = {one.ground.code for one in notices if one.stands}
        for rule_id, result in failing.items():
            if rule_id not in known:
                await _issue(work, calendar, listing, result)


async def close_notices(work: Work, listing_id: UUID) -> None:
    """Its listing has ended: nothing can be corrected any more."""
    for notice in await work.notices.standing_on([listing_id]):
        notice.subject_ended(at=work.now)
        await keep_notice(work, notice)


async def _issue(work: Work, calendar: TradingCalendar | None, listing: LiveListing, result: RuleResult) -> None:
    ground = Ground.of_result(result, on=work.today)
    notice = Notice.issue(
        notice_id=new_id(),
        matter=Matter(
            kind="listing",
            id=str(listing.listing_id),
            participant_id=listing.participant_id,
            account_refs=frozenset(line.account_ref for line in listing.content.lines),
        ),
        ground=ground,
        evidence=f"decision {listing.checked.decision_id}" if listing.checked else "",
        issued_by=RULES,
        term=term_of(ground.deadline, on=work.today),
        calendar=calendar,
        at=work.now,
    )
    await keep_notice(work, notice, new=True)


def _by_listing(notices: Collection[Notice]) -> dict[str, list[Notice]]:
    found: dict[str, list[Notice]] = {}
    for one in notices:
        if one.ground.kind == "rule":
            found.setdefault(one.matter.id, []).append(one)
    return found
