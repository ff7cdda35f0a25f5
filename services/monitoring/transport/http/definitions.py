"""Definition pages: what each number that the monitor shows is, in Chinese and English (I6). They hold no data."""

from typing import Annotated, Final

from fastapi import Path
from pydantic import BaseModel

from chassis.http import QueryCause, Routes
from monitoring.application.analytics import Analytics
from monitoring.domain.definitions import CutOff, Definition, Missing, Scope
from monitoring.domain.metric_registry import CoverageRatio
from monitoring.transport.http.figure_answers import ThresholdShown

# Definitions are for whoever signed in, not for the regulator alone: they say nothing of any firm.
OPERATION: Final = "calendar.read"
DefinitionId = Annotated[str, Path(max_length=80, examples=["valuation.coverage"])]


class DefinitionListed(BaseModel):
    """What a number is, in short."""

    id: str
    clause: str
    title_zh: str
    title_en: str
    unit: str
    scope: Scope
    coverage_ratio: CoverageRatio | None

    @classmethod
    def of(cls, one: Definition) -> "DefinitionListed":
        """As the registry holds it."""
        return cls(
            id=one.id,
            clause=one.clause,
            title_zh=one.title_zh,
            title_en=one.title_en,
            unit=one.unit,
            scope=one.scope,
            coverage_ratio=one.coverage_ratio,
        )


class DefinitionsListed(BaseModel):
    """Every number there is."""

    items: list[DefinitionListed]


class DefinitionShown(DefinitionListed):
    """What a number is, complete. `coverage_ratio`: of which of the two ratios it speaks, none where of neither."""

    formula_zh: str
    formula_en: str
    inputs: list[str]
    as_of_zh: str
    as_of_en: str
    window: str
    coverage_ratio_zh: str
    coverage_ratio_en: str
    drives: bool
    missing_zh: str
    missing_en: str
    restated: bool
    thresholds: list[ThresholdShown]

    @classmethod
    def complete(cls, one: Definition) -> "DefinitionShown":
        """As the registry holds it."""
        (as_of_zh, as_of_en), (missing_zh, missing_en) = AS_OF[one.cut_off], MISSING[one.missing]
        ratio_zh, ratio_en = RATIO[one.coverage_ratio]
        return cls(
            **DefinitionListed.of(one).model_dump(),
            formula_zh=one.formula_zh,
            formula_en=one.formula_en,
            inputs=list(one.inputs),
            as_of_zh=as_of_zh,
            as_of_en=as_of_en,
            window=one.window,
            coverage_ratio_zh=ratio_zh,
            coverage_ratio_en=ratio_en,
            drives=one.drives,
            missing_zh=missing_zh,
            missing_en=missing_en,
            restated=False,
            thresholds=[ThresholdShown.of(each) for each in one.thresholds],
        )


AS_OF: Final[dict[CutOff, tuple[str, str]]] = {
    "valuation": (
        "实时值取最近一次估值（valued_at），日终确认前均为暂定；日终值取 22:00（上海时间），此后不再改变",
        "live: the latest valuation (valued_at), provisional until the end of day; end of day: 22:00, kept for ever",
    ),
    "read": ("查询时刻（as_of）", "the moment it is asked for (as_of)"),
    "record": (
        "该记录的营业日；当前值取最后一条被接受的记录",
        "the record's business date; now: the last one accepted",
    ),
    "rule": ("自生效日（effective_from）起", "from its effective date on (effective_from)"),
}
RATIO: Final[dict[CoverageRatio | None, tuple[str, str]]] = {
    "full": ("全口径 (V+K+O)/D，驱动级别与预警", "the full ratio (V+K+O)/D, which drives levels and alerts"),
    "exchange_style": ("交易所口径 V/P，仅展示", "the exchange-style ratio V/P, for display only"),
    None: ("与履约保障比例无关", "about neither coverage ratio"),
}
MISSING: Final[dict[Missing, tuple[str, str]]] = {
    "leave_out": (
        "数据缺失的合约同时从分子与分母剔除并列示金额；剔除金额超过待购回金额的 1% 时，指标未知",
        "A contract with missing data leaves both sides and its amount is shown; above 1% of P the figure is unknown",
    ),
    "unknown": (
        "已知部分触线的，保留并标注不完整；已知部分均正常而有一部分未知的，指标未知；未知不解除预警",
        "A known part at a line stays, marked partial; all known normal and one unknown: unknown, which clears nothing",
    ),
    "null": ("数据缺失时为空，从不以零代替", "Null where data lack, never zero"),
    "counted": ("计数或合计；确无其事时为零", "A count or a sum; a true absence is zero"),
    "as_reported": ("证券公司未报送时为空", "Null where the firm reported none"),
}


def definition_routes(analytics: Analytics) -> Routes:
    """The routes of definitions."""
    routes = Routes(service="monitoring", tags=["definitions"])

    @routes.get("/definitions", operation=OPERATION)
    async def read_definitions(cause: QueryCause) -> DefinitionsListed:
        """Every number that answers of the monitor show, in short."""
        del cause  # whoever came this far may know what a number means
        return DefinitionsListed(items=[DefinitionListed.of(one) for one in analytics.read_definitions.every()])

    @routes.get("/definitions/{definition_id}", operation=OPERATION)
    async def read_definition(cause: QueryCause, definition_id: DefinitionId) -> DefinitionShown:
        """The definition page of one number, in Chinese and English."""
        del cause  # the same
        return DefinitionShown.complete(analytics.read_definitions.one(definition_id))

    return routes
