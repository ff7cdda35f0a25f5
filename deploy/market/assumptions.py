"""What is assumed where real files are silent: texts for screens, reports and the story, in both languages."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Assumption:
    """One assumption."""

    id: str
    zh: str
    en: str


ASSUMPTIONS = (
    Assumption(
        "amount",
        "原始数据没有金额：每笔初始交易金额按固定随机种子在500万至2亿元之间取值（对数均匀，万元取整）。",
        "The source has no amounts: each is drawn from 5 to 200 million CNY (log-uniform, seeded, in 10,000s).",
    ),
    Assumption(
        "pledge_rate",
        "原始数据没有质押率：主板52.5%、原中小板42.5%、创业板32.5%（区间中值）。",
        "The source has no pledge rates: 52.5% main, 42.5% former SME, 32.5% ChiNext board (middles of the bands).",
    ),
    Assumption(
        "quantity",
        "原始数据没有数量：数量 = 金额 ÷（质押率 × 质押日价格），按100股取整。",
        "The source has no quantities: quantity = amount / (pledge rate x price at start), in hundreds of shares.",
    ),
    Assumption(
        "firm",
        "原始数据没有证券公司：合约按编号散列分给F001（约六成）与F002（约四成）。",
        "The source names no firm: contracts go to F001 (about 60%) and F002 (about 40%) by a hash of their number.",
    ),
    Assumption(
        "borrower",
        "原始数据没有融入方：每只股票的合约散列归于一至三名融入方。",
        "The source names no borrower: the contracts of a share belong to one to three borrowers by a hash.",
    ),
    Assumption(
        "rate",
        "原始数据没有利率：一律6.5%，按季付息至报送日前最近一个季度日。",
        "The source has no rates: 6.5% for all, interest paid each quarter up to the reporting day.",
    ),
    Assumption(
        "lines",
        "原始数据没有预警线：一律150%/130%（市场经验值；来源中的平仓价一律为质押价的70%，不予采用）。",
        "The source has no warning lines: 150%/130% for all (a rule of thumb; its own close line is always 70%).",
    ),
    Assumption(
        "term",
        "原始数据没有到期日：初始期限12个月，逾期未解除的视为逐年延期，合计不超过36个月。",
        "The source has no maturities: 12 months, extended year by year while unreleased, 36 months at most.",
    ),
    Assumption(
        "status",
        "报送日前已解除的合约报为了结（按本息），其余报为存续；报送日之后的解除不再报送。",
        "Contracts released before the reporting day are closed (principal and interest), all others open; later "
        "releases are not reported.",
    ),
    Assumption(
        "business_date",
        "报送日之后才开始的合约以其开始日（非交易日顺延）为业务日期报送。",
        "Contracts begun after the reporting day carry their first day (or the next trading day) as business date.",
    ),
    Assumption(
        "prices",
        "价格：51只股票用复权收盘价，按质押日价格换算到合约文件的复权基准；其余股票用该文件最近一次质押日价格，视为当日无成交。",
        "Prices: adjusted closes for 51 shares, brought to the contracts' basis by their prices at start; all others "
        "keep the latest price at start in that file, marked as not traded.",
    ),
    Assumption(
        "corporate_actions",
        "价格已复权，故没有除权除息数据，数量不作调整。",
        "Prices are adjusted, hence there are no corporate actions and quantities stand.",
    ),
    Assumption(
        "made_up",
        "持有人、持有量、挂牌信息、故意设置的错误报送以及一笔恰好触及预警线的合约（C-F001-LINE）为演示生成。",
        "Holders, holdings, listings, the mistakes on purpose and the one contract that meets its line exactly "
        "(C-F001-LINE) are made up for the story.",
    ),
    Assumption(
        "share_class",
        "原始数据没有股份性质：一律无限售流通股。",
        "The source has no share classes: all are unrestricted.",
    ),
)
