"""The summary of a term sheet that downloads (P15.3): plain text, in the reader's language."""

from collections.abc import Iterator
from decimal import Decimal

from finance.units import yuan
from messaging.application.views import TermsView
from messaging.domain.terms import Round

_PERCENT = Decimal(100)


def summary_of(view: TermsView, *, chinese: bool) -> str:
    """The last round, and how it stands."""
    latest = view.rounds[-1]
    return "\n".join(_lines(view, latest, chinese=chinese)) + "\n"


def _lines(view: TermsView, latest: Round, *, chinese: bool) -> Iterator[str]:
    def say(zh: str, en: str, value: object) -> str:
        return f"{zh}：{value}" if chinese else f"{en}: {value}"

    terms = latest.terms
    accepted = view.accepted_round == latest.number
    standing = ("双方已接受", "accepted by both sides") if accepted else ("尚未达成一致", "not yet accepted by both")
    yield "证券质押意向条款" if chinese else "Terms of an intended securities pledge"
    yield say("条款编号", "Term sheet", view.term_sheet_id)
    yield say("发布信息编号", "Listing", view.listing_id)
    yield say("轮次", "Round", f"{latest.number} ({standing[0] if chinese else standing[1]})")
    yield say("提出时间", "Proposed at", latest.proposed_at.isoformat())
    yield say("融资金额（元）", "Amount (CNY)", f"{yuan(terms.amount_fen):,}")
    yield say("年利率", "Annual rate", _percent(terms.annual_rate))
    yield say("期限（月）", "Term (months)", terms.months)
    yield say("质押率", "Pledge rate", _percent(terms.pledge_rate))
    yield say("预警线", "Warning line", _percent(terms.warning_line))
    yield say("平仓线", "Liquidation line", _percent(terms.liquidation_line))
    for line in terms.lines:
        named = f"{line.market} {line.security} {line.share_class or ''}".strip()
        yield say("质押证券", "Collateral", f"{named} x {line.quantity.normalize():f}")
    yield (
        "本摘要不构成质押登记；质押自登记时生效。"
        if chinese
        else "This summary is no registration: a pledge takes effect when it is registered."
    )


def _percent(fraction: Decimal) -> str:
    return f"{(fraction * _PERCENT).normalize():f}%"
