"""The first rows of what changes by date: eligible classes (P9.2), the product template (P8.3), the legal texts."""

from datetime import date

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

SINCE = date(2018, 1, 1)
TO_CONFIRM = "to_confirm"

CLASSES = (
    # asset class, scale, whether it has a share class, status of the row
    ("a_share", "1", True, "rule"),
    ("b_share", "1", True, "rule"),
    ("neeq_share", "1", True, "rule"),
    ("depositary_receipt", "1", True, "judgement"),
    ("bond", "1", False, "rule"),  # counted in units of 100 face
    ("etf", "1", False, "rule"),
    ("fund_unit", "0.0001", False, "rule"),
    ("plan_unit", "0.0001", False, "rule"),
)
GUIDE_ZH = """一、本平台为证券质押供需双方提供信息发布与查询服务，不承诺任何一方的履约能力。
二、登记在册的证券持有人、有意融出资金的机构和个人，以及经本公司认可的其他主体，可以使用本平台。
三、出质人区和质权人区的信息均须按规定格式发布；基本信息和业务平台信息由系统读取，质押信息由用户填写并声明真实、准确、完整。
四、出质人发布的信息须与发布前一交易日日终持有数据相符；被冻结、已质押、作为交收担保品或受其他限制的证券不得用于发布。
五、核验通过的信息自动发布；未通过的退回并说明理由；需人工判断的由本公司审核。
六、信息分为待洽谈、洽谈中、已质押、失效四种状态；有效期届满自动失效。已质押或失效的信息不得恢复，须重新发布。
七、用户可查看他人信息的摘要；持有处于有效期的本人信息的用户可查看详情并与对方私下洽谈。
八、用户应对所发布的信息负责；本公司发现信息不实的，可要求更正、限制展示、暂停或终止使用。
九、质押登记在本公司依照登记规则办理；平台信息不代替质押登记。"""
GUIDE_EN = """1. This platform publishes and finds offers and demands of securities pledges; it vouches for
nobody's performance.
2. Registered holders of securities, those who intend to lend, and others the operator approves may use it.
3. Both areas publish in a prescribed format. Basic and business information are read by the system; the pledge
information is filled in by the user and declared true, accurate and complete.
4. What a pledgor publishes must agree with the end-of-day holdings of the trading day before publication. Units
that are frozen, pledged, settlement collateral or otherwise restricted cannot be published.
5. What passes verification is published by itself; what fails is returned with reasons; what needs a person is
reviewed.
6. A listing is open, negotiating, pledged or expired, and expires at the end of its validity. A pledged or expired
listing does not come back: a new one is published.
7. Every user sees summaries of others' listings; users with a listing in force see details and talk in private.
8. Users answer for what they publish. The operator may demand a correction, restrict a listing, suspend or terminate.
9. Pledges are registered at the depository under its registration rules; the platform does not replace registration."""
GUIDE_TITLES = ("证券质押供需信息发布平台业务操作指引（试行）", "Guide to the securities pledge platform (trial)")
DECLARATION_TITLES = ("真实性声明", "Declaration of truth")
DECLARATION_ZH = "本人（本单位）声明：所提交的信息真实、准确、完整，并对由此产生的一切后果自行承担责任。"
DECLARATION_EN = "I declare that what I submit is true, accurate and complete, and that I alone answer for it."
INTERPRETER_ZH = "中国证券登记结算有限责任公司"
INTERPRETER_EN = "China Securities Depository and Clearing Corporation Limited"


def upgrade() -> None:
    op.bulk_insert(
        _table("eligible_class", "id", "asset_class", "step", "has_share_class", "valid_from", "status"),
        [
            {
                "id": name,
                "asset_class": name,
                "step": sa.literal(step, sa.Numeric),
                "has_share_class": has_share_class,
                "valid_from": SINCE,
                "status": status,
            }
            for name, step, has_share_class, status in CLASSES
        ],
        multiinsert=False,
    )
    op.bulk_insert(
        _table(
            "product_template", "id", "version", "amount_from_fen", "amount_to_fen", "terms", "valid_from", "status"
        ),
        [
            {
                "id": "quick_finance",
                "version": 1,
                "amount_from_fen": 100_000_000,
                "amount_to_fen": 1_000_000_000,
                "terms": [6, 12],
                "valid_from": SINCE,
                "status": "judgement",
            }
        ],
    )
    op.bulk_insert(
        _table(
            "legal_text", "kind", "version", "effective_from", "interpreter_zh", "interpreter_en", "title_zh",
            "title_en", "text_zh", "text_en", "status",
        ),
        [
            _text("guide", GUIDE_TITLES, GUIDE_ZH, GUIDE_EN),
            _text("declaration", DECLARATION_TITLES, DECLARATION_ZH, DECLARATION_EN),
        ],
    )  # fmt: skip


def downgrade() -> None:
    op.execute("delete from legal_text")
    op.execute("delete from product_template")
    op.execute("delete from eligible_class")


def _text(kind: str, titles: tuple[str, str], text_zh: str, text_en: str) -> dict[str, object]:
    return {
        "kind": kind,
        "version": "1",
        "effective_from": SINCE,
        "interpreter_zh": INTERPRETER_ZH,
        "interpreter_en": INTERPRETER_EN,
        "title_zh": titles[0],
        "title_en": titles[1],
        "text_zh": text_zh,
        "text_en": text_en,
        "status": TO_CONFIRM,
    }


def _table(name: str, *columns: str) -> sa.TableClause:
    days = {"valid_from", "effective_from"}
    columns_of_days = [sa.column(one, sa.Date) for one in columns if one in days]
    return sa.table(name, *columns_of_days, *(sa.column(one) for one in columns if one not in days))
