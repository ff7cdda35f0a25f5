"""An appeal against a step: once, within its window; decided by two people who took no part in the step (P4.4)."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Literal

from chassis.kernel import Refusal

Outcome = Literal["upheld", "reversed"]


class AlreadyAppealed(Refusal):
    """A step is appealed against once."""

    slug: ClassVar[str] = "already-appealed"
    title_zh: ClassVar[str] = "对同一措施只能申诉一次"
    title_en: ClassVar[str] = "A step can be appealed against once"


class AppealTooLate(Refusal):
    """The window for an appeal is over."""

    slug: ClassVar[str] = "appeal-too-late"
    title_zh: ClassVar[str] = "已超过申诉期限"
    title_en: ClassVar[str] = "The time for an appeal is over"


class AppealNotOpen(Refusal):
    """There is no appeal to decide, or it is decided, or nobody has proposed how."""

    slug: ClassVar[str] = "appeal-not-open"
    title_zh: ClassVar[str] = "没有待决定的申诉"
    title_en: ClassVar[str] = "There is no appeal to decide in this way"


class TookPart(Refusal):
    """Who took part in the step does not decide about the appeal against it."""

    denial = True
    slug: ClassVar[str] = "took-part"
    title_zh: ClassVar[str] = "参与过该措施的人员不得处理其申诉"
    title_en: ClassVar[str] = "Who took part in the step does not decide its appeal"


@dataclass(frozen=True, kw_only=True)
class ProposedOutcome:
    """How the first of the two would decide."""

    outcome: Outcome
    reason: str
    by: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Appeal:
    """The appeal as it stands. `decide_by` is none while the calendar does not reach that far."""

    made_by: str
    text: str
    made_at: datetime
    decide_by: datetime | None
    proposed: ProposedOutcome | None = None
    outcome: Outcome | None = None
    decided_by: tuple[str, ...] = ()
    decided_at: datetime | None = None
