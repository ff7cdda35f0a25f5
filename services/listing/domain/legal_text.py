"""Dated legal texts: the guide (P19.1), the privacy notice (BX9), the declaration that goes with submissions (P4.6)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from chassis.kernel import Fact, FieldError, Refusal

TextKind = Literal["guide", "declaration", "privacy"]
AcceptedKind = Literal["guide", "privacy"]
# What a login accepts once per version, before its first use (P4.5) and before personal data is asked (BX9).
ACCEPTED_KINDS: tuple[AcceptedKind, ...] = ("guide", "privacy")


class TextNotInEffect(Refusal):
    """Another version of the text is in effect: read that one, then accept it."""

    slug = "text-not-in-effect"
    title_zh = "所接受的文本版本不是现行版本"
    title_en = "The version accepted is not the one in effect"


@dataclass(frozen=True, kw_only=True)
class LegalText:
    """One version of a text: what it says, from when, and who interprets it.

    `status` says whether the wording is the original's (`rule`), awaits comparison with it (`to_confirm`), or is ours.
    """

    kind: TextKind
    version: str
    effective_from: date
    interpreter_zh: str
    interpreter_en: str
    title_zh: str
    title_en: str
    text_zh: str
    text_en: str
    status: str


@dataclass(frozen=True, kw_only=True)
class TermsAccepted(Fact):
    """A login accepted one version of a text."""

    participant_id: str
    user_id: str
    kind: AcceptedKind
    version: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Term:
    """A text in effect and when this login accepted it, if it did."""

    text: LegalText
    accepted_at: datetime | None


def require_in_effect(text: LegalText, version: str) -> None:
    """Refuses the acceptance of anything but the version in effect.

    Raises:
        TextNotInEffect: naming that version.
    """
    if text.version != version:
        error = FieldError(
            pointer="/version",
            rule="in_effect",
            message_zh=f"现行版本为 {text.version}，请阅读后接受",
            message_en=f"version {text.version} is in effect: read it, then accept it",
        )
        raise TextNotInEffect(errors=[error], version=text.version)
