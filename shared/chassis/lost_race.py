"""What a guarded save says when somebody else was faster."""

from typing import ClassVar

from chassis.kernel import Refusal


class VersionConflict(Refusal):
    """The thing was changed in the meantime: read it again. 412 where the client named a version, 409 otherwise."""

    slug: ClassVar[str] = "version-conflict"
    title_zh: ClassVar[str] = "内容已被他人修改，请刷新后重试"
    title_en: ClassVar[str] = "It was changed in the meantime; read it again"
