"""Decides a case on the day's snapshot, or lets it wait for it (P11.1, P11.2)."""

from chassis.kernel import new_id
from review.application.gathering import Asked, Missing, basis_for_publication, gather
from review.application.ports import Work
from review.domain.board_rules import BoardRules
from review.domain.case import VerificationCase
from review.domain.decision import Decision, decide
from review.domain.publication_day import next_day_begins
from review.domain.rate_caps import RateCaps
from review.domain.verification_facts import VerificationFacts

DAY_BEGAN = "review.day_began"


class Deciding:
    """The rules of the day over one case; every use case that decides shares it."""

    def __init__(self, *, rules: BoardRules, rate_caps: RateCaps) -> None:
        self._rules = rules
        self._rate_caps = rate_caps

    async def settle(self, work: Work, case: VerificationCase) -> None:
        """Decides, or waits; records what follows. The caller keeps the case."""
        facts = await self._facts(work, case)
        if isinstance(facts, Missing):
            case.wait(facts.snapshot_date, now=work.now)
            # Tomorrow another end of day is asked for: it may be complete already by then.
            work.schedule(kind=DAY_BEGAN, key=work.today.isoformat(), due_at=next_day_begins(work.today))
        else:
            case.decide(await self._decision(work, case, facts))
        say(work, case)

    async def _facts(self, work: Work, case: VerificationCase) -> VerificationFacts | Missing:
        rate_cap = self._rate_caps.on(work.today)
        if case.content.area == "pledgee":
            return VerificationFacts(day=work.today, content=case.content, rate_cap=rate_cap)
        basis = await basis_for_publication(work.evidence, work.today)
        if isinstance(basis, Missing):
            return basis
        asked = Asked(listing_id=case.listing_id, content=case.content, rate_cap=rate_cap)
        return (await gather(work.evidence, basis, [asked]))[0]

    async def _decision(self, work: Work, case: VerificationCase, facts: VerificationFacts) -> Decision:
        decision = decide(
            self._rules,
            facts,
            decision_id=new_id(),
            listing_id=case.listing_id,
            version=case.version,
            participant_id=case.participant_id,
            at=work.now,
            occasion="publication",
        )
        await work.decisions.add([decision])
        return decision


def say(work: Work, case: VerificationCase) -> None:
    """Hands what the case recorded to the transaction."""
    work.record(*case.facts)
    case.facts.clear()
