"""Which step may follow a missed notice, whom it binds, and until when (P4.2, P4.3)."""

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import date
from typing import ClassVar

from chassis.kernel import FieldError, Refusal
from review.domain.ladder import Matter, Step
from review.domain.notice import Notice


class NoticeNotOverdue(Refusal):
    """No step without a notice whose deadline passed and that still stands."""

    slug: ClassVar[str] = "notice-not-overdue"
    title_zh: ClassVar[str] = "催告期限未届满或催告已关闭，不得采取措施"
    title_en: ClassVar[str] = "No step without a standing notice whose deadline has passed"


class StepNotAllowed(Refusal):
    """The ground does not carry this step, or the subject cannot bear it."""

    slug: ClassVar[str] = "step-not-allowed"
    title_zh: ClassVar[str] = "该理由不支持此项措施"
    title_en: ClassVar[str] = "The ground does not carry this step"


class EndInvalid(Refusal):
    """A step ends on a later day, and a termination on none."""

    slug: ClassVar[str] = "end-invalid"
    title_zh: ClassVar[str] = "结束日期无效"
    title_en: ClassVar[str] = "The last day of the step is invalid"


SEVERITY: tuple[Step, ...] = ("restrict", "suspend", "terminate")


def severest(steps: Collection[Step]) -> Step | None:
    """The severest of several steps."""
    position: Callable[[Step], int] = SEVERITY.index
    return max(steps, key=position, default=None)


def bound_by(step: Step, matter: Matter) -> Matter:
    """A restriction binds the listing; the others bind the participant, or for conduct the one login."""
    if step == "restrict" or matter.kind != "listing":
        return matter
    return replace(matter, kind="participant", id=matter.participant_id)


def require_overdue(notice: Notice) -> None:
    """No step without a notice whose deadline passed.

    Raises:
        NoticeNotOverdue: it has not, or the notice is closed.
    """
    if notice.state != "overdue":
        raise NoticeNotOverdue(state=notice.state, deadline_at=notice.deadline_at)


def require_step(step: Step, notice: Notice) -> None:
    """A step that the ground carries and the subject can bear.

    Raises:
        StepNotAllowed: naming those that are.
    """
    fits = step != "restrict" or notice.matter.kind == "listing"
    if step not in notice.ground.steps or not fits:
        allowed = [one for one in notice.ground.steps if one != "restrict" or notice.matter.kind == "listing"]
        raise StepNotAllowed(step=step, allowed=allowed)


def require_end(step: Step, ends_on: date | None, today: date) -> None:
    """A last day lies ahead, and a termination has none.

    Raises:
        EndInvalid: it does not, or it has one.
    """
    if ends_on is None or (step != "terminate" and ends_on > today):
        return
    error = FieldError(
        pointer="/ends_on",
        rule="P4.3",
        message_zh="终止没有结束日期" if step == "terminate" else "应晚于今天",
        message_en="a termination has no last day" if step == "terminate" else "must lie after today",
    )
    raise EndInvalid(errors=[error])
