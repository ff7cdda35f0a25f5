"""What a rule found: one answer per field it looked at."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from finance.units import Exact, half_up_places
from review.domain.board_rules import BoardRule, Severity
from review.domain.verification_facts import VerificationFacts

Answer = Literal["pass", "fail", "unknown", "not_applicable"]


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One answer: about which field, with the figures that show why. `severity` overrides the rule's."""

    answer: Answer
    pointer: str = ""
    figures: Mapping[str, str] = field(default_factory=dict)
    held: Decimal | None = None
    available: Decimal | None = None
    asked: Decimal | None = None
    deductions: Mapping[str, Decimal] = field(default_factory=dict)
    severity: Severity | None = None


Check = Callable[[VerificationFacts, BoardRule], Iterable[Finding]]


def answered(good: bool, pointer: str, /, **figures: str) -> Finding:  # noqa: FBT001  # the answer itself
    """A pass or a fail with its figures."""
    return Finding(answer="pass" if good else "fail", pointer=pointer, figures=figures)


def unknown(pointer: str, /, **figures: str) -> Finding:
    """The data to answer with is not on file."""
    return Finding(answer="unknown", pointer=pointer, figures=figures)


def percent(value: Exact) -> str:
    """A fraction as people read it."""
    return f"{half_up_places(value * 100, 2)}%"
