"""The dated data of applications: categories, reasons of a refusal, limits of what is attached (P5.2, P6.2, P6.3)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from chassis.kernel import FieldError, Refusal
from review.domain.dated_tables import day_or_none, in_force, rows


class RefusalReasonUnknown(Refusal):
    """An application is refused with coded reasons only."""

    slug: ClassVar[str] = "refusal-reason-unknown"
    title_zh: ClassVar[str] = "拒绝原因代码无效"
    title_en: ClassVar[str] = "The reason's code is unknown"


@dataclass(frozen=True, kw_only=True)
class RefusalReason:
    """Why an application was refused, in the words of the day, with the way out."""

    code: str
    message_zh: str
    message_en: str
    fix_zh: str
    fix_en: str


@dataclass(frozen=True, kw_only=True)
class AttachmentLimits:
    """How many files an application takes, and bytes of each."""

    files_max: int
    file_bytes_max: int


def categories(on: date) -> Sequence[str]:
    """The categories somebody may apply as on a day."""
    return [row["code"] for row in _in_force("access_categories.csv", on)]


def attachment_limits(on: date) -> AttachmentLimits:
    """The limits of a day: of several rows in force the last one stated."""
    row = _in_force("access_limits.csv", on)[-1]
    return AttachmentLimits(files_max=int(row["files_max"]), file_bytes_max=int(row["file_bytes_max"]))


def refusal_reasons(codes: Sequence[str], *, on: date) -> tuple[RefusalReason, ...]:
    """The reasons of codes, as they are worded on a day.

    Raises:
        RefusalReasonUnknown: naming each code that is not in force; or none was given.
    """
    known = {row["code"]: row for row in _in_force("access_refusals.csv", on)}
    errors = [
        FieldError(
            pointer=f"/reasons/{at}",
            rule="unknown_code",
            message_zh=f"原因代码{code}无效",
            message_en=f"The code {code} is unknown",
        )
        for at, code in enumerate(codes)
        if code not in known
    ]
    if errors or not codes:
        raise RefusalReasonUnknown(errors=errors, codes=sorted(known))
    names = ("code", "message_zh", "message_en", "fix_zh", "fix_en")
    return tuple(RefusalReason(**{name: known[code][name] for name in names}) for code in codes)


def _in_force(table: str, on: date) -> list[dict[str, str]]:
    return [row for row in rows(table) if in_force(on, day_or_none(row["from"]), day_or_none(row["to"]))]
