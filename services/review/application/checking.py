"""Checks live listings on one end of day (P11.3): one question of each kind to the store for all of them."""

from collections.abc import Sequence

from chassis.kernel import new_id
from review.application.gathering import Asked, Basis, gather
from review.application.noticing import keep_rule_notices
from review.application.ports import Work
from review.domain.board_rules import BoardRules
from review.domain.decision import decide
from review.domain.live_listing import LiveListing


async def check_live(work: Work, rules: BoardRules, basis: Basis, listings: Sequence[LiveListing]) -> None:
    """Reverifies listings, keeps decisions and results, and records what follows.

    `ahead` counts only what was published earlier, so when holdings shrink the most recently published fail (P10.3).
    """
    asked = [Asked(listing_id=one.listing_id, content=one.content, published_at=one.published_at) for one in listings]
    decisions = []
    for listing, facts in zip(listings, await gather(work.evidence, basis, asked), strict=True):
        decision = decide(
            rules,
            facts,
            decision_id=new_id(),
            listing_id=listing.listing_id,
            version=listing.version,
            participant_id=listing.participant_id,
            at=work.now,
            occasion="daily",
        )
        decisions.append(decision)
        listing.reverify(decision)
        work.record(*listing.facts)
        listing.facts.clear()
    await work.decisions.add(decisions)
    await work.live.save_checked(listings)
    await keep_rule_notices(work, basis.calendar, listings)
