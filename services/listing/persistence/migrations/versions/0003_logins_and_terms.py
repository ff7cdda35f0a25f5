"""What changes without a new sign-in: a login's state, a participant's status; and the privacy notice (BX9)."""

from datetime import date

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

SINCE = date(2018, 1, 1)
INTERPRETER_ZH = "中国证券登记结算有限责任公司"
INTERPRETER_EN = "China Securities Depository and Clearing Corporation Limited"
PRIVACY_ZH = """一、收集的信息：登录时身份提供方给出的姓名、参与人类型、证件类型与遮掩后的证件号码、一码通账户号码；
以及您填写的联系人、联系方式、申请材料。
二、用途：核验使用资格与持有数据，向符合条件的对方展示您的业务平台信息，履行更正、限制、申诉等程序，依法留存。
三、展示：摘要不含身份、账户和联系方式；详情仅供持有处于有效期信息的用户查看，账户号码始终遮掩。
四、留存：使用资格结束后五年；未获批准的申请材料一年；法律另有规定的从其规定。
五、您的权利：查阅、更正、导出个人信息，申请删除；不能删除的，答复留存期限和理由。
六、对外提供：不向本平台之外的任何主体提供，法律法规要求的除外。"""
PRIVACY_EN = """1. What is collected: name, kind of participant, kind of document, masked document number and unified
account numbers as the identity provider says them at sign-in; and what you fill in: contact person, channels,
application papers.
2. What for: verifying eligibility and holdings, showing your business information to those entitled to it,
corrections, restrictions and appeals, and keeping what the law demands.
3. Who sees it: summaries bear no identity, account or contact; details are for users with a listing in force, and
account numbers are always masked.
4. How long: five years after access ends; papers of an application that was refused, one year; longer where the law
says so.
5. Your rights: to read, correct and export your personal data and to ask for erasure; what cannot be erased is
answered with its period and its ground.
6. It is given to nobody outside this platform unless law or regulation demands it."""


def upgrade() -> None:
    op.execute("set local lock_timeout = '2s'")
    op.execute(
        "alter table participant add closed text not null default 'no_securities_account', "
        "add status text not null default 'active', "
        "add constraint participant_status check (status in ('active', 'suspended', 'terminated'))"
    )
    op.execute(
        "alter table participant_user add state text not null default 'active', "
        "add assigned boolean not null default false, add status text not null default 'active', "
        "add constraint participant_user_state check (state in ('invited', 'active', 'disabled')), "
        "add constraint participant_user_status check (status in ('active', 'suspended', 'terminated'))"
    )
    op.execute("alter table business_information add confirmed_at timestamptz")
    names = ("kind", "version", "interpreter_zh", "interpreter_en", "title_zh", "title_en", "text_zh", "text_en")
    texts = sa.table("legal_text", sa.column("effective_from", sa.Date), sa.column("status"), *map(sa.column, names))
    notice = {
        "kind": "privacy",
        "version": "1",
        "effective_from": SINCE,
        "interpreter_zh": INTERPRETER_ZH,
        "interpreter_en": INTERPRETER_EN,
        "title_zh": "个人信息保护声明",
        "title_en": "Privacy notice",
        "text_zh": PRIVACY_ZH,
        "text_en": PRIVACY_EN,
        "status": "to_confirm",
    }
    op.bulk_insert(texts, [notice])


def downgrade() -> None:
    op.execute("delete from legal_acceptance where kind = 'privacy'")
    op.execute("delete from legal_text where kind = 'privacy'")
    op.execute("alter table business_information drop column confirmed_at")
    op.execute("alter table participant_user drop column state, drop column assigned, drop column status")
    op.execute("alter table participant drop column closed, drop column status")
