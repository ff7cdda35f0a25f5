"""The validation rules of appendix 2 as functions in one table: importing this package registers them all."""

from submissions.rules import (  # noqa: F401  # they register rules
    collateral,
    contract,
    declaration,
    every_record,
    history,
    parties,
    reports,
    trading,
)
from submissions.rules.table import Rule, checks_on, rules

__all__ = ["Rule", "checks_on", "rules"]
