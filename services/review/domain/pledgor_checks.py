"""What the dated rules ask of a pledgor's listing beyond its holdings."""

from collections.abc import Iterator
from datetime import date
from fractions import Fraction

from finance import pledge_rate as rates
from finance.calendar import add_months
from finance.lines import Word, above, compare
from finance.restricted import lockup_too_long, term_too_short
from finance.units import fen
from review.domain.board_rules import BoardRule
from review.domain.dated_tables import day_or_none, in_force, rows
from review.domain.eligible_classes import eligible_class
from review.domain.findings import Finding, answered, percent, unknown
from review.domain.listing_content import PledgorTerms
from review.domain.verification_facts import LineFacts, VerificationFacts


def pledge_rate(facts: VerificationFacts, rule: BoardRule) -> Iterator[Finding]:
    """Financing wanted / sum of quantity x AVG7, and the lowest rate the pledgor accepts (FIN7, FR01)."""
    terms, limit = _terms(facts), rule.limit or Fraction(0)
    rate = rate_of(facts)
    if rate is None:
        yield unknown("/financing_wanted", rate="?", limit=percent(limit))
    else:
        yield answered(holds(rule, rate), "/financing_wanted", rate=percent(rate), limit=percent(limit))
    lowest = Fraction(terms.lowest_pledge_rate)
    yield answered(holds(rule, lowest), "/lowest_pledge_rate", rate=percent(lowest), limit=percent(limit))


def market_wide_pledge(facts: VerificationFacts, rule: BoardRule) -> Iterator[Finding]:
    """What is pledged of an A-share in all accounts, with this line, over its A-share capital (FR04)."""
    limit = percent(rule.limit or 0)
    for place, one in enumerate(facts.lines):
        pointer = f"/lines/{place}/security"
        taken = eligible_class(one.security.asset_class, facts.day) if one.security else None
        if taken is None or not taken.a_share_caps:
            yield Finding(answer="not_applicable", pointer=pointer)
        elif one.security is None or not one.security.a_capital or one.pledged_market_wide is None:
            yield unknown(pointer, rate="?", limit=limit)
        else:
            offered = sum(other.line.quantity for other in facts.lines if _same_security(one, other))
            rate = Fraction(one.pledged_market_wide + offered) / one.security.a_capital
            yield answered(holds(rule, rate), pointer, rate=percent(rate), limit=limit)


def financial_institution(facts: VerificationFacts, _rule: BoardRule) -> Iterator[Finding]:
    """The borrower is no financial institution and no product of one (FR08)."""
    category = facts.content.institution_category
    yield answered(not _is_financial(category, facts.day), "/owner/institution_category", category=category or "-")


def special_treatment(facts: VerificationFacts, _rule: BoardRule) -> Iterator[Finding]:
    """ST and *ST (FR10)."""
    for place, one in enumerate(facts.lines):
        mark = one.security.special_treatment if one.security else None
        yield answered(
            mark is None, f"/lines/{place}/security", mark={"st": "ST", "star_st": "*ST"}.get(mark or "", "")
        )


def loss_last_year(facts: VerificationFacts, _rule: BoardRule) -> Iterator[Finding]:
    """The issuer's last financial year (FR11)."""
    for place, one in enumerate(facts.lines):
        income = one.security.net_income_last_year if one.security else None
        pointer = f"/lines/{place}/security"
        yield unknown(pointer) if income is None else answered(income >= 0, pointer)


def suspended(facts: VerificationFacts, _rule: BoardRule) -> Iterator[Finding]:
    """Suspended, or under delisting (FR12)."""
    for place, one in enumerate(facts.lines):
        yield answered(not (one.security and one.security.suspended), f"/lines/{place}/security")


def lock_up(facts: VerificationFacts, rule: BoardRule) -> Iterator[Finding]:
    """Restricted shares: how long they stay locked, and whether the term outlasts it (FR20, FIN16)."""
    maturity = add_months(facts.day, _terms(facts).months)
    for place, one in enumerate(facts.lines):
        pointer = f"/lines/{place}/release_date"
        released = one.line.release_date or (one.holding.release_date if one.holding else None)
        if released is None or released <= facts.day:
            yield Finding(answer="not_applicable", pointer=pointer)
            continue
        good = not lockup_too_long(on=facts.day, lockup_end=released) and not term_too_short(
            maturity=maturity, lockup_end=released
        )
        yield answered(good, pointer, release_date=released.isoformat(), limit=str(rule.limit))


def usual_band(facts: VerificationFacts, _rule: BoardRule) -> Iterator[Finding]:
    """The pledge rate against what the market usually lends on each line's board (FR21, FIN7)."""
    rate = rate_of(facts)
    for place, one in enumerate(facts.lines):
        pointer = f"/lines/{place}/security"
        band = rates.band(one.line.market, one.line.security, facts.day)
        if band is None:
            yield Finding(answer="not_applicable", pointer=pointer)
        elif rate is None:
            yield unknown(pointer, rate="?", limit=percent(band.high))
        else:
            yield answered(not above(rate, band.high), pointer, rate=percent(rate), limit=percent(band.high))


def rate_of(facts: VerificationFacts) -> Fraction | None:
    """The pledge rate of the whole listing; None while the price of a line is unknown."""
    value = Fraction(0)
    for one in facts.lines:
        if one.average_price is None:
            return None
        value += Fraction(one.line.quantity) * one.average_price.value
    return rates.pledge_rate(fen(_terms(facts).financing_wanted), value, 1)


def holds(rule: BoardRule, value: Fraction) -> bool:
    """Whether a value keeps to the rule's limit, by the word of the limit."""
    word: Word = rule.word or "at_or_below"  # type: ignore[assignment]  # the table of finance holds words only
    return rule.limit is None or compare(word, value, rule.limit)


def _terms(facts: VerificationFacts) -> PledgorTerms:
    terms = facts.content.pledgor
    if terms is None:
        raise TypeError("a pledgor's rule met a pledgee's listing")
    return terms


def _same_security(one: LineFacts, other: LineFacts) -> bool:
    return (one.line.market, one.line.security) == (other.line.market, other.line.security)


def _is_financial(category: str | None, day: date) -> bool:
    return any(
        row["category"] == category and in_force(day, day_or_none(row["from"]), day_or_none(row["to"]))
        for row in rows("financial_categories.csv")
    )
