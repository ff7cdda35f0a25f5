"""R4: every rule publishes an example that passes it."""

import json

import pytest

from submissions.dictionary import field_of, types
from submissions.rules.table import Rule, rules
from submissions.tests.builders import Known, a_contract, broken, received
from submissions.tests.builders_of_types import EVERY_TYPE

FIRST = received(a_contract())[0].accession
# What the examples that follow another record follow.
BEFORE = {"V023": a_contract(), "V026": a_contract(), "V027": a_contract(contract_id="C-2026-0001")}


@pytest.mark.parametrize("rule", rules().values(), ids=list(rules()))
def test_r4_the_example_of_a_rule_passes_it(rule: Rule) -> None:
    example = json.loads("{" + rule.example + "}")
    assert example
    before = [BEFORE[rule.id]] if rule.id in BEFORE else []
    known = Known(in_default="C-1", received=FIRST, totals=(example.get("count", 0), 0, 0))

    record = EVERY_TYPE[_type_of(rule, example)](**{"sequence": 1 + len(before)} | example)

    assert rule.id not in {one for one, _ in broken(*before, record, references=known)}


def _type_of(rule: Rule, example: dict[str, object]) -> str:
    """The type the example names, or the first one of the rule that has all its fields; contracts before others."""
    if "record_type" in example:
        return str(example["record_type"])
    in_order = ("contract", *types())
    return next(one for one in in_order if one in rule.record_types and all(field_of(one, name) for name in example))
