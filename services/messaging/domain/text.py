"""What somebody writes: a text of bounded length without control characters."""

import unicodedata
from typing import ClassVar

from chassis.kernel import FieldError, Refusal

_LINE_BREAKS = frozenset("\n\t")


class TextInvalid(Refusal):
    """The text is empty, too long, or holds characters nobody can read."""

    slug: ClassVar[str] = "text-invalid"
    title_zh: ClassVar[str] = "文本不符合要求"
    title_en: ClassVar[str] = "The text cannot be taken"


def written(text: str, *, characters_max: int, pointer: str = "/text") -> str:
    """The text as it is kept: line ends are one character, blanks around it are gone.

    Raises:
        TextInvalid: naming the field, the rule and the way out.
    """
    kept = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    if not kept:
        raise TextInvalid(errors=[_broken(pointer, "required", "请填写内容", "write something")])
    if len(kept) > characters_max:
        zh, en = f"不得超过 {characters_max} 个字符", f"is longer than {characters_max} characters: shorten or split it"
        raise TextInvalid(errors=[_broken(pointer, "too_long", zh, en)], characters_max=characters_max)
    if any(unicodedata.category(one) in {"Cc", "Cs"} and one not in _LINE_BREAKS for one in kept):
        zh, en = "含有不可见的控制字符，请删除", "holds control characters: remove them"
        raise TextInvalid(errors=[_broken(pointer, "control_character", zh, en)])
    return kept


def _broken(pointer: str, rule: str, zh: str, en: str) -> FieldError:
    return FieldError(pointer=pointer, rule=rule, message_zh=zh, message_en=en)
