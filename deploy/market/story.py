"""The parts that the main story plays with: which security, account and firm stands for what."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from finance.corporate_actions import CorporateAction

Key = tuple[str, str]

# Securities by their part.
CLEAN: Key = ("SSE", "603100")
DEDUCTED: Key = ("SSE", "601101")
CROWDED: Key = ("SZSE", "000003")  # more than half of its capital is pledged already
WAITING: Key = ("SZSE", "002005")
SHRINKING: Key = ("SSE", "600101")
AT_THE_LINE: Key = ("SSE", "600100")  # its closes meet the lines of one contract exactly
WITH_BONUS: Key = ("SZSE", "002001")
WITH_RIGHTS: Key = ("SZSE", "300001")
WITH_DIVIDEND: Key = ("SSE", "601100")
UNKNOWN_AT_FIRST: Key = ("SSE", "605105")  # the first security file lacks it, the revised one has it
PLAIN = frozenset(
    {
        CLEAN,
        DEDUCTED,
        CROWDED,
        WAITING,
        SHRINKING,
        AT_THE_LINE,
        WITH_BONUS,
        WITH_RIGHTS,
        WITH_DIVIDEND,
        UNKNOWN_AT_FIRST,
    }
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Cast:
    """Which security plays which part."""

    clean: Key
    deducted: Key
    crowded: Key
    waiting: Key
    shrinking: Key
    unknown_at_first: Key


CAST = Cast(
    clean=CLEAN,
    deducted=DEDUCTED,
    crowded=CROWDED,
    waiting=WAITING,
    shrinking=SHRINKING,
    unknown_at_first=UNKNOWN_AT_FIRST,
)

# A contract of 4,000,000 without interest on 1,000,000 shares, lines 150% and 130%: 6.00 and 5.20 are its line prices.
LINE_CONTRACT = "C-F001-LINE"
LINE_QUIET_CLOSE = Decimal("8.00")
LINE_FALL = tuple(map(Decimal, ("7.20", "6.60", "6.01", "6.00", "5.41", "5.20", "5.60", "6.10")))
LINE_BORROWER = "B-LINE"
LINE_PRINCIPAL, LINE_SHARES = 4_000_000, 1_000_000
LINE_WARNING, LINE_LIQUIDATION = Decimal("1.5"), Decimal("1.3")

# Contracts begun from this day on have a legal cap on their rate; listings are held to it.
RATE_CAP_FROM = date(2020, 8, 20)

# Trading days of the fall (from 0) on which actions go ex.
DIVIDEND_EX, BONUS_EX, RIGHTS_EX = 1, 2, 4


@dataclass(frozen=True, slots=True)
class Holder:
    """A ready user of the local identity provider and one of its unified accounts."""

    user: str
    account: str


CHEN = Holder("chen-wei", "180000000011")
CHEN_SECOND = Holder("chen-wei", "180000000012")
LIU = Holder("liu-yang", "180000000021")
ZHAO = Holder("zhao-min", "180000000031")
DONG_HAI = Holder("dong-hai-operator", "180000000051")
DONG_HAI_SECOND = Holder("dong-hai-operator", "180000000052")
LENDER = Holder("hua-tong-lender", "180000000041")
READY_HOLDERS = (CHEN, CHEN_SECOND, LIU, ZHAO, DONG_HAI, DONG_HAI_SECOND, LENDER)


@dataclass(frozen=True, kw_only=True, slots=True)
class Firm:
    """A securities firm: its class, capital, licences and how many contracts it has."""

    firm_id: str
    name: str
    uscc: str
    class_grade: str
    net_capital: Decimal
    licences: tuple[str, ...]
    lenders: tuple[str, ...]
    share_of_contracts: Decimal


FIRMS = (
    Firm(
        firm_id="F001",
        name="东江证券股份有限公司",
        uscc="91110000600037341L",
        class_grade="AA",
        net_capital=Decimal("20000000000.00"),
        licences=("own", "collective_plan", "single_client"),
        lenders=("L-OWN", "L-CLIENT-1"),
        share_of_contracts=Decimal("0.6"),
    ),
    Firm(
        firm_id="F002",
        name="云岭证券有限责任公司",
        uscc="911100006000300020",
        class_grade="BBB",
        net_capital=Decimal("6000000000.00"),
        licences=("own", "collective_plan"),
        lenders=("L-OWN", "L-PLAN-1", "L-PLAN-2"),
        share_of_contracts=Decimal("0.4"),
    ),
)


def line_path(quiet: tuple[date, ...], fall: tuple[date, ...]) -> dict[date, Decimal]:
    """The closes of `AT_THE_LINE`: quiet first, then through both lines and back; the last one holds on."""
    path = dict.fromkeys(quiet, LINE_QUIET_CLOSE)
    for at, day in enumerate(fall):
        path[day] = LINE_FALL[min(at, len(LINE_FALL) - 1)]
    return path


def actions(fall: tuple[date, ...]) -> dict[tuple[Key, date], CorporateAction]:
    """The corporate actions, by security and ex-date."""
    planned = (
        (WITH_DIVIDEND, DIVIDEND_EX, {"cash": Decimal("0.35")}),
        (WITH_BONUS, BONUS_EX, {"bonus": Decimal("0.5"), "cash": Decimal("0.20")}),
        (WITH_RIGHTS, RIGHTS_EX, {"rights": Decimal("0.3"), "rights_price": Decimal("5.00")}),
    )
    return {(key, fall[at]): CorporateAction(ex_date=fall[at], **terms) for key, at, terms in planned if at < len(fall)}
