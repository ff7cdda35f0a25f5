"""The rules of single fields, and what each says when it is broken, in both languages."""

from datetime import date
from decimal import Decimal

from chassis.kernel import FieldError, Refusal

MESSAGES: dict[str, tuple[str, str]] = {
    "required": ("必填", "is required"),
    "too_long": ("超过长度上限 {limit}", "is longer than {limit} characters"),
    "too_many": ("超过数量上限 {limit}", "holds more than {limit} entries"),
    "positive": ("必须大于零", "must be above zero"),
    "whole_fen": ("金额最多两位小数", "an amount has at most two decimals"),
    "fraction": (
        "须为大于 0 且不超过 1 的小数（0.065 表示 6.5%）",
        "must be a fraction above 0 up to 1 (0.065 is 6.5%)",
    ),
    "line_range": ("须大于 1 且不超过 {limit}", "must be above 1 and at most {limit}"),
    "line_order": ("预警线须高于平仓线", "the warning line must be above the liquidation line"),
    "term_range": ("期限须为 1 至 {limit} 个月", "must be 1 to {limit} months"),
    "range_order": ("上限不得低于下限", "the upper end must not be below the lower end"),
    "past": ("不得早于今天", "must not lie in the past"),
    "unknown_code": ("没有此代码：{value}", "no such code: {value}"),
    "unknown_security": ("证券主档中没有 {value}", "the security master has no {value}"),
    "unknown_account": ("不是本参与人的账户", "is no account of this participant"),
    "not_eligible": ("该类证券目前不可质押：{value}", "collateral of this class is not accepted: {value}"),
    "quantity_scale": ("数量须为 {step} 的整数倍", "the quantity must be a multiple of {step}"),
    "share_class_missing": ("股份须注明股份性质", "a share needs its share class"),
    "share_class_on_non_share": ("非股份不得填写股份性质", "only shares have a share class"),
    "release_date_missing": ("限售股须填写解除限售日期", "restricted shares need their release date"),
    "release_date_unexpected": ("仅限售股填写解除限售日期", "only restricted shares have a release date"),
    "duplicate_line": ("同一账户、证券和股份性质只能有一行", "one line per account, security and share class"),
    "board_not_accepted": ("该板块不在接受范围内：{value}", "this board is not among the accepted ones: {value}"),
    "template_fixed": ("产品模板固定此项：{value}", "the product template fixes this: {value}"),
    "unknown_template": ("没有此产品模板：{value}", "no such product template: {value}"),
}
LINE_MAX = Decimal(10)
MONTHS_MAX = 120
TEXT_MAX = 500


class FormInvalid(Refusal):
    """What was filled in breaks the prescribed format (P3.1, P8, P9.3)."""

    slug = "form-invalid"
    title_zh = "发布信息不符合规定格式"
    title_en = "The listing is not in the prescribed form"


def broken(pointer: str, rule: str, **values: object) -> FieldError:
    """One broken rule at one field."""
    message_zh, message_en = MESSAGES[rule]
    return FieldError(
        pointer=pointer, rule=rule, message_zh=message_zh.format(**values), message_en=message_en.format(**values)
    )


def positive(pointer: str, value: int | Decimal | None) -> list[FieldError]:
    """Above zero, where given."""
    return [broken(pointer, "positive")] if value is not None and value <= 0 else []


def fraction(pointer: str, value: Decimal | None) -> list[FieldError]:
    """A rate or ratio as a fraction: a percent typed as a fraction is caught here (FIN3)."""
    return [broken(pointer, "fraction")] if value is not None and not 0 < value <= 1 else []


def months(pointer: str, value: int | None) -> list[FieldError]:
    """A term in months."""
    return (
        [broken(pointer, "term_range", limit=MONTHS_MAX)] if value is not None and not 1 <= value <= MONTHS_MAX else []
    )


def lines(warning: Decimal | None, liquidation: Decimal | None) -> list[FieldError]:
    """W > L > 1 (FIN10)."""
    errors = [
        broken(pointer, "line_range", limit=LINE_MAX)
        for pointer, value in (("/warning_line", warning), ("/liquidation_line", liquidation))
        if value is not None and not 1 < value <= LINE_MAX
    ]
    if not errors and warning is not None and liquidation is not None and warning <= liquidation:
        errors.append(broken("/warning_line", "line_order"))
    return errors


def ordered(pointer: str, low: int | Decimal | None, high: int | Decimal | None) -> list[FieldError]:
    """The upper end is not below the lower one."""
    return [broken(pointer, "range_order")] if low is not None and high is not None and high < low else []


def not_past(pointer: str, value: date | None, today: date) -> list[FieldError]:
    """Today or later."""
    return [broken(pointer, "past")] if value is not None and value < today else []


def short_text(pointer: str, value: str | None, *, limit: int = TEXT_MAX) -> list[FieldError]:
    """A text within its limit."""
    return [broken(pointer, "too_long", limit=limit)] if value is not None and len(value) > limit else []


def required(fields: dict[str, object]) -> list[FieldError]:
    """What is still empty, by name; an empty text, list or mapping counts as empty."""
    return [broken(f"/{name}", "required") for name, value in fields.items() if value is None or value in ("", (), {})]
