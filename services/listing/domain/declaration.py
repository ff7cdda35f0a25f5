"""The declaration of truth, accuracy, completeness and own liability that goes with each submission (P4.6)."""

from dataclasses import dataclass
from datetime import datetime

from chassis.kernel import FieldError, Refusal


class DeclarationRefused(Refusal):
    """The declaration is absent, of another text version, or about other content than what is submitted."""

    slug = "declaration-refused"
    title_zh = "声明缺失或与所提交内容不符"
    title_en = "The declaration is missing or is not about what is submitted"


@dataclass(frozen=True, kw_only=True)
class DeclarationGiven:
    """What the user sent: the version of the text they saw and the hash of the content they saw."""

    text_version: str | None
    content_hash: str | None
    accepted: bool


@dataclass(frozen=True, kw_only=True)
class Declaration:
    """A declaration as it is kept."""

    text_version: str
    user_id: str
    declared_at: datetime
    content_hash: str


def declare(
    given: DeclarationGiven | None, *, text_version: str, content_hash: str, user_id: str, at: datetime
) -> Declaration:
    """The declaration to keep, if what was given is about this content under the text in effect.

    Raises:
        DeclarationRefused: naming each field that differs.
    """
    if given is None or not given.accepted:
        raise DeclarationRefused(
            errors=[_differs("/declaration/accepted", "须作出声明", "the declaration must be made")],
            text_version=text_version,
            content_hash=content_hash,
        )
    errors = []
    if given.text_version != text_version:
        errors.append(
            _differs(
                "/declaration/text_version", f"现行声明文本为 {text_version}", f"the text in effect is {text_version}"
            )
        )
    if given.content_hash != content_hash:
        errors.append(
            _differs("/declaration/content_hash", "声明所对应的内容已变更", "the declaration is about other content")
        )
    if errors:
        raise DeclarationRefused(errors=errors, text_version=text_version, content_hash=content_hash)
    return Declaration(text_version=text_version, user_id=user_id, declared_at=at, content_hash=content_hash)


def _differs(pointer: str, message_zh: str, message_en: str) -> FieldError:
    return FieldError(pointer=pointer, rule="declaration", message_zh=message_zh, message_en=message_en)
