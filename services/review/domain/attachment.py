"""What is attached to an application: small papers of known kinds, each with the hash of its content (P6.2)."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Literal
from uuid import UUID

from chassis.kernel import FieldError, Refusal
from review.domain.access_terms import AttachmentLimits

PaperKind = Literal["identity", "licence", "authorization", "other"]
# What proves who applies: one of them is demanded.
PROOFS: frozenset[PaperKind] = frozenset({"identity", "licence"})
# The first bytes each type begins with: a name or a header proves nothing.
_BEGINNINGS: Mapping[str, bytes] = {
    "application/pdf": b"%PDF-",
    "image/png": b"\x89PNG\r\n\x1a\n",
    "image/jpeg": b"\xff\xd8\xff",
}
MEDIA_TYPES = tuple(_BEGINNINGS)
FILE_NAME_MAX = 100


class AttachmentRefused(Refusal):
    """The file is of no kind that is taken, too large, empty, or one too many."""

    slug: ClassVar[str] = "attachment-refused"
    title_zh: ClassVar[str] = "附件不符合要求"
    title_en: ClassVar[str] = "The file cannot be attached"


@dataclass(frozen=True, kw_only=True)
class Attachment:
    """One paper, without its content: that is read where it is kept."""

    attachment_id: UUID
    kind: PaperKind
    file_name: str
    media_type: str
    size: int
    sha256: str
    uploaded_at: datetime


@dataclass(frozen=True, kw_only=True)
class OfferedPaper:
    """A file as it came: what it says of itself, and its content."""

    kind: PaperKind
    file_name: str
    media_type: str
    content: bytes


def attach(
    attachment_id: UUID, offered: OfferedPaper, *, kept: int, limits: AttachmentLimits, at: datetime
) -> Attachment:
    """The paper, if it may be attached beside the `kept` ones.

    Raises:
        AttachmentRefused: naming what is wrong with it.
    """
    media_type, content = offered.media_type, offered.content
    errors = [
        *_unless(kept < limits.files_max, "", "too_many", f"最多 {limits.files_max} 个附件",
                 f"at most {limits.files_max} files are taken"),
        *_unless(media_type in _BEGINNINGS, "/header/Content-Type", "media_type",
                 f"仅接受 {'、'.join(MEDIA_TYPES)}", f"must be one of {', '.join(MEDIA_TYPES)}"),
        *_unless(0 < len(content) <= limits.file_bytes_max, "", "size",
                 f"须为 1 至 {limits.file_bytes_max} 字节", f"must be 1 to {limits.file_bytes_max} bytes"),
        *_unless(content.startswith(_BEGINNINGS.get(media_type, b"")), "", "content",
                 "文件内容与其类型不符", "the content is not of the type it is said to be"),
    ]  # fmt: skip
    if errors:
        raise AttachmentRefused(errors=errors)
    return Attachment(
        attachment_id=attachment_id,
        kind=offered.kind,
        file_name=offered.file_name,
        media_type=media_type,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        uploaded_at=at,
    )


def _unless(holds: bool, pointer: str, rule: str, message_zh: str, message_en: str) -> list[FieldError]:  # noqa: FBT001  # the one question each line asks
    if holds:
        return []
    return [FieldError(pointer=pointer, rule=rule, message_zh=message_zh, message_en=message_en)]
