"""All rules over the facts of one version: what each found, and what follows (P11.2)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from review.domain import holding_checks, pledgor_checks, term_checks
from review.domain.board_rules import BoardRule, BoardRules, Occasion, Severity
from review.domain.findings import Answer, Check, Finding
from review.domain.verification_facts import VerificationFacts

Outcome = Literal["approved", "returned", "needs_person"]

CHECKS: Mapping[str, Check] = {
    "holding_exists": holding_checks.holding_exists,
    "share_class": holding_checks.share_class,
    "available_quantity": holding_checks.available_quantity,
    "eligible_class": holding_checks.eligible,
    "quantity_scale": holding_checks.quantity_scale,
    "pledge_rate": pledgor_checks.pledge_rate,
    "market_wide_pledge": pledgor_checks.market_wide_pledge,
    "financial_institution": pledgor_checks.financial_institution,
    "special_treatment": pledgor_checks.special_treatment,
    "loss_last_year": pledgor_checks.loss_last_year,
    "suspended": pledgor_checks.suspended,
    "lock_up": pledgor_checks.lock_up,
    "usual_band": pledgor_checks.usual_band,
    "still_valid": term_checks.still_valid,
    "line_order": term_checks.line_order,
    "longest_term": term_checks.longest_term,
    "shortest_term": term_checks.shortest_term,
    "rate_cap": term_checks.rate_cap,
    "pledgee_terms": term_checks.pledgee_terms,
    "highest_pledge_rates": term_checks.highest_pledge_rates,
    "usual_band_offered": term_checks.usual_band_offered,
}


@dataclass(frozen=True, kw_only=True)
class RuleResult:
    """What one rule found about one field, in words for its owner; kept and shown whatever the outcome."""

    rule_id: str
    rule_version: str
    clause: str
    severity: Severity
    status: str
    answer: Answer
    pointer: str
    title_zh: str
    title_en: str
    message_zh: str = ""
    message_en: str = ""
    fix_zh: str = ""
    fix_en: str = ""
    held: Decimal | None = None
    available: Decimal | None = None
    asked: Decimal | None = None
    deductions: dict[str, Decimal] = field(default_factory=dict)

    @property
    def refuses(self) -> bool:
        """Whether the version cannot be published."""
        return self.answer == "fail" and self.severity == "refuse"

    @property
    def asks_for_a_person(self) -> bool:
        """A person decides: the rule says so, or a rule that can refuse has nothing to answer with."""
        if self.answer == "fail":
            return self.severity == "needs_person"
        return self.answer == "unknown" and self.severity != "warn"


@dataclass(frozen=True, kw_only=True)
class Verification:
    """Every result, in the order of the rules."""

    results: tuple[RuleResult, ...]

    @property
    def outcome(self) -> Outcome:
        """Returned if a rule refuses, else to the queue if one asks for a person, else approved."""
        if any(one.refuses for one in self.results):
            return "returned"
        return "needs_person" if any(one.asks_for_a_person for one in self.results) else "approved"

    @property
    def reasons(self) -> tuple[RuleResult, ...]:
        """The results that led to the outcome."""
        if self.outcome == "returned":
            return tuple(one for one in self.results if one.refuses)
        return tuple(one for one in self.results if one.asks_for_a_person)


def verify(rules: BoardRules, facts: VerificationFacts, *, occasion: Occasion = "publication") -> Verification:
    """Runs every rule that acts on the day of the facts. The same facts give the same results, at any time (P11.7)."""
    acting = rules.acting(on=facts.day, area=facts.content.area, occasion=occasion)
    return Verification(results=tuple(result for rule in acting for result in _results(rule, facts)))


def _results(rule: BoardRule, facts: VerificationFacts) -> Iterator[RuleResult]:
    for finding in CHECKS[rule.check](facts, rule):
        yield _worded(rule, finding)


def _worded(rule: BoardRule, finding: Finding) -> RuleResult:
    speaks = finding.answer in ("fail", "unknown")
    return RuleResult(
        rule_id=rule.id,
        rule_version=rule.version,
        clause=rule.clause,
        severity=finding.severity or rule.severity,
        status=rule.status,
        answer=finding.answer,
        pointer=finding.pointer,
        title_zh=rule.title_zh,
        title_en=rule.title_en,
        message_zh=_message(rule.message_zh, finding, "依据数据不全，无法判断") if speaks else "",
        message_en=_message(rule.message_en, finding, "The data to decide with is not on file") if speaks else "",
        fix_zh=rule.fix_zh if speaks else "",
        fix_en=rule.fix_en if speaks else "",
        held=finding.held,
        available=finding.available,
        asked=finding.asked,
        deductions=dict(finding.deductions),
    )


def _message(template: str, finding: Finding, no_data: str) -> str:
    return no_data if finding.answer == "unknown" else template.format_map(finding.figures)
