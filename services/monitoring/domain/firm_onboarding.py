"""How a firm comes on board: a data steward proposes it, a supervisor of the regulator approves."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from chassis.kernel import Refusal
from monitoring.domain.firm import Firm
from monitoring.domain.four_eyes import Proposal


class FirmAlreadyProposed(Refusal):
    """A proposal for this firm waits for its decision."""

    slug: ClassVar[str] = "firm-already-proposed"
    title_zh: ClassVar[str] = "该证券公司的接入申请正在等待审批"
    title_en: ClassVar[str] = "A proposal for this firm waits for its decision"


@dataclass(frozen=True, kw_only=True)
class FirmProposal(Proposal):
    """A firm that somebody wants on board."""

    firm_id: str
    name: str

    def firm(self, *, at: datetime) -> Firm:
        """The firm as it comes on board; it may submit once its topics are made."""
        return Firm(firm_id=self.firm_id, name=self.name, status="onboarding", onboarded_at=at)
