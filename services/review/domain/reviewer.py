"""Who reviews, and whose matters they keep out of (P11.9)."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from chassis.kernel import FieldError, Refusal
from review.domain.dated_tables import day_or_none, in_force, rows
from review.domain.ladder import Matter
from review.domain.listing_content import ListingContent


class OwnOrRelatedMatter(Refusal):
    """Nobody reviews their own or a related participant's matter; the case goes back to the queue."""

    slug: ClassVar[str] = "own-or-related-matter"
    title_zh: ClassVar[str] = "不得审核本人或关联方的事项"
    title_en: ClassVar[str] = "Nobody reviews their own or a related participant's matter"


class ReturnReasonUnknown(Refusal):
    """A reviewer returns with coded reasons only."""

    slug: ClassVar[str] = "return-reason-unknown"
    title_zh: ClassVar[str] = "退回原因代码无效"
    title_en: ClassVar[str] = "The reason's code is unknown"


@dataclass(frozen=True, kw_only=True)
class Reviewer:
    """A reviewer; `account_refs` are their own accounts, by which a tie shows."""

    user_id: str
    participant_id: str | None = None
    account_refs: frozenset[str] = frozenset()

    def require_unrelated(self, participant_id: str, content: ListingContent) -> None:
        """Refuses when the matter is the reviewer's own, or touches an account of theirs.

        Raises:
            OwnOrRelatedMatter: it does.
        """
        shared = self.account_refs & {line.account_ref for line in content.lines}
        if self.participant_id == participant_id or shared:
            raise OwnOrRelatedMatter

    def require_no_tie(self, matter: Matter) -> None:
        """Refuses when the matter is the person's own, or touches an account of theirs.

        Raises:
            OwnOrRelatedMatter: it does.
        """
        own = matter.participant_id == self.participant_id or (matter.kind, matter.id) == ("user", self.user_id)
        if own or self.account_refs & matter.account_refs:
            raise OwnOrRelatedMatter


@dataclass(frozen=True, kw_only=True)
class ReturnReason:
    """One coded reason about one field, with the way out."""

    code: str
    pointer: str
    version: str
    message_zh: str
    message_en: str
    fix_zh: str
    fix_en: str


def return_reasons(chosen: list[tuple[str, str]], *, on: date) -> tuple[ReturnReason, ...]:
    """The reasons of codes and pointers, as they are worded on a day.

    Raises:
        ReturnReasonUnknown: naming each code that is not in force; or none was given.
    """
    known = {
        row["code"]: row
        for row in rows("return_reasons.csv")
        if in_force(on, day_or_none(row["from"]), day_or_none(row["to"]))
    }
    errors = [
        FieldError(
            pointer=f"/reasons/{at}/code",
            rule="unknown_code",
            message_zh=f"原因代码{code}无效",
            message_en=f"The code {code} is unknown",
        )
        for at, (code, _) in enumerate(chosen)
        if code not in known
    ]
    if errors or not chosen:
        raise ReturnReasonUnknown(errors=errors, codes=sorted(known))
    return tuple(_reason(known[code], pointer) for code, pointer in chosen)


def _reason(row: dict[str, str], pointer: str) -> ReturnReason:
    return ReturnReason(
        code=row["code"],
        pointer=pointer,
        version=row["from"] or "1",
        message_zh=row["message_zh"],
        message_en=row["message_en"],
        fix_zh=row["fix_zh"],
        fix_en=row["fix_en"],
    )
