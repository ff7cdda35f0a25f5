"""FastAPI's validation errors as field errors: a JSON pointer, the rule's name, and words in both languages."""

from collections.abc import Mapping, Sequence
from typing import Any

from chassis.kernel import FieldError

_CHINESE: Mapping[str, str] = {
    "missing": "必填",
    "extra_forbidden": "不允许填写该字段",
    "json_invalid": "不是有效的 JSON",
    "string_type": "应为文本",
    "string_too_short": "长度不得少于 {min_length} 个字符",
    "string_too_long": "长度不得超过 {max_length} 个字符",
    "string_pattern_mismatch": "格式不正确，应匹配 {pattern}",
    "too_short": "至少需要 {min_length} 项",
    "too_long": "最多 {max_length} 项",
    "int_type": "应为整数",
    "int_parsing": "应为整数",
    "int_from_float": "应为整数",
    "float_type": "应为数字",
    "float_parsing": "应为数字",
    "decimal_type": "应为数字",
    "decimal_parsing": "应为数字",
    "decimal_max_digits": "数字总位数不得超过 {max_digits} 位",
    "decimal_max_places": "小数位数不得超过 {decimal_places} 位",
    "decimal_whole_digits": "整数位数不得超过 {whole_digits} 位",
    "finite_number": "应为有限数字",
    "greater_than": "应大于 {gt}",
    "greater_than_equal": "不得小于 {ge}",
    "less_than": "应小于 {lt}",
    "less_than_equal": "不得大于 {le}",
    "multiple_of": "应为 {multiple_of} 的整数倍",
    "bool_type": "应为 true 或 false",
    "bool_parsing": "应为 true 或 false",
    "literal_error": "应为以下之一：{expected}",
    "enum": "应为以下之一：{expected}",
    "date_type": "应为日期，例如 2026-01-31",
    "date_parsing": "应为日期，例如 2026-01-31",
    "date_from_datetime_parsing": "应为日期，例如 2026-01-31",
    "date_from_datetime_inexact": "应为日期，例如 2026-01-31",
    "datetime_type": "应为带时区的时间",
    "datetime_parsing": "应为带时区的时间",
    "datetime_from_date_parsing": "应为带时区的时间",
    "timezone_aware": "时间应带时区",
    "uuid_type": "应为 UUID",
    "uuid_parsing": "应为 UUID",
    "list_type": "应为数组",
    "dict_type": "应为对象",
    "model_type": "应为对象",
    "model_attributes_type": "应为对象",
}


def field_errors(errors: Sequence[Mapping[str, Any]]) -> list[FieldError]:
    """Every error FastAPI found, without the values the client sent."""
    return [_field_error(one) for one in errors]


def _field_error(error: Mapping[str, Any]) -> FieldError:
    kind = str(error["type"])
    context: Mapping[str, Any] = error.get("ctx") or {}
    try:
        chinese = _CHINESE.get(kind, "填写有误").format(**context)
    except KeyError:
        chinese = "填写有误"
    return FieldError(
        pointer=pointer_of(error.get("loc", ())),
        rule=kind.replace("_", "-"),
        message_zh=chinese,
        message_en=str(error["msg"]),
    )


def pointer_of(location: Sequence[int | str]) -> str:
    """`("body", "lines", 0, "quantity")` is `/lines/0/quantity`; other places keep their name: `/query/limit`."""
    place, *rest = location or ("body",)
    if place == "body" and rest and isinstance(rest[0], int) and len(rest) == 1:
        # Broken JSON is reported by its offset in the text, which is no field.
        return ""
    steps = rest if place == "body" else [place, *rest]
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in steps)
