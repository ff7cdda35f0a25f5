"""One contract: as reported, as valued now, and at the end of each day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from chassis.cause import Cause
from chassis.kernel import Refusal
from monitoring.application.reading_ports import ContractState, FirmStanding, Reading, ValuedDay
from monitoring.domain.valuation import ValuedContract

DAYS_MAX = 60


class ContractNotFound(Refusal):
    """The firm reported no such contract."""

    slug: ClassVar[str] = "contract-not-found"
    title_zh: ClassVar[str] = "没有这份合约"
    title_en: ClassVar[str] = "There is no such contract"


@dataclass(frozen=True, kw_only=True)
class ReadContract:
    """Which contract."""

    firm_id: str
    contract_id: str


@dataclass(frozen=True, kw_only=True)
class ContractStory:
    """Everything kept of one contract; `standing` says of which data its current valuation speaks."""

    firm_id: str
    state: ContractState
    valued: ValuedContract | None
    standing: FirmStanding | None
    days: Sequence[ValuedDay]
    as_of: datetime


class ReadContractHandler:
    """Opens one contract."""

    def __init__(self, *, reading: Reading) -> None:
        self._reading = reading

    async def __call__(self, question: ReadContract, cause: Cause) -> ContractStory:
        """The contract.

        Raises:
            ContractNotFound: the firm reported none of that id.
        """
        async with self._reading(cause) as reads:
            state = await reads.contract(question.firm_id, question.contract_id)
            if state is None:
                raise ContractNotFound
            return ContractStory(
                firm_id=question.firm_id,
                state=state,
                valued=await reads.valuation(question.firm_id, question.contract_id),
                standing=await reads.standing(question.firm_id),
                days=await reads.valuation_days(question.firm_id, question.contract_id, most=DAYS_MAX),
                as_of=reads.as_of,
            )
