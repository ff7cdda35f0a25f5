"""A claimed case, its rule results beside the listing and the holdings; and the same decision made again (P11.7)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.cause import Cause
from review.application.gathering import Asked, basis_as_recorded, gather
from review.application.ports import HoldingPlace, Read, Reading
from review.domain.board_rules import BoardRules
from review.domain.case import VerificationCase
from review.domain.decision import Decision
from review.domain.holdings import Holding
from review.domain.reviewer import Reviewer
from review.domain.verification import Verification, verify
from review.domain.verification_facts import VerificationFacts


@dataclass(frozen=True, kw_only=True)
class ReadCase:
    """Who reads which case; `reproduce` makes its decision once more from what it recorded."""

    case_id: UUID
    reviewer: Reviewer
    reproduce: bool = False


@dataclass(frozen=True, kw_only=True)
class CaseFile:
    """What a reviewer decides from; `reproduced` only where asked, and then equal to the decision's results."""

    case: VerificationCase
    decision: Decision | None
    holdings: Sequence[Holding]
    reproduced: Verification | None
    as_of: datetime


class ReadCaseHandler:
    """Only the reviewer who has claimed the case reads it."""

    def __init__(self, *, read: Read, rules: BoardRules) -> None:
        self._read = read
        self._rules = rules

    async def __call__(self, question: ReadCase, cause: Cause) -> CaseFile:
        """The file."""
        async with self._read(cause) as reading:
            case = await reading.cases.get(question.case_id)
            case.require_claimed_by(question.reviewer, now=reading.now)
            decision = await reading.decisions.get(case.decision_id) if case.decision_id else None
            again = await reproduce(reading, self._rules, case, decision) if question.reproduce and decision else None
            return CaseFile(
                case=case,
                decision=decision,
                holdings=await _holdings(reading, case, decision),
                reproduced=again,
                as_of=reading.now,
            )


async def reproduce(reading: Reading, rules: BoardRules, case: VerificationCase, decision: Decision) -> Verification:
    """The decision once more, from the snapshots, the day and the inputs it recorded."""
    basis = await basis_as_recorded(reading.evidence, decision)
    if basis is None:
        facts = VerificationFacts(day=decision.day, content=case.content, rate_cap=decision.rate_cap)
    else:
        asked = Asked(
            listing_id=case.listing_id,
            content=case.content,
            rate_cap=decision.rate_cap,
            recorded_ahead=decision.ahead,
        )
        facts = (await gather(reading.evidence, basis, [asked]))[0]
    return verify(rules, facts, occasion=decision.occasion)


async def _holdings(reading: Reading, case: VerificationCase, decision: Decision | None) -> list[Holding]:
    used = decision.holding_snapshot if decision else None
    if used is None:
        return []
    places = {HoldingPlace(one.account_ref, one.market, one.security) for one in case.content.lines}
    found = await reading.evidence.holdings(used, places)
    return [holding for place in sorted(found) for holding in found[place]]
