"""What is asked of the terms of either area, and of a pledgee's alone."""

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from finance.lines import above
from finance.pledge_rate import BANDS
from review.domain.board_rules import BoardRule
from review.domain.findings import Finding, answered, percent, unknown
from review.domain.listing_content import PledgeeTerms
from review.domain.pledgor_checks import holds
from review.domain.verification_facts import VerificationFacts

SOURCES = frozenset({"own", "bank", "trust", "plan", "other"})


def still_valid(facts: VerificationFacts, _rule: BoardRule) -> Iterator[Finding]:
    """Validity includes its whole last day (P12.0)."""
    until = facts.content.valid_until
    pointer = "/valid_until"
    yield answered(until is not None and until >= facts.day, pointer, valid_until=str(until))


def line_order(facts: VerificationFacts, _rule: BoardRule) -> Iterator[Finding]:
    """W > L > 1 (FIN10)."""
    terms = facts.content.pledgor or facts.content.pledgee
    if terms is not None:
        good = terms.warning_line > terms.liquidation_line > 1
        figures = {"warning": percent(terms.warning_line), "liquidation": percent(terms.liquidation_line)}
        yield answered(good, "/warning_line", **figures)


def longest_term(facts: VerificationFacts, rule: BoardRule) -> Iterator[Finding]:
    """The term with its extensions (FR06)."""
    pointer, months = _longest(facts)
    yield answered(holds(rule, Fraction(months)), pointer, months=str(months), limit=str(rule.limit))


def shortest_term(facts: VerificationFacts, rule: BoardRule) -> Iterator[Finding]:
    """The shortest term usual in the market (FR07)."""
    pointer, months = _shortest(facts)
    yield answered(holds(rule, Fraction(months)), pointer, months=str(months), limit=str(rule.limit))


def rate_cap(facts: VerificationFacts, _rule: BoardRule) -> Iterator[Finding]:
    """The upper end of the rate against four times the LPR of the day; a stale LPR asks for a person (FIN19)."""
    pledgor, pledgee = facts.content.pledgor, facts.content.pledgee
    pointer = "/highest_annual_rate" if pledgor else "/annual_rate_to"
    rate = pledgor.highest_annual_rate if pledgor else pledgee.annual_rate_to if pledgee else Decimal(0)
    cap = facts.rate_cap
    if cap is None:
        yield unknown(pointer, rate=percent(rate), limit="?")
        return
    found = answered(not above(rate, cap.cap), pointer, rate=percent(rate), limit=percent(cap.cap))
    if pledgee is not None and cap.stale:
        yield Finding(answer="unknown", pointer=pointer, figures=found.figures, severity="needs_person")
    else:
        yield found


def pledgee_terms(facts: VerificationFacts, _rule: BoardRule) -> Iterator[Finding]:
    """Funds, term, rate range and source make sense (P11.5)."""
    terms = _pledgee(facts)
    yield answered(0 < terms.funds_from <= terms.funds_to, "/funds_to")
    yield answered(0 < terms.months_from <= terms.months_to, "/months_to")
    yield answered(0 <= terms.annual_rate_from <= terms.annual_rate_to, "/annual_rate_to")
    yield answered(terms.source in SOURCES, "/source")


def highest_pledge_rates(facts: VerificationFacts, rule: BoardRule) -> Iterator[Finding]:
    """The highest pledge rate offered for each board (FR01)."""
    limit = percent(rule.limit or 0)
    for board, rate in sorted(_pledgee(facts).highest_pledge_rates.items()):
        good = holds(rule, Fraction(rate))
        yield answered(good, f"/highest_pledge_rates/{board}", board=board, rate=percent(rate), limit=limit)


def usual_band_offered(facts: VerificationFacts, _rule: BoardRule) -> Iterator[Finding]:
    """The same against the usual band of the board, where one is on file (FR21)."""
    by_name = {str(name): one for name, one in BANDS.items()}
    for board, rate in sorted(_pledgee(facts).highest_pledge_rates.items()):
        pointer = f"/highest_pledge_rates/{board}"
        band = by_name.get(board)
        if band is None:
            yield Finding(answer="not_applicable", pointer=pointer)
        else:
            good = not above(rate, band.high)
            yield answered(good, pointer, board=board, rate=percent(rate), limit=percent(band.high))


def _pledgee(facts: VerificationFacts) -> PledgeeTerms:
    if facts.content.pledgee is None:
        raise TypeError("a pledgee's rule met a pledgor's listing")
    return facts.content.pledgee


def _longest(facts: VerificationFacts) -> tuple[str, int]:
    pledgor = facts.content.pledgor
    return ("/months", pledgor.months) if pledgor else ("/months_to", _pledgee(facts).months_to)


def _shortest(facts: VerificationFacts) -> tuple[str, int]:
    pledgor = facts.content.pledgor
    return ("/months", pledgor.months) if pledgor else ("/months_from", _pledgee(facts).months_from)
